// The providers of OpenID Connect by whom people sign in. Its secret is given, never shown.
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, client, type Shapes } from "../../api";
import { may, useMe } from "../../me";
import { useConfirm } from "../../parts/Confirm";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { signInSettings } from "../../words/signInSettings";
import { ProviderForm } from "./ProviderForm";

const KEY = ["settings", "sign-in", "providers"];
type Provider = Shapes["SignInProvider"];

export function useProviderList() {
  return useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/settings/sign-in/providers")) });
}

export function Providers() {
  const w = useWords(signInSettings);
  const { data: me } = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const providers = useProviderList();
  const [open, setOpen] = useState<string>(); // the provider whose form is open; "": a new one
  const items = providers.data?.items ?? [];
  const isAdministrator = may(me, "admin");
  const close = () => setOpen(undefined);
  const saved = (isNew: boolean) => {
    toast.say(isNew ? w.added : w.saved);
    close();
    void queries.invalidateQueries({ queryKey: KEY });
  };
  return (
    <section>
      <h2>{w.providers}</h2>
      <p className="settings-text">{w.providersHelp}</p>
      {providers.isError && <Problem error={providers.error} retry={() => void providers.refetch()} />}
      {providers.isSuccess && items.length === 0 && open === undefined && <p className="settings-text">{w.none}</p>}
      {items.map((one) =>
        open === one.id ? (
          <ProviderForm key={one.id} provider={one} cancel={close} saved={() => saved(false)} />
        ) : (
          <ProviderView key={one.id} provider={one} isMine={isAdministrator} change={() => setOpen(one.id)} />
        ),
      )}
      {open === "" && <ProviderForm cancel={close} saved={() => saved(true)} />}
      {open === undefined &&
        (isAdministrator ? (
          <Button variant="default" onClick={() => setOpen("")}>
            {w.add}
          </Button>
        ) : (
          <p className="muted">{w.onlyAdministrators}</p>
        ))}
    </section>
  );
}

function ProviderView({ provider, isMine, change }: { provider: Provider; isMine: boolean; change: () => void }) {
  const w = useWords(signInSettings);
  const toast = useToast();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const path = { id: provider.id };
  const remove = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/settings/sign-in/providers/{id}", { params: { path } })),
    onSuccess: () => {
      toast.say(w.removed);
      void queries.invalidateQueries({ queryKey: KEY });
    },
    onError: toast.fail,
  });
  const trial = useMutation({
    mutationFn: () => call(client.POST("/api/v1/settings/sign-in/providers/{id}/try", { params: { path } })),
    onError: toast.fail,
  });
  const ask = async () => {
    const title = w.removeTitle(provider.name);
    if (await confirm({ title, body: w.removeBody, action: w.remove, name: provider.name })) remove.mutate();
  };
  const copy = async () => {
    await navigator.clipboard.writeText(provider.return_url);
    toast.say(w.copied);
  };
  return (
    <article className="provider">
      <h3>{provider.name}</h3>
      <p className="muted">
        {(provider.domains as string[]).join(", ") || w.anyDomain} · <Enrols provider={provider} />
      </p>
      <dl>
        <dt>{w.issuer}</dt>
        <dd>{provider.issuer}</dd>
        <dt>{w.returnUrl}</dt>
        <dd>
          {provider.return_url}{" "}
          <button type="button" className="link-button" onClick={() => void copy()}>
            {w.copy}
          </button>
        </dd>
      </dl>
      <p aria-live="polite">{trial.data && (trial.data.works ? w.works : trial.data.problem)}</p>
      <div className="provider-acts">
        <Act label={w.tryIt} of={provider} act={() => trial.mutate()} />
        {isMine && <Act label={w.change} of={provider} act={change} />}
        {isMine && <Act label={w.remove} of={provider} act={() => void ask()} />}
      </div>
    </article>
  );
}

function Act({ label, of, act }: { label: string; of: Provider; act: () => void }) {
  return (
    <button type="button" className="link-button" aria-label={`${label}: ${of.name}`} onClick={act}>
      {label}
    </button>
  );
}

function Enrols({ provider }: { provider: Provider }) {
  const w = useWords(signInSettings);
  const roles = useQuery({ queryKey: ["roles"], queryFn: () => call(client.GET("/api/v1/roles")) });
  if (!provider.enrols) return w.enrolsNobody;
  return w.enrolsAs(roles.data?.items.find((role) => role.id === provider.role)?.name ?? w.noRole);
}
