// Ctrl-K: pages, promises, and what else the console can search.
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { type Me, may } from "../me";
import { pages as allPages, type Page } from "../pages";
import { sections } from "../pages/settings/sections";
import { Icon } from "../parts/Icon";
import { usePreferences } from "../preferences";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { frame } from "../words/frame";
import { settings } from "../words/settings";
import { paletteIsThere } from "./openPalette";

export default function Palette({ me, pages }: { me: Me; pages: Page[] }) {
  const w = useWords(frame);
  const { language } = usePreferences();
  const [, navigate] = useLocation();
  const { promises } = usePromises();
  useEffect(() => {
    paletteIsThere(spotlight.open);
    spotlight.open();
  }, []); // it is loaded when it is wanted for the first time
  const pageActions = pages
    .filter((page) => !page.path.includes(":"))
    .map(
      (page): SpotlightActionData => ({
        id: page.path,
        label: page.title[language],
        leftSection: <Icon name={page.rail ?? "me"} />,
        onClick: () => navigate(page.path),
      }),
    );
  const sectionActions = sections
    .filter((section) => may(me, section.permission))
    .map(
      (section): SpotlightActionData => ({
        id: `settings ${section.path}`,
        label: section.title[language],
        description: settings[language].title,
        leftSection: <Icon name="settings" />,
        onClick: () => navigate(`/settings${section.path}`),
      }),
    );
  const target = promiseAddress();
  const promiseActions =
    target && may(me, "measure:read")
      ? promises.map(
          (promise): SpotlightActionData => ({
            id: `promise ${promise.name}`,
            label: promise.words,
            keywords: [promise.name],
            className: "palette-promise",
            onClick: () => navigate(target(promise.name)),
          }),
        )
      : [];
  const actions: SpotlightActionGroupData[] = [
    { group: w.goTo, actions: [...pageActions, ...sectionActions] },
    { group: w.promises, actions: promiseActions },
  ];
  return (
    <Spotlight
      actions={actions.filter((group) => group.actions.length > 0)}
      shortcut={null}
      title={w.search}
      nothingFound={w.nothingFound}
      highlightQuery
      limit={12}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      transitionProps={{ duration: 100 }}
      searchProps={{ leftSection: <Icon name="search" />, placeholder: w.search, "aria-label": w.search }}
    />
  );
}

// Where a promise is read: the Code's page, once there is one.
function promiseAddress(): ((name: string) => string) | undefined {
  const has = (path: string) => allPages.some((page) => page.path === path);
  if (has("/code")) return (name) => `/code#${encodeURIComponent(name)}`;
  if (has("/ledger")) return (name) => `/ledger?promise=${encodeURIComponent(name)}`;
  return undefined;
}
