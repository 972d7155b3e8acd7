// How many excuses wait for a second person, and the oldest of them.
import { Link } from "wouter";
import type { Shapes } from "../../api";
import { useFormat } from "../../format";
import { PromiseWords } from "../../parts/PromiseWords";
import type { useWaiting } from "../../parts/waiting";
import { usePromises } from "../../promises";
import { useWords } from "../../words";
import { excuses } from "../../words/excuses";
import { obligationAddress } from "./places";

const SHOWN = 5;

export default function Waiting({ items, isMore }: ReturnType<typeof useWaiting>) {
  const w = useWords(excuses);
  const format = useFormat();
  const { wordsOf } = usePromises();
  return (
    <section>
      <h2>{isMore ? w.atLeast(items.length) : w.waiting(items.length)}</h2>
      <ul className="today-broken today-waiting" aria-label={w.list}>
        {items.slice(0, SHOWN).map((one) => {
          const about = one.obligation as Shapes["Obligation"];
          return (
            <li key={one.id}>
              <PromiseWords
                words={wordsOf(about.promise)}
                size="small"
                {...(obligationAddress ? { to: obligationAddress(about.id) } : {})}
              />
              <span className="today-about">
                {about.customer ?? about.key} · {w.askedBy(one.asked_by, format.moment(one.asked))}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="today-all">
        <Link href="/excuses">{w.all}</Link>
      </p>
    </section>
  );
}
