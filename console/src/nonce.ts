// The server writes it into the page and into its policy: styles that components make carry it (CodeMirror, too:
// EditorView.cspNonce.of(styleNonce())).
export const styleNonce = () => document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "";
