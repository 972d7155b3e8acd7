// Which page is shown, and to whom: open pages alone, all others within the frame for who is signed in.
import { Suspense, useEffect, useLayoutEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { problemOf, whenSignedOut } from "../api";
import { windowTitle } from "../brand";
import { later } from "../later";
import { may, useMe } from "../me";
import { type Page, pages } from "../pages";
import { ListSkeleton } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { frame } from "../words/frame";
import { parts } from "../words/parts";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";

const signInAddress = (from: string) => `/sign-in?from=${encodeURIComponent(from)}`;

function here() {
  return window.location.pathname.replace(/^\/console/, "") + window.location.search;
}

export function App() {
  const [, navigate] = useLocation();
  const me = useMe();
  const w = useWords(parts);
  const open = pages.filter((page) => page.isOpen);
  useEffect(() => {
    whenSignedOut(() => {
      if (!open.some((page) => here().startsWith(page.path))) navigate(signInAddress(here()), { replace: true });
    });
  }, [navigate, open]);
  return (
    <Switch>
      {open.map((page) => (
        <Route key={page.path} path={routeOf(page)}>
          {(params) => <Shown page={page} params={params} />}
        </Route>
      ))}
      <Route path="/" nest={false}>
        {me.isPending ? null : <Redirect to={me.data ? "/today" : "/sign-in"} replace />}
      </Route>
      <Route>
        {me.isPending ? (
          <ListSkeleton label={w.loading} />
        ) : me.isError ? (
          <main className="alone">
            <Problem error={problemOf(me.error)} retry={() => void me.refetch()} isPage />
          </main>
        ) : me.data === null ? (
          <Redirect to={signInAddress(here())} replace />
        ) : (
          <Frame me={me.data}>
            <Switch>
              {pages
                .filter((page) => !page.isOpen && may(me.data, page.permission))
                .map((page) => (
                  <Route key={page.path} path={routeOf(page)}>
                    {(params) => <Shown page={page} params={params} />}
                  </Route>
                ))}
              {pages
                .filter((page) => !page.isOpen && !may(me.data, page.permission))
                .map((page) => (
                  <Route key={page.path} path={routeOf(page)}>
                    <Problem error={{ status: 403, title: "" }} isPage />
                  </Route>
                ))}
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Frame>
        )}
      </Route>
    </Switch>
  );
}

const routeOf = (page: Page) => (page.hasParts ? `${page.path}/*?` : page.path);

const loaded = new Map<string, Awaited<ReturnType<Page["load"]>>["default"]>();
function contentOf(page: Page) {
  const known = loaded.get(page.path) ?? later(page.load);
  loaded.set(page.path, known);
  return known;
}

function Shown({ page, params }: { page: Page; params: object }) {
  const { language } = usePreferences();
  const w = useWords(parts);
  const Content = contentOf(page);
  // Before the page's own effects: it may know a better name.
  useLayoutEffect(() => {
    if (!page.hasParts) document.title = windowTitle(page.title[language]); // those name themselves
  }, [page, language]);
  return (
    <Boundary key={page.hasParts ? page.path : JSON.stringify(params) + page.path}>
      <Suspense fallback={<ListSkeleton label={w.loading} />}>
        <Content params={params} />
      </Suspense>
    </Boundary>
  );
}

function NotFound() {
  const w = useWords(frame);
  const [, navigate] = useLocation();
  return (
    <>
      <PageHead title={w.notFound} />
      <Empty
        action={
          <button type="button" className="link-button" onClick={() => navigate("/today")}>
            {w.toToday}
          </button>
        }
      >
        {w.notFoundBody}
      </Empty>
    </>
  );
}
