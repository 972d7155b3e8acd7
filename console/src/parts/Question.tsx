// The dialog of useConfirm(), loaded when it is wanted for the first time.
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useWords } from "../words";
import { parts } from "../words/parts";
import type { Asked } from "./Confirm";

export default function Question({ asked }: { asked: Asked }) {
  const w = useWords(parts);
  const [answered, setAnswered] = useState<Asked>();
  const [typed, setTyped] = useState("");
  // Another question begins with nothing typed.
  useEffect(() => {
    if (asked) setTyped("");
  }, [asked]);
  const close = (yes: boolean) => {
    asked.answer(yes);
    setAnswered(asked);
  };
  const isSure = !asked.name || typed.trim() === asked.name;
  return (
    <Modal
      opened={asked !== answered}
      onClose={() => close(false)}
      title={asked.title}
      closeButtonProps={{ "aria-label": w.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure) close(true);
        }}
      >
        <Stack>
          <div>{asked.body}</div>
          {asked.name && (
            <TextInput
              label={w.typeToConfirm(asked.name)}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => close(false)}>
              {w.cancel}
            </Button>
            <Button type="submit" className="button-broken" disabled={!isSure}>
              {asked.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
