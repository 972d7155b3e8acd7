// How people sign in: passwords, second factors, the company's providers.
import { Checkbox } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, client, type Shapes } from "../../api";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { signInSettings } from "../../words/signInSettings";
import { Providers, useProviderList } from "./Providers";
import { useRoleName } from "./people";

const KEY = ["settings", "sign-in"];
type Settings = Shapes["SignInSettings"];

export default function SignIn() {
  const w = useWords(signInSettings);
  const settings = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/settings/sign-in")) });
  return (
    <div className="sign-in-settings">
      <PageHead title={w.title} />
      {settings.isError && <Problem error={settings.error} retry={() => void settings.refetch()} />}
      {settings.data && (
        <>
          <Passwords settings={settings.data} />
          <SecondFactor settings={settings.data} />
        </>
      )}
      <Providers />
    </div>
  );
}

function useChange() {
  const w = useWords(signInSettings);
  const toast = useToast();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { passwords?: boolean; second_factor_roles?: string[] }) =>
      call(client.PUT("/api/v1/settings/sign-in", { body })),
    onSuccess: (changed) => {
      queries.setQueryData(KEY, changed);
      toast.say(w.saved);
    },
    onError: toast.fail,
  });
}

function Passwords({ settings }: { settings: Settings }) {
  const w = useWords(signInSettings);
  const change = useChange();
  const providers = useProviderList();
  const isAlone = providers.data?.items.length === 0;
  return (
    <section>
      <h2>{w.passwords}</h2>
      <p className="settings-text">{w.passwordRule(settings.password_least)}</p>
      <Checkbox
        label={w.taken}
        description={isAlone ? w.takenNeeds : w.takenHelp}
        checked={settings.passwords}
        disabled={change.isPending || (isAlone && settings.passwords)}
        onChange={(event) => change.mutate({ passwords: event.currentTarget.checked })}
      />
    </section>
  );
}

function SecondFactor({ settings }: { settings: Settings }) {
  const w = useWords(signInSettings);
  const change = useChange();
  const roleName = useRoleName();
  const roles = useQuery({ queryKey: ["roles"], queryFn: () => call(client.GET("/api/v1/roles")) });
  const asked = settings.second_factor_roles as string[];
  const set = (id: string, isAsked: boolean) =>
    change.mutate({ second_factor_roles: isAsked ? [...asked, id] : asked.filter((one) => one !== id) });
  return (
    <section>
      <h2>{w.factor}</h2>
      <p className="settings-text">{w.factorHelp}</p>
      {roles.isError && <Problem error={roles.error} retry={() => void roles.refetch()} />}
      <div className="sign-in-roles">
        {roles.data?.items.map((role) => (
          <Checkbox
            key={role.id}
            label={roleName(role)}
            checked={asked.includes(role.id)}
            disabled={change.isPending}
            onChange={(event) => set(role.id, event.currentTarget.checked)}
          />
        ))}
      </div>
    </section>
  );
}
