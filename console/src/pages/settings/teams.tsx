// Departments, one within another; making one.
import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { call, client, problemOf } from "../../api";
import { may, useMe } from "../../me";
import { ListSkeleton } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { usePreferences } from "../../preferences";
import { useWords } from "../../words";
import { parts } from "../../words/parts";
import { teams as teamWords } from "../../words/teams";
import { type Team, treeOf, usePeopleChanged, useTeams } from "./people";
import type { SectionProps } from "./sections";
import { OneTeam } from "./team";

export default function Teams({ params }: SectionProps) {
  const w = useWords(parts);
  const teams = useTeams();
  if (teams.isError) return <Problem error={teams.error} retry={() => void teams.refetch()} />;
  if (!teams.data) return <ListSkeleton label={w.loading} />;
  return params.id ? <OneTeam teams={teams.data} id={params.id} /> : <Tree teams={teams.data} />;
}

function Tree({ teams }: { teams: Team[] }) {
  const w = useWords(teamWords);
  const { language } = usePreferences();
  const me = useMe().data;
  const [isMaking, setMaking] = useState(false);
  const make = may(me, "staff:write") && <Button onClick={() => setMaking(true)}>{w.make}</Button>;
  return (
    <>
      <PageHead title={w.title} actions={teams.length > 0 && make}>
        {w.lead}
      </PageHead>
      {teams.length === 0 && <Empty action={make}>{w.empty}</Empty>}
      <ul className="teams-tree" aria-label={w.list}>
        {treeOf(teams, language).map(({ team, depth }) => (
          <li key={team.id} data-depth={Math.min(depth, 8)}>
            <Link href={`/settings/teams/${team.id}`}>{team.name}</Link>
            {team.restricted && <span className="teams-restricted">{w.restricted}</span>}
            <span className="teams-count">{w.people(team.members)}</span>
          </li>
        ))}
      </ul>
      <NewTeam teams={teams} isOpen={isMaking} close={() => setMaking(false)} />
    </>
  );
}

// Where a team may lie: anywhere but in itself and what lies within it.
export function ParentSelect(props: {
  teams: Team[];
  but?: ReadonlySet<string>;
  value: string;
  set: (id: string) => void;
  isDisabled?: boolean;
}) {
  const w = useWords(teamWords);
  const { language } = usePreferences();
  const { teams, but, value, set, isDisabled } = props;
  return (
    <NativeSelect
      label={w.parent}
      value={value}
      disabled={isDisabled}
      onChange={(event) => set(event.currentTarget.value)}
      data={[
        { value: "", label: w.top },
        ...treeOf(teams, language)
          .filter(({ team }) => !but?.has(team.id))
          .map(({ team, depth }) => ({ value: team.id, label: `${"\u2003".repeat(depth)}${team.name}` })),
      ]}
    />
  );
}

function NewTeam({ teams, isOpen, close }: { teams: Team[]; isOpen: boolean; close: () => void }) {
  const w = useWords(teamWords);
  const toast = useToast();
  const changed = usePeopleChanged();
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [parent, setParent] = useState("");
  const [isBlank, setBlank] = useState(false);
  const make = useMutation({
    mutationFn: () => call(client.POST("/api/v1/teams", { body: { name: name.trim(), parent } })),
    onSuccess: (team) => {
      changed();
      toast.say(w.made(team.name));
      navigate(`/settings/teams/${team.id}`);
    },
  });
  const isTaken = make.isError && problemOf(make.error).field === "name" && problemOf(make.error).status === 409;
  return (
    <Modal opened={isOpen} onClose={close} title={w.make}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setBlank(!name.trim());
          if (name.trim()) make.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={w.name}
            description={w.nameHelp}
            value={name}
            onChange={(event) => {
              make.reset();
              setName(event.currentTarget.value);
            }}
            error={isBlank && !name.trim() ? w.needsName : isTaken && w.nameTaken}
            maxLength={128}
            required
            data-autofocus
          />
          <ParentSelect teams={teams} value={parent} set={setParent} />
          {make.isError && !isTaken && <Problem error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {w.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {w.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
