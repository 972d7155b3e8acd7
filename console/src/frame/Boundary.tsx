import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Unreached } from "../later";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { frame } from "../words/frame";

function Sorry() {
  const w = useWords(frame);
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{w.somethingBroke}</p>
      <p>{w.somethingBrokeBody}</p>
      <Button variant="default" size="xs" onClick={() => window.location.reload()}>
        {w.reload}
      </Button>
    </div>
  );
}

// A page that fails takes nothing else with it; one that could not be loaded comes once the server is there again.
export class Boundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  state: { error?: unknown } = {};
  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error() };
  }
  render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (!(error instanceof Unreached)) return <Sorry />;
    const again = () => {
      error.renew();
      this.setState({ error: undefined });
    };
    return <Problem error={error} retry={again} isPage />;
  }
}
