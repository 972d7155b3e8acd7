import { Link } from "wouter";

// A promise in its published words, always in the serif. `to` makes it a link below /console.
export function PromiseWords({
  words,
  to,
  size = "normal",
}: {
  words: string;
  to?: string;
  size?: "small" | "normal" | "large";
}) {
  const text = `“${words}”`;
  return <span className={`promise-words is-${size}`}>{to ? <Link href={to}>{text}</Link> : text}</span>;
}
