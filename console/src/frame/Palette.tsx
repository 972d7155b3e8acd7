// Ctrl-K: pages, promises, and the customers, threads, obligations and members of staff that the server finds while somebody types.
import { useDebouncedValue } from "@mantine/hooks";
import {
  createSpotlight,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
} from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import { type Me, may } from "../me";
import { pages as allPages, type Page } from "../pages";
import { customerAddress, ledgerOfKey } from "../pages/customer/places";
import { sections } from "../pages/settings/sections";
import { Icon } from "../parts/Icon";
import { type State, StateShape, stateOf } from "../parts/StateMark";
import { usePreferences } from "../preferences";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { frame } from "../words/frame";
import { parts } from "../words/parts";
import { settings } from "../words/settings";
import { paletteIsThere } from "./openPalette";
import { usePeopleFound } from "./peopleFound";

const TYPING_MS = 150;
const FOUND = "found "; // what the ids of the server's findings begin with
const [store, spotlight] = createSpotlight();

export default function Palette({ me, pages }: { me: Me; pages: Page[] }) {
  const w = useWords(frame);
  const { language } = usePreferences();
  const [, navigate] = useLocation();
  const { promises } = usePromises();
  const [typed, setTyped] = useState("");
  const found = useFound(me, typed);
  const people = usePeopleFound(me, typed, FOUND);
  useEffect(selectFirst, [found.key, people.length]);
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
    ...found.groups,
    { group: w.staff, actions: people },
  ];
  return (
    <Spotlight
      store={store}
      actions={actions.filter((group) => group.actions.length > 0)}
      shortcut={null}
      title={w.search}
      nothingFound={found.isAsked ? w.searching : w.nothingFound}
      query={typed}
      onQueryChange={setTyped}
      filter={filter}
      highlightQuery
      scrollable
      maxHeight="60vh"
      limit={30}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      transitionProps={{ duration: 100 }}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: w.search,
        "aria-label": w.search,
        onKeyDown: (event) => {
          if (event.key === "Enter") selectFirst();
        },
      }}
    />
  );
}

// Pages and promises by any of their words. What the server found fits already, and stands last, so that nothing moves
// under a finger.
const filter: SpotlightFilterFunction = (query, actions) => {
  const wanted = query.trim().toLowerCase();
  const fits = ({ id, label, description, keywords }: SpotlightActionData) =>
    id.startsWith(FOUND) ||
    [label, description, ...(keywords ?? [])].some((words) => words?.toLowerCase().includes(wanted));
  const groups = actions.filter((action) => "actions" in action) as SpotlightActionGroupData[];
  return groups
    .map((group) => ({ ...group, actions: group.actions.filter(fits) }))
    .filter((group) => group.actions.length > 0);
};

// Spotlight selects the first entry as somebody types; what comes later into an empty list is selected here.
function selectFirst() {
  const list = document.getElementById(store.getState().listId);
  if (!list || list.querySelector("[data-selected]")) return;
  list.querySelector("[data-action]")?.setAttribute("data-selected", "true");
  store.setState({ ...store.getState(), selected: 0 });
}

// One question once the typing rests; a later one ends it.
function useFound(me: Me, typed: string): { groups: SpotlightActionGroupData[]; isAsked: boolean; key: number } {
  const w = useWords(frame);
  const [, navigate] = useLocation();
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS);
  const canAsk = may(me, "customer:read") || may(me, "ledger:read");
  const query = useQuery({
    queryKey: ["look-up", asked],
    queryFn: ({ signal }) => call(client.GET("/api/v1/look-up", { params: { query: { q: asked } }, signal })),
    enabled: canAsk && asked.length > 1,
    // While somebody types on, what was found for fewer letters stays.
    placeholderData: (before, query) => (asked.startsWith(String(query?.queryKey[1])) ? before : undefined),
    staleTime: 10_000,
  });
  const customerAction = useCustomerAction();
  const obligationAction = useObligationAction();
  const isTyped = typed.trim().length > 1;
  const isAsked = canAsk && isTyped && (typed.trim() !== asked || query.isFetching);
  const fits = typed.trim().startsWith(asked); // what was found for other words is not offered
  if (!isTyped || !fits || !query.data) return { groups: [], isAsked, key: 0 };
  const { customers, threads, obligations } = query.data;
  const threadAction = (one: Shapes["ThreadFound"]): SpotlightActionData => ({
    id: `${FOUND}thread ${one.thread}`,
    label: one.thread,
    description: [one.customer, one.channel].filter(Boolean).join(" · "),
    leftSection: <Icon name="ledger" />,
    onClick: () => navigate(ledgerOfKey(one.thread)),
  });
  return {
    isAsked,
    key: query.dataUpdatedAt,
    groups: [
      { group: w.customers, actions: customers.map(customerAction) },
      { group: w.threads, actions: threads.map(threadAction) },
      { group: w.obligations, actions: obligations.map(obligationAction) },
    ],
  };
}

function useCustomerAction() {
  const [, navigate] = useLocation();
  return (one: Shapes["Customer"]): SpotlightActionData => ({
    id: `${FOUND}customer ${one.id}`,
    label: one.name || one.id,
    description: [one.name && one.id, one.email !== one.id && one.email].filter(Boolean).join(" · "),
    leftSection: <Icon name="customers" />,
    onClick: () => navigate(customerAddress(one.id)),
  });
}

function useObligationAction() {
  const states: { [state in State]: string } = useWords(parts);
  const format = useFormat();
  const { wordsOf } = usePromises();
  const [, navigate] = useLocation();
  return (one: Shapes["Obligation"]): SpotlightActionData => {
    const state = stateOf(one);
    const due = one.state === "open" && one.due ? format.distance(Date.parse(one.due) - Date.now()) : "";
    return {
      id: `${FOUND}obligation ${one.id}`,
      label: wordsOf(one.promise),
      description: [states[state], due, one.customer, one.key !== one.customer && one.key].filter(Boolean).join(" · "),
      className: "palette-promise",
      leftSection: <StateShape state={state} />,
      onClick: () => navigate(`/ledger/${one.id}`),
    };
  };
}

// Where a promise is read: the Code's page, once there is one.
function promiseAddress(): ((name: string) => string) | undefined {
  const has = (path: string) => allPages.some((page) => page.path === path);
  if (has("/code")) return (name) => `/code#${encodeURIComponent(name)}`;
  if (has("/ledger")) return (name) => `/ledger?promise=${encodeURIComponent(name)}`;
  return undefined;
}
