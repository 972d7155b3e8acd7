// One provider: made, or changed.
import { Button, Checkbox, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call, client, problemOf, type Shapes } from "../../api";
import { Problem } from "../../parts/Problem";
import { useWords } from "../../words";
import { signInSettings } from "../../words/signInSettings";
import { useRoleName } from "./people";

interface Props {
  provider?: Shapes["SignInProvider"]; // none: a new one
  cancel: () => void;
  saved: () => void;
}

const FIELDS = ["name", "issuer", "client_id", "client_secret", "domains", "role"];

function read(form: FormData, enrols: boolean) {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    name: text("name"),
    issuer: text("issuer"),
    client_id: text("client_id"),
    ...(text("client_secret") && { client_secret: text("client_secret") }),
    domains: text("domains")
      .split(/[\s,]+/)
      .filter(Boolean),
    enrols,
    role: enrols ? text("role") : "",
  };
}

export function ProviderForm({ provider, cancel, saved }: Props) {
  const w = useWords(signInSettings);
  const [enrols, setEnrols] = useState(provider?.enrols ?? false);
  const roleName = useRoleName();
  const roles = useQuery({ queryKey: ["roles"], queryFn: () => call(client.GET("/api/v1/roles")) });
  const save = useMutation({
    mutationFn: (body: ReturnType<typeof read>) =>
      provider
        ? call(client.PATCH("/api/v1/settings/sign-in/providers/{id}", { params: { path: { id: provider.id } }, body }))
        : call(client.POST("/api/v1/settings/sign-in/providers", { body })),
    onSuccess: saved,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(read(new FormData(event.currentTarget), enrols));
  };
  const problem = save.error ? problemOf(save.error) : undefined;
  const wrong = (field: string) => (problem?.field === field ? problem.detail : undefined);
  return (
    <form className="provider-form" onSubmit={submit}>
      <TextInput
        label={w.name}
        name="name"
        defaultValue={provider?.name}
        maxLength={60}
        required
        autoFocus
        error={wrong("name")}
      />
      <TextInput
        label={w.issuer}
        description={w.issuerHelp}
        name="issuer"
        type="url"
        defaultValue={provider?.issuer}
        required
        error={wrong("issuer")}
      />
      <TextInput
        label={w.clientId}
        name="client_id"
        defaultValue={provider?.client_id}
        required
        error={wrong("client_id")}
      />
      <PasswordInput
        label={w.secret}
        description={provider?.has_secret ? w.secretKept : w.secretHelp}
        name="client_secret"
        autoComplete="off"
        error={wrong("client_secret")}
      />
      <TextInput
        label={w.domains}
        description={w.domainsHelp}
        name="domains"
        defaultValue={(provider?.domains as string[] | undefined)?.join(" ")}
        error={wrong("domains")}
      />
      <Checkbox
        label={w.enrols}
        description={w.enrolsHelp}
        checked={enrols}
        onChange={(event) => setEnrols(event.currentTarget.checked)}
      />
      {enrols && (
        <NativeSelect
          label={w.role}
          name="role"
          defaultValue={provider?.role ?? ""}
          data={[
            { value: "", label: w.noRole },
            ...(roles.data?.items ?? []).map((role) => ({ value: role.id, label: roleName(role) })),
          ]}
          error={wrong("role")}
        />
      )}
      {problem && !FIELDS.includes(problem.field ?? "") && <Problem error={save.error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          {w.save}
        </Button>
        <Button variant="default" onClick={cancel}>
          {w.cancel}
        </Button>
      </div>
    </form>
  );
}
