import { Button } from "@mantine/core";
import { problemOf } from "../api";
import { useReturn } from "../later";
import { useWords } from "../words";
import { parts } from "../words/parts";

// What happened, what is safe, what to do. `error` is what a query or a mutation threw.
// isPage: there is nothing else on the page.
export function Problem({ error, retry, isPage }: { error: unknown; retry?: () => void; isPage?: boolean }) {
  const w = useWords(parts);
  const problem = problemOf(error);
  const isOld = problem.status === 403 && problem.field === "session"; // signed in too long ago for this
  const isNamed = problem.status === 403 && problem.field; // something of what was sent is refused, as the server says
  const own = isOld
    ? [w.againTitle, w.againDetail]
    : isNamed
      ? undefined
      : wordsOf(problem.status, w, retry !== undefined);
  const [title, detail] = own ?? [problem.title, problem.detail];
  const Title = isPage ? "h1" : "p";
  const helps = retry && ![403, 404].includes(problem.status); // to ask again
  useReturn(isUnreachable(problem.status) ? retry : undefined);
  return (
    <div className="problem" role="alert">
      <Title className="problem-title">{title}</Title>
      {detail && <p>{detail}</p>}
      {problem.status >= 500 && problem.request_id && <p className="muted">{w.request(problem.request_id)}</p>}
      {isOld && (
        <Button variant="default" size="xs" component="a" href={signInAgain()}>
          {w.again}
        </Button>
      )}
      {helps && (
        <Button variant="default" size="xs" onClick={retry}>
          {w.retry}
        </Button>
      )}
    </div>
  );
}

// And back to this page.
function signInAgain() {
  const here = window.location.pathname.replace(/^\/console/, "");
  return `/console/sign-in?from=${encodeURIComponent(here)}`;
}

const isUnreachable = (status: number) => status === 0 || status === 502;

type PartWords = (typeof parts)["en"];

// Where the server's own words would say less, or in another language.
function wordsOf(status: number, w: PartWords, isQuestion: boolean): [string, string] | undefined {
  if (isUnreachable(status)) return [w.offlineTitle, isQuestion ? w.offlineReturns : w.offlineDetail];
  if (status === 403) return [w.forbiddenTitle, w.forbiddenDetail];
  if (status === 404) return [w.notFoundTitle, w.notFoundDetail];
  if (status === 503) return [w.busyTitle, isQuestion ? w.busyLess : w.busyDetail];
  if (status === 500) return [w.mistakeTitle, w.mistakeDetail];
  return undefined;
}
