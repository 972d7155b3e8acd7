// What is listed, as a file: the server writes it while it is loaded. For those who may take lists away.
import { Button, Menu } from "@mantine/core";
import { Fragment } from "react";
import { may, useMe } from "../me";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { parts } from "../words/parts";

export interface Exported {
  of: "obligations" | "customers" | "adherence" | "staff";
  query: Record<string, string>;
  label?: string; // where a page has several tables
}

export function Export({ tables }: { tables: Exported[] }) {
  const w = useWords(parts);
  const me = useMe().data;
  const { zone, language } = usePreferences();
  const address = ({ of, query }: Exported, format: string) =>
    `/api/v1/exports/${of}?${new URLSearchParams({ ...query, format, time_zone: zone, language })}`;
  if (!may(me, "export")) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">{w.export}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {tables.map((table) => (
          <Fragment key={table.label ?? ""}>
            {table.label && <Menu.Label>{table.label}</Menu.Label>}
            {(["xlsx", "csv"] as const).map((format) => (
              <Menu.Item
                key={format}
                component="a"
                href={address(table, format)}
                download
                {...(table.label && { "aria-label": `${table.label}: ${w.formats[format]}` })}
              >
                {w.formats[format]}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
