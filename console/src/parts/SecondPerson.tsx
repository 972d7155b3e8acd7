// Excuses that wait for a second person: who asked and why, and what the viewer may do about it.
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import { may, useMe } from "../me";
import { useWords } from "../words";
import { excuses } from "../words/excuses";
import { useConfirm } from "./Confirm";
import { useToast } from "./undo";

type Request = Shapes["ExcuseRequest"];

const REASON_LEAST = 3;

export function SecondPerson({ request, refresh }: { request: Request; refresh: () => void }) {
  const w = useWords(excuses);
  const format = useFormat();
  const toast = useToast();
  const confirm = useConfirm();
  const me = useMe().data;
  const [isDeclining, setDeclining] = useState(false);
  const ids = [request.id];
  const act = async (
    sent: Promise<{ items: { result: string; reason?: string | null | undefined }[] }>,
    done: string,
  ) => {
    try {
      const refused = (await sent).items.find((item) => item.result === "refused");
      toast.say(refused?.reason ?? done);
    } catch (error) {
      toast.fail(error);
    }
    refresh();
  };
  const accept = async () => {
    const title = w.confirmTitle;
    if (await confirm({ title, body: w.confirmBody(request.asked_by), action: w.confirm }))
      await act(call(client.POST("/api/v1/excuses/confirm", { body: { ids } })), w.confirmed);
  };
  return (
    <section className="second-person" aria-label={w.waitsHead}>
      <h2>{w.waitsHead}</h2>
      <p className="second-person-reason">“{request.reason}”</p>
      <p className="muted" title={format.exact(request.asked)}>
        {w.askedBy(request.asked_by, format.moment(request.asked))}
      </p>
      {may(me, "ledger:excuse") && (
        <>
          <p>{request.mine ? w.own : w.others}</p>
          <Group>
            {request.mine ? (
              <Button
                variant="default"
                onClick={() => void act(call(client.POST("/api/v1/excuses/withdraw", { body: { ids } })), w.withdrawn)}
              >
                {w.withdraw}
              </Button>
            ) : (
              <>
                <Button onClick={() => void accept()}>{w.confirm}</Button>
                <Button variant="default" onClick={() => setDeclining(true)}>
                  {w.decline}
                </Button>
              </>
            )}
          </Group>
        </>
      )}
      <Declining
        isOpen={isDeclining}
        close={() => setDeclining(false)}
        send={(reason) => void act(call(client.POST("/api/v1/excuses/decline", { body: { ids, reason } })), w.declined)}
      />
    </section>
  );
}

export function Declining(props: {
  isOpen: boolean;
  count?: number;
  close: () => void;
  send: (reason: string) => void;
}) {
  const w = useWords(excuses);
  const [reason, setReason] = useState("");
  const isEnough = reason.trim().length >= REASON_LEAST;
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.close}
      title={w.declineTitle(props.count ?? 1)}
      closeButtonProps={{ "aria-label": w.cancel }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEnough) return;
          props.close();
          props.send(reason.trim());
        }}
      >
        <Stack>
          <p>{w.declineBody(props.count ?? 1)}</p>
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
            <Button variant="default" onClick={props.close}>
              {w.cancel}
            </Button>
            <Button type="submit" disabled={!isEnough}>
              {w.decline}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

// What became of those asked for before; the one that excused stands in the history itself.
export function PastExcuses({ requests }: { requests: Request[] }) {
  const w = useWords(excuses);
  const format = useFormat();
  const past = requests.filter((one) => one.state !== "waiting" && one.state !== "confirmed");
  const became: { [state: string]: (who: string) => string } = w.past;
  if (past.length === 0) return null;
  return (
    <section aria-label={w.pastHead} className="past-excuses">
      <h2>{w.pastHead}</h2>
      <ul>
        {past.map((one) => (
          <li key={one.id}>
            <p className="second-person-reason">“{one.reason}”</p>
            <p className="muted">{w.askedBy(one.asked_by, format.moment(one.asked))}</p>
            <p>
              {became[one.state]?.(one.answered_by ?? "")}
              {one.answer && `: “${one.answer}”`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
