// One's own accounts at the company's sign-in providers: linked ones, and linking another.
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { call, client, problemOf, type Shapes } from "../../api";
import { Clock } from "../../parts/Clock";
import { useConfirm } from "../../parts/Confirm";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { me as meWords } from "../../words/me";

const KEY = ["me", "providers"];

export function Links() {
  const w = useWords(meWords);
  const toast = useToast();
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const providers = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/me/providers")) });
  const items = providers.data?.items ?? [];
  const problem = search.get("problem");
  const isLinked = search.has("linked");
  useEffect(() => {
    if (!isLinked) return;
    toast.say(w.linkDone);
    navigate("/me", { replace: true });
  }, [isLinked]);
  const refused = useRef<HTMLParagraphElement>(null);
  const isShown = providers.isSuccess;
  useEffect(() => {
    if (problem && isShown) refused.current?.scrollIntoView({ block: "center" });
  }, [problem, isShown]);
  if (providers.isError) return <Problem error={providers.error} retry={() => void providers.refetch()} />;
  if (items.length === 0 && !problem) return null;
  return (
    <section>
      <h2>{w.links}</h2>
      <p className="me-text">{w.linksHelp}</p>
      {problem && (
        <p className="me-refused" role="alert" ref={refused}>
          {Object.hasOwn(w.linkRefused, problem)
            ? w.linkRefused[problem as keyof typeof w.linkRefused]
            : w.linkRefused.expired}
        </p>
      )}
      <ul className="me-sessions">
        {items.map((one) => (
          <Provider key={one.id} provider={one} />
        ))}
      </ul>
    </section>
  );
}

function Provider({ provider }: { provider: Shapes["OwnSignInProvider"] }) {
  const w = useWords(meWords);
  const toast = useToast();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const params = { path: { id: provider.id } };
  const link = useMutation({
    mutationFn: () => call(client.POST("/api/v1/me/providers/{id}/link", { params })),
    onSuccess: ({ address }) => window.location.assign(address),
  });
  const unlink = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/me/providers/{id}", { params })),
    onSuccess: () => {
      toast.say(w.linkGone);
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const ask = async () => {
    const title = w.unlinkTitle(provider.name);
    if (await confirm({ title, body: w.unlinkBody, action: w.unlink })) unlink.mutate();
  };
  return (
    <li className="me-link">
      <div>
        <p>{provider.name}</p>
        <p className="muted">
          {provider.linked ? (
            <>
              {w.linkedSince} <Clock at={provider.linked} />
            </>
          ) : (
            w.linkNone
          )}
        </p>
        {link.error &&
          (problemOf(link.error).status === 409 ? (
            <p>{w.linkRefused["provider-down"]}</p>
          ) : (
            <Problem error={link.error} />
          ))}
        {unlink.error && <LastWay error={unlink.error} />}
      </div>
      {provider.linked ? (
        <button
          type="button"
          className="link-button"
          aria-label={`${w.unlink}: ${provider.name}`}
          onClick={() => void ask()}
        >
          {w.unlink}
        </button>
      ) : (
        <Button variant="default" loading={link.isPending || link.isSuccess} onClick={() => link.mutate()}>
          {w.linkWith(provider.name)}
        </Button>
      )}
    </li>
  );
}

// Why a way in was not taken away.
export function LastWay({ error }: { error: unknown }) {
  const w = useWords(meWords);
  return problemOf(error).status === 409 ? (
    <p className="me-refused" role="alert">
      {w.lastWay}
    </p>
  ) : (
    <Problem error={error} />
  );
}
