// One role: what it allows, who holds it; changing, copying and deleting it. "new" makes one.
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { call, client } from "../../api";
import { may, useMe } from "../../me";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { roles as roleWords } from "../../words/roles";
import { PEOPLE_MOST, type Role, usePeopleChanged, useRoleName } from "./people";
import { PermissionList } from "./roles";

export function OneRole({ roles, id }: { roles: Role[]; id: string }) {
  const w = useWords(roleWords);
  const from = new URLSearchParams(useSearch()).get("from");
  const role = roles.find((one) => one.id === id);
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/roles">{w.back}</Link>
      </p>
      {id === "new" ? (
        <>
          <PageHead title={w.make}>{w.lead}</PageHead>
          <RoleForm roles={roles} from={from ?? ""} />
        </>
      ) : role ? (
        <Existing key={role.id} role={role} roles={roles} />
      ) : (
        <Problem error={{ status: 404, title: "" }} />
      )}
    </>
  );
}

function Existing({ role, roles }: { role: Role; roles: Role[] }) {
  const w = useWords(roleWords);
  const me = useMe().data;
  const nameOf = useRoleName();
  const [, navigate] = useLocation();
  const canWrite = may(me, "staff:write");
  return (
    <>
      <PageHead
        title={nameOf(role)}
        actions={
          canWrite && (
            <Button variant="default" onClick={() => navigate(`/settings/roles/new?from=${role.id}`)}>
              {w.copy}
            </Button>
          )
        }
      >
        {role.built_in ? w.builtIn : w.own}
      </PageHead>
      {role.built_in && canWrite && <p className="settings-text">{w.fixed}</p>}
      <div className="roles-one">
        {canWrite && !role.built_in ? (
          <RoleForm roles={roles} role={role} from="" />
        ) : (
          <section>
            <h2>{w.permissions}</h2>
            <PermissionList chosen={new Set(role.permissions as string[])} />
          </section>
        )}
        <Holders role={role} canDelete={canWrite && !role.built_in} />
      </div>
    </>
  );
}

function RoleForm({ roles, role, from }: { roles: Role[]; role?: Role; from: string }) {
  const w = useWords(roleWords);
  const nameOf = useRoleName();
  const toast = useToast();
  const changed = usePeopleChanged();
  const [, navigate] = useLocation();
  const source = roles.find((one) => one.id === from);
  const permissionsOf = (one: Role | undefined) => new Set((one?.permissions ?? []) as string[]);
  const [start, setStart] = useState(from);
  const [name, setName] = useState(role?.name ?? (source ? w.copyName(nameOf(source)) : ""));
  const [chosen, setChosen] = useState(permissionsOf(role ?? source));
  const [wrong, setWrong] = useState<"name" | "permissions">();
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), permissions: [...chosen] as never };
      if (!role) return call(client.POST("/api/v1/roles", { body }));
      return call(client.PATCH("/api/v1/roles/{id}", { params: { path: { id: role.id } }, body }));
    },
    onSuccess: (answer) => {
      changed();
      toast.say(role ? w.saved(answer.name) : w.made(answer.name));
      if (!role) navigate(`/settings/roles/${answer.id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = !name.trim() ? "name" : chosen.size === 0 ? "permissions" : undefined;
    setWrong(fault);
    if (!fault) save.mutate();
  };
  return (
    <form onSubmit={submit} className="settings-form" noValidate>
      <TextInput
        label={w.name}
        description={w.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={wrong === "name" && w.needsName}
        maxLength={60}
        required
      />
      {!role && (
        <NativeSelect
          label={w.startFrom}
          value={start}
          onChange={(event) => {
            setStart(event.currentTarget.value);
            setChosen(permissionsOf(roles.find((one) => one.id === event.currentTarget.value)));
          }}
          data={[{ value: "", label: w.nothing }, ...roles.map((one) => ({ value: one.id, label: nameOf(one) }))]}
        />
      )}
      <h2>{w.permissions}</h2>
      <PermissionList chosen={chosen} set={setChosen} />
      {wrong === "permissions" && (
        <p className="is-broken" role="alert">
          {w.needsOne}
        </p>
      )}
      {save.isError && <Problem error={save.error} />}
      <Group>
        <Button type="submit" loading={save.isPending}>
          {role ? w.save : w.create}
        </Button>
        <Button variant="default" onClick={() => navigate("/settings/roles")}>
          {w.cancel}
        </Button>
      </Group>
    </form>
  );
}

function Holders({ role, canDelete }: { role: Role; canDelete: boolean }) {
  const w = useWords(roleWords);
  const toast = useToast();
  const changed = usePeopleChanged();
  const [, navigate] = useLocation();
  const holders = useQuery({
    queryKey: ["staff", "of-role", role.id],
    queryFn: async () =>
      (await call(client.GET("/api/v1/staff", { params: { query: { role: role.id, limit: PEOPLE_MOST } } }))).items,
  });
  const body = { name: role.name, permissions: role.permissions };
  const remove = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/roles/{id}", { params: { path: { id: role.id } } })),
    onSuccess: () => {
      navigate("/settings/roles");
      changed();
      toast.undo(w.removed(role.name), async () => {
        await call(client.POST("/api/v1/roles", { body: { id: role.id, ...body } }));
        changed();
      });
    },
    onError: toast.fail,
  });
  const people = holders.data ?? [];
  return (
    <section className="roles-holders">
      <h2>{w.holders}</h2>
      {holders.isError && <Problem error={holders.error} retry={() => void holders.refetch()} />}
      {holders.data && people.length === 0 && <p className="muted">{w.nobody}</p>}
      {canDelete && people.length > 0 && <p className="settings-text">{w.removeHeld}</p>}
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <Link href={`/settings/staff/${person.id}`}>{person.name}</Link>
            <small className="muted settings-below">{person.email}</small>
          </li>
        ))}
      </ul>
      {canDelete && holders.data && people.length === 0 && (
        <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {w.remove}
        </Button>
      )}
    </section>
  );
}
