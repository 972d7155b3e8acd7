// The ways to sign in besides a password: the company's providers, passkeys.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { call, client, problemOf } from "../api";
import { Problem } from "../parts/Problem";
import { completesPasskeys, enterByPasskey, hasPasskeys, wasGivenUp } from "../passkeys";
import { useWords } from "../words";
import { signIn } from "../words/signIn";

export function useProviders() {
  return useQuery({ queryKey: ["sign-in", "providers"], queryFn: () => call(client.GET("/api/v1/sign-in/providers")) });
}

interface Props {
  to: string; // the page to go to, below /console
  entered: () => void;
  isAlone: boolean; // there are no passwords
}

export function OtherWays({ to, entered, isAlone }: Props) {
  const w = useWords(signIn);
  const providers = useProviders();
  const items = providers.data?.items ?? [];
  return (
    <div className="gate-ways">
      {!isAlone && (items.length > 0 || hasPasskeys()) && <p className="gate-or">{w.or}</p>}
      {items.map((one) => (
        <Button
          key={one.path}
          component="a"
          href={`${one.path}?to=${encodeURIComponent(`/console${to}`)}`}
          variant={isAlone ? "filled" : "default"}
          fullWidth
          size="md"
        >
          {w.by(one.name)}
        </Button>
      ))}
      {hasPasskeys() && <PasskeyButton entered={entered} />}
      {providers.isError && <Problem error={providers.error} retry={() => void providers.refetch()} />}
    </div>
  );
}

function PasskeyButton({ entered }: { entered: () => void }) {
  const w = useWords(signIn);
  const under = useRef<AbortController>(undefined); // a browser takes one at a time
  const begin = () => {
    under.current?.abort();
    under.current = new AbortController();
    return under.current.signal;
  };
  const enter = useMutation({
    mutationFn: () => enterByPasskey({ quietly: false, signal: begin() }),
    onSuccess: entered,
  });
  const onEntered = useRef(entered);
  onEntered.current = entered;
  useEffect(() => {
    const own = new AbortController();
    under.current = own;
    completesPasskeys()
      .then((can) => (can && !own.signal.aborted ? enterByPasskey({ quietly: true, signal: own.signal }) : undefined))
      .then((who) => who && onEntered.current())
      .catch(() => undefined); // who did not ask for it is not told that it failed
    return () => under.current?.abort();
  }, []);
  return (
    <>
      <Button variant="default" fullWidth size="md" loading={enter.isPending} onClick={() => enter.mutate()}>
        {w.passkey}
      </Button>
      {enter.error && <Refusal error={enter.error} />}
    </>
  );
}

function Refusal({ error }: { error: unknown }) {
  const w = useWords(signIn);
  if (wasGivenUp(error)) return <p className="muted">{w.passkeyGivenUp}</p>;
  const { status } = problemOf(error);
  return status === 403 || status === 404 ? (
    <p className="gate-refused" role="alert">
      {w.passkeyRefused}
    </p>
  ) : (
    <Problem error={error} />
  );
}
