// The rail (on a phone: a strip above and a bar below), and what belongs to every page: palette, help, bell, live state.
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useKeys } from "../keys";
import { startLive } from "../live";
import { type Me, may } from "../me";
import { pages } from "../pages";
import { type Theme, usePreferences } from "../preferences";
import { languageOf, useWords } from "../words";
import { frame } from "../words/frame";
import { NewsProvider } from "./news";
import { openPalette, whenPaletteIsWanted } from "./openPalette";
import { Bottom, Rail, Top } from "./Rail";

const Palette = lazy(() => import("./Palette"));
const Help = lazy(() => import("./Help"));

export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const w = useWords(frame);
  const [path, navigate] = useLocation();
  const [isHelp, setHelp] = useState<boolean>(); // undefined: not asked for yet
  const [isPalette, setPalette] = useState(false);
  const { set } = usePreferences();
  useEffect(startLive, []);
  useEffect(() => {
    whenPaletteIsWanted(() => setPalette(true));
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
  // Another page begins at its top.
  useEffect(() => {
    window.scrollTo(0, 0); // newer browsers give a promise, which is no effect's to return
  }, [path]);
  const seen = pages.filter((page) => !page.isOpen && may(me, page.permission));
  const goes = Object.fromEntries(
    seen.filter((page) => page.key).map((page) => [`g ${page.key}`, () => navigate(page.path)]),
  );
  useKeys({
    ...goes,
    "?": () => setHelp(true),
    "/": openPalette,
    D: () => set({ theme: document.documentElement.dataset.mantineColorScheme === "dark" ? "light" : "dark" }),
  });
  return (
    <NewsProvider me={me}>
      <a className="skip" href="#main">
        {w.skip}
      </a>
      <div className="frame">
        <Rail me={me} pages={seen} showHelp={() => setHelp(true)} />
        <Top me={me} pages={seen} showHelp={() => setHelp(true)} />
        <main id="main" className="page" tabIndex={-1}>
          {children}
        </main>
        <Bottom pages={seen} />
      </div>
      <Suspense>
        {isPalette && <Palette me={me} pages={seen} />}
        {isHelp !== undefined && <Help isOpen={isHelp} close={() => setHelp(false)} pages={seen} />}
      </Suspense>
    </NewsProvider>
  );
}
