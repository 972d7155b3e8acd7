// What is about to break, the first first.
import { call, client } from "../api";
import { Clock } from "../parts/Clock";
import { DataList } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";
import { PromiseWords } from "../parts/PromiseWords";
import { StateMark, stateOf } from "../parts/StateMark";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { today } from "../words/today";

export default function Today() {
  const w = useWords(today);
  const { wordsOf } = usePromises();
  return (
    <>
      <PageHead title={w.title} />
      <DataList
        label={w.list}
        queryKey={["obligations", "open"]}
        load={(after) =>
          call(client.GET("/api/v1/obligations", { params: { query: { state: "open", ...(after ? { after } : {}) } } }))
        }
        rowKey={(row) => row.id}
        news={{ names: ["obligation.opened"] }}
        empty={<Empty>{w.nothingOpen}</Empty>}
        columns={[
          {
            head: w.within,
            width: "140px",
            cell: (row) => <StateMark state={stateOf(row)}>{row.due ? <Clock at={row.due} /> : undefined}</StateMark>,
          },
          { head: w.promise, cell: (row) => <PromiseWords words={wordsOf(row.promise)} size="small" /> },
          { head: w.who, cell: (row) => row.customer ?? row.key },
        ]}
      />
    </>
  );
}
