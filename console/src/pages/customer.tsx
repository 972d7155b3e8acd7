// One customer: what happened, over all channels, and beside it who they are and what was promised to them.
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { call, client, queryClient, type Shapes } from "../api";
import { useFormat } from "../format";
import { may, useMe } from "../me";
import { DataList, ListSkeleton } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { PromiseWords } from "../parts/PromiseWords";
import { type State, StateMark, stateOf } from "../parts/StateMark";
import { useToast } from "../parts/undo";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { customers } from "../words/customers";
import { load } from "./customers";

type Customer = Shapes["Customer"];

// An id may hold any character, also a slash: it is the address's own last part, decoded once.
const idOfAddress = () => decodeURIComponent(window.location.pathname.split("/").at(-1) ?? "");
const refresh = () => queryClient.invalidateQueries();
const join = (how: "merge" | "split", id: string, from: string) => {
  const init = { params: { path: { id } }, body: { from } };
  const answer =
    how === "merge"
      ? client.POST("/api/v1/customers/{id}/merge", init)
      : client.POST("/api/v1/customers/{id}/split", init);
  return call(answer).then(refresh);
};

function Timeline({ id }: { id: string }) {
  const w = useWords(customers);
  const format = useFormat();
  return (
    <DataList
      label={w.timeline}
      queryKey={["customers", id, "timeline"]}
      load={(after) =>
        call(
          client.GET("/api/v1/customers/{id}/timeline", {
            params: { path: { id }, query: after ? { after } : {} },
          }),
        )
      }
      rowKey={(row) => row.record.id}
      empty={<Empty>{w.noTouches}</Empty>}
      columns={[
        {
          head: w.when,
          width: "150px",
          cell: (row) => (
            <time dateTime={row.record.touch.occurred} title={format.exact(row.record.touch.occurred)}>
              {format.moment(row.record.touch.occurred)}
            </time>
          ),
        },
        {
          head: w.what,
          cell: ({ record: { touch } }) => (
            <>
              {touch.event}
              <span className="customers-about">
                {[touch.channel, touch.person, touch.thread].filter(Boolean).join(" · ")}
              </span>
            </>
          ),
        },
        {
          head: w.did,
          width: "220px",
          cell: (row) =>
            row.obligations.map((did) => (
              <div key={`${did.id}${did.did}`}>
                <StateMark state={did.state as State}>{did.promise}</StateMark>
              </div>
            )),
        },
      ]}
    />
  );
}

function Promises({ id }: { id: string }) {
  const w = useWords(customers);
  const { wordsOf } = usePromises();
  const list = useQuery({
    queryKey: ["customers", id, "obligations"],
    queryFn: () => call(client.GET("/api/v1/obligations", { params: { query: { customer: id, limit: 20 } } })),
  });
  if (list.isError) return <Problem error={list.error} />;
  if (!list.data?.items.length) return <p>{list.data && w.noPromises}</p>;
  return (
    <ul className="customers-plain">
      {list.data.items.map((row) => (
        <li key={row.id}>
          <StateMark state={stateOf(row)} />
          <PromiseWords words={wordsOf(row.promise)} size="small" />
        </li>
      ))}
    </ul>
  );
}

