// The server's API, with the types that it describes itself by (troth openapi).
//   const list = api.useQuery("get", "/api/v1/obligations", { params: { query: { state: "open" } } });
//   const remove = api.useMutation("delete", "/api/v1/tokens/{id}");
//   const one = await call(client.GET("/api/v1/obligations/{id}", { params: { path: { id } } }));
import { QueryClient } from "@tanstack/react-query";
import createFetchClient from "openapi-fetch";
import createClient from "openapi-react-query";
import type { components, paths } from "~schema";

export type Shapes = components["schemas"];
export type Problem = Shapes["Problem"];
export type { paths };

// What a request that failed throws: the problem document of the server (RFC 9457), or one of our own where none came.
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

export const OFFLINE: Problem = { type: "/problems/offline", title: "offline", status: 0, request_id: "" };

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (typeof error === "object" && error !== null && "status" in error && "title" in error) return error as Problem;
  if (error instanceof TypeError) return OFFLINE; // fetch() could not reach the server
  return {
    type: "about:blank",
    title: error instanceof Error ? error.message : String(error),
    status: 500,
    request_id: "",
  };
}

// Who is not signed in (any more) goes to the sign-in page and comes back here. Set by the frame.
let onSignedOut: () => void = () => {};
export function whenSignedOut(act: () => void) {
  onSignedOut = act;
}

export const client = createFetchClient<paths>({ credentials: "same-origin" });
client.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", document.documentElement.lang);
  },
  onResponse({ response, request }) {
    const isOwnQuestion = /\/api\/v1\/(me|sign-in)/.test(new URL(request.url).pathname);
    if (response.status === 401 && !isOwnQuestion) onSignedOut();
  },
});
export const api = createClient(client);

// Awaits an answer of the client: its data, or a ProblemError thrown.
export async function call<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (error !== undefined || !response.ok) {
    const problem = error && typeof error === "object" ? problemOf(error) : undefined;
    throw new ProblemError(
      problem ?? { type: "about:blank", title: response.statusText, status: response.status, request_id: "" },
    );
  }
  return data as T;
}

// Under load the server answers so at once: it may be better in a moment.
export const isBusy = (error: unknown) => error !== null && problemOf(error).status === 503;

const RETRIES = 2;
const RETRIES_BUSY = 5; // within about half a minute
const LONGEST_MS = 8000;
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Without a network it is said at once, instead of being waited for without a word.
      networkMode: "always",
      refetchOnReconnect: true,
      // Only what may be better in a moment is asked again, and not by everybody at the same time.
      retry: (failures, error) =>
        isBusy(error) ? failures < RETRIES_BUSY : failures < RETRIES && [0, 502].includes(problemOf(error).status),
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, LONGEST_MS) * (1 + Math.random() / 4),
    },
    mutations: { networkMode: "always" },
  },
});
