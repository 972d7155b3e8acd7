import { Fragment } from "react";

// A name, key or address of mail, which may be longer than its place: broken before a sign rather than within a word.
export function Name({ children }: { children: string }) {
  return (
    <>
      {children.split(/(?=[@/])|(?<=-)/).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
