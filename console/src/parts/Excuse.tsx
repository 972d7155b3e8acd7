import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { call, client } from "../api";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { excuses } from "../words/excuses";
import { ledger } from "../words/ledger";
import { useToast } from "./undo";

const REASON_LEAST = 3;

// const excuse = useExcuse(); excuse.ask(obligations, done); … {excuse.dialog}
// Where the Code wants a second person, it says so beforehand and asks.
// An excuse stands in the history for good, so it is sent only when the toast that undoes it has gone, or when one leaves
// the page before.
export interface Excusable {
  id: string;
  promise: string;
}

export function useExcuse() {
  const w = useWords(ledger);
  const toast = useToast();
  const x = useWords(excuses);
  const { needsSecond } = usePromises();
  const [about, setAbout] = useState<Excusable[]>([]);
  const asking = about.filter(({ promise }) => needsSecond(promise)).length;
  const isAsking = asking > 0 && asking === about.length;
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const done = useRef<() => void>(() => {});
  const last = useRef<() => Promise<void>>(undefined);
  useEffect(() => () => void last.current?.(), []);
  const send = async (keepalive: boolean, what: string[], why: string, then: () => void) => {
    const body = { ids: what, reason: why };
    const { items } = await call(client.POST("/api/v1/obligations/excuse", { body, keepalive }));
    const of = (result: string) => items.filter((item) => item.result === result).length;
    const [excused, asked, refused] = [of("excused"), of("asked"), of("refused")];
    if (asked) {
      const said = [excused && w.excused(excused), x.asked(asked), refused && x.notDone(refused)];
      toast.say(said.filter(Boolean).join("; "));
    } else {
      const reason = items.length === 1 && items[0]?.reason;
      toast.say(reason || (refused ? w.partlyExcused(excused, refused) : w.excused(excused)));
    }
    then();
  };
  const submit = () => {
    const [what, why, then] = [about.map(({ id }) => id), reason.trim(), done.current];
    void last.current?.();
    const words = isAsking ? x.willAsk(what.length) : w.willExcuse(what.length);
    last.current = toast.later(words, (keepalive) => send(keepalive, what, why, then));
    setOpen(false);
  };
  const dialog = (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={w.excuseTitle(about.length)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim().length >= REASON_LEAST) submit();
        }}
      >
        <Stack>
          <p>{w.excuseBody}</p>
          {asking > 0 && (
            <p>
              <strong>{x.needs(asking, about.length)}</strong>
            </p>
          )}
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
              {isAsking ? x.ask : w.excuse}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
  const ask = (what: Excusable[], then: () => void) => {
    if (what.length === 0) {
      toast.say(w.nothingToExcuse);
      return;
    }
    done.current = then;
    setAbout(what);
    setReason("");
    setOpen(true);
  };
  return { ask, dialog };
}
