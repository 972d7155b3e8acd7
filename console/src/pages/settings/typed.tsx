import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

// A field that is looked for while one types, after a short pause; the address holds what is looked for.
export function Typed(props: { label: string; value: string; placeholder?: string; set: (value: string) => void }) {
  const [typed, setTyped] = useState(props.value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(props.value);
  useEffect(() => () => clearTimeout(timer.current), []);
  // It was changed elsewhere: all filters were cleared, or one went back.
  useEffect(() => {
    if (props.value === told.current) return;
    told.current = props.value;
    setTyped(props.value);
  }, [props.value]);
  const send = (words: string) => {
    clearTimeout(timer.current);
    if (words.trim() === told.current) return;
    told.current = words.trim();
    props.set(words.trim());
  };
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      value={typed}
      onChange={(event) => {
        const words = event.currentTarget.value;
        setTyped(words);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => send(words), PAUSE_MS);
      }}
      onKeyDown={(event) => event.key === "Enter" && send(typed)}
    />
  );
}
