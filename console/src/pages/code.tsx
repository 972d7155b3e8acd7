// The Code in force, to be read: its promises in their published words, how often they are kept, what people say.
import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useLocationProperty } from "wouter/use-browser-location";
import { api, call, client, problemOf, queryClient, type Shapes } from "../api";
import { ledgerOf } from "../behind";
import { useFormat } from "../format";
import { may, useMe } from "../me";
import { ListSkeleton } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { Figure, figureOf } from "../parts/Figure";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { PromiseWords } from "../parts/PromiseWords";
import { StateShape } from "../parts/StateMark";
import { useToast } from "../parts/undo";
import { useWords } from "../words";
import { code } from "../words/code";
import { Comment } from "./code/Comment";
import { SignOff } from "./code/SignOff";

type Promised = Shapes["CodePromise"];
const COMMENTS = "/api/v1/code/comments";

export default function Code() {
  const w = useWords(code);
  const format = useFormat();
  const me = useMe().data;
  const toast = useToast();
  const [, navigate] = useLocation();
  const readable = api.useQuery("get", "/api/v1/code/promises");
  const history = api.useQuery("get", "/api/v1/code/history");
  const make = useMutation({
    mutationFn: () => call(client.POST("/api/v1/drafts", { body: { name: w.newDraft } })),
    onSuccess: (draft) => navigate(`/code/drafts/${draft.id}`),
    onError: toast.fail,
  });
  const change = may(me, "code:draft") && (
    <Button onClick={() => make.mutate()} loading={make.isPending}>
      {readable.data ? w.change : w.write}
    </Button>
  );
  if (readable.isPending) return <ListSkeleton label={w.title} />;
  if (readable.isError && problemOf(readable.error).status !== 404)
    return <Problem error={readable.error} retry={() => void readable.refetch()} />;
  const read = readable.data;
  if (!read)
    return (
      <>
        <PageHead title={w.title} />
        <Empty action={change}>{w.none}</Empty>
        <Drafts />
      </>
    );
  const version = history.data?.items.find((item) => item.in_force);
  const beginning = (item: Shapes["CodeHistory"]) => Date.parse(item.in_force_from ?? "");
  const toCome = history.data?.items
    .filter((item) => beginning(item) > Date.now())
    .sort((a, b) => beginning(a) - beginning(b))[0];
  const sections = [...read.principles, { name: "", title: "", words: "" }];
  return (
    <>
      <PageHead
        title={read.title}
        actions={
          <>
            <Button component={Link} href="/code/versions" variant="default">
              {w.versions}
            </Button>
            <Button component="a" href="/code" target="_blank" variant="default">
              {w.publicPage}
            </Button>
            {change}
          </>
        }
      >
        {w.version(read.number, format.day(version?.in_force_from ?? read.published))}
        {version?.review_by && <Review by={version.review_by} />}
      </PageHead>
      {toCome?.in_force_from && (
        <p className="code-to-come">
          <span className="is-soon">
            <StateShape state="soon" />
          </span>{" "}
          <span title={format.exact(toCome.in_force_from)}>
            {w.comes(toCome.number, format.day(toCome.in_force_from))}
          </span>{" "}
          <Link href={`/code/versions#${toCome.id}`}>{w.whatChanges}</Link>
        </p>
      )}
      <div className="code-page">
        <div className="code-promises">
          <Held promises={read.promises} />
          {sections.map((principle) => (
            <Section
              key={principle.name}
              title={principle.title}
              words={principle.words}
              promises={read.promises.filter((p) => p.principle === principle.name && !p.expectation)}
            />
          ))}
          <Section title={w.expects} words="" promises={read.promises.filter((p) => p.expectation)} />
        </div>
        <aside className="code-beside">
          <SignOff version={read.id} />
          <Drafts />
        </aside>
      </div>
    </>
  );
}

function Section({ title, words, promises }: { title: string; words: string; promises: Promised[] }) {
  if (promises.length === 0) return null;
  return (
    <section className="code-section">
      {title && <h2 className="code-principle">{title}</h2>}
      {words && <p className="muted code-principle-words">{words}</p>}
      {promises.map((promise) => (
        <Promise_ key={`${promise.name} ${promise.line}`} promise={promise} />
      ))}
    </section>
  );
}

