// The rail (on a phone: a strip above and a bar below), and what belongs to every page: palette, help, bell, live state.
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useKeys } from "../keys";
import { startLive } from "../live";
import { type Me, may } from "../me";
import { pages } from "../pages";
import { useToast } from "../parts/undo";
import { type Theme, usePreferences } from "../preferences";
import { languageOf, useWords } from "../words";
import { frame } from "../words/frame";
import { NewsProvider } from "./news";
import { openPalette, whenPaletteIsWanted } from "./openPalette";
import { Patience } from "./Patience";
import { Bottom, Rail, Top } from "./Rail";
import { useSteps } from "./steps";

const Palette = lazy(() => import("./Palette"));
const Help = lazy(() => import("./Help"));

export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const w = useWords(frame);
  const [, navigate] = useLocation();
  const [isHelp, setHelp] = useState<boolean>(); // undefined: not asked for yet
  const [isPalette, setPalette] = useState(false);
  const { set } = usePreferences();
  const toast = useToast();
  const fail = useRef(toast.fail);
  fail.current = toast.fail;
  const showHelp = () => void import("./Help").then(() => setHelp(true), toast.fail);
  useEffect(startLive, []);
  useEffect(() => {
    whenPaletteIsWanted(
      () =>
        void import("./Palette").then(
          () => setPalette(true),
          (error) => fail.current(error),
        ),
    );
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      openPalette();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  // The account's preferences hold in every browser.
  useEffect(() => {
    if (!me.id) return;
    set({
      ...(languageOf(me.language) ? { language: languageOf(me.language) } : {}),
      ...(me.time_zone ? { zone: me.time_zone } : {}),
      ...(me.theme ? { theme: me.theme as Theme } : {}),
    });
  }, [me.id, me.language, me.time_zone, me.theme, set]);
  const main = useRef<HTMLElement>(null);
  useSteps(main);
  const seen = pages.filter((page) => !page.isOpen && may(me, page.permission));
  const goes = Object.fromEntries(
    seen.filter((page) => page.key).map((page) => [`g ${page.key}`, () => navigate(page.path)]),
  );
  useKeys({
    ...goes,
    "?": showHelp,
    "/": openPalette,
    D: () => set({ theme: document.documentElement.dataset.mantineColorScheme === "dark" ? "light" : "dark" }),
  });
  return (
    <NewsProvider me={me}>
      <a className="skip" href="#main">
        {w.skip}
      </a>
      <div className="frame">
        <Rail me={me} pages={seen} showHelp={showHelp} />
        <Top me={me} pages={seen} showHelp={showHelp} />
        <main id="main" className="page" tabIndex={-1} ref={main}>
          <Patience />
          {children}
        </main>
        <Bottom pages={seen} />
      </div>
      <Arrival />
      <Suspense>
        {isPalette && <Palette me={me} pages={seen} />}
        {isHelp !== undefined && <Help isOpen={isHelp} close={() => setHelp(false)} pages={seen} />}
      </Suspense>
    </NewsProvider>
  );
}

// Says where one has come to, for those who do not see it.
function Arrival() {
  const [path] = useLocation();
  const [said, say] = useState("");
  const first = useRef(path);
  useEffect(() => {
    if (path === first.current) return;
    first.current = "";
    const timer = setTimeout(() => say(document.title), 150);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <p className="unseen" aria-live="polite">
      {said}
    </p>
  );
}
