// Passkeys: what this person's devices sign in by.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call, client, type Shapes } from "../../api";
import { Clock } from "../../parts/Clock";
import { useConfirm } from "../../parts/Confirm";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { hasPasskeys, isKnown, makePasskey, wasGivenUp } from "../../passkeys";
import { useWords } from "../../words";
import { me as meWords } from "../../words/me";
import { LastWay } from "./Links";
import { browserName } from "./Sessions";

const KEY = ["me", "passkeys"];

export function Passkeys() {
  const w = useWords(meWords);
  const passkeys = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/me/passkeys")) });
  const items = passkeys.data?.items ?? [];
  return (
    <section>
      <h2>{w.passkeys}</h2>
      <p className="me-text">{w.passkeysHelp}</p>
      {passkeys.isError && <Problem error={passkeys.error} retry={() => void passkeys.refetch()} />}
      <ul className="me-sessions">
        {items.map((one) => (
          <Passkey key={one.id} passkey={one} />
        ))}
      </ul>
      {hasPasskeys() ? <AddPasskey /> : <p className="muted">{w.passkeysNot}</p>}
    </section>
  );
}

function AddPasskey() {
  const w = useWords(meWords);
  const toast = useToast();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => makePasskey(browserName(navigator.userAgent).slice(0, 60) || w.passkeyName),
    onSuccess: () => {
      toast.say(w.passkeyAdded);
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  return (
    <>
      <Button variant="default" loading={add.isPending} onClick={() => add.mutate()}>
        {w.passkeyAdd}
      </Button>
      {add.error &&
        (wasGivenUp(add.error) || isKnown(add.error) ? (
          <p className="muted">{isKnown(add.error) ? w.passkeyKnown : w.passkeyGivenUp}</p>
        ) : (
          <Problem error={add.error} />
        ))}
    </>
  );
}

function Passkey({ passkey }: { passkey: Shapes["Passkey"] }) {
  const w = useWords(meWords);
  const toast = useToast();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const [isNaming, setNaming] = useState(false);
  const path = { id: passkey.id };
  const reload = () => void queries.invalidateQueries({ queryKey: KEY });
  const remove = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/me/passkeys/{id}", { params: { path } })),
    onSuccess: () => {
      toast.say(w.passkeyRemoved);
      reload();
    },
  });
  const rename = useMutation({
    mutationFn: (name: string) => call(client.PATCH("/api/v1/me/passkeys/{id}", { params: { path }, body: { name } })),
    onSuccess: () => {
      setNaming(false);
      reload();
    },
    onError: toast.fail,
  });
  const ask = async () => {
    const title = w.passkeyRemoveTitle(passkey.name);
    if (await confirm({ title, body: w.passkeyRemoveBody, action: w.passkeyRemove })) remove.mutate();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  if (isNaming) {
    return (
      <li>
        <form className="me-rename" onSubmit={submit}>
          <TextInput
            name="name"
            aria-label={w.passkeyName}
            defaultValue={passkey.name}
            maxLength={60}
            required
            autoFocus
          />
          <Button type="submit" loading={rename.isPending}>
            {w.save}
          </Button>
          <Button variant="default" onClick={() => setNaming(false)}>
            {w.cancel}
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li>
      <div>
        <p>{passkey.name}</p>
        <p className="muted">
          {w.passkeySince} <Clock at={passkey.created} /> ·{" "}
          {passkey.used ? (
            <>
              {w.passkeyUsed} <Clock at={passkey.used} />
            </>
          ) : (
            w.passkeyUnused
          )}
        </p>
        {remove.error && <LastWay error={remove.error} />}
      </div>
      <div className="me-acts">
        <button
          type="button"
          className="link-button"
          aria-label={`${w.passkeyRename}: ${passkey.name}`}
          onClick={() => setNaming(true)}
        >
          {w.passkeyRename}
        </button>
        <button
          type="button"
          className="link-button"
          aria-label={`${w.passkeyRemove}: ${passkey.name}`}
          onClick={() => void ask()}
        >
          {w.passkeyRemove}
        </button>
      </div>
    </li>
  );
}
