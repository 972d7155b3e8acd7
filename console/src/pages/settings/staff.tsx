// Who works here and signs in.
import { call, client, type Shapes } from "../../api";
import { DataList } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { useWords } from "../../words";
import { staff } from "../../words/staff";

export default function Staff() {
  const w = useWords(staff);
  return (
    <>
      <PageHead title={w.title} />
      <DataList<Shapes["Staff"]>
        label={w.list}
        queryKey={["staff"]}
        load={(after) => call(client.GET("/api/v1/staff", { params: { query: after ? { after } : {} } }))}
        rowKey={(row) => row.id}
        empty={<Empty>{w.empty}</Empty>}
        columns={[
          {
            head: w.name,
            cell: (row) => (
              <>
                {row.name}
                <small className="muted settings-below">{row.email}</small>
              </>
            ),
          },
          { head: w.roles, cell: (row) => row.roles.map((role) => role.name).join(", ") },
          { head: w.teams, cell: (row) => row.teams.map((team) => team.name).join(", ") },
          { head: w.state, cell: (row) => row.disabled && w.disabled },
        ]}
      />
    </>
  );
}
