import { catalog } from "../words";

export const secretWords = catalog(
  { copy: "Copy", copied: "Copied", done: "I have kept it" },
  { copy: "Copiar", copied: "Copiado", done: "Já guardei" },
  { copy: "Copiar", copied: "Copiado", done: "Ya lo guardé" },
);