function Promise_({ promise }: { promise: Promised }) {
  const w = useWords(code);
  const [isOpen, setOpen] = useState(false);
  const me = useMe().data;
  const article = useRef<HTMLElement>(null);
  const isMeant = useLocationProperty(() => window.location.hash) === `#${encodeURIComponent(promise.name)}`;
  useEffect(() => {
    if (isMeant) article.current?.scrollIntoView({ block: "center" });
  }, [isMeant]);
  const adherence = api.useQuery("get", "/api/v1/adherence", { params: { query: { by: "promise" } } });
  const comments = api.useQuery("get", COMMENTS, { params: { query: { limit: 500 } } });
  const item = adherence.data?.items.find((one) => one.promise === promise.name);
  const said = comments.data?.items.filter((one) => one.promise === promise.name && one.state !== "held") ?? [];
  return (
    <article className={`code-promise${isMeant ? " is-meant" : ""}`} id={promise.name} ref={article}>
      <PromiseWords words={promise.words} size="large" />
      <p className="code-promise-line">
        {item && (
          <span>
            {may(me, "ledger:read") ? (
              <Link href={ledgerOf(item)} className="figure-link">
                <Figure {...figureOf(item)} />
              </Link>
            ) : (
              <Figure {...figureOf(item)} />
            )}{" "}
            <small className="muted">{w.allTime}</small>
          </span>
        )}
        <button type="button" className="link-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {w.comments(said.length)}
        </button>
      </p>
      <details>
        <summary>{w.means}</summary>
        <dl className="code-meaning">
          {promise.meaning.map((row) => (
            <div key={row.about + row.words}>
              <dt>{row.about}</dt>
              <dd>{row.words}</dd>
            </div>
          ))}
        </dl>
      </details>
      {isOpen && <Comments promise={promise.name} said={said} />}
    </article>
  );
}

function Comments({ promise, said }: { promise: string; said: Shapes["Comment"][] }) {
  const w = useWords(code);
  const me = useMe().data;
  const toast = useToast();
  const [words, setWords] = useState("");
  const send = useMutation({
    mutationFn: () => call(client.POST(COMMENTS, { body: { promise, words } })),
    onSuccess: () => {
      setWords("");
      void queryClient.invalidateQueries({ queryKey: ["get", COMMENTS] });
    },
    onError: toast.fail,
  });
  return (
    <div className="code-comments">
      {said.map((comment) => (
        <Comment key={comment.id} comment={comment} />
      ))}
      {may(me, "code:comment") && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          <Textarea
            label={w.yourComment}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            maxLength={2000}
            rows={2}
          />
          <Button type="submit" size="xs" variant="default" mt={8} disabled={!words.trim()} loading={send.isPending}>
            {w.send}
          </Button>
        </form>
      )}
    </div>
  );
}

// What customers wrote and nobody has read yet.
function Held({ promises }: { promises: Promised[] }) {
  const w = useWords(code);
  const me = useMe().data;
  const comments = api.useQuery("get", COMMENTS, { params: { query: { limit: 500 } } });
  const held = comments.data?.items.filter((one) => one.state === "held") ?? [];
  if (held.length === 0 || !may(me, "code:comment")) return null;
  return (
    <details className="code-held" open={held.length <= 3}>
      <summary>{w.toRead(held.length)}</summary>
      {held.map((comment) => (
        <div key={comment.id}>
          <PromiseWords
            words={promises.find((p) => p.name === comment.promise)?.words ?? comment.promise}
            size="small"
          />
          <Comment comment={comment} />
        </div>
      ))}
    </details>
  );
}

function Review({ by }: { by: string }) {
  const w = useWords(code);
  const format = useFormat();
  const me = useMe().data;
  const toast = useToast();
  const review = useMutation({
    mutationFn: () => call(client.POST("/api/v1/code/reviews", { body: {} })),
    onSuccess: () => {
      toast.say(w.reviewedDone);
      void queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/code/history"] });
    },
    onError: toast.fail,
  });
  const isLate = Date.parse(by) < Date.now();
  return (
    <>
      {" · "}
      <span className={isLate ? "is-broken" : undefined}>
        {isLate ? w.reviewLate(format.day(by)) : w.review(format.day(by))}
      </span>
      {may(me, "code:approve") && (
        <>
          {" · "}
          <button type="button" className="link-button" onClick={() => review.mutate()} disabled={review.isPending}>
            {w.reviewed}
          </button>
        </>
      )}
    </>
  );
}

function Drafts() {
  const w = useWords(code);
  const format = useFormat();
  const drafts = api.useQuery("get", "/api/v1/drafts", { params: { query: { limit: 20 } } });
  if (!drafts.data?.items.length) return null;
  return (
    <section className="code-box">
      <h2>{w.drafts}</h2>
      <ul>
        {drafts.data.items.map((draft) => (
          <li key={draft.id}>
            <Link href={`/code/drafts/${draft.id}${draft.state === "sent" ? "?tab=approve" : ""}`}>{draft.name}</Link>{" "}
            {draft.state === "sent" && <span className="is-soon">{w.draftStates.sent}</span>}
            <br />
            <small className="muted">{w.draftLine(draft.changed_by, format.moment(draft.changed))}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
