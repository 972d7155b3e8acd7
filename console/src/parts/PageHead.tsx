import type { ReactNode } from "react";
import { useTitle } from "./title";

// The head of a page: its only h1, a line beneath, actions at the right.
export function PageHead({
  title,
  children,
  actions,
}: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  useTitle(typeof title === "string" ? title : undefined);
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {children && <div className="page-head-line">{children}</div>}
      </div>
      {actions && <div className="page-head-actions">{actions}</div>}
    </header>
  );
}
