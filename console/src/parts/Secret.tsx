import { Button, CopyButton, Group } from "@mantine/core";
import { useWords } from "../words";
import { secretWords } from "../words/secret";

// A secret that is told once: to be copied now, or made anew.
export function Secret({
  title,
  help,
  secret,
  done,
}: {
  title: string;
  help: string;
  secret: string;
  done: () => void;
}) {
  const w = useWords(secretWords);
  return (
    <section className="secret" role="status">
      <h2>{title}</h2>
      <p>{help}</p>
      <code translate="no">{secret}</code>
      <Group gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant={copied ? "default" : "filled"} onClick={copy}>
              {copied ? w.copied : w.copy}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={done}>
          {w.done}
        </Button>
      </Group>
    </section>
  );
}
