// One webhook: how it fares, its secret, what it is told, and what it was told with each try.
import { Button, Group, SegmentedControl } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useAddress } from "../../address";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { Clock } from "../../parts/Clock";
import { useConfirm } from "../../parts/Confirm";
import { DataList, ListSkeleton } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { Secret } from "../../parts/Secret";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { parts } from "../../words/parts";
import { webhooks as webhookWords } from "../../words/webhooks";
import { Health, useWebhookChange, WEBHOOKS_KEY, type Webhook, WebhookForm } from "./webhooks";

type Item = Shapes["OutboxItem"];
type State = "waiting" | "sent" | "failed" | "cancelled";
const STATES: State[] = ["waiting", "sent", "failed", "cancelled"];
const KEPT_MS = 30 * 86_400_000;
const REFUSED = /^refused: /;

export function OneWebhook({ id }: { id: string }) {
  const w = useWords(webhookWords);
  const p = useWords(parts);
  const one = useQuery({
    queryKey: [...WEBHOOKS_KEY, id],
    queryFn: () => call(client.GET("/api/v1/webhooks/{id}", { params: { path: { id } } })),
  });
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/webhooks">{w.back}</Link>
      </p>
      {one.isError && <Problem error={one.error} retry={() => void one.refetch()} />}
      {one.isPending && <ListSkeleton label={p.loading} />}
      {one.data && <Shown webhook={one.data} />}
    </>
  );
}

function Shown({ webhook }: { webhook: Webhook }) {
  const w = useWords(webhookWords);
  const [secret, setSecret] = useState<string>();
  const change = useWebhookChange(webhook.id);
  const because = webhook.disabled_because;
  return (
    <>
      <PageHead title={<span className="webhook-address">{webhook.url}</span>}>
        <Health webhook={webhook} />
        {because && <> · {w.because[because as keyof typeof w.because] ?? because}</>}
        {webhook.old_secret_until && (
          <>
            {" "}
            · {w.bothUntil} <Clock at={webhook.old_secret_until} />
          </>
        )}
      </PageHead>
      <Acts webhook={webhook} tell={setSecret} />
      {secret && <Secret title={w.secret} help={w.secretHelp} secret={secret} done={() => setSecret(undefined)} />}
      <section className="gate-section">
        <h2>{w.deliveries}</h2>
        <Deliveries webhook={webhook} />
      </section>
      <section className="gate-section">
        <h2>{w.settings}</h2>
        <WebhookForm
          key={webhook.id}
          webhook={webhook}
          action={w.save}
          error={change.error}
          isPending={change.isPending}
          save={(body) => change.mutate({ body, words: w.saved })}
        />
      </section>
    </>
  );
}

function Acts({ webhook, tell }: { webhook: Webhook; tell: (secret: string) => void }) {
  const w = useWords(webhookWords);
  const { id } = webhook;
  const params = { path: { id } };
  const toast = useToast();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const changed = () => void queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
  const change = useWebhookChange(id);
  const test = useMutation({
    mutationFn: () => call(client.POST("/api/v1/webhooks/{id}/test", { params })),
    onSuccess: () => {
      toast.say(w.tested);
      changed();
    },
    onError: toast.fail,
  });
  const rotate = useMutation({
    mutationFn: () => call(client.POST("/api/v1/webhooks/{id}/rotate", { params })),
    onSuccess: (answer) => {
      if (answer.secret) tell(answer.secret);
      changed();
    },
    onError: toast.fail,
  });
  const remove = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/webhooks/{id}", { params })),
    onSuccess: () => {
      navigate("/settings/webhooks");
      toast.say(w.removed);
      changed();
    },
    onError: toast.fail,
  });
  const askRotate = async () => {
    if (await confirm({ title: w.rotateTitle, body: w.rotateBody, action: w.rotate })) rotate.mutate();
  };
  const askRemove = async () => {
    if (await confirm({ title: w.removeTitle, body: w.removeBody, action: w.remove })) remove.mutate();
  };
  const enabled = !webhook.enabled;
  return (
    <Group gap="xs" mb="lg">
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {w.test}
      </Button>
      <Button
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate({ body: { enabled }, words: enabled ? w.enabled : w.disabled })}
      >
        {webhook.enabled ? w.disable : w.enable}
      </Button>
      <Button variant="default" loading={rotate.isPending} onClick={() => void askRotate()}>
        {w.rotate}
      </Button>
      <Button variant="default" loading={remove.isPending} onClick={() => void askRemove()}>
        {w.remove}
      </Button>
    </Group>
  );
}

/* -- what it was told -- */

// About to be sent, or tried again within the minute.
const SOON_MS = 60_000;
const isUnderWay = (row: Item) =>
  row.sending || (row.state === "waiting" && (!row.next || Date.parse(row.next) < Date.now() + SOON_MS));

