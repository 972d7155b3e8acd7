// What each role allows, side by side; one role, and making one.
import { Button, Checkbox, Switch } from "@mantine/core";
import { Fragment } from "react";
import { Link, useLocation } from "wouter";
import { useAddress } from "../../address";
import { may, useMe } from "../../me";
import { ListSkeleton } from "../../parts/DataList";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useWords } from "../../words";
import { parts } from "../../words/parts";
import { PERMISSION_GROUPS, permissionWords } from "../../words/permissions";
import { roles as roleWords } from "../../words/roles";
import { type Role, useRoleName, useRoles } from "./people";
import { OneRole } from "./role";
import type { SectionProps } from "./sections";

export const allows = (role: Role, permission: string) => {
  const held = role.permissions as string[];
  return held.includes("admin") || held.includes(permission);
};

export default function Roles({ params }: SectionProps) {
  const w = useWords(parts);
  const roles = useRoles();
  if (roles.isError) return <Problem error={roles.error} retry={() => void roles.refetch()} />;
  if (!roles.data) return <ListSkeleton label={w.loading} />;
  if (params.id) return <OneRole roles={roles.data} id={params.id} />;
  return <AllRoles roles={roles.data} />;
}

function AllRoles({ roles }: { roles: Role[] }) {
  const w = useWords(roleWords);
  const me = useMe().data;
  const [, navigate] = useLocation();
  const [address, set] = useAddress({ compare: "", only: "" });
  const names = address.compare ? address.compare.split(",") : [];
  const chosen = names.length > 0 ? roles.filter((role) => names.includes(role.id)) : roles;
  const shown = chosen.length > 0 ? chosen : roles;
  const isNarrow = shown.length < roles.length;
  const choose = (id: string) => {
    const next = new Set(isNarrow ? shown.map((role) => role.id) : []);
    if (!next.delete(id)) next.add(id);
    set({ compare: next.size < roles.length ? [...next].join(",") : "" });
  };
  const differs = (permission: string) => new Set(shown.map((role) => allows(role, permission))).size > 1;
  return (
    <>
      <PageHead
        title={w.title}
        actions={may(me, "staff:write") && <Button onClick={() => navigate("/settings/roles/new")}>{w.make}</Button>}
      >
        {w.lead}
      </PageHead>
      <fieldset className="roles-compare">
        <legend>{w.compareHint}</legend>
        <div className="roles-chips">
          {roles.map((role) => (
            <Chip key={role.id} role={role} isOn={isNarrow && shown.includes(role)} toggle={() => choose(role.id)} />
          ))}
        </div>
        <Switch
          label={w.onlyDifferences}
          checked={address.only === "differences"}
          onChange={(event) => set({ only: event.currentTarget.checked ? "differences" : "" })}
        />
      </fieldset>
      <Matrix roles={shown} keep={address.only ? differs : () => true} />
    </>
  );
}

function Chip({ role, isOn, toggle }: { role: Role; isOn: boolean; toggle: () => void }) {
  const nameOf = useRoleName();
  return (
    <button type="button" className="settings-chip" aria-pressed={isOn} onClick={toggle}>
      {nameOf(role)}
    </button>
  );
}

function Matrix({ roles, keep }: { roles: Role[]; keep: (permission: string) => boolean }) {
  const w = useWords(roleWords);
  const p = useWords(permissionWords);
  const nameOf = useRoleName();
  const groups = Object.entries(PERMISSION_GROUPS)
    .map(([group, names]) => ({ group, names: names.filter(keep) }))
    .filter(({ names }) => names.length > 0);
  if (groups.length === 0) return <p className="muted">{w.noDifferences}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard, too
    <section className="roles-matrix" tabIndex={0} aria-label={w.table}>
      <table aria-label={w.table}>
        <thead>
          <tr>
            <th scope="col">{w.allows}</th>
            {roles.map((role) => (
              <th key={role.id} scope="col">
                <Link href={`/settings/roles/${role.id}`}>{nameOf(role)}</Link>
                <small>{role.holders > 0 ? w.held(role.holders) : w.heldByNobody}</small>
                {!role.built_in && <small>{w.own}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ group, names }) => (
            <Fragment key={group}>
              <tr className="roles-group">
                <th scope="rowgroup" colSpan={roles.length + 1}>
                  {p.groups[group as keyof typeof p.groups]}
                </th>
              </tr>
              {names.map((name) => (
                <tr key={name}>
                  <th scope="row">
                    {p.short(name)}
                    <small>{p.long(name)}</small>
                  </th>
                  {roles.map((role) => (
                    <td key={role.id}>
                      <Mark isOn={allows(role, name)} />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Mark({ isOn }: { isOn: boolean }) {
  const w = useWords(roleWords);
  return (
    <span className={isOn ? "roles-yes" : "roles-no"}>
      <span aria-hidden="true">{isOn ? "●" : "–"}</span>
      <span className="unseen">{isOn ? w.yes : w.no}</span>
    </span>
  );
}

// Every permission with what it means; those that one does not have oneself cannot be given.
export function PermissionList(props: {
  chosen: ReadonlySet<string>;
  set?: (chosen: Set<string>) => void; // without: to be read only
}) {
  const { chosen, set } = props;
  const w = useWords(roleWords);
  const p = useWords(permissionWords);
  const me = useMe().data;
  const isAll = chosen.has("admin");
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    set?.(next);
  };
  return (
    <div className="roles-permissions">
      {Object.entries(PERMISSION_GROUPS).map(([group, names]) => (
        <fieldset key={group}>
          <legend>{p.groups[group as keyof typeof p.groups]}</legend>
          {names
            .filter((name) => set || isAll || chosen.has(name))
            .map((name) => {
              const [short, long] = [p.short(name), p.long(name)];
              const isIncluded = isAll && name !== "admin";
              const isBeyond = !may(me, name);
              if (!set)
                return (
                  <div key={name} className="roles-held">
                    <Mark isOn />
                    <span>
                      {short}
                      <small>{long}</small>
                    </span>
                  </div>
                );
              return (
                <Checkbox
                  key={name}
                  label={short}
                  description={isIncluded ? w.includedInAll : isBeyond ? `${long} ${w.beyondYou}` : long}
                  checked={isIncluded || chosen.has(name)}
                  disabled={isIncluded || (isBeyond && !chosen.has(name))}
                  onChange={() => toggle(name)}
                />
              );
            })}
        </fieldset>
      ))}
    </div>
  );
}
