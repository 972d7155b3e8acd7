import { useFormat } from "../format";
import { useWords } from "../words";
import { parts } from "../words/parts";

export interface FigureProps {
  share: number | null | undefined; // kept / n, 0 to 1
  low: number;
  high: number;
  n: number;
  tooFew?: boolean;
  target?: number | null; // 0 to 1
  isMet?: boolean | null; // the target, as far as one can say
  size?: "normal" | "large";
}

// "96.1 % (95.2-96.8, n 4,812)", or that there are too few to say. Takes an item of /api/v1/adherence by <Figure {...figureOf(item)}>.
export function Figure({ share, low, high, n, tooFew, target, isMet, size = "normal" }: FigureProps) {
  const format = useFormat();
  const w = useWords(parts);
  if (share === null || share === undefined || tooFew) {
    return (
      <span className={`figure is-${size}`}>
        <span className="muted">{w.tooFew}</span> <small className="figure-interval">(n {format.number(n)})</small>
      </span>
    );
  }
  const isBehind = isMet === false && target !== null && target !== undefined;
  return (
    <span className={`figure is-${size}${isBehind ? " is-behind" : ""}`}>
      <span className="figure-value">{format.share(share)}</span>{" "}
      {target !== null && target !== undefined && (
        <span className="figure-target">
          {w.of} {format.share(target)} {isBehind && <span className="unseen">{w.behind} </span>}
        </span>
      )}
      <small className="figure-interval" title={w.interval}>
        ({format.interval(low, high)}, n {format.number(n)})
      </small>
    </span>
  );
}

// From an item of GET /api/v1/adherence.
export function figureOf(item: {
  share?: number | null;
  low: number;
  high: number;
  n: number;
  too_few: boolean;
  target?: number | null;
  target_met?: boolean | null;
}): FigureProps {
  return {
    share: item.share,
    low: item.low,
    high: item.high,
    n: item.n,
    tooFew: item.too_few,
    target: item.target,
    isMet: item.target_met,
  };
}
