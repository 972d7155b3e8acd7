import { Link } from "wouter";
import { may, useMe } from "../../me";
import { useWords } from "../../words";
import { today } from "../../words/today";
import { pages } from "../index";
import { sections } from "../settings/sections";

const STEPS = [
  { name: "code", path: "/code" },
  { name: "touches", path: "/tokens" },
  { name: "people", path: "/staff" },
] as const;

// Before a Code is in force, nothing can be open: what leads there, in its order.
export function FirstSteps() {
  const w = useWords(today);
  const { data: me } = useMe();
  // To a page or to a section of Settings, if there is one that they may see.
  const addressOf = (path: string) => {
    if (pages.some((page) => page.path === path && may(me, page.permission))) return path;
    const section = sections.find((one) => one.path === path && may(me, one.permission));
    return section && `/settings${path}`;
  };
  return (
    <ol className="today-steps">
      {STEPS.map(({ name, path }) => {
        const { title, words } = w.steps[name];
        const address = addressOf(path);
        return (
          <li key={name}>
            <h2>{address ? <Link href={address}>{title}</Link> : title}</h2>
            <p className="muted">{words}</p>
          </li>
        );
      })}
    </ol>
  );
}
