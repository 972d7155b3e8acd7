// One comment on a promise, and what may be done with it.
import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { call, client, queryClient, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { code } from "../../words/code";

type Change = { state?: "held" | "open" | "answered" | "closed"; answer?: string };

export function Comment({ comment }: { comment: Shapes["Comment"] }) {
  const w = useWords(code);
  const format = useFormat();
  const me = useMe().data;
  const toast = useToast();
  const [answer, setAnswer] = useState<string>();
  const change = useMutation({
    mutationFn: (body: Change) =>
      call(client.PATCH("/api/v1/code/comments/{id}", { params: { path: { id: comment.id } }, body })),
    onSuccess: () => {
      setAnswer(undefined);
      void queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/code/comments"] });
    },
    onError: toast.fail,
  });
  const act = (label: string, body: Change) => (
    <button type="button" className="link-button" disabled={change.isPending} onClick={() => change.mutate(body)}>
      {label}
    </button>
  );
  const isHeld = comment.state === "held";
  return (
    <div className="code-comment">
      <p className="code-comment-words">{comment.words}</p>
      <p className="muted code-comment-line">
        {comment.name || w.nobody}
        {comment.by_customer && ` (${w.customer})`}
        {comment.contact && `, ${comment.contact}`} ·{" "}
        <span title={format.exact(comment.written)}>{format.day(comment.written)}</span> ·{" "}
        {w.states[comment.state as keyof typeof w.states]}
        {comment.public && ` · ${w.publicShown}`}
      </p>
      {comment.answer && (
        <p className="code-comment-answer">
          {comment.answer} <span className="muted">{comment.answered_by}</span>
        </p>
      )}
      {may(me, "code:comment") && answer === undefined && (
        <p className="code-comment-acts">
          {isHeld && act(w.release, { state: "open" })}
          {isHeld && act(w.hide, { state: "closed" })}
          <button type="button" className="link-button" onClick={() => setAnswer(comment.answer)}>
            {w.answer}
          </button>
          {!isHeld &&
            (comment.state === "closed" ? act(w.reopen, { state: "open" }) : act(w.close, { state: "closed" }))}
        </p>
      )}
      {answer !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate({ answer });
          }}
        >
          <Textarea
            label={w.answerLabel}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
            maxLength={2000}
            rows={2}
          />
          <Button type="submit" size="xs" mt={8} disabled={!answer.trim()} loading={change.isPending}>
            {w.answer}
          </Button>
        </form>
      )}
    </div>
  );
}
