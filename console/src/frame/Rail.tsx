import { Menu, Popover, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { type LiveState, useLiveState } from "../live";
import type { Me } from "../me";
import type { Page } from "../pages";
import { BrandMark } from "../parts/BrandMark";
import { Clock } from "../parts/Clock";
import { Icon } from "../parts/Icon";
import { PromiseWords } from "../parts/PromiseWords";
import { StateShape } from "../parts/StateMark";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { frame } from "../words/frame";
import { leave } from "./leave";
import { useNews } from "./news";
import { openPalette } from "./openPalette";

interface Props {
  me: Me;
  pages: Page[];
  showHelp: () => void;
}

function Brand() {
  return (
    <Link href="/today" className="brand" translate="no">
      <BrandMark />
    </Link>
  );
}

const isAt = (page: Page, path: string) => path === page.path || path.startsWith(`${page.path}/`);

function Entry({ page, onGo }: { page: Page; onGo?: () => void }) {
  const { language } = usePreferences();
  const [path] = useLocation();
  return (
    <li>
      <Link href={page.path} aria-current={isAt(page, path) ? "page" : undefined} onClick={onGo}>
        {page.rail && <Icon name={page.rail} />}
        <span>{page.title[language]}</span>
      </Link>
    </li>
  );
}

export function Rail(props: Props) {
  const w = useWords(frame);
  const entries = props.pages.filter((page) => page.rail);
  return (
    <nav className="rail" aria-label={w.sections}>
      <Brand />
      <button type="button" className="rail-search" onClick={openPalette}>
        <Icon name="search" size={16} />
        <span>{w.searchShort}</span>
        <kbd>{/Mac/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <ul>
        {entries
          .filter((page) => !page.isBelow)
          .map((page) => (
            <Entry key={page.path} page={page} />
          ))}
      </ul>
      <ul className="rail-below">
        {entries
          .filter((page) => page.isBelow)
          .map((page) => (
            <Entry key={page.path} page={page} />
          ))}
      </ul>
      <div className="rail-foot">
        <Live />
        <Bell />
        <Account {...props} />
      </div>
    </nav>
  );
}

// On a phone, above the page.
export function Top(props: Props) {
  const w = useWords(frame);
  return (
    <header className="top">
      <Brand />
      <span className="top-space" />
      <Live />
      <button type="button" className="icon-button" onClick={openPalette} aria-label={w.search}>
        <Icon name="search" />
      </button>
      <Bell />
      <Account {...props} />
    </header>
  );
}

const BAR_ENTRIES = 4;

// On a phone, below it: the first few, and the rest behind "more".
export function Bottom({ pages }: { pages: Page[] }) {
  const w = useWords(frame);
  const [isOpen, setOpen] = useState(false);
  const [path] = useLocation();
  const entries = pages.filter((page) => page.rail);
  const [first, rest] =
    entries.length > BAR_ENTRIES + 1 ? [entries.slice(0, BAR_ENTRIES), entries.slice(BAR_ENTRIES)] : [entries, []];
  return (
    <nav className="bottom" aria-label={w.sections}>
      <ul>
        {first.map((page) => (
          <Entry key={page.path} page={page} />
        ))}
        {rest.length > 0 && (
          <li>
            <Popover opened={isOpen} onChange={setOpen} position="top-end">
              <Popover.Target>
                <button
                  type="button"
                  onClick={() => setOpen(!isOpen)}
                  aria-expanded={isOpen}
                  aria-current={rest.some((page) => isAt(page, path)) ? "true" : undefined}
                >
                  <Icon name="more" />
                  <span>{w.more}</span>
                </button>
              </Popover.Target>
              <Popover.Dropdown>
                <ul className="bottom-more">
                  {rest.map((page) => (
                    <Entry key={page.path} page={page} onGo={() => setOpen(false)} />
                  ))}
                </ul>
              </Popover.Dropdown>
            </Popover>
          </li>
        )}
      </ul>
    </nav>
  );
}

function Live() {
  const w = useWords(frame);
  const state = useLiveState();
  const hints: Record<LiveState, string> = { live: w.liveHint, connecting: w.connectingHint, lost: w.lostHint };
  return (
    <Tooltip label={hints[state]} multiline maw={260}>
      <span className={`live is-${state}`} role="status">
        <i aria-hidden="true" />
        {w[state]}
      </span>
    </Tooltip>
  );
}

function Bell() {
  const w = useWords(frame);
  const { news, unread, read } = useNews();
  return (
    <Popover position="top-start" width={340} onOpen={read} trapFocus>
      <Popover.Target>
        <button type="button" className="icon-button bell">
          <span className="unseen">{w.notifications} </span>
          <Icon name="bell" />
          {unread > 0 && <i>{unread > 9 ? "9+" : unread}</i>}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <p className="bell-title">{w.notifications}</p>
        {news.length === 0 && <p className="muted">{w.noNotifications}</p>}
        <ul className="bell-list">
          {news.map((one) => (
            <li key={one.id}>
              <span className={`is-${one.shape}`}>
                <StateShape state={one.shape} />
              </span>
              <div>
                <PromiseWords words={one.words} size="small" {...(one.to ? { to: one.to } : {})} />
                {one.what && <p>{one.what}</p>}
                <p className="muted">
                  {one.about} · <Clock at={one.at} />
                </p>
              </div>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function Account({ me, pages, showHelp }: Props) {
  const w = useWords(frame);
  const { language, theme, set } = usePreferences();
  const [, navigate] = useLocation();
  const own = pages.find((page) => page.path === "/me");
  const isDark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const item = (icon: ReactNode, words: string, act: () => void) => (
    <Menu.Item leftSection={icon} onClick={act}>
      {words}
    </Menu.Item>
  );
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className="icon-button" aria-label={`${w.account}: ${me.name}`}>
          <Icon name="me" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name}</Menu.Label>
        {own && item(<Icon name="me" size={16} />, own.title[language], () => navigate("/me"))}
        {item(<Icon name={isDark ? "sun" : "moon"} size={16} />, isDark ? w.light : w.dark, () =>
          set({ theme: isDark ? "light" : "dark" }),
        )}
        {item(<Icon name="keys" size={16} />, w.help, showHelp)}
        {item(<Icon name="code" size={16} />, w.publicCode, () => window.location.assign("/code"))}
        <Menu.Divider />
        {item(<Icon name="leave" size={16} />, w.signOut, () => void leave())}
      </Menu.Dropdown>
    </Menu>
  );
}
