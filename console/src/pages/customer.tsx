// One customer: what happened, over all channels, and beside it what was promised to them and who they are.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, client, queryClient } from "../api";
import { may, useMe } from "../me";
import { ListSkeleton } from "../parts/DataList";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { customers } from "../words/customers";
import { About } from "./customer/About";
import { Identities } from "./customer/Identities";
import { Promised } from "./customer/Promised";
import { customerAddress } from "./customer/places";
import { Timeline } from "./customer/Timeline";

// An id may hold any character, also a slash: it is the address's own last part, decoded once.
const idOfAddress = () => decodeURIComponent(window.location.pathname.split("/").at(-1) ?? "");
const refresh = () => queryClient.invalidateQueries({ queryKey: ["customers"] });

export default function OneCustomer() {
  const id = idOfAddress();
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const w = useWords(customers);
  const me = useMe().data;
  const one = useQuery({
    queryKey: ["customers", id],
    queryFn: () => call(client.GET("/api/v1/customers/{id}", { params: { path: { id } } })),
  });
  if (one.isError) return <Problem error={one.error} retry={() => void one.refetch()} />;
  if (!one.data) return <ListSkeleton label={w.title} />;
  const editable = may(me, "customer:write");
  const into = one.data.merged_into;
  return (
    <>
      <p className="customers-back">
        <Link href="/customers">{w.back}</Link>
      </p>
      <PageHead title={one.data.name || id}>
        {one.data.name && <span className="customers-id">{id}</span>}
        {into && <Link href={customerAddress(into)}>{w.isMerged(into)}</Link>}
      </PageHead>
      <div className="customers-one">
        <aside>
          {may(me, "ledger:read") && <Promised id={into ?? id} />}
          <About customer={one.data} editable={editable} refresh={refresh} />
          <Identities customer={one.data} editable={editable} refresh={refresh} />
        </aside>
        <section className="customers-happened">
          <h2>{w.happened}</h2>
          <Timeline id={id} />
        </section>
      </div>
    </>
  );
}
