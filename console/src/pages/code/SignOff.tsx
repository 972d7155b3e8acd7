// Who of the staff has signed off the version in force.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, call, client, queryClient } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { code } from "../../words/code";

const PATH = "/api/v1/code/versions/{id}/sign-offs";

export function SignOff({ version }: { version: string }) {
  const w = useWords(code);
  const format = useFormat();
  const me = useMe().data;
  const toast = useToast();
  const params = { path: { id: version } };
  const query = api.useQuery("get", PATH, { params });
  const sign = useMutation({
    mutationFn: () => call(client.POST("/api/v1/code/versions/{id}/sign-off", { params })),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ["get", PATH] }),
    onError: toast.fail,
  });
  const remind = useMutation({
    mutationFn: () => call(client.POST("/api/v1/code/versions/{id}/reminders", { params })),
    onSuccess: (answer) => toast.say(w.reminded(answer.mails)),
    onError: toast.fail,
  });
  const data = query.data;
  if (!data || data.people.length === 0) return null;
  const have = data.people.filter((person) => person.signed);
  const missing = data.people.filter((person) => !person.signed);
  return (
    <section className="code-box">
      <h2>{w.signOff}</h2>
      {data.by_me ? (
        <p>{w.signedByMe}</p>
      ) : (
        me?.id && (
          <>
            <p>{w.signQuestion}</p>
            <Button size="xs" mt={8} onClick={() => sign.mutate()} loading={sign.isPending}>
              {w.sign}
            </Button>
          </>
        )
      )}
      <details>
        <summary>{w.signed(have.length, data.people.length)}</summary>
        {missing.length > 0 && (
          <>
            <h3>{w.missing}</h3>
            <ul>
              {missing.map((person) => (
                <li key={person.id}>{person.name}</li>
              ))}
            </ul>
          </>
        )}
        {have.length > 0 && (
          <>
            <h3>{w.have}</h3>
            <ul>
              {have.map((person) => (
                <li key={person.id}>
                  {person.name} <span className="muted">{person.signed && format.day(person.signed)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </details>
      {missing.length > 0 && may(me, "code:approve") && (
        <button type="button" className="link-button" onClick={() => remind.mutate()} disabled={remind.isPending}>
          {w.remind}
        </button>
      )}
    </section>
  );
}
