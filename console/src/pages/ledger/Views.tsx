// Saved views: filters under a name, one's own or shared. The address holds the filters and which view they are of, so
// whoever may not see the view still sees what it shows.
import { Button, Checkbox, Group, Menu, Modal, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { AddressState } from "../../address";
import { call, client, type Shapes } from "../../api";
import { useMe } from "../../me";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { views as catalog } from "../../words/views";

type View = Shapes["SavedView"];
type Audience = "own" | "team" | "all";
interface Wanted {
  name: string;
  filters: AddressState;
  audience: Audience;
  team?: string;
  pinned: boolean;
}
interface Here {
  filters: AddressState; // as they are now, without those that are as given at first
  view: string; // id of the one that the address names
  open: (filters: AddressState, view: string) => void;
}

const KEY = ["views"];
const filtersOf = (view: View) => view.filters as AddressState;
const isSame = (a: AddressState, b: AddressState) => {
  const text = (filters: AddressState) => JSON.stringify(Object.entries(filters).sort());
  return text(a) === text(b);
};
const wantedOf = (view: View): Wanted => ({
  name: view.name,
  filters: filtersOf(view),
  audience: view.audience as Audience,
  ...(view.team ? { team: view.team } : {}),
  pinned: view.pinned,
});

function useViews() {
  const me = useMe().data;
  return useQuery({
    queryKey: KEY,
    queryFn: async () => (await call(client.GET("/api/v1/views"))).items as View[],
    enabled: Boolean(me?.id),
    staleTime: 60_000,
  });
}

// What can be done with views; each tells what happened, and takes it back where it can.
function useChanges(here: Here) {
  const w = useWords(catalog);
  const toast = useToast();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const patch = (id: string, body: Partial<Wanted>) =>
    call(client.PATCH("/api/v1/views/{id}", { params: { path: { id } }, body: body as never }));
  const add = (wanted: Wanted) => call(client.POST("/api/v1/views", { body: wanted as never }));
  return {
    refresh,
    patch,
    add,
    pin: (view: View) => patch(view.id, { pinned: !view.pinned }).then(refresh).catch(toast.fail),
    update: (view: View) =>
      patch(view.id, { filters: here.filters })
        .then(refresh)
        .then(() =>
          toast.undo(w.updated(view.name), async () => {
            await patch(view.id, { filters: filtersOf(view) });
            await refresh();
            here.open(filtersOf(view), view.id);
          }),
        )
        .catch(toast.fail),
    remove: (view: View) =>
      call(client.DELETE("/api/v1/views/{id}", { params: { path: { id: view.id } } }))
        .then(refresh)
        .then(() => {
          here.open(here.filters, "");
          toast.undo(w.deleted(view.name), async () => {
            const again = await add(wantedOf(view));
            await refresh();
            here.open(filtersOf(view), again.id);
          });
        })
        .catch(toast.fail),
  };
}

// The menu at the head of the page.
export function ViewMenu({ here }: { here: Here }) {
  const w = useWords(catalog);
  const me = useMe().data;
  const views = useViews();
  const changes = useChanges(here);
  const [form, setForm] = useState<"new" | "change">();
  if (!me?.id) return null; // nobody's account, nobody's views
  const current = views.data?.find((view) => view.id === here.view);
  const canChange = current && (current.mine || me.permissions.includes("admin"));
  const isChanged = current && !isSame(filtersOf(current), here.filters);
  return (
    <>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default">{w.title}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.data?.length === 0 && <Menu.Label>{w.none}</Menu.Label>}
          {views.data?.map((view) => (
            <Menu.Item key={view.id} onClick={() => here.open(filtersOf(view), view.id)}>
              {view.name}
              <span className="ledger-view-whose">{whose(w, view)}</span>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setForm("new")}>{w.save}</Menu.Item>
          {current && <Menu.Label>{current.name}</Menu.Label>}
          {current && (
            <Menu.Item onClick={() => void changes.pin(current)}>{current.pinned ? w.unpin : w.pin}</Menu.Item>
          )}
          {canChange && isChanged && <Menu.Item onClick={() => void changes.update(current)}>{w.update}</Menu.Item>}
          {canChange && <Menu.Item onClick={() => setForm("change")}>{w.change}</Menu.Item>}
          {canChange && <Menu.Item onClick={() => void changes.remove(current)}>{w.delete}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={form !== undefined}
        onClose={() => setForm(undefined)}
        title={form === "change" ? w.change : w.save}
        closeButtonProps={{ "aria-label": w.cancel }}
      >
        {form && (
          <ViewForm
            {...(form === "change" && current ? { view: current } : {})}
            here={here}
            done={() => setForm(undefined)}
          />
        )}
      </Modal>
    </>
  );
}

function whose(w: { own: string; ofTeam: (t: string) => string; of: (n: string) => string }, view: View) {
  if (view.audience === "team") return w.ofTeam(view.team_name ?? "");
  if (!view.mine) return w.of(view.owner);
  return view.audience === "own" ? w.own : "";
}

function ViewForm({ view, here, done }: { view?: View; here: Here; done: () => void }) {
  const w = useWords(catalog);
  const me = useMe().data;
  const { add, patch, refresh } = useChanges(here);
  const [audience, setAudience] = useState<Audience>((view?.audience as Audience) ?? "own");
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const teams = me?.teams ?? [];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wanted: Wanted = {
      name: String(form.get("name") ?? ""),
      filters: view ? filtersOf(view) : here.filters,
      audience,
      ...(audience === "team" ? { team: String(form.get("team") ?? "") } : {}),
      pinned: form.get("pinned") === "on",
    };
    setBusy(true);
    setFault(undefined);
    (view ? patch(view.id, wanted) : add(wanted))
      .then(async (saved) => {
        await refresh();
        if (!view) here.open(here.filters, saved.id);
        done();
      })
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput name="name" label={w.name} defaultValue={view?.name ?? ""} required maxLength={100} data-autofocus />
        <Radio.Group label={w.audience} value={audience} onChange={(value) => setAudience(value as Audience)}>
          <Stack gap="xs" mt={4}>
            <Radio value="own" label={w.onlyMe} />
            {(teams.length > 0 || view?.audience === "team") && <Radio value="team" label={w.team} />}
            <Radio value="all" label={w.all} />
          </Stack>
        </Radio.Group>
        {audience === "team" && (
          <NativeSelect
            name="team"
            label={w.team}
            defaultValue={view?.team ?? teams[0]?.id ?? ""}
            data={choices(teams, view)}
          />
        )}
        <Checkbox name="pinned" label={w.pinned} defaultChecked={view?.pinned ?? true} />
        {fault !== undefined && <Problem error={fault} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {w.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {w.doSave}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function choices(teams: { id: string; name: string }[], view: View | undefined) {
  const given = teams.map((team) => ({ value: team.id, label: team.name }));
  const isKnown = !view?.team || teams.some((team) => team.id === view.team);
  return isKnown ? given : [{ value: view.team ?? "", label: view.team_name ?? "" }, ...given];
}

// The pinned ones, and the one that the address names, at hand below the head.
export function PinnedViews({ here }: { here: Here }) {
  const w = useWords(catalog);
  const shown = useViews().data?.filter((view) => view.pinned || view.id === here.view) ?? [];
  if (shown.length === 0) return null;
  return (
    <nav className="ledger-views" aria-label={w.title}>
      {shown.map((view) => {
        const isHere = view.id === here.view;
        const isChanged = isHere && !isSame(filtersOf(view), here.filters);
        return (
          <button
            key={view.id}
            type="button"
            aria-current={isHere ? "true" : undefined}
            onClick={() => here.open(filtersOf(view), view.id)}
          >
            {view.name}
            {isChanged && <small>{w.isChanged}</small>}
          </button>
        );
      })}
    </nav>
  );
}
