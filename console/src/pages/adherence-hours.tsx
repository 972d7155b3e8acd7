// When promises break: a map of the week by hour.
import { useCallback } from "react";
import { Link, useLocation } from "wouter";
import { useFormat } from "../format";
import { ListSkeleton } from "../parts/DataList";
import { type Colours, LETTERS, Plot } from "../parts/Plot";
import { Problem } from "../parts/Problem";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { adherence } from "../words/adherence";
import { instantOf, weekdayNames } from "../zone";
import { type Item, type Question, useAdherence } from "./adherence";

// The obligations that broke then.
const hourAddress = (item: Item, question: Question, zone: string) =>
  `/ledger?${new URLSearchParams({
    state: "broken",
    ...(question.promise && { promise: question.promise }),
    ...(question.from && { decided_after: instantOf(question.from, zone) }),
    weekday: String(item.weekday),
    hour: String(item.hour),
  })}`;

export function HourMap({ question }: { question: Question }) {
  const w = useWords(adherence);
  const format = useFormat();
  const { language, zone } = usePreferences();
  const [, navigate] = useLocation();
  const weekdays = weekdayNames(language, "short");
  const query = useAdherence({ by: "hour", ...question });
  const items = query.data;
  const days = weekdays.join(" ");
  const option = useCallback(
    (colours: Colours) => mapOption(items ?? [], days.split(" "), colours, format.share, w.brokenOf),
    [items, days, format, w],
  );
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <ListSkeleton label={w.week} />;
  return (
    <>
      <p className="muted">{w.weekLine}</p>
      <Plot
        label={`${w.week}. ${w.weekLine}`}
        height={252}
        option={option}
        pick={(_, index) => {
          const item = query.data[index];
          if (item && item.n > 0) navigate(hourAddress(item, question, zone));
        }}
        table={
          <HourTable items={query.data} weekdays={weekdays} address={(item) => hourAddress(item, question, zone)} />
        }
      />
    </>
  );
}

function HourTable(props: { items: Item[]; weekdays: string[]; address: (item: Item) => string }) {
  const { items, weekdays, address } = props;
  const w = useWords(adherence);
  const format = useFormat();
  return (
    <table aria-label={w.week} className="adherence-hours">
      <thead>
        <tr>
          <th>{w.hour}</th>
          {weekdays.map((day) => (
            <th key={day}>{day}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: 24 }, (_, hour) => (
          <tr key={hour}>
            <th>{hour}</th>
            {weekdays.map((day, weekday) => {
              const item = items[weekday * 24 + hour];
              return (
                <td key={day}>
                  {item && item.n > 0 && (
                    <Link href={address(item)} className="figure-link">
                      {item.too_few ? `n ${item.n}` : format.share(item.share ?? 0)}
                    </Link>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function mapOption(
  items: Item[],
  weekdays: string[],
  colours: Colours,
  share: (n: number) => string,
  words: (broken: number, n: number) => string,
) {
  const most = Math.max(0.05, ...items.filter((item) => !item.too_few).map((item) => 1 - (item.share ?? 1)));
  const cell = (item: Item, i: number) => [
    i % 24,
    Math.floor(i / 24),
    item.too_few ? "-" : (1 - (item.share ?? 1)) * 100,
  ];
  return {
    animation: false,
    textStyle: { fontFamily: LETTERS, color: colours.muted },
    grid: { left: 40, right: 8, top: 4, bottom: 56 },
    tooltip: {
      renderMode: "richText",
      backgroundColor: colours.paper,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 13 },
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const item = items[dataIndex];
        if (!item) return "";
        const part = item.too_few ? "" : `\n${share(item.share ?? 0)}`;
        return `${weekdays[(item.weekday ?? 1) - 1]} ${item.hour}-${(item.hour ?? 0) + 1}\n${words(item.broken, item.n)}${part}`;
      },
    },
    xAxis: {
      type: "category",
      data: Array.from({ length: 24 }, (_, hour) => String(hour)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.muted, fontSize: 12 },
    },
    yAxis: {
      type: "category",
      data: weekdays,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.muted, fontSize: 12 },
    },
    visualMap: {
      min: 0,
      max: most * 100,
      calculable: false,
      orient: "horizontal",
      left: 40,
      bottom: 0,
      itemHeight: 120,
      itemWidth: 10,
      text: [`${Math.round(most * 100)} %`, "0 %"],
      textStyle: { color: colours.muted, fontSize: 12 },
      inRange: { color: [colours.line, colours.broken] },
    },
    series: [{ type: "heatmap", data: items.map(cell), itemStyle: { borderColor: colours.paper, borderWidth: 2 } }],
  };
}
