import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { useWords } from "../words";
import { parts } from "../words/parts";

export interface ConfirmQuestion {
  title: string;
  body: ReactNode; // what happens, and what does not
  action: string; // the button: the verb itself
  name?: string; // to be typed, for what cannot be undone
}

const Context = createContext<(question: ConfirmQuestion) => Promise<boolean>>(() => Promise.resolve(false));

// const confirm = useConfirm(); if (await confirm({ title, body, action, name })) …
export const useConfirm = () => useContext(Context);

interface Asked extends ConfirmQuestion {
  answer: (yes: boolean) => void;
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const w = useWords(parts);
  const [asked, setAsked] = useState<Asked>();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const ask = useCallback(
    (question: ConfirmQuestion) =>
      new Promise<boolean>((answer) => {
        setTyped("");
        setAsked({ ...question, answer });
        setOpen(true);
      }),
    [],
  );
  const close = (yes: boolean) => {
    asked?.answer(yes);
    setOpen(false);
  };
  const isSure = !asked?.name || typed.trim() === asked.name;
  return (
    <Context.Provider value={ask}>
      {children}
      <Modal opened={isOpen} onClose={() => close(false)} title={asked?.title}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isSure) close(true);
          }}
        >
          <Stack>
            <div>{asked?.body}</div>
            {asked?.name && (
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
              <Button type="submit" color="red" disabled={!isSure}>
                {asked?.action}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Context.Provider>
  );
}
