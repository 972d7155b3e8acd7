// Asks before what cannot be undone:
//   const confirm = useConfirm();
//   if (await confirm({ title, body, action, name })) …
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useRef, useState } from "react";
import { useToast } from "./undo";

export interface ConfirmQuestion {
  title: string;
  body: ReactNode; // what happens, and what does not
  action: string; // the button: the verb itself
  name?: string; // to be typed, for what cannot be undone
}

export interface Asked extends ConfirmQuestion {
  answer: (yes: boolean) => void;
}

const Context = createContext<(question: ConfirmQuestion) => Promise<boolean>>(() => Promise.resolve(false));
export const useConfirm = () => useContext(Context);

const Question = lazy(() => import("./Question"));

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked>();
  const toast = useToast();
  const failed = useRef(toast.fail);
  failed.current = toast.fail;
  const ask = useCallback(async (question: ConfirmQuestion) => {
    try {
      await import("./Question");
    } catch (error) {
      failed.current(error); // what cannot be asked is not done
      return false;
    }
    return new Promise<boolean>((answer) => setAsked({ ...question, answer }));
  }, []);
  return (
    <Context.Provider value={ask}>
      {children}
      <Suspense>{asked && <Question asked={asked} />}</Suspense>
    </Context.Provider>
  );
}
