import { catalog, count } from "../words";

export const today = catalog(
  {
    title: "Today",
    nothingOpen: "No promise is open. As soon as a customer writes, what was promised to them counts down here.",
    list: "Open promises, the first to break first",
    promise: "Promise",
    who: "Who",
    within: "In",
    soon: (n: number) =>
      count("en", n, { one: "# promise breaks within the hour", other: "# promises break within the hour" }),
  },
  {
    title: "Hoje",
    nothingOpen: "Nenhuma promessa está aberta. Assim que um cliente escrever, o que lhe foi prometido conta aqui.",
    list: "Promessas abertas, as primeiras a quebrar primeiro",
    promise: "Promessa",
    who: "Quem",
    within: "Em",
    soon: (n) =>
      count("pt-BR", n, {
        one: "# promessa quebra dentro de uma hora",
        other: "# promessas quebram dentro de uma hora",
      }),
  },
  {
    title: "Hoy",
    nothingOpen: "Ninguna promesa está abierta. En cuanto escriba un cliente, lo que se le prometió cuenta aquí.",
    list: "Promesas abiertas, las primeras en romperse primero",
    promise: "Promesa",
    who: "Quién",
    within: "En",
    soon: (n) =>
      count("es", n, {
        one: "# promesa se rompe dentro de una hora",
        other: "# promesas se rompen dentro de una hora",
      }),
  },
);
