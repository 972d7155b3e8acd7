import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, client } from "../../api";
import { useFormat } from "../../format";
import { useLive } from "../../live";
import { Clock } from "../../parts/Clock";
import { Problem } from "../../parts/Problem";
import { PromiseWords } from "../../parts/PromiseWords";
import { StateMark } from "../../parts/StateMark";
import { usePreferences } from "../../preferences";
import { usePromises } from "../../promises";
import { useWords } from "../../words";
import { today } from "../../words/today";
import { instantOf } from "../../zone";
import { DAY_MS, dayOf } from "./days";
import { brokenAddress, obligationAddress } from "./places";

const SHOWN = 5;
const VERDICTS = ["kept", "broken", "excused"] as const;

export function SinceYesterday({ counts }: { counts: boolean }) {
  const w = useWords(today);
  return (
    <section>
      <h2>{w.sinceYesterday}</h2>
      {counts && <Counts />}
      <Broken />
    </section>
  );
}

function Counts() {
  const w = useWords(today);
  const format = useFormat();
  const { zone } = usePreferences();
  const from = dayOf(Date.now() - DAY_MS, zone);
  const query = useQuery({
    queryKey: ["today", "counts", from],
    queryFn: () => call(client.GET("/api/v1/adherence", { params: { query: { by: "promise", from } } })),
  });
  useLive(["obligation.kept", "obligation.broken", "obligation.excused"], () => void query.refetch());
  if (query.isError) return <Problem error={query.error} />;
  const items = query.data?.items ?? [];
  const sums = VERDICTS.map((name) => [name, items.reduce((sum, item) => sum + item[name], 0)] as const);
  if (query.data && sums.every(([, n]) => n === 0)) return <p className="muted">{w.nothingDecided}</p>;
  return (
    <p className="today-counts">
      {sums.map(([name, n]) =>
        n > 0 || name !== "excused" ? (
          <StateMark key={name} state={name}>
            <b>{query.data ? format.number(n) : "…"}</b> {w.decided[name](n)}
          </StateMark>
        ) : null,
      )}
    </p>
  );
}

function Broken() {
  const w = useWords(today);
  const { wordsOf } = usePromises();
  const { zone } = usePreferences();
  const decided_after = instantOf(dayOf(Date.now() - DAY_MS, zone), zone); // as it is counted above
  const query = useQuery({
    queryKey: ["today", "broken", decided_after],
    queryFn: () =>
      call(
        client.GET("/api/v1/obligations", { params: { query: { state: "broken", decided_after, limit: SHOWN + 1 } } }),
      ),
  });
  useLive(["obligation.broken", "obligation.excused", "obligation.corrected"], () => void query.refetch());
  const rows = query.data?.items ?? [];
  if (query.isError) return <Problem error={query.error} />;
  if (rows.length === 0) return null;
  return (
    <>
      <ul className="today-broken" aria-label={w.brokenList}>
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.id}>
            <PromiseWords
              words={wordsOf(row.promise)}
              size="small"
              {...(obligationAddress ? { to: obligationAddress(row.id) } : {})}
            />
            <span className="today-about">
              {[row.customer ?? row.key, row.person ?? row.team].filter(Boolean).join(" · ")}
              {row.decided && (
                <>
                  {" · "}
                  <Clock at={row.decided} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {brokenAddress && rows.length > SHOWN && <Link href={brokenAddress}>{w.showAll}</Link>}
    </>
  );
}
