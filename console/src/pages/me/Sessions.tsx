import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, client, type Shapes } from "../../api";
import { Clock } from "../../parts/Clock";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { me as meWords } from "../../words/me";

const KEY = ["me", "sessions"];

// "Firefox, Linux" of what a browser calls itself.
export function browserName(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
  return [browser, system]
    .filter((one) => one !== undefined)
    .map((one) => names[one] ?? one)
    .join(", ");
}

export function Sessions() {
  const w = useWords(meWords);
  const toast = useToast();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/me/sessions")) });
  const end = useMutation({
    mutationFn: (id: string | undefined) =>
      id
        ? call(client.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id } } }))
        : call(client.DELETE("/api/v1/me/sessions")),
    onSuccess: () => {
      toast.say(w.ended);
      void queries.invalidateQueries({ queryKey: KEY });
    },
    onError: toast.fail,
  });
  const items = sessions.data?.items ?? [];
  return (
    <section>
      <h2>{w.sessions}</h2>
      {sessions.isError && <Problem error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul className="me-sessions">
        {items.map((one) => (
          <Session key={one.id} session={one} end={() => end.mutate(one.id)} />
        ))}
      </ul>
      {items.length > 1 && (
        <Button variant="default" loading={end.isPending} onClick={() => end.mutate(undefined)}>
          {w.endOthers}
        </Button>
      )}
    </section>
  );
}

function Session({ session, end }: { session: Shapes["OwnSession"]; end: () => void }) {
  const w = useWords(meWords);
  return (
    <li>
      <div>
        <p title={session.agent}>
          {browserName(session.agent) || w.unknownBrowser}
          {session.here && <b className="me-here"> {w.here}</b>}
        </p>
        <p className="muted">
          {session.address} · {w.since} <Clock at={session.created} /> · {w.seen} <Clock at={session.seen} />
        </p>
      </div>
      {!session.here && (
        <button type="button" className="link-button" onClick={end}>
          {w.end}
        </button>
      )}
    </li>
  );
}
