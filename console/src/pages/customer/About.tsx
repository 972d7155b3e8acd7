// What the staff wrote of a customer, and writing it.
import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { call, client, type Shapes } from "../../api";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { customers } from "../../words/customers";

type Customer = Shapes["Customer"];
type Value = string | number | boolean;
type Traits = Record<string, Value>;
interface Written {
  name: string;
  email: string;
  phone: string;
  note: string;
  traits: Traits;
}

const writtenOf = (customer: Customer): Written => ({
  name: customer.name,
  email: customer.email,
  phone: customer.phone,
  note: customer.note,
  traits: customer.traits as Traits,
});

export const write = (id: string, revision: number, body: Written) =>
  call(
    client.PATCH("/api/v1/customers/{id}", {
      params: { path: { id } },
      body: body as never,
      headers: { "If-Match": `"${revision}"` },
    }),
  );

export function About(props: { customer: Customer; editable: boolean; refresh: () => Promise<unknown> }) {
  const { customer, editable, refresh } = props;
  const w = useWords(customers);
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const before = writtenOf(customer);
  const saved = async (after: Customer) => {
    setOpen(false);
    await refresh();
    toast.undo(w.saved, () => write(customer.id, after.revision ?? 0, before).then(refresh));
  };
  const facts: [string, string][] = [
    [w.email, customer.email],
    [w.phone, customer.phone],
    [w.note, customer.note],
    ...Object.entries(before.traits).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  const given = facts.filter(([, value]) => value !== "");
  return (
    <section>
      <h2>{w.about}</h2>
      {given.length === 0 && <p className="muted">{w.nothingWritten}</p>}
      <dl className="customers-facts">
        {given.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {editable && (
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {w.edit}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={w.editTitle(customer.name || customer.id)}
        size="lg"
        closeButtonProps={{ "aria-label": w.cancel }}
      >
        <Form key={customer.revision} customer={customer} saved={saved} cancel={() => setOpen(false)} />
      </Modal>
    </section>
  );
}

// A number stays a number and a yes a yes; whatever else is typed is a text.
function valueTyped(typed: string, before: Value | undefined): Value {
  const words = typed.trim();
  if (typeof before === "boolean" && (words === "true" || words === "false")) return words === "true";
  if (typeof before === "number" && words !== "" && Number.isFinite(Number(words))) return Number(words);
  return words;
}

interface Line {
  key: number;
  name: string;
  value: string;
}

function Form(props: { customer: Customer; saved: (after: Customer) => Promise<void>; cancel: () => void }) {
  const { customer, saved, cancel } = props;
  const w = useWords(customers);
  const before = writtenOf(customer);
  const [lines, setLines] = useState<Line[]>(() =>
    Object.entries(before.traits).map(([name, value], key) => ({ key, name, value: String(value) })),
  );
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const change = (key: number, what: Partial<Line>) =>
    setLines(lines.map((line) => (line.key === key ? { ...line, ...what } : line)));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const traits = Object.fromEntries(
      lines
        .filter((line) => line.name.trim() !== "")
        .map((line) => [line.name.trim(), valueTyped(line.value, before.traits[line.name.trim()])]),
    );
    const body = { name: text("name"), email: text("email"), phone: text("phone"), note: text("note"), traits };
    setBusy(true);
    setFault(undefined);
    write(customer.id, customer.revision ?? 0, body)
      .then(saved)
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput name="name" label={w.name} defaultValue={before.name} maxLength={200} data-autofocus />
        <TextInput name="email" type="email" label={w.email} defaultValue={before.email} maxLength={200} />
        <TextInput name="phone" type="tel" label={w.phone} defaultValue={before.phone} maxLength={200} />
        <Textarea name="note" label={w.note} defaultValue={before.note} autosize minRows={2} maxLength={4000} />
        <fieldset className="customers-traits">
          <legend>{w.traits}</legend>
          {lines.map((line) => (
            <div key={line.key} className="customers-trait">
              <TextInput
                aria-label={w.traitName}
                placeholder={w.traitName}
                value={line.name}
                onChange={(event) => change(line.key, { name: event.currentTarget.value })}
              />
              <TextInput
                aria-label={w.traitValue(line.name)}
                placeholder={w.value}
                value={line.value}
                onChange={(event) => change(line.key, { value: event.currentTarget.value })}
              />
              <Button variant="subtle" onClick={() => setLines(lines.filter((other) => other.key !== line.key))}>
                {w.remove}
                <span className="unseen"> {line.name}</span>
              </Button>
            </div>
          ))}
          <Button
            variant="default"
            size="xs"
            onClick={() =>
              setLines([...lines, { key: Math.max(0, ...lines.map((l) => l.key)) + 1, name: "", value: "" }])
            }
          >
            {w.addTrait}
          </Button>
        </fieldset>
        {fault !== undefined && <Problem error={fault} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {w.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
