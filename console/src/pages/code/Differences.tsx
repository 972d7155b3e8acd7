// Two versions held against each other, promise by promise, in words; side by side where there is room.
import type { Shapes } from "../../api";
import { PromiseWords } from "../../parts/PromiseWords";
import { useWords } from "../../words";
import { code } from "../../words/code";

type Item = Shapes["CodeDifference"];

export function Differences({ differences }: { differences: Shapes["CodeDifferences"] }) {
  const w = useWords(code);
  const changed = differences.items.filter((item) => item.status !== "same");
  const same = differences.items.length - changed.length;
  if (changed.length === 0) return <p className="muted">{w.nothingChanged}</p>;
  return (
    <div className="code-differences">
      <p className="muted">
        {w.changes(changed.length)}
        {same > 0 && ` · ${w.same(same)}`}
      </p>
      {changed.map((item, i) => (
        <Difference key={`${item.kind} ${item.name} ${i}`} item={item} />
      ))}
    </div>
  );
}

function Difference({ item }: { item: Item }) {
  const w = useWords(code);
  const shown = item.after_words || item.before_words;
  const haveWords = item.before_words !== item.after_words && item.before_words && item.after_words;
  return (
    <article className="code-difference">
      <h2>
        {w.kinds[item.kind as keyof typeof w.kinds]} <code>{item.name}</code>{" "}
        <span className={`code-status is-${item.status}`}>{w.status[item.status as keyof typeof w.status]}</span>
      </h2>
      {haveWords ? (
        <div className="code-sides">
          <del>
            <PromiseWords words={item.before_words} />
          </del>
          <ins>
            <PromiseWords words={item.after_words} />
          </ins>
        </div>
      ) : (
        shown && <PromiseWords words={shown} />
      )}
      {item.rows.length > 0 && (
        <div className="code-rows">
          {item.rows.map((row, i) => (
            <div key={`${row.about} ${i}`} className="code-row">
              <h3>{row.about}</h3>
              <div className="code-sides">
                <Side words={row.before} other={row.after} isAfter={false} />
                <Side words={row.after} other={row.before} isAfter={true} />
              </div>
            </div>
          ))}
        </div>
      )}
    </article>
  );
}

// The words that only one side has stand out: what both begin and end with does not.
function Side({ words, other, isAfter }: { words: string; other: string; isAfter: boolean }) {
  const w = useWords(code);
  const head = isAfter ? w.after : w.before;
  if (!words)
    return (
      <p className="muted" data-head={head}>
        {w.nothing}
      </p>
    );
  const mine = words.split(/(\s+)/);
  const theirs = other.split(/(\s+)/);
  let from = 0;
  while (from < mine.length && from < theirs.length && mine[from] === theirs[from]) from++;
  let tail = 0;
  const most = Math.min(mine.length, theirs.length) - from;
  while (tail < most && mine[mine.length - 1 - tail] === theirs[theirs.length - 1 - tail]) tail++;
  const Mark = isAfter ? "ins" : "del";
  const middle = mine.slice(from, mine.length - tail).join("");
  return (
    <p data-head={head}>
      {mine.slice(0, from).join("")}
      {middle && <Mark>{middle}</Mark>}
      {mine.slice(mine.length - tail).join("")}
    </p>
  );
}
