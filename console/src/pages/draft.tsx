// One draft of the Code: its text, what it changes, what it would have changed, and its approval.
import { Button, Tabs, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Link, useLocation } from "wouter";
import { useAddress } from "../address";
import { api, call, client, problemOf, queryClient, type Shapes } from "../api";
import { later } from "../later";
import { may, useMe } from "../me";
import { ListSkeleton } from "../parts/DataList";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { useToast } from "../parts/undo";
import { useWords } from "../words";
import { code } from "../words/code";
import { Approve } from "./code/Approve";
import { Differences } from "./code/Differences";
import type { EditorHandle, Finding } from "./code/Editor";
import { useKept } from "./code/kept";
import { Rehearse } from "./code/Rehearse";

const Editor = later(() => import("./code/Editor"));
const PATH = "/api/v1/drafts/{id}";
type Draft = Shapes["Draft"];

export default function DraftPage({ params }: { params: { id: string } }) {
  const w = useWords(code);
  const query = api.useQuery("get", PATH, { params: { path: { id: params.id } } }, { refetchOnWindowFocus: false });
  if (query.isPending) return <ListSkeleton label={w.draft} />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <One key={query.data.id} draft={query.data} />;
}

const TABS = ["text", "compare", "rehearse", "approve"] as const;

function One({ draft }: { draft: Draft }) {
  const w = useWords(code);
  const me = useMe().data;
  const toast = useToast();
  const [, navigate] = useLocation();
  const [address, setAddress] = useAddress({ tab: draft.state === "published" ? "compare" : "text" });
  const path = { params: { path: { id: draft.id } } };
  const seen = (next: Draft) => {
    queryClient.setQueryData(["get", PATH, { params: { path: { id: draft.id } } }], next);
    void queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/drafts"] });
  };
  const restore = () => call(client.POST("/api/v1/drafts/{id}/restore", path)).then(seen);
  const discard = useMutation({
    mutationFn: () => call(client.DELETE(PATH, path)),
    onSuccess: (next) => {
      seen(next);
      toast.undo(w.discarded, restore);
      navigate("/code");
    },
    onError: toast.fail,
  });
  const mayWrite = may(me, "code:draft");
  const isReadOnly = !mayWrite || draft.state !== "open";
  const unsaved = useKept(draft.id);
  return (
    <>
      <PageHead
        title={draft.name}
        actions={
          mayWrite &&
          (draft.state === "discarded" ? (
            <Button variant="default" onClick={() => void restore().catch(toast.fail)}>
              {w.restore}
            </Button>
          ) : (
            draft.state !== "published" && (
              <Button variant="default" onClick={() => discard.mutate()} loading={discard.isPending}>
                {w.discard}
              </Button>
            )
          ))
        }
      >
        {w.draft} {w.by((draft.authors as string[] | undefined)?.join(", ") ?? draft.changed_by)} ·{" "}
        {w.draftStates[draft.state as keyof typeof w.draftStates]}
      </PageHead>
      <Tabs
        value={address.tab}
        onChange={(tab) => setAddress({ tab: tab ?? "text" }, { push: true })}
        keepMounted={false}
      >
        <Tabs.List className="code-tabs">
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {w.tabs[tab]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {unsaved.kept && !isReadOnly && address.tab !== "text" && (
          <p className="code-unsaved is-soon">
            {w.unsavedText} <Link href={`/code/drafts/${draft.id}`}>{w.toText}</Link>
          </p>
        )}
        <Tabs.Panel value="text">
          <Write draft={draft} seen={seen} isReadOnly={isReadOnly} unsaved={unsaved} />
        </Tabs.Panel>
        <Tabs.Panel value="compare">
          <Compare draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="rehearse">
          <Rehearse draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="approve">
          <Approve draft={draft} seen={seen} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Compare({ draft }: { draft: Draft }) {
  const w = useWords(code);
  const query = useQuery({
    queryKey: ["differences", draft.id, draft.revision],
    queryFn: () => call(client.GET("/api/v1/drafts/{id}/differences", { params: { path: { id: draft.id } } })),
  });
  if (query.isPending) return <ListSkeleton label={w.tabs.compare} />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <Differences differences={query.data} />;
}

function Write(props: {
  draft: Draft;
  seen: (next: Draft) => void;
  isReadOnly: boolean;
  unsaved: ReturnType<typeof useKept>;
}) {
  const { draft, seen, isReadOnly } = props;
  const { kept, keep } = props.unsaved;
  const w = useWords(code);
  const toast = useToast();
  const editor = useRef<EditorHandle>(null);
  const begun = isReadOnly ? undefined : kept;
  const [source] = useState(begun?.source ?? draft.source ?? "");
  const [name, setName] = useState(begun?.name ?? draft.name);
  // What is written upon: not what somebody else has saved meanwhile, though this page may have heard of it.
  const base = useRef(begun?.revision ?? draft.revision);
  const isDirty = kept !== undefined;
  const changed = (more: { name?: string } = {}) =>
    keep({ revision: base.current, name, source: editor.current?.text() ?? source, ...more });
  const [findings, setFindings] = useState<Finding[]>();
  const [isConflict, setConflict] = useState(false);
  const save = useMutation({
    mutationFn: async () => {
      const { formatCode } = await import("./code/Editor");
      const text = editor.current?.text() ?? draft.source ?? "";
      // What cannot be laid out yet is kept as it is.
      const source = await formatCode(text).then(
        (laid) => laid.source,
        () => text,
      );
      const next = await call(
        client.PATCH(PATH, {
          params: { path: { id: draft.id } },
          headers: { "If-Match": `"${base.current}"` },
          body: { name: name.trim() || draft.name, source },
        }),
      );
      base.current = next.revision;
      if ((editor.current?.text() ?? text) === text) {
        editor.current?.replace(source);
        keep(undefined);
      } else changed(); // written on meanwhile
      return next;
    },
    onSuccess: seen,
    onError: (error) => (problemOf(error).status === 412 ? setConflict(true) : toast.fail(error)),
  });
  const act = () => {
    if (!isReadOnly && !save.isPending && isDirty) save.mutate();
  };
  const errors = findings?.filter((finding) => finding.severity === "error").length ?? 0;
  const warnings = (findings?.length ?? 0) - errors;
  return (
    <div className="code-write">
      {isConflict && (
        <div className="problem" role="alert">
          <p>{w.conflict}</p>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              flushSync(() => keep(undefined));
              window.location.reload();
            }}
          >
            {w.reload}
          </Button>
        </div>
      )}
      {!isReadOnly && (
        <div className="code-write-head">
          <TextInput
            aria-label={w.name}
            value={name}
            maxLength={100}
            onChange={(event) => {
              setName(event.currentTarget.value);
              changed({ name: event.currentTarget.value });
            }}
          />
          <Button onClick={act} loading={save.isPending} disabled={!isDirty}>
            {w.save}
          </Button>
          <span className="muted" role="status">
            {isDirty ? w.unsaved : w.saved}
          </span>
        </div>
      )}
      <Suspense fallback={<ListSkeleton label={w.editor} />}>
        <Editor
          source={source}
          label={w.editor}
          isReadOnly={isReadOnly}
          handle={editor}
          onChange={() => changed()}
          onFindings={setFindings}
          onSave={act}
        />
      </Suspense>
      <section className="code-findings" aria-live="polite">
        <p className={errors ? "is-broken" : "muted"}>
          {findings === undefined
            ? w.checking
            : [errors ? w.mistakes(errors) : w.noMistakes, warnings ? w.warnings(warnings) : ""]
                .filter(Boolean)
                .join(" · ")}
        </p>
        <ul>
          {findings?.map((finding) => (
            <li key={`${finding.line} ${finding.column} ${finding.message}`}>
              <button
                type="button"
                className="link-button"
                onClick={() => editor.current?.goTo(finding.line, finding.column)}
              >
                {w.line(finding.line)}
              </button>{" "}
              <span className={finding.severity === "error" ? "is-broken" : "is-soon"}>{finding.message}</span>
              {finding.suggestion && <span className="muted"> → {finding.suggestion}</span>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
