// Inviting one person or many: an account each, and a link by which they choose a password.
import {
  Button,
  CopyButton,
  FileButton,
  Group,
  Modal,
  MultiSelect,
  NativeSelect,
  Stack,
  Textarea,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { call, client, problemOf, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { usePreferences } from "../../preferences";
import { LANGUAGE_NAMES, LANGUAGES, type Language, useWords } from "../../words";
import { staff } from "../../words/staff";
import { type Fault, type Invited, readAddresses } from "./addresses";
import { treeOf, usePeopleChanged, useRoleName, useRoles, useTeams } from "./people";

type MadeLink = Shapes["MailedLink"];
type Outcome = Invited & ({ id: string; link: MadeLink } | { problem: string });

export function Invite({ close }: { close: () => void }) {
  const w = useWords(staff);
  const [outcomes, setOutcomes] = useState<Outcome[]>();
  return (
    <Modal opened onClose={close} title={w.invite} size="lg" closeButtonProps={{ "aria-label": w.cancel }}>
      {outcomes ? <Outcomes outcomes={outcomes} close={close} /> : <InviteForm done={setOutcomes} close={close} />}
    </Modal>
  );
}

function InviteForm({ done, close }: { done: (outcomes: Outcome[]) => void; close: () => void }) {
  const w = useWords(staff);
  const { language: own } = usePreferences();
  const nameOf = useRoleName();
  const changed = usePeopleChanged();
  const roles = useRoles().data ?? [];
  const teams = useTeams().data ?? [];
  const [text, setText] = useState("");
  const [given, setGiven] = useState<{ roles: string[]; teams: string[]; language: Language }>({
    roles: ["agent"],
    teams: [],
    language: own,
  });
  const [isAsked, setAsked] = useState(false); // faults are told once one wants to send
  const [isBusy, setBusy] = useState(false);
  const { people, faults } = readAddresses(text, roles, teams);
  const roleIds = given.roles.map((one) => roles.find((role) => role.name === one)?.id ?? one);

  const inviteOne = async (person: Invited): Promise<Outcome> => {
    try {
      const body = {
        name: person.name,
        email: person.email,
        language: given.language,
        roles: (person.roles ?? roleIds) as never,
        teams: (person.teams ?? given.teams) as never,
      };
      const { id } = await call(client.POST("/api/v1/staff", { body }));
      const link = await call(client.POST("/api/v1/staff/{id}/invitation", { params: { path: { id } } }));
      return { ...person, id, link };
    } catch (error) {
      const problem = problemOf(error);
      return { ...person, problem: problem.detail ?? problem.title };
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (people.length === 0 || faults.length > 0) return;
    setBusy(true);
    const outcomes: Outcome[] = [];
    for (const person of people) outcomes.push(await inviteOne(person));
    changed();
    done(outcomes);
  };
  const wrong = faults[0] ? faultWords(w, faults[0]) : people.length === 0 ? w.noAddress : undefined;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <p>{w.inviteBody}</p>
        <Textarea
          label={w.addresses}
          description={w.addressesHelp}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={isAsked && wrong}
          autosize
          minRows={3}
          maxRows={10}
          required
          data-autofocus
        />
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void file?.text().then(setText)}>
          {(props) => (
            <button type="button" className="link-button settings-file" {...props}>
              {w.fromFile}
            </button>
          )}
        </FileButton>
        <MultiSelect
          label={w.rolesForAll}
          description={given.roles.length === 0 ? w.noRole : undefined}
          value={roleIds}
          onChange={(next) => setGiven({ ...given, roles: next })}
          data={roles.map((role) => ({ value: role.id, label: nameOf(role) }))}
        />
        {teams.length > 0 && (
          <MultiSelect
            label={w.teamsForAll}
            value={given.teams}
            onChange={(next) => setGiven({ ...given, teams: next })}
            searchable
            data={treeOf(teams, own).map(({ team }) => ({ value: team.id, label: team.name }))}
          />
        )}
        <NativeSelect
          label={w.languageForAll}
          value={given.language}
          onChange={(event) => setGiven({ ...given, language: event.currentTarget.value as Language })}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {w.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {people.length > 0 ? w.send(people.length) : w.invite}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Words = (typeof staff)["en"];
function faultWords(w: Words, fault: Fault): string {
  const words = { address: w.badLine, role: w.badRole, team: w.badTeam };
  return words[fault.kind](fault.line, fault.what);
}

function Outcomes({ outcomes, close }: { outcomes: Outcome[]; close: () => void }) {
  const w = useWords(staff);
  const isMailed = outcomes.some((one) => "link" in one && one.link.sent);
  const hasLinks = outcomes.some((one) => "link" in one && !one.link.sent);
  return (
    <Stack>
      {isMailed && <p>{w.mailed}</p>}
      {hasLinks && <p>{w.notMailed}</p>}
      <ul className="settings-rows">
        {outcomes.map((one) => (
          <li key={one.email}>
            <div>
              {one.name}
              <small className="muted settings-below">{one.email}</small>
              {"problem" in one && <p className="is-broken">{one.problem}</p>}
              {"link" in one && <LinkShown link={one.link} />}
            </div>
          </li>
        ))}
      </ul>
      <Group justify="flex-end">
        <Button onClick={close}>{w.done}</Button>
      </Group>
    </Stack>
  );
}

// The link itself, where no mail brings it.
export function LinkShown({ link }: { link: MadeLink }) {
  const w = useWords(staff);
  const format = useFormat();
  if (link.sent) return null;
  const address = window.location.origin + link.path;
  return (
    <div className="settings-link">
      <code>{address}</code>
      <CopyButton value={address}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? w.copied : w.copyLink}
          </Button>
        )}
      </CopyButton>
      <small className="muted">{w.linkUntil(format.exact(link.expires))}</small>
    </div>
  );
}
