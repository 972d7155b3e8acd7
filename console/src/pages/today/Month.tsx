import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, client, type Shapes } from "../../api";
import { ledgerOf } from "../../behind";
import { type Format, useFormat } from "../../format";
import { Figure, figureOf } from "../../parts/Figure";
import { Problem } from "../../parts/Problem";
import { PromiseWords } from "../../parts/PromiseWords";
import { Sparkline } from "../../parts/Sparkline";
import { usePreferences } from "../../preferences";
import { useWords } from "../../words";
import { today } from "../../words/today";
import { dayOf, monthBack } from "./days";
import { promiseAddress } from "./places";

type Adherence = Shapes["Adherence"];
const MONTHS = 12;

// Those furthest behind their target come first, then those without one.
function distance(item: Adherence): number {
  if (item.target === undefined || item.target === null) return 2;
  return item.share === undefined || item.share === null ? 1 : item.share - item.target;
}

export function Month() {
  const w = useWords(today);
  const { zone } = usePreferences();
  const day = dayOf(Date.now(), zone);
  const from = monthBack(day, 0);
  const month = useQuery({
    queryKey: ["today", "month", from],
    queryFn: () => call(client.GET("/api/v1/adherence", { params: { query: { by: "promise", from } } })),
  });
  const trend = useQuery({
    queryKey: ["today", "trend", from],
    queryFn: () =>
      call(
        client.GET("/api/v1/adherence", {
          params: { query: { by: "promise-month", from: monthBack(day, MONTHS - 1) } },
        }),
      ),
    staleTime: 300_000,
  });
  const items = (month.data?.items ?? [])
    .filter((item) => item.n + item.excused > 0)
    .sort((a, b) => distance(a) - distance(b));
  return (
    <section>
      <h2>{w.thisMonth}</h2>
      {month.isError && <Problem error={month.error} retry={() => void month.refetch()} />}
      {month.data && items.length === 0 && <p className="muted">{w.monthNone}</p>}
      <ul className="today-month">
        {items.map((item) => (
          <One
            key={item.promise}
            item={item}
            months={trend.data?.items.filter((one) => one.promise === item.promise && one.n > 0) ?? []}
          />
        ))}
      </ul>
    </section>
  );
}

function monthWords(months: Adherence[], format: Format): string {
  return months.map((one) => `${one.month} ${format.share(one.share ?? 0)}`).join(", ");
}

function One({ item, months }: { item: Adherence; months: Adherence[] }) {
  const w = useWords(today);
  const format = useFormat();
  return (
    <li>
      <PromiseWords
        words={item.words ?? item.promise ?? ""}
        size="small"
        {...(promiseAddress ? { to: promiseAddress(item.promise ?? "") } : {})}
      />
      <div className="today-month-line">
        <Link href={ledgerOf(item)} className="figure-link">
          <Figure {...figureOf(item)} />
        </Link>
        {months.length > 1 && (
          <Sparkline
            values={months.map((one) => one.share ?? 0)}
            target={item.target ?? undefined}
            label={w.trend(monthWords(months, format))}
          />
        )}
      </div>
    </li>
  );
}
