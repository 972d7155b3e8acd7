import { Button, Checkbox } from "@mantine/core";
import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useKeys } from "../keys";
import { type EventName, type LiveEvent, useLive } from "../live";
import { useWords } from "../words";
import { parts } from "../words/parts";
import { Problem } from "./Problem";

export interface Column<T> {
  head: ReactNode;
  cell: (row: T) => ReactNode;
  align?: "right";
  width?: string; // of CSS
  onPhone?: "hidden" | "first"; // first: beside the row's first line, at its end
}

export interface DataListProps<T> {
  label: string; // of the table, for those who hear it
  queryKey: QueryKey; // with every filter in it
  load: (after: string | undefined) => Promise<{ items: T[]; next?: string | null }>;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  rowName?: (row: T) => string; // of its box, for those who hear it; otherwise its key
  away?: (row: T) => boolean; // not shown: what was done to it can still be undone
  open?: (row: T) => string; // the address below /console that Enter and a click lead to
  actions?: (rows: T[], clear: () => void) => ReactNode; // for the selected ones; makes rows selectable
  // Events that change the list. It is asked for anew while nobody points at it and only its first page is shown;
  // otherwise they are counted as "3 new".
  live?: readonly EventName[];
  matches?: (event: LiveEvent) => boolean;
  again?: (rows: T[]) => boolean; // rows under way, of which no event tells: it is asked for anew until they are not
  empty: ReactNode; // an <Empty>
}

const SETTLE_MS = 700; // many events at once are one question
const AGAIN_MS = 2000;

// A table over a list of the API: j and k move, Enter opens, x selects; further pages by cursor; empty, errors, news.
export function DataList<T>(props: DataListProps<T>) {
  const {
    label,
    queryKey,
    load,
    columns,
    rowKey,
    rowName = rowKey,
    open,
    actions,
    live,
    matches,
    again,
    empty,
  } = props;
  const w = useWords(parts);
  const [, navigate] = useLocation();
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: ({ state }) => {
      const known = state.data?.pages.flatMap((page) => page.items) ?? [];
      return again?.(known) ? AGAIN_MS : false;
    },
  });
  const rows = (query.data?.pages.flatMap((page) => page.items) ?? []).filter((row) => !props.away?.(row));
  const [at, setAt] = useState(-1);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isPicking, setPicking] = useState(false); // on a phone, where there is no room for it always
  const [fresh, setFresh] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const keyText = JSON.stringify(queryKey);
  // Another question is another list.
  useEffect(() => {
    setAt(-1);
    setSelected(new Set());
    setFresh(0);
  }, [keyText]);
  const isPointedAt = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive(live ?? [], (event) => {
    if (!(matches?.(event) ?? true)) return;
    if (isPointedAt.current || at >= 0 || (query.data?.pages.length ?? 0) > 1) {
      setFresh((n) => n + 1);
      return;
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void query.refetch(), SETTLE_MS);
  });

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    body.current?.querySelectorAll<HTMLElement>("tr")[next]?.scrollIntoView({ block: "nearest" });
    if (next >= rows.length - 3 && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  const toggle = useCallback((key: string) => {
    setSelected((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const here = rows[at];
  useKeys({
    j: () => move(at + 1),
    k: () => move(at - 1),
    Enter: here && open ? () => navigate(open(here)) : undefined,
    x: here && actions ? () => toggle(rowKey(here)) : undefined,
  });

  if (query.isError && rows.length === 0) return <Problem error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <ListSkeleton label={w.loading} />;
  if (rows.length === 0) return empty;
  const chosen = rows.filter((row) => selected.has(rowKey(row)));
  const clear = () => setSelected(new Set());
  return (
    <div
      className={`data-list${isPicking ? " is-picking" : ""}`}
      onPointerEnter={() => {
        isPointedAt.current = true;
      }}
      onPointerLeave={() => {
        isPointedAt.current = false;
      }}
    >
      {fresh > 0 && (
        <button
          type="button"
          className="data-list-news"
          onClick={() => {
            setFresh(0);
            void query.refetch();
          }}
        >
          {w.news(fresh)}
        </button>
      )}
      {actions && (
        <button
          type="button"
          className="link-button data-list-pick"
          aria-pressed={isPicking}
          onClick={() => {
            setPicking(!isPicking);
            clear();
          }}
        >
          {w.select}
        </button>
      )}
      {actions && chosen.length > 0 && (
        <div className="data-list-actions" role="toolbar" aria-label={w.selected(chosen.length)}>
          <span>{w.selected(chosen.length)}</span>
          {actions(chosen, clear)}
          <button type="button" className="link-button" onClick={clear}>
            {w.clear}
          </button>
        </div>
      )}
      <table aria-label={label}>
        <thead>
          <tr>
            {actions && (
              <th className="data-list-check">
                <span className="unseen">{w.select}</span>
              </th>
            )}
            {columns.map((column, i) => (
              <th key={i} className={column.align === "right" ? "is-right" : undefined} style={{ width: column.width }}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, i) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                className={`${open ? "is-link" : ""}${i === at ? " is-here" : ""}`}
                data-selected={selected.has(key) || undefined}
                onClick={(event) => {
                  if (!open || (event.target as HTMLElement).closest("a, button, input, label")) return;
                  if (window.getSelection()?.toString()) return;
                  if (event.ctrlKey || event.metaKey) window.open(`/console${open(row)}`, "_blank", "noopener");
                  else navigate(open(row));
                }}
              >
                {actions && (
                  <td className="data-list-check">
                    <Checkbox
                      size="xs"
                      checked={selected.has(key)}
                      onChange={() => toggle(key)}
                      aria-label={`${w.select} ${rowName(row)}`}
                    />
                  </td>
                )}
                {columns.map((column, c) => (
                  <td
                    key={c}
                    className={`${column.align === "right" ? "is-right" : ""}${column.onPhone ? ` on-phone-${column.onPhone}` : ""}`}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="data-list-foot">
        {query.isError && <Problem error={query.error} retry={() => void query.fetchNextPage()} />}
        {query.hasNextPage ? (
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {w.more}
          </Button>
        ) : (
          <span className="muted">{w.end(rows.length)}</span>
        )}
      </div>
    </div>
  );
}

export function ListSkeleton({ label }: { label: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {[88, 72, 80, 64, 76].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
