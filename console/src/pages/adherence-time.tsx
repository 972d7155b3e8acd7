// Small plots, one for each principle or promise: the share kept, its interval as a band, the target as a line.
import { useCallback, useMemo } from "react";
import { Link, useLocation } from "wouter";
import { ledgerOf } from "../behind";
import { useFormat } from "../format";
import { ListSkeleton } from "../parts/DataList";
import { Figure, figureOf } from "../parts/Figure";
import { type Colours, LETTERS, Plot } from "../parts/Plot";
import { Problem } from "../parts/Problem";
import { PromiseWords } from "../parts/PromiseWords";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { adherence } from "../words/adherence";
import { type Item, type Question, useAdherence } from "./adherence";

const PLOTS_MOST = 24;

export function OverTime(props: {
  of: "principle" | "promise";
  per: string;
  from: string;
  narrowed: Question;
  known: Item[];
}) {
  const { of, per, from, narrowed, known } = props;
  const w = useWords(adherence);
  const query = useAdherence({ by: of, per, from, ...narrowed });
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <ListSkeleton label={w.overTime} />;
  const names = [...new Set(query.data.map((item) => item[of] ?? ""))].slice(0, PLOTS_MOST);
  if (names.length === 0) return <p className="muted">{w.noVerdict}</p>;
  return (
    <div className="adherence-plots">
      {names.map((name) => {
        const promise = known.find((item) => item.promise === name);
        const items = query.data.filter((item) => (item[of] ?? "") === name);
        const title = of === "promise" ? (promise?.words ?? name) : (items[0]?.words ?? (name || w.noPrinciple));
        return (
          <figure key={name}>
            <figcaption>
              {of === "promise" ? <PromiseWords words={title} size="small" /> : <strong>{title}</strong>}
            </figcaption>
            {items.every((item) => item.too_few) ? (
              <p className="muted">{w.tooFew}</p>
            ) : (
              <Line
                title={title}
                items={items}
                target={of === "promise" ? promise?.target : undefined}
                narrowed={narrowed}
              />
            )}
          </figure>
        );
      })}
    </div>
  );
}

// "2026-08-17" and "2026-08", as the API writes a day, a week's first one and a month.
function timeWords(language: string) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
  const month = format({ month: "short", year: "numeric" });
  const short = format({ month: "short", day: "numeric" });
  const long = format({ month: "short", day: "numeric", year: "numeric" });
  const at = (begin: string) => new Date(`${begin.length === 7 ? `${begin}-01` : begin}T12:00:00Z`);
  return {
    short: (begin: string) => (begin.length === 7 ? month : short).format(at(begin)),
    long: (begin: string) => (begin.length === 7 ? month : long).format(at(begin)),
  };
}

const beginOf = (item: Item) => item.day ?? item.week ?? item.month ?? "";

function Line(props: { title: string; items: Item[]; target?: number | null | undefined; narrowed: Question }) {
  const { title, items, target, narrowed } = props;
  const w = useWords(adherence);
  const format = useFormat();
  const [, navigate] = useLocation();
  const { language } = usePreferences();
  const wordsOf = useMemo(() => timeWords(language), [language]);
  const option = useCallback(
    (colours: Colours) =>
      lineOption(items, target, colours, {
        share: format.share,
        number: format.number,
        target: w.target,
        time: wordsOf.short,
      }),
    [items, target, format, w, wordsOf],
  );
  return (
    <Plot
      label={`${title}. ${w.plotSays}`}
      height={176}
      option={option}
      pick={(_, index) => {
        const item = items[index];
        if (item) navigate(ledgerOf(item, narrowed));
      }}
      table={
        <table>
          <thead>
            <tr>
              <th>{w.time}</th>
              <th>{w.kept}</th>
              <th>{w.broken}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={beginOf(item)}>
                <td>{wordsOf.long(beginOf(item))}</td>
                <td>
                  <Link href={ledgerOf(item, narrowed)} className="figure-link">
                    <Figure {...figureOf({ ...item, target: null })} />
                  </Link>
                </td>
                <td>
                  <Link href={ledgerOf(item, narrowed, "broken")}>{item.broken}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

interface LineWords {
  share: (share: number) => string;
  number: (n: number) => string;
  target: string;
  time: (begin: string) => string;
}

// So that intervals can be seen: tens below the lowest of them.
function lowestOf(items: Item[], target: number | null | undefined): number {
  const lows = items.filter((item) => !item.too_few).map((item) => item.low);
  return Math.max(0, Math.floor(Math.min(...lows, target ?? 1, 0.9) * 10) * 10);
}

// Where there are too few to say, the line has a gap.
function lineOption(items: Item[], target: number | null | undefined, colours: Colours, words: LineWords) {
  const value = (item: Item, of: number | null | undefined) =>
    item.too_few || of === null || of === undefined ? null : of * 100;
  const hidden = {
    symbol: "none",
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
    silent: true,
    stack: "interval",
  };
  return {
    animation: false,
    grid: { left: 44, right: 60, top: 12, bottom: 24 },
    textStyle: { fontFamily: LETTERS, color: colours.muted },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colours.paper,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 13 },
      formatter: (points: { dataIndex: number }[]) => {
        const item = items[points[0]?.dataIndex ?? -1];
        if (!item) return "";
        const share = typeof item.share === "number" && !item.too_few ? `${words.share(item.share)} ` : "";
        return `${words.time(beginOf(item))}\n${share}(n ${words.number(item.n)})`;
      },
    },
    xAxis: {
      type: "category",
      data: items.map(beginOf),
      boundaryGap: false,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.muted, fontSize: 12, hideOverlap: true, formatter: words.time },
    },
    yAxis: {
      type: "value",
      min: lowestOf(items, target),
      max: 100,
      splitNumber: 2,
      axisLabel: { color: colours.muted, fontSize: 12, formatter: "{value} %" },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      { type: "line", data: items.map((item) => value(item, item.low)), ...hidden },
      {
        type: "line",
        data: items.map((item) => value(item, item.high - item.low)),
        ...hidden,
        areaStyle: { color: colours.accent, opacity: 0.16 },
      },
      {
        type: "line",
        data: items.map((item) => value(item, item.share)),
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { color: colours.accent, width: 2 },
        itemStyle: { color: colours.accent },
        endLabel: {
          show: true,
          color: colours.ink,
          fontWeight: 600,
          formatter: (point: { value: number }) => words.share(point.value / 100),
        },
        ...(typeof target === "number" && {
          markLine: {
            silent: true,
            symbol: "none",
            lineStyle: { color: colours.ink, type: "dashed", width: 1 },
            label: { show: true, position: "insideStartBottom", color: colours.muted, formatter: words.target },
            data: [{ yAxis: target * 100 }],
          },
        }),
      },
    ],
  };
}
