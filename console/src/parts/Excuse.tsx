import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import { call, client } from "../api";
import { useWords } from "../words";
import { ledger } from "../words/ledger";
import { useToast } from "./undo";

const UNDO_MS = 8000;
const REASON_LEAST = 3;

// const excuse = useExcuse(); excuse.ask(ids, done); … {excuse.dialog}
// An excuse stands in the history for good, so it is sent only when the toast that undoes it has gone; a page that is
// closed before sends nothing.
export function useExcuse() {
  const w = useWords(ledger);
  const toast = useToast();
  const [ids, setIds] = useState<string[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const done = useRef<() => void>(() => {});
  const send = async (what: string[], why: string, then: () => void) => {
    try {
      const { items } = await call(client.POST("/api/v1/obligations/excuse", { body: { ids: what, reason: why } }));
      const refused = items.filter((item) => item.result !== "excused");
      toast.say(
        refused.length ? w.partlyExcused(items.length - refused.length, refused.length) : w.excused(items.length),
      );
      then();
    } catch (error) {
      toast.fail(error);
    }
  };
  const submit = () => {
    const timer = setTimeout(() => void send(ids, reason.trim(), done.current), UNDO_MS);
    toast.undo(w.willExcuse(ids.length), async () => clearTimeout(timer));
    setOpen(false);
  };
  const dialog = (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={w.excuseTitle(ids.length)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim().length >= REASON_LEAST) submit();
        }}
      >
        <Stack>
          <p>{w.excuseBody}</p>
          <Textarea
            label={w.reason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            autosize
            minRows={3}
            maxLength={1000}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {w.cancel}
            </Button>
            <Button type="submit" disabled={reason.trim().length < REASON_LEAST}>
              {w.excuse}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
  const ask = (what: string[], then: () => void) => {
    if (what.length === 0) {
      toast.say(w.nothingToExcuse);
      return;
    }
    done.current = then;
    setIds(what);
    setReason("");
    setOpen(true);
  };
  return { ask, dialog };
}
