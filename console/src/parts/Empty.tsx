import type { ReactNode } from "react";

// One sentence on what comes here, and one action that brings it.
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action && <div>{action}</div>}
    </div>
  );
}
