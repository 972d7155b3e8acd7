// The versions of the Code: who approved each, when it is to be looked at again, what it changed.
import { useEffect, useRef, useState } from "react";
import { useLocationProperty } from "wouter/use-browser-location";
import { api, type Shapes } from "../api";
import { useFormat } from "../format";
import { ListSkeleton } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { code } from "../words/code";
import { Differences } from "./code/Differences";

type Version = Shapes["CodeHistory"];

export default function Versions() {
  const w = useWords(code);
  const history = api.useQuery("get", "/api/v1/code/history");
  return (
    <>
      <PageHead title={w.historyTitle} />
      {history.isPending ? (
        <ListSkeleton label={w.historyTitle} />
      ) : history.isError ? (
        <Problem error={history.error} retry={() => void history.refetch()} />
      ) : history.data.items.length === 0 ? (
        <Empty>{w.none}</Empty>
      ) : (
        <ol className="code-versions">
          {history.data.items.map((version) => (
            <One key={version.id} version={version} />
          ))}
        </ol>
      )}
    </>
  );
}

function One({ version }: { version: Version }) {
  const w = useWords(code);
  const format = useFormat();
  const isMeant = useLocationProperty(() => window.location.hash) === `#${version.id}`;
  const [isOpen, setOpen] = useState(isMeant);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isMeant) item.current?.scrollIntoView({ block: "start" });
  }, [isMeant]);
  const from = version.in_force_from;
  const isToCome = from ? Date.parse(from) > Date.now() : false;
  return (
    <li className="code-version" id={version.id} ref={item}>
      <h2>
        {w.number} {version.number} {version.in_force && <span className="is-kept code-version-mark">● {w.now}</span>}
        {isToCome && <span className="is-soon code-version-mark">◐ {w.toCome}</span>}
      </h2>
      <dl className="code-facts">
        <div>
          <dt>{w.publishedHead}</dt>
          <dd title={format.exact(version.published)}>{format.day(version.published)}</dd>
        </div>
        <div>
          <dt>{w.inForce}</dt>
          <dd>{from ? <span title={format.exact(from)}>{format.day(from)}</span> : w.ever}</dd>
        </div>
        <div>
          <dt>{w.approvedBy}</dt>
          <dd>
            {version.approved_by ?? (
              <>
                {version.published_by}, <span className="muted">{w.direct}</span>
              </>
            )}
            {version.sent_by && <span className="muted"> ({w.by(version.sent_by)})</span>}
          </dd>
        </div>
        {version.in_force && version.review_by && (
          <div>
            <dt>{w.reviewBy}</dt>
            <dd>{format.day(version.review_by)}</dd>
          </div>
        )}
      </dl>
      {version.note && <p className="code-note">{version.note}</p>}
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{version.number > 1 ? w.whatChanged : `${w.first} ${w.promises(version.promises)}`}</summary>
        {isOpen && <Changes id={version.id} />}
      </details>
    </li>
  );
}

function Changes({ id }: { id: string }) {
  const w = useWords(code);
  const query = api.useQuery("get", "/api/v1/code/versions/{id}/differences", { params: { path: { id } } });
  if (query.isPending) return <ListSkeleton label={w.whatChanged} />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <Differences differences={query.data} />;
}
