// The text of a Code with its language: colours, completion, mistakes as one types, layout on save.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { type Diagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef } from "react";
import { call, client, type Shapes } from "../../api";
import { styleNonce } from "../../nonce";
import { codeColours, codeLanguage, complete, type Vocabulary } from "./language";

export type Finding = Shapes["Diagnostic"];
export interface EditorHandle {
  text: () => string;
  replace: (text: string) => void; // keeps the place where one is
  goTo: (line: number, column: number) => void;
}

// The API's routes for texts take them as they are.
const asText = { headers: { "Content-Type": "text/plain" }, bodySerializer: (body: unknown) => body as string };
export const checkCode = (source: string) =>
  call(client.POST("/api/v1/code/check", { body: source as never, ...asText }));
export const formatCode = (source: string) =>
  call(client.POST("/api/v1/code/format", { body: source as never, ...asText }));
const vocabularyOf = (source: string) =>
  call(client.POST("/api/v1/code/vocabulary", { body: source as never, ...asText }));

// Columns are counted in letters, places of the editor in UTF-16 units; lengths in bytes of UTF-8.
function placeOf(doc: Text, finding: Finding) {
  const line = doc.line(Math.max(1, Math.min(doc.lines, finding.line)));
  const letters = [...line.text];
  const before = letters.slice(0, Math.max(0, finding.column - 1)).join("").length;
  const rest = new TextEncoder().encode(line.text.slice(before));
  const marked = new TextDecoder().decode(rest.slice(0, finding.length)).length;
  const from = Math.min(line.from + before, line.to);
  return { from, to: Math.min(Math.max(from + marked, from), line.to) };
}

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--raised)", color: "var(--ink)", fontSize: "14px", height: "100%" },
  ".cm-content": {
    fontFamily: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
    caretColor: "var(--ink)",
    lineHeight: "22px",
  },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--muted)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "var(--accent-band) !important" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-band)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "12px" },
});

export default function Editor(props: {
  source: string; // at first
  label: string;
  isReadOnly: boolean;
  handle: React.Ref<EditorHandle>;
  onChange: () => void;
  onFindings: (findings: Finding[]) => void;
  onSave: () => void;
}) {
  const { source, label, isReadOnly } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  useImperativeHandle(props.handle, () => ({
    text: () => view.current?.state.doc.toString() ?? source,
    replace: (text) => {
      const editor = view.current;
      if (!editor || editor.state.doc.toString() === text) return;
      const place = editor.state.doc.lineAt(editor.state.selection.main.head).number;
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
      const line = editor.state.doc.line(Math.min(place, editor.state.doc.lines));
      editor.dispatch({ selection: { anchor: line.to } });
    },
    goTo: (line, column) => {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(line, editor.state.doc.lines));
      editor.dispatch({ selection: { anchor: Math.min(at.from + column - 1, at.to) }, scrollIntoView: true });
      editor.focus();
    },
  }));

  useEffect(() => {
    let vocabulary: Vocabulary = { keywords: [], names: [] };
    const language = new Compartment();
    const lint = async (editor: EditorView): Promise<Diagnostic[]> => {
      const { doc } = editor.state;
      const text = doc.toString();
      const found = await checkCode(text);
      latest.current.onFindings(found.diagnostics);
      void vocabularyOf(text).then((words) => {
        vocabulary = words;
      });
      return found.diagnostics.map((finding) => ({
        ...placeOf(doc, finding),
        severity: finding.severity === "error" ? "error" : "warning",
        message: finding.suggestion ? `${finding.message}\n→ ${finding.suggestion}` : finding.message,
      }));
    };
    const save = () => {
      latest.current.onSave();
      return true;
    };
    const editor = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: source,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorState.readOnly.of(isReadOnly),
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          closeBrackets(),
          language.of([]),
          codeColours,
          theme,
          EditorView.lineWrapping,
          linter(lint, { delay: 300 }),
          autocompletion({ override: [(context) => complete(context, vocabulary)] }),
          keymap.of([
            { key: "Mod-s", run: save },
            ...completionKeymap,
            ...lintKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange();
          }),
        ],
      }),
    });
    view.current = editor;
    void vocabularyOf(source).then((words) => {
      vocabulary = words;
      editor.dispatch({ effects: language.reconfigure(codeLanguage(words)) });
    });
    return () => editor.destroy();
  }, [isReadOnly]);
  return <div className="code-editor" ref={host} />;
}
