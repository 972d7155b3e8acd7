// Sent for approval, approved by a second person and so published, or sent back.
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, call, client, queryClient, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { useConfirm } from "../../parts/Confirm";
import { useToast } from "../../parts/undo";
import { usePreferences } from "../../preferences";
import { useWords } from "../../words";
import { code } from "../../words/code";
import { momentOf } from "../../zone";
import { useRehearsal } from "./Rehearse";

type Draft = Shapes["Draft"];

export function Approve({ draft, seen }: { draft: Draft; seen: (next: Draft) => void }) {
  const w = useWords(code);
  const format = useFormat();
  const rule = api.useQuery("get", "/api/v1/code/approval").data;
  const rehearsal = useRehearsal(draft).data;
  const isReady = rehearsal?.state === "done" && rehearsal.revision === draft.revision && rehearsal.read_by_me;
  if (draft.state === "published")
    return (
      <div className="code-approve">
        <p>
          {w.published(draft.decided_by, draft.decided ? format.moment(draft.decided) : "")}
          {draft.from && Date.parse(draft.from) > Date.now() && ` · ${w.forces(format.moment(draft.from))}`}
        </p>
        <Button component={Link} href="/code" variant="default">
          {w.toCode}
        </Button>
      </div>
    );
  return (
    <div className="code-approve">
      <p className="code-intro">{rule?.needed === false ? w.alone : w.approveIntro}</p>
      {draft.reason && draft.state === "open" && (
        <div className="code-note">
          <p className="muted">{w.sentBack(draft.decided_by)}</p>
          <p>{draft.reason}</p>
        </div>
      )}
      {draft.state === "open" && <Send draft={draft} seen={seen} isReady={!!isReady} />}
      {draft.state === "sent" && (
        <Decide draft={draft} seen={seen} isReady={!!isReady} isNeeded={rule?.needed ?? true} />
      )}
    </div>
  );
}

function Send({ draft, seen, isReady }: { draft: Draft; seen: (next: Draft) => void; isReady: boolean }) {
  const w = useWords(code);
  const me = useMe().data;
  const toast = useToast();
  const [note, setNote] = useState(draft.note);
  const { zone } = usePreferences();
  const [from, setFrom] = useState("");
  const send = useMutation({
    mutationFn: () => {
      const at = momentOf(from, zone);
      return call(
        client.POST("/api/v1/drafts/{id}/send", {
          params: { path: { id: draft.id } },
          body: { note, ...(at ? { from: at } : {}) },
        }),
      );
    },
    onSuccess: seen,
    onError: toast.fail,
  });
  if (!may(me, "code:draft")) return null;
  if (!isReady)
    return (
      <p>
        <Link href={`/code/drafts/${draft.id}?tab=rehearse`}>{w.needsRehearsal}</Link>
      </p>
    );
  return (
    <form
      className="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Textarea
        label={w.note}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
        rows={3}
      />
      <TextInput
        type="datetime-local"
        label={w.from}
        description={`${w.fromHint} ${zone}.`}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" loading={send.isPending}>
          {w.sendForApproval}
        </Button>
      </div>
    </form>
  );
}

function Decide(props: { draft: Draft; seen: (next: Draft) => void; isReady: boolean; isNeeded: boolean }) {
  const { draft, seen, isReady, isNeeded } = props;
  const w = useWords(code);
  const format = useFormat();
  const me = useMe().data;
  const toast = useToast();
  const confirm = useConfirm();
  const [reason, setReason] = useState<string>();
  const path = { path: { id: draft.id } };
  const approve = useMutation({
    mutationFn: () =>
      call(
        client.POST("/api/v1/drafts/{id}/approve", {
          params: path,
          headers: { "If-Match": `"${draft.revision}"` },
        }),
      ),
    onSuccess: (next) => {
      seen(next);
      void queryClient.invalidateQueries();
    },
    onError: toast.fail,
  });
  const back = useMutation({
    mutationFn: (words: string) =>
      call(client.POST("/api/v1/drafts/{id}/send-back", { params: path, body: { reason: words } })),
    onSuccess: seen,
    onError: toast.fail,
  });
  const take = useMutation({
    mutationFn: () => call(client.POST("/api/v1/drafts/{id}/take-back", { params: path })),
    onSuccess: seen,
    onError: toast.fail,
  });
  const mayApprove = may(me, "code:approve");
  const isBarred = isNeeded && draft.is_author;
  const publish = async () => {
    const later = draft.from && Date.parse(draft.from) > Date.now() ? draft.from : undefined;
    const body = later ? w.approveLater(format.moment(later)) : w.approveConfirm;
    if (await confirm({ title: w.approve, body, action: w.approve })) approve.mutate();
  };
  return (
    <>
      <p>
        {w.sent(draft.sent_by, draft.sent ? format.moment(draft.sent) : "")}
        {draft.from && ` · ${w.forces(format.moment(draft.from))}`}
      </p>
      {draft.note && <p className="code-note">{draft.note}</p>}
      {isBarred && <p className="muted">{w.isAuthor}</p>}
      {mayApprove && !isBarred && !isReady && (
        <p>
          <Link href={`/code/drafts/${draft.id}?tab=rehearse`}>{w.needsRehearsal}</Link>
        </p>
      )}
      <div className="code-acts">
        {mayApprove && !isBarred && isReady && (
          <Button onClick={() => void publish()} loading={approve.isPending}>
            {w.approve}
          </Button>
        )}
        {mayApprove && reason === undefined && (
          <Button variant="default" onClick={() => setReason("")}>
            {w.sendBack}
          </Button>
        )}
        {may(me, "code:draft") && draft.is_author && (
          <Button variant="default" onClick={() => take.mutate()} loading={take.isPending}>
            {w.takeBack}
          </Button>
        )}
      </div>
      {reason !== undefined && (
        <form
          className="code-form"
          onSubmit={(event) => {
            event.preventDefault();
            back.mutate(reason);
          }}
        >
          <Textarea
            label={w.reason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
            maxLength={2000}
            rows={2}
          />
          <div>
            <Button type="submit" loading={back.isPending} disabled={!reason.trim()}>
              {w.sendBack}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
