import { Button, CopyButton, Group, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call, client, problemOf } from "../../api";
import { useFormat } from "../../format";
import { Problem } from "../../parts/Problem";
import { useWords } from "../../words";
import { me as meWords } from "../../words/me";

const KEY = ["me", "second-factor"];

type Asked = "confirm" | "remove" | "codes"; // what the code that is typed is for

export function Factor() {
  const w = useWords(meWords);
  const format = useFormat();
  const queries = useQueryClient();
  const [asked, ask] = useState<Asked>();
  const [codes, setCodes] = useState<string[]>();
  const factor = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/me/second-factor")) });
  const begin = useMutation({
    mutationFn: () => call(client.POST("/api/v1/me/second-factor")),
    onSuccess: () => ask("confirm"),
  });
  const give = useMutation({
    mutationFn: async ({ code, to }: { code: string; to: Asked }) => {
      const body = { code };
      if (to === "remove") return call(client.POST("/api/v1/me/second-factor/remove", { body }));
      if (to === "confirm") return call(client.POST("/api/v1/me/second-factor/confirm", { body }));
      return call(client.POST("/api/v1/me/recovery-codes", { body }));
    },
    onSuccess: (answer) => {
      ask(undefined);
      setCodes(answer ? (answer.recovery_codes as string[]) : undefined);
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const start = (next: Asked) => {
    give.reset();
    ask(next);
  };
  if (factor.isError) return <Problem error={factor.error} retry={() => void factor.refetch()} />;
  if (!factor.data) return null;
  const { set, required, since, recovery_codes: left } = factor.data;
  return (
    <section>
      <h2>{w.factor}</h2>
      <p className="me-text">
        {set ? `${w.factorOn(since ? format.day(since) : "")} ${w.codesLeft(left)}` : w.factorOff}
        {required && ` ${w.factorRequired}`}
      </p>
      {codes && <RecoveryCodes codes={codes} done={() => setCodes(undefined)} />}
      {asked === "confirm" && begin.data && <Picture {...begin.data} />}
      {asked && (
        <CodeForm
          action={asked === "confirm" ? w.turnOn : asked === "remove" ? w.turnOff : w.newCodes}
          error={give.error}
          isPending={give.isPending}
          give={(code) => give.mutate({ code, to: asked })}
          cancel={() => ask(undefined)}
        />
      )}
      {begin.isError && <Problem error={begin.error} />}
      {!asked && !codes && (
        <Group gap="xs">
          {!set && (
            <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
              {w.setUp}
            </Button>
          )}
          {set && (
            <Button variant="default" onClick={() => start("codes")}>
              {w.newCodes}
            </Button>
          )}
          {set && !required && (
            <Button variant="default" onClick={() => start("remove")}>
              {w.turnOff}
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

function Picture({ secret, picture }: { secret: string; picture: string }) {
  const w = useWords(meWords);
  return (
    <div className="me-picture">
      <img alt="" width={176} height={176} src={`data:image/svg+xml;utf8,${encodeURIComponent(picture)}`} />
      <div>
        <p className="me-text">{w.scan}</p>
        <p className="me-label">{w.key}</p>
        <code>{secret.match(/.{1,4}/g)?.join(" ")}</code>
      </div>
    </div>
  );
}

interface CodeFormProps {
  action: string;
  error: unknown;
  isPending: boolean;
  give: (code: string) => void;
  cancel: () => void;
}

function CodeForm({ action, error, isPending, give, cancel }: CodeFormProps) {
  const w = useWords(meWords);
  const problem = error ? problemOf(error) : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    give(String(new FormData(event.currentTarget).get("code")).trim());
  };
  return (
    <form className="me-fields" onSubmit={submit}>
      <TextInput
        label={w.code}
        name="code"
        autoComplete="one-time-code"
        spellCheck={false}
        required
        autoFocus
        error={problem?.field === "code" ? w.codeWrong : undefined}
      />
      {problem && problem.field !== "code" && <Problem error={problem} />}
      <Group gap="xs">
        <Button type="submit" loading={isPending}>
          {action}
        </Button>
        <Button variant="default" onClick={cancel}>
          {w.cancel}
        </Button>
      </Group>
    </form>
  );
}

function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const w = useWords(meWords);
  return (
    <div className="me-codes">
      <h3>{w.codesTitle}</h3>
      <p className="me-text">{w.codesHelp}</p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group gap="xs">
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? w.copied : w.copy}
            </Button>
          )}
        </CopyButton>
        <Button onClick={done}>{w.done}</Button>
      </Group>
    </div>
  );
}
