// All customers, and those found by the first letters of words.
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "wouter";
import { useAddress } from "../address";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import { may, useMe } from "../me";
import { DataList } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { Export } from "../parts/Export";
import { PageHead } from "../parts/PageHead";
import { StateMark } from "../parts/StateMark";
import { useWords } from "../words";
import { customers } from "../words/customers";
import { parts } from "../words/parts";
import { customerAddress } from "./customer/places";

export const load = (q: string) => (after: string | undefined) =>
  call(client.GET("/api/v1/customers", { params: { query: { ...(q ? { q } : {}), ...(after ? { after } : {}) } } }));

export function Marks({ row }: { row: Shapes["Customer"] }) {
  const w = useWords(parts);
  const calm = row.open - row.soon;
  const more = row.counted_all ? "" : "+"; // older ones were not counted
  return (
    <span className="customers-marks">
      {row.soon > 0 && <StateMark state="soon">{`${row.soon}${more} ${w.soon}`}</StateMark>}
      {calm > 0 && <StateMark state="open">{`${calm}${more} ${w.open}`}</StateMark>}
      {row.broken > 0 && <StateMark state="broken">{`${row.broken}${more} ${w.broken}`}</StateMark>}
    </span>
  );
}

function NobodyYet() {
  const w = useWords(customers);
  const { data: me } = useMe();
  return (
    <Empty
      action={
        <div className="customers-begin">
          {may(me, "token:write") && (
            <Button component={Link} href="/settings/tokens">
              {w.makeToken}
            </Button>
          )}
          <a href="/api/v1/openapi.json">{w.howToSend}</a>
        </div>
      }
    >
      {w.none}
    </Empty>
  );
}

export default function Customers() {
  const w = useWords(customers);
  const format = useFormat();
  const [{ q }, set] = useAddress({ q: "" });
  const [asked] = useDebouncedValue(q, 200);
  return (
    <>
      <PageHead title={w.title} actions={<Export tables={[{ of: "customers", query: asked ? { q: asked } : {} }]} />} />
      <TextInput
        className="customers-search"
        type="search"
        label={w.search}
        placeholder={w.searchHint}
        value={q}
        onChange={(event) => set({ q: event.currentTarget.value })}
      />
      <DataList
        label={w.list}
        queryKey={["customers", asked]}
        load={load(asked)}
        rowKey={(row) => row.id}
        open={(row) => customerAddress(row.id)}
        empty={
          asked ? (
            <Empty
              action={
                <Button variant="default" onClick={() => set({ q: "" })}>
                  {w.showAll}
                </Button>
              }
            >
              {w.notFound}
            </Empty>
          ) : (
            <NobodyYet />
          )
        }
        columns={[
          {
            head: w.customer,
            cell: (row) => (
              <>
                <Link className="customers-name" href={customerAddress(row.id)}>
                  {row.name || row.id}
                </Link>
                <span className="customers-about">
                  {row.merged_into ? w.isMerged(row.merged_into) : row.name ? row.email || row.id : row.email}
                </span>
              </>
            ),
          },
          { head: w.promises, width: "220px", cell: (row) => <Marks row={row} /> },
          {
            head: w.last,
            width: "220px",
            onPhone: "hidden",
            cell: (row) =>
              row.last_touch && (
                <time dateTime={row.last_touch} title={format.exact(row.last_touch)}>
                  {[format.moment(row.last_touch), row.last_channel].filter(Boolean).join(" · ")}
                </time>
              ),
          },
        ]}
      />
    </>
  );
}
