// The rail (on a phone: a strip above and a bar below), and what belongs to every page: palette, help, bell, live state.
import { type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useKeys } from "../keys";
import { startLive } from "../live";
import { type Me, may } from "../me";
import { pages } from "../pages";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { frame } from "../words/frame";
import { Help } from "./Help";
import { NewsProvider } from "./news";
import { openPalette, Palette } from "./Palette";
import { Bottom, Rail, Top } from "./Rail";

export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const w = useWords(frame);
  const [path, navigate] = useLocation();
  const [isHelp, setHelp] = useState(false);
  const { set } = usePreferences();
  useEffect(startLive, []);
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
      <Palette me={me} pages={seen} />
      <Help isOpen={isHelp} close={() => setHelp(false)} pages={seen} />
    </NewsProvider>
  );
}
