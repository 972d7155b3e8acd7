import { NativeSelect, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call, client } from "../../api";
import { ME_KEY, type Me } from "../../me";
import { useToast } from "../../parts/undo";
import { type Theme, usePreferences } from "../../preferences";
import { LANGUAGE_NAMES, LANGUAGES, type Language, languageOf, useWords } from "../../words";
import { me as meWords } from "../../words/me";
import { useRoleName } from "../settings/people";

type Changes = { name?: string; language?: Language; time_zone?: string; theme?: Theme };

// Each is in force at once and kept in the account; what the server refuses is taken back.
export function Preferences({ me }: { me: Me }) {
  const w = useWords(meWords);
  const roleName = useRoleName();
  const { language, zone, theme, set } = usePreferences();
  const queries = useQueryClient();
  const toast = useToast();
  const keep = useMutation({
    mutationFn: (body: Changes) => (me.id ? call(client.PATCH("/api/v1/me", { body })) : Promise.resolve(undefined)),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ME_KEY }),
    onError: (error) => {
      toast.fail(error);
      set({ language: languageOf(me.language) ?? language, theme: (me.theme as Theme) ?? theme });
    },
  });
  const rename = (name: string) => {
    if (name.trim() && name.trim() !== me.name) keep.mutate({ name: name.trim() });
  };
  const words = (list: string[]) => (list.length > 0 ? list.join(", ") : w.none);
  return (
    <section>
      <h2>{w.preferences}</h2>
      <div className="me-fields">
        {me.id && (
          <TextInput
            label={w.name}
            description={w.nameHelp}
            defaultValue={me.name}
            autoComplete="name"
            maxLength={100}
            onBlur={(event) => rename(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && rename(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          label={w.language}
          description={w.languageHelp}
          value={language}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(event) => {
            const next = languageOf(event.currentTarget.value) ?? "en";
            set({ language: next });
            keep.mutate({ language: next });
          }}
        />
        <Select
          label={w.zone}
          description={w.zoneHelp}
          value={zone}
          data={[...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])]}
          searchable
          limit={40}
          allowDeselect={false}
          onChange={(next) => {
            if (!next) return;
            set({ zone: next });
            keep.mutate({ time_zone: next });
          }}
        />
        <div>
          <p className="me-label" id="me-theme">
            {w.theme}
          </p>
          <SegmentedControl
            aria-labelledby="me-theme"
            value={theme}
            data={[
              { value: "auto", label: w.auto },
              { value: "light", label: w.light },
              { value: "dark", label: w.dark },
            ]}
            onChange={(value) => {
              const next = value as Theme;
              set({ theme: next });
              keep.mutate({ theme: next });
            }}
          />
        </div>
        {me.id && (
          <dl className="me-facts">
            <dt>{w.roles}</dt>
            <dd>{words((me.roles ?? []).map(roleName))}</dd>
            <dt>{w.teams}</dt>
            <dd>{words(me.teams.map((team) => (team.lead ? `${team.name} (${w.lead})` : team.name)))}</dd>
          </dl>
        )}
      </div>
    </section>
  );
}