function About({ customer, editable }: { customer: Customer; editable: boolean }) {
  const w = useWords(customers);
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const body = { name: text("name"), email: text("email"), phone: text("phone"), note: text("note") };
    const headers = { "If-Match": `"${customer.revision}"` };
    call(client.PATCH("/api/v1/customers/{id}", { params: { path: { id: customer.id } }, body, headers }))
      .then(() => setOpen(false))
      .then(refresh)
      .catch(toast.fail);
  };
  const traits = Object.entries(customer.traits as Record<string, unknown>);
  return (
    <section>
      <h2>{w.about}</h2>
      <dl className="customers-plain">
        {customer.email && <dt>{w.email}</dt>}
        {customer.email && <dd>{customer.email}</dd>}
        {customer.phone && <dt>{w.phone}</dt>}
        {customer.phone && <dd>{customer.phone}</dd>}
        {customer.note && <dt>{w.note}</dt>}
        {customer.note && <dd>{customer.note}</dd>}
        {traits.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{String(value)}</dd>])}
      </dl>
      {editable && (
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {w.edit}
        </Button>
      )}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={w.about}>
        <form onSubmit={save}>
          <TextInput name="name" label={w.name} defaultValue={customer.name} />
          <TextInput name="email" label={w.email} defaultValue={customer.email} />
          <TextInput name="phone" label={w.phone} defaultValue={customer.phone} />
          <Textarea name="note" label={w.note} defaultValue={customer.note} autosize minRows={2} />
          <Button type="submit" mt="md">
            {w.save}
          </Button>
        </form>
      </Modal>
    </section>
  );
}

function MergeDialog({ id, done }: { id: string; done: () => void }) {
  const w = useWords(customers);
  const toast = useToast();
  const [q, setQ] = useState("");
  const found = useQuery({ queryKey: ["customers", q, "merge"], queryFn: () => load(q)(undefined), enabled: q !== "" });
  const merge = (from: string) =>
    join("merge", id, from)
      .then(() => toast.undo(w.merged(from), () => join("split", id, from)))
      .then(done)
      .catch(toast.fail);
  const others = found.data?.items.filter((row) => row.id !== id && row.merged_into !== id) ?? [];
  return (
    <>
      <p>{w.mergeBody}</p>
      <TextInput type="search" label={w.search} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      <ul className="customers-plain">
        {others.map((row) => (
          <li key={row.id}>
            <button type="button" className="link-button" onClick={() => void merge(row.id)}>
              {row.name ? `${row.name} · ${row.id}` : row.id}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Identities({ customer, editable }: { customer: Customer; editable: boolean }) {
  const w = useWords(customers);
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const split = (survivor: string, from: string) =>
    join("split", survivor, from)
      .then(() => toast.undo(w.wasSplit(from), () => join("merge", survivor, from)))
      .catch(toast.fail);
  return (
    <section>
      <h2>{w.identities}</h2>
      <ul className="customers-plain">
        {(customer.identities as unknown as string[]).map((id) => (
          <li key={id}>{id === customer.id ? id : <Link to={`/customers/${encodeURIComponent(id)}`}>{id}</Link>}</li>
        ))}
        {editable &&
          customer.merges?.map((merge) => (
            <li key={`${merge.survivor} ${merge.from}`}>
              <button type="button" className="link-button" onClick={() => void split(merge.survivor, merge.from)}>
                {w.split}: {merge.from}
              </button>
            </li>
          ))}
      </ul>
      {editable && (
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {w.merge}
        </Button>
      )}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={w.mergeTitle}>
        <MergeDialog id={customer.id} done={() => setOpen(false)} />
      </Modal>
    </section>
  );
}

export default function OneCustomer() {
  const w = useWords(customers);
  const me = useMe().data;
  const id = idOfAddress();
  const one = useQuery({
    queryKey: ["customers", id],
    queryFn: () => call(client.GET("/api/v1/customers/{id}", { params: { path: { id } } })),
  });
  if (one.isError) return <Problem error={one.error} retry={() => void one.refetch()} />;
  if (!one.data) return <ListSkeleton label={w.title} />;
  const editable = may(me, "customer:write");
  return (
    <>
      <PageHead title={one.data.name || id}>
        {one.data.merged_into ? w.isMerged(one.data.merged_into) : one.data.name && id}
      </PageHead>
      <div className="customers-one">
        <Timeline id={id} />
        <aside>
          <About key={one.data.revision} customer={one.data} editable={editable} />
          <Identities customer={one.data} editable={editable} />
          {may(me, "ledger:read") && (
            <section>
              <h2>{w.promises}</h2>
              <Promises id={one.data.merged_into ?? id} />
            </section>
          )}
        </aside>
      </div>
    </>
  );
}
