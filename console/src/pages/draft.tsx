// One draft of the Code: its text, what it changes, what it would have changed, and its approval.
import { Button, Tabs, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useAddress } from "../address";
import { api, call, client, problemOf, queryClient, type Shapes } from "../api";
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
import { Rehearse } from "./code/Rehearse";

const Editor = lazy(() => import("./code/Editor"));
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
        <Tabs.Panel value="text">
          <Write draft={draft} seen={seen} isReadOnly={!mayWrite || draft.state !== "open"} />
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

function Write({ draft, seen, isReadOnly }: { draft: Draft; seen: (next: Draft) => void; isReadOnly: boolean }) {
  const w = useWords(code);
  const toast = useToast();
  const editor = useRef<EditorHandle>(null);
  const [name, setName] = useState(draft.name);
  const [isDirty, setDirty] = useState(false);
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
          headers: { "If-Match": `"${draft.revision}"` },
          body: { name: name.trim() || draft.name, source },
        }),
      );
      if (editor.current?.text() === text) {
        editor.current.replace(source);
        setDirty(false);
      }
      return next;
    },
    onSuccess: seen,
    onError: (error) => (problemOf(error).status === 412 ? setConflict(true) : toast.fail(error)),
  });
  const act = () => {
    if (!isReadOnly && !save.isPending && (isDirty || name !== draft.name)) save.mutate();
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
            onClick={() =>
              void queryClient.invalidateQueries({ queryKey: ["get", PATH] }).then(() => window.location.reload())
            }
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
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button onClick={act} loading={save.isPending} disabled={!isDirty && name === draft.name}>
            {w.save}
          </Button>
          <span className="muted" role="status">
            {isDirty ? w.unsaved : w.saved}
          </span>
        </div>
      )}
      <Suspense fallback={<ListSkeleton label={w.editor} />}>
        <Editor
          source={draft.source ?? ""}
          label={w.editor}
          isReadOnly={isReadOnly}
          handle={editor}
          onChange={() => setDirty(true)}
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
