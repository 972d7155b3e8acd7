// The ids under which a customer is known: which were merged by whom, splitting one off, merging another one.
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { customers } from "../../words/customers";
import { Merge } from "./Merge";
import { customerAddress } from "./places";

type Customer = Shapes["Customer"];

export function join(how: "merge" | "split", survivor: string, from: string) {
  const init = { params: { path: { id: survivor } }, body: { from } };
  return how === "merge"
    ? call(client.POST("/api/v1/customers/{id}/merge", init))
    : call(client.POST("/api/v1/customers/{id}/split", init));
}

export function Identities(props: { customer: Customer; editable: boolean; refresh: () => Promise<unknown> }) {
  const { customer, editable, refresh } = props;
  const w = useWords(customers);
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const ids = (customer.identities ?? []) as unknown as string[];
  const split = (survivor: string, from: string) =>
    join("split", survivor, from)
      .then(refresh)
      .then(() => toast.undo(w.wasSplit(from), () => join("merge", survivor, from).then(refresh)))
      .catch(toast.fail);
  const merged = async (survivor: string, from: string) => {
    setOpen(false);
    await refresh();
    toast.undo(w.merged(from, survivor), () => join("split", survivor, from).then(refresh));
  };
  return (
    <section>
      <h2>{w.identities}</h2>
      <ul className="customers-ids">
        {ids.map((id) => (
          <li key={id}>
            {id === customer.id ? <strong>{id}</strong> : <Link href={customerAddress(id)}>{id}</Link>}
            {customer.merges
              ?.filter((merge) => merge.from === id)
              .map((merge) => (
                <Merged
                  key={merge.survivor}
                  merge={merge}
                  split={editable ? () => void split(merge.survivor, merge.from) : undefined}
                />
              ))}
          </li>
        ))}
      </ul>
      {editable && (
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          {w.merge}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={w.mergeTitle}
        size="xl"
        closeButtonProps={{ "aria-label": w.cancel }}
      >
        <Merge customer={customer} merged={merged} />
      </Modal>
    </section>
  );
}

function Merged(props: { merge: NonNullable<Customer["merges"]>[number]; split: (() => void) | undefined }) {
  const { merge, split } = props;
  const w = useWords(customers);
  const format = useFormat();
  return (
    <span className="customers-about">
      <span title={format.exact(merge.at)}>{w.mergedInto(merge.survivor, format.day(merge.at), merge.by ?? "")}</span>
      {split && (
        <button type="button" className="link-button" onClick={split}>
          {w.split}
          <span className="unseen"> {merge.from}</span>
        </button>
      )}
    </span>
  );
}
