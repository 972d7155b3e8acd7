// Merging: who else is this customer, the two beside each other, and under whom they are judged from then on.
import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { Problem } from "../../parts/Problem";
import { useWords } from "../../words";
import { customers } from "../../words/customers";
import { load, Marks } from "../customers";
import { join } from "./Identities";

type Customer = Shapes["Customer"];
type Done = (survivor: string, from: string) => Promise<void>;

export function Merge({ customer, merged }: { customer: Customer; merged: Done }) {
  const [other, setOther] = useState<string>();
  return other === undefined ? (
    <Find customer={customer} found={setOther} />
  ) : (
    <Compare customer={customer} other={other} back={() => setOther(undefined)} merged={merged} />
  );
}

function Find({ customer, found }: { customer: Customer; found: (id: string) => void }) {
  const w = useWords(customers);
  const [q, setQ] = useState("");
  const [asked] = useDebouncedValue(q.trim(), 200);
  const list = useQuery({
    queryKey: ["customers", "merge", asked],
    queryFn: () => load(asked)(undefined),
    enabled: asked !== "",
  });
  const ids = (customer.identities ?? []) as unknown as string[];
  const others = list.data?.items.filter((row) => !ids.includes(row.id)) ?? [];
  return (
    <>
      <p>{w.mergeBody}</p>
      <TextInput
        type="search"
        label={w.search}
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
        data-autofocus
      />
      {list.isError && <Problem error={list.error} />}
      {list.data && others.length === 0 && <p className="muted">{w.notFound}</p>}
      <ul className="customers-found">
        {others.map((row) => (
          <li key={row.id}>
            <button type="button" onClick={() => found(row.id)}>
              <strong>{row.name || row.id}</strong>
              <span className="customers-about">{[row.name && row.id, row.email].filter(Boolean).join(" · ")}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Compare(props: { customer: Customer; other: string; back: () => void; merged: Done }) {
  const { customer, other, back, merged } = props;
  const w = useWords(customers);
  const [survivor, setSurvivor] = useState(customer.merged_into ?? customer.id);
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const second = useQuery({
    queryKey: ["customers", other],
    queryFn: () => call(client.GET("/api/v1/customers/{id}", { params: { path: { id: other } } })),
  });
  if (second.isError) return <Problem error={second.error} retry={() => void second.refetch()} />;
  if (!second.data) return null;
  const first = customer.merged_into ?? customer.id;
  const two = second.data.merged_into ?? other;
  const from = survivor === first ? two : first;
  const merge = () => {
    setBusy(true);
    setFault(undefined);
    join("merge", survivor, from)
      .then(() => merged(survivor, from))
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Table two={[customer, second.data]} />
      <Radio.Group label={w.survivor} description={w.survivorHint} value={survivor} onChange={setSurvivor}>
        <Stack gap="sm" mt="sm">
          <Radio value={first} label={first} />
          <Radio value={two} label={two} />
        </Stack>
      </Radio.Group>
      {fault !== undefined && <Problem error={fault} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={back}>
          {w.another}
        </Button>
        <Button loading={isBusy} onClick={merge}>
          {w.doMerge}
        </Button>
      </Group>
    </>
  );
}

const isDifferent = (a: ReactNode, b: ReactNode) => typeof a === "string" && a !== b;

function Table({ two }: { two: [Customer, Customer] }) {
  const w = useWords(customers);
  const format = useFormat();
  const traits = [...new Set(two.flatMap((one) => Object.keys(one.traits)))];
  const rows: [string, (one: Customer) => ReactNode][] = [
    [w.name, (one) => one.name],
    [w.email, (one) => one.email],
    [w.phone, (one) => one.phone],
    [w.note, (one) => one.note],
    ...traits.map((name): [string, (one: Customer) => ReactNode] => [
      name,
      (one) => String((one.traits as Record<string, unknown>)[name] ?? ""),
    ]),
    [w.last, (one) => (one.last_touch ? format.moment(one.last_touch) : "")],
    [w.promises, (one) => <Marks row={one} />],
    [w.identities, (one) => ((one.identities ?? []) as unknown as string[]).join(", ")],
  ];
  return (
    <table className="customers-compare" aria-label={w.mergeTitle}>
      <thead>
        <tr>
          <th>
            <span className="unseen">{w.what}</span>
          </th>
          {two.map((one) => (
            <th key={one.id} scope="col">
              {one.id}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows
          .filter(([head, cell]) => head === w.promises || two.some((one) => cell(one)))
          .map(([head, cell]) => (
            <tr key={head} className={isDifferent(cell(two[0]), cell(two[1])) ? "is-different" : undefined}>
              <th scope="row">{head}</th>
              {two.map((one) => (
                <td key={one.id}>{cell(one) || "–"}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
