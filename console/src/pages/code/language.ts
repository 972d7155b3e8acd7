// The Code's language in the editor: its words come from the server's own list, so there is one place that knows them.
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import type { Shapes } from "../../api";

export type Vocabulary = Shapes["CodeVocabulary"];

interface State {
  isFirst: boolean; // nothing but spaces stood before on this line
  isIndented: boolean;
}

const first = (words: string) => words.split(" ")[0] ?? words;

export function codeLanguage(vocabulary: Vocabulary) {
  const blocks = new Set<string>();
  const clauses = new Set<string>();
  const within = new Set<string>();
  for (const { word, block } of vocabulary.keywords) {
    if (block === "") blocks.add(word);
    else if (block === "*") for (const one of word.split(" ")) within.add(one);
    else clauses.add(first(word));
  }
  const token = (stream: StringStream, state: State) => {
    if (stream.sol()) {
      state.isFirst = true;
      state.isIndented = stream.indentation() > 0;
    }
    if (stream.eatSpace()) return null;
    const isFirst = state.isFirst;
    state.isFirst = false;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^\d[\d:T.Z+-]*%?/)) return "number";
    const word = stream.match(/^[\p{L}_][\p{L}\d_/.-]*/u) as RegExpMatchArray | null;
    if (!word) {
      stream.next();
      return "operator";
    }
    const text = word[0];
    if (isFirst && !state.isIndented && blocks.has(text)) return "heading";
    if (isFirst && state.isIndented && clauses.has(text)) return "keyword";
    if (/^[^.]+\.[^.]+$/.test(text)) return "typeName";
    return within.has(text) || clauses.has(text) ? "modifier" : "variableName";
  };
  return StreamLanguage.define<State>({
    startState: () => ({ isFirst: true, isIndented: false }),
    token,
    languageData: { commentTokens: { line: "#" } },
  });
}

export const codeColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.heading, color: "var(--accent)", fontWeight: "600" },
    { tag: tags.keyword, color: "var(--ink)", fontWeight: "600" },
    { tag: tags.modifier, color: "var(--accent)" },
    { tag: tags.typeName, color: "var(--soon)" },
    { tag: tags.string, color: "var(--ink)", fontFamily: "var(--serif)", fontSize: "1.08em", lineHeight: "1" },
    { tag: tags.number, color: "var(--soon)" },
    { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  ]),
);

// The block that the line stands in: the last line above that begins at the margin.
function blockAt(context: CompletionContext): string {
  for (let n = context.state.doc.lineAt(context.pos).number; n > 0; n--) {
    const text = context.state.doc.line(n).text;
    if (/^\p{L}/u.test(text)) return first(text);
  }
  return "";
}

const KINDS: Record<string, string> = { event: "type", attribute: "property", promise: "class", calendar: "constant" };

export function complete(context: CompletionContext, vocabulary: Vocabulary): CompletionResult | null {
  const word = context.matchBefore(/[\p{L}\d_./-]*/u);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, word.from - line.from);
  if ((before.match(/"/g)?.length ?? 0) % 2 === 1 || before.includes("#")) return null;
  const isFirst = before.trim() === "";
  const block = isFirst && before === "" ? "" : blockAt(context);
  const wanted = isFirst ? (before === "" ? "" : block === "expect" ? "promise" : block) : "*";
  const words = vocabulary.keywords.filter((keyword) => keyword.block === wanted);
  return {
    from: word.from,
    options: [
      ...words.map((keyword, i) => ({
        label: keyword.word,
        detail: keyword.doc,
        type: "keyword",
        boost: isFirst ? 50 - i / 10 : 0,
      })),
      ...(isFirst
        ? []
        : vocabulary.names.map((name) => ({
            label: name.name,
            detail: name.words || name.kind,
            type: KINDS[name.kind] ?? "variable",
            boost: 1,
          }))),
    ],
    validFor: /^[\p{L}\d_./-]*$/u,
  };
}
