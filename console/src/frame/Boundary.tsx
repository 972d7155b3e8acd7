import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
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

// A page that fails takes nothing else with it.
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  render() {
    return this.state.failed ? <Sorry /> : this.props.children;
  }
}
