// Webhooks: who is told what happens. The list, adding one, and one with what it was told.
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { call, client, problemOf, type Shapes } from "../../api";
import { Clock } from "../../parts/Clock";
import { DataList, ListSkeleton } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { Secret } from "../../parts/Secret";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { parts } from "../../words/parts";
import { webhooks as webhookWords } from "../../words/webhooks";
import type { SectionProps } from "./sections";
import { OneWebhook } from "./webhook";

export type Webhook = Shapes["Webhook"];
export const WEBHOOKS_KEY = ["webhooks"];

export default function Webhooks({ params }: SectionProps) {
  if (params.id === "new") return <NewWebhook />;
  return params.id ? <OneWebhook id={params.id} /> : <AllWebhooks />;
}

function AllWebhooks() {
  const w = useWords(webhookWords);
  const [, navigate] = useLocation();
  const add = <Button onClick={() => navigate("/settings/webhooks/new")}>{w.make}</Button>;
  return (
    <>
      <PageHead title={w.title} actions={add}>
        {w.lead}
      </PageHead>
      <DataList<Webhook>
        label={w.list}
        queryKey={WEBHOOKS_KEY}
        load={() => call(client.GET("/api/v1/webhooks"))}
        rowKey={(row) => row.id}
        open={(row) => `/settings/webhooks/${row.id}`}
        empty={<Empty>{w.empty}</Empty>}
        columns={[
          {
            head: w.address,
            cell: (row) => (
              <>
                <Link href={`/settings/webhooks/${row.id}`} className="webhook-address">
                  {row.url}
                </Link>
                <small className="muted settings-below">{row.description}</small>
              </>
            ),
          },
          { head: w.events, cell: (row) => w.eventCount(row.events.length), onPhone: "hidden" },
          { head: w.health, cell: (row) => <Health webhook={row} /> },
        ]}
      />
    </>
  );
}

// A shape and a word, and since when.
export function Health({ webhook }: { webhook: Webhook }) {
  const w = useWords(webhookWords);
  if (!webhook.enabled)
    return (
      <span className="muted">
        <span aria-hidden="true">○ </span>
        {w.off}
      </span>
    );
  if (webhook.failing_since)
    return (
      <span className="is-soon">
        <span aria-hidden="true">◐ </span>
        {w.failing} · <Clock at={webhook.failing_since} />
      </span>
    );
  return (
    <span className="is-kept">
      <span aria-hidden="true">● </span>
      {w.well}
    </span>
  );
}

function NewWebhook() {
  const w = useWords(webhookWords);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (body: WebhookBody) => call(client.POST("/api/v1/webhooks", { body: body as never })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: WEBHOOKS_KEY }),
  });
  const made = make.data;
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/webhooks">{w.back}</Link>
      </p>
      <PageHead title={w.make} />
      {made?.secret ? (
        <Secret
          title={w.secret}
          help={w.secretHelp}
          secret={made.secret}
          done={() => navigate(`/settings/webhooks/${made.id}`)}
        />
      ) : (
        <WebhookForm
          action={w.make}
          error={make.error}
          isPending={make.isPending}
          save={make.mutate}
          cancel={() => navigate("/settings/webhooks")}
        />
      )}
    </>
  );
}

export interface WebhookBody {
  url: string;
  description: string;
  contact: string;
  events: string[];
}

interface FormProps {
  webhook?: Webhook;
  action: string;
  error: unknown;
  isPending: boolean;
  save: (body: WebhookBody) => void;
  cancel?: () => void;
}

const USUAL = ["obligation.warned", "obligation.broken", "obligation.kept"];

export function WebhookForm({ webhook, action, error, isPending, save, cancel }: FormProps) {
  const w = useWords(webhookWords);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set((webhook?.events as string[]) ?? USUAL));
  const [isEmpty, setEmpty] = useState(false);
  const problem = error ? problemOf(error) : undefined;
  const field = problem?.field;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setEmpty(chosen.size === 0);
    if (chosen.size === 0) return;
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    save({ url: text("url"), description: text("description"), contact: text("contact"), events: [...chosen] });
  };
  return (
    <form className="gate-form" onSubmit={submit} noValidate>
      <TextInput
        label={w.address}
        description={w.addressHelp}
        name="url"
        type="url"
        defaultValue={webhook?.url ?? "https://"}
        error={field === "url" && problem?.detail}
        maxLength={1000}
        spellCheck={false}
        required
      />
      <TextInput
        label={w.description}
        description={w.descriptionHelp}
        name="description"
        defaultValue={webhook?.description}
        maxLength={500}
      />
      <TextInput
        label={w.contact}
        description={w.contactHelp}
        name="contact"
        type="email"
        defaultValue={webhook?.contact}
        error={field === "contact" && w.badContact}
        maxLength={254}
      />
      <Events chosen={chosen} set={setChosen} />
      {isEmpty && (
        <p className="is-broken" role="alert">
          {w.needsEvent}
        </p>
      )}
      {problem && field !== "url" && field !== "contact" && <Problem error={problem} />}
      <Group gap="xs">
        <Button type="submit" loading={isPending}>
          {action}
        </Button>
        {cancel && (
          <Button variant="default" onClick={cancel}>
            {w.cancel}
          </Button>
        )}
      </Group>
    </form>
  );
}

function Events({ chosen, set }: { chosen: ReadonlySet<string>; set: (chosen: ReadonlySet<string>) => void }) {
  const w = useWords(webhookWords);
  const p = useWords(parts);
  const events = useQuery({
    queryKey: ["webhook-events"],
    queryFn: () => call(client.GET("/api/v1/webhook-events")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (events.isError) return <Problem error={events.error} retry={() => void events.refetch()} />;
  if (!events.data) return <ListSkeleton label={p.loading} />;
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    set(next);
  };
  const names = events.data.events as string[];
  const groups = [
    { title: w.obligations, of: names.filter((name) => name.startsWith("obligation.")) },
    { title: w.company, of: names.filter((name) => !name.startsWith("obligation.")) },
  ];
  return (
    <>
      {groups.map((group) => (
        <fieldset key={group.title} className="gate-choices">
          <legend>
            {w.events}: {group.title}
          </legend>
          {group.of.map((name) => (
            <Checkbox
              key={name}
              label={w.event(name)}
              description={<code translate="no">{name}</code>}
              checked={chosen.has(name)}
              onChange={() => toggle(name)}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

// Saves what is changed of a webhook.
export function useWebhookChange(id: string) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ body }: { body: Partial<WebhookBody> & { enabled?: boolean }; words: string }) =>
      call(client.PATCH("/api/v1/webhooks/{id}", { params: { path: { id } }, body: body as never })),
    onSuccess: (_, { words }) => {
      toast.say(words);
      void queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
    },
  });
}
