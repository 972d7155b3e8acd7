// Settings: the list of its sections beside the one that is read. On a phone, the list first and then the section alone.
import { type ComponentType, Suspense, useEffect } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { windowTitle } from "../brand";
import { Boundary } from "../frame/Boundary";
import { later } from "../later";
import { may, useMe } from "../me";
import { ListSkeleton } from "../parts/DataList";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { parts } from "../words/parts";
import { settings } from "../words/settings";
import { GROUPS, type Section, type SectionProps, sections } from "./settings/sections";

const PHONE = "(max-width: 700px)";
const loaded = new Map<string, ComponentType<SectionProps>>();
function contentOf(section: Section) {
  const known = loaded.get(section.path) ?? later(section.load);
  loaded.set(section.path, known);
  return known;
}

export default function Settings({ params }: { params: { "*"?: string } }) {
  const me = useMe().data;
  const rest = `/${params["*"] ?? ""}`;
  const permitted = sections.filter((one) => may(me, one.permission));
  const here = sections.find((one) => rest === one.path || rest.startsWith(`${one.path}/`));
  if (rest === "/" && permitted[0] && !matchMedia(PHONE).matches)
    return <Redirect to={`/settings${permitted[0].path}`} replace />;
  return (
    <div className={`settings${here ? " is-inside" : ""}`}>
      <SectionList sections={permitted} here={here} />
      <div className="settings-content">
        {here && may(me, here.permission) && <Shown section={here} id={rest.slice(here.path.length + 1)} />}
        {here && !may(me, here.permission) && <Problem error={{ status: 403, title: "" }} />}
        {!here && rest !== "/" && <Problem error={{ status: 404, title: "" }} />}
      </div>
    </div>
  );
}

function SectionList({ sections: permitted, here }: { sections: Section[]; here: Section | undefined }) {
  const w = useWords(settings);
  const { language } = usePreferences();
  const groups = GROUPS.map((name) => ({ name, of: permitted.filter((one) => one.group === name) }));
  return (
    <>
      <nav className="settings-list" aria-label={w.sections}>
        {here ? <p className="settings-title">{w.title}</p> : <PageHead title={w.title} />}
        {groups
          .filter((group) => group.of.length > 0)
          .map((group) => (
            <div key={group.name}>
              <p className="settings-group">{w.groups[group.name]}</p>
              <ul>
                {group.of.map((one) => (
                  <li key={one.path}>
                    <Link href={`/settings${one.path}`} aria-current={one === here ? "page" : undefined}>
                      {one.title[language]}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </nav>
      <nav className="settings-back" aria-label={w.back}>
        <Link href="/settings">{w.title}</Link>
      </nav>
    </>
  );
}

function Shown({ section, id }: { section: Section; id: string }) {
  const w = useWords(parts);
  const { language } = usePreferences();
  const [path] = useLocation();
  const Content = contentOf(section);
  useEffect(() => {
    document.title = windowTitle(section.title[language]);
  }, [section, language]);
  return (
    <Boundary key={path}>
      <Suspense fallback={<ListSkeleton label={w.loading} />}>
        <Content params={id ? { id: decodeURIComponent(id) } : {}} />
      </Suspense>
    </Boundary>
  );
}
