// A chart, drawn by ECharts once somebody looks at one, with a table that says the same.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { parts } from "../words/parts";
import { Problem } from "./Problem";

// biome-ignore lint/suspicious/noExplicitAny: ECharts' own type of options covers every chart there is
export type PlotOption = Record<string, any>;
export const LETTERS = "Inter, system-ui, sans-serif"; // those of --sans, which a canvas does not know
export type Colours = Record<"ink" | "muted" | "line" | "paper" | "accent" | "broken" | "band", string>;

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: value("ink"),
    muted: value("muted"),
    line: value("line"),
    paper: value("paper"),
    accent: value("accent"),
    broken: value("broken"),
    band: value("accent-band"),
  };
}

export interface PlotProps {
  label: string; // what it shows, for those who do not see it
  height: number;
  option: (colours: Colours) => PlotOption;
  table: ReactNode;
  pick?: (name: string, index: number) => void; // a point or cell was clicked
}

export function Plot({ label, height, option, table, pick }: PlotProps) {
  const w = useWords(parts);
  const [isTable, setTable] = useState(false);
  return (
    <div className="plot">
      {isTable ? (
        <div className="plot-table">{table}</div>
      ) : (
        <Drawn label={label} height={height} option={option} {...(pick && { pick })} />
      )}
      <button
        type="button"
        className="link-button plot-switch"
        aria-pressed={isTable}
        onClick={() => setTable(!isTable)}
      >
        {isTable ? w.showPlot : w.showTable}
      </button>
    </div>
  );
}

function Drawn({ label, height, option, pick }: Omit<PlotProps, "table">) {
  const { theme } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ option, pick });
  latest.current = { option, pick };
  const [chart, setChart] = useState<import("./echarts").Chart>();
  const [trouble, setTrouble] = useState<unknown>(); // what draws did not come; the table is there
  const [round, setRound] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let drawn: import("./echarts").Chart | undefined;
    let gone = false;
    const observer = new ResizeObserver(() => drawn?.resize());
    void import("./echarts").then(({ open }) => {
      if (gone) return;
      drawn = open(element);
      drawn.on("click", (event) => latest.current.pick?.(event.name, event.dataIndex));
      observer.observe(element);
      setChart(drawn);
    }, setTrouble);
    return () => {
      gone = true;
      observer.disconnect();
      drawn?.dispose();
    };
  }, [round]);
  // Colours are of the theme, also when the system changes it.
  useEffect(() => {
    const draw = () => {
      if (chart && !chart.isDisposed() && place.current) {
        chart.setOption(latest.current.option(coloursOf(place.current)), { notMerge: true });
      }
    };
    draw();
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const later = () => requestAnimationFrame(draw);
    later();
    dark.addEventListener("change", later);
    return () => dark.removeEventListener("change", later);
  }, [chart, option, theme]);
  const again = () => {
    setTrouble(undefined);
    setRound(round + 1);
  };
  return trouble ? (
    <Problem error={trouble} retry={again} />
  ) : (
    <div ref={place} className="plot-drawn" style={{ height }} role="img" aria-label={label} />
  );
}