function Deliveries({ webhook }: { webhook: Webhook }) {
  const w = useWords(webhookWords);
  const [address, set] = useAddress({ state: "", delivery: "" });
  const toast = useToast();
  const queries = useQueryClient();
  const { id } = webhook;
  const again = useMutation({
    mutationFn: () =>
      call(
        client.POST("/api/v1/webhooks/{id}/replay", {
          params: { path: { id } },
          body: { since: new Date(Date.now() - KEPT_MS).toISOString(), only_failed: true },
        }),
      ),
    onSuccess: ({ count }) => {
      toast.say(w.resentFailed(count));
      void queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
    },
    onError: toast.fail,
  });
  return (
    <>
      <Group gap="sm" mb="sm" justify="space-between">
        <SegmentedControl
          size="xs"
          value={address.state}
          onChange={(state) => set({ state, delivery: "" })}
          data={[
            { value: "", label: w.all },
            ...STATES.slice(0, 3).map((value) => ({ value, label: w.states[value] })),
          ]}
        />
        <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {w.resendFailed}
        </Button>
      </Group>
      {address.delivery && <Delivery id={address.delivery} close={() => set({ delivery: "" })} />}
      <DataList<Item>
        label={w.deliveries}
        queryKey={[...WEBHOOKS_KEY, id, "deliveries", address.state]}
        load={(after) =>
          call(
            client.GET("/api/v1/webhooks/{id}/deliveries", {
              params: {
                path: { id },
                query: {
                  limit: 50,
                  ...(address.state ? { state: address.state as State } : {}),
                  ...(after ? { after } : {}),
                },
              },
            }),
          )
        }
        rowKey={(row) => row.id}
        again={(rows) => rows.some(isUnderWay)}
        empty={<Empty>{w.deliveriesEmpty}</Empty>}
        columns={[
          {
            head: w.what,
            cell: (row) => (
              <>
                <code translate="no">{row.title}</code>
                {row.reason && row.state !== "sent" && (
                  <small className="muted settings-below">{REFUSED.test(row.reason) ? w.inside : row.reason}</small>
                )}
              </>
            ),
          },
          { head: w.health, cell: (row) => (row.sending ? w.sending : w.states[row.state as State]) },
          { head: w.when, cell: (row) => <Clock at={row.created} />, onPhone: "hidden" },
          { head: w.tries, cell: (row) => row.tries, align: "right", onPhone: "hidden" },
          { head: w.next, cell: (row) => row.next && <Clock at={row.next} />, onPhone: "hidden" },
          {
            head: <span className="unseen">{w.show}</span>,
            align: "right",
            cell: (row) => (
              <button type="button" className="link-button" onClick={() => set({ delivery: row.id })}>
                {w.show}
              </button>
            ),
          },
        ]}
      />
    </>
  );
}

// "{…}" set out to be read.
function setOut(content: string): string {
  try {
    return JSON.stringify(JSON.parse(content), null, 2);
  } catch {
    return content;
  }
}

function Delivery({ id, close }: { id: string; close: () => void }) {
  const w = useWords(webhookWords);
  const p = useWords(parts);
  const toast = useToast();
  const queries = useQueryClient();
  const one = useQuery({
    queryKey: [...WEBHOOKS_KEY, "delivery", id],
    queryFn: () => call(client.GET("/api/v1/outbox/{id}", { params: { path: { id } } })),
  });
  const again = useMutation({
    mutationFn: () => call(client.POST("/api/v1/outbox/{id}/retry", { params: { path: { id } } })),
    onSuccess: () => {
      toast.say(w.resent);
      void queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
    },
    onError: toast.fail,
  });
  return (
    <section className="webhook-delivery" aria-label={one.data?.title ?? w.show}>
      {one.isError && <Problem error={one.error} retry={() => void one.refetch()} />}
      {one.isPending && <ListSkeleton label={p.loading} />}
      {one.data && (
        <>
          <Tries tries={(one.data.log ?? []) as Shapes["Try"][]} />
          <details>
            <summary>{w.sent}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard, too */}
            <pre tabIndex={0}>{setOut(one.data.content ?? "")}</pre>
          </details>
        </>
      )}
      <Group gap="xs">
        <Button size="xs" loading={again.isPending} onClick={() => again.mutate()}>
          {w.resend}
        </Button>
        <Button size="xs" variant="default" onClick={close}>
          {w.hide}
        </Button>
      </Group>
    </section>
  );
}

function Tries({ tries }: { tries: Shapes["Try"][] }) {
  const w = useWords(webhookWords);
  const format = useFormat();
  if (tries.length === 0) return null;
  return (
    <table className="webhook-tries" aria-label={w.tries}>
      <thead>
        <tr>
          <th>{w.at}</th>
          <th>{w.took}</th>
          <th>{w.answered}</th>
        </tr>
      </thead>
      <tbody>
        {tries.map((one) => (
          <tr key={one.at}>
            <td>{format.exact(one.at)}</td>
            <td>{format.number(Math.round(one.took * 1000))} ms</td>
            <td>
              {one.code ?? w.noAnswer}{" "}
              <span className="webhook-answer">{REFUSED.test(one.answer) ? w.inside : one.answer}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
