import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { usePreferences } from "../preferences";
import { LANGUAGE_NAMES, LANGUAGES, languageOf, useWords } from "../words";
import { signIn } from "../words/signIn";
import { BrandMark } from "./BrandMark";

// A page for who is not signed in: the brand, one heading, one form.
export function Gate({ title, help, children }: { title: string; help?: ReactNode; children?: ReactNode }) {
  const w = useWords(signIn);
  const { language, set } = usePreferences();
  return (
    <div className="gate">
      <main>
        <p className="brand" translate="no">
          <BrandMark />
        </p>
        <h1>{title}</h1>
        {help && <p className="muted">{help}</p>}
        {children}
      </main>
      <footer>
        <a href="/code">{w.readCode}</a>
        <NativeSelect
          size="xs"
          variant="unstyled"
          aria-label={w.language}
          value={language}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(event) => set({ language: languageOf(event.currentTarget.value) ?? "en" })}
        />
      </footer>
    </div>
  );
}
