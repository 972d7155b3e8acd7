const WIDTH = 96;
const HEIGHT = 24;
const PAD = 3;

// A line as small as a word: shares over time, the target dashed. What it shows is in `label`, for those who hear it.
export function Sparkline({ values, target, label }: { values: number[]; target?: number | undefined; label: string }) {
  const all = target === undefined ? values : [...values, target];
  const low = Math.min(...all);
  const span = Math.max(Math.max(...all) - low, 0.02);
  const x = (i: number) => PAD + (i * (WIDTH - 2 * PAD)) / Math.max(values.length - 1, 1);
  const y = (value: number) => HEIGHT - PAD - ((value - low) / span) * (HEIGHT - 2 * PAD);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  return (
    <svg
      className="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {target !== undefined && <line className="sparkline-target" x1={0} x2={WIDTH} y1={y(target)} y2={y(target)} />}
      <polyline points={points.join(" ")} />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r={2.2} />
    </svg>
  );
}
