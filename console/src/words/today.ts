import { catalog, count } from "../words";

export const today = catalog(
  {
    headlineNone: "Nothing breaks within the hour",
    headline: (n: number) =>
      count("en", n, { one: "# promise breaks within the hour", other: "# promises break within the hour" }),
    headlineMany: (n: number) => `More than ${n} promises break within the hour`,
    openList: "What is open, the first to break first",
    order: "The first to break first.",
    soonMeans: "soon: within the hour, or once its promise’s own warning has come",
    left: "Left",
    promise: "Promise",
    team: "Team",
    person: "Person",
    everyTeam: "Every team",
    everybody: "Everybody",
    nothingOpen: "No promise is open. As soon as a customer writes, what was promised to them counts down here.",
    nothingOfThese: "Nothing is open here.",
    showAll: "Show all",
    sinceYesterday: "Since yesterday",
    decided: {
      kept: (_n: number) => "kept",
      broken: (_n: number) => "broken",
      excused: (_n: number) => "excused",
    },
    nothingDecided: "Nothing was decided since yesterday.",
    brokenList: "What broke",
    thisMonth: "This month",
    monthNone: "As soon as promises are kept or broken, each is held against its target here.",
    trend: (months: string) => `By month: ${months}`,
    steps: {
      code: {
        title: "Write the Code",
        words: "What you promise your customers, in your own words, and by when. A second person approves it.",
      },
      touches: {
        title: "Connect what happens",
        words:
          "Each message, order or call reaches Troth as a touch, by a token. What was promised then begins to count.",
      },
      people: {
        title: "Invite your people",
        words: "Each sees what they may, in their own language.",
      },
    },
    unwritten: "Nothing is promised yet",
    unwrittenLine: "Three steps, and what is about to break counts down here.",
  },
  {
    headlineNone: "Nada quebra dentro de uma hora",
    headline: (n) =>
      count("pt-BR", n, {
        one: "# promessa quebra dentro de uma hora",
        other: "# promessas quebram dentro de uma hora",
      }),
    headlineMany: (n) => `Mais de ${n} promessas quebram dentro de uma hora`,
    openList: "O que está aberto, o que quebra primeiro em cima",
    order: "O que quebra primeiro, em cima.",
    soonMeans: "em breve: dentro de uma hora, ou depois do aviso da própria promessa",
    left: "Restam",
    promise: "Promessa",
    team: "Time",
    person: "Pessoa",
    everyTeam: "Todos os times",
    everybody: "Todas as pessoas",
    nothingOpen: "Nenhuma promessa está aberta. Assim que um cliente escrever, o que lhe foi prometido conta aqui.",
    nothingOfThese: "Nada está aberto aqui.",
    showAll: "Mostrar tudo",
    sinceYesterday: "Desde ontem",
    decided: {
      kept: (n) => count("pt-BR", n, { one: "cumprida", other: "cumpridas" }),
      broken: (n) => count("pt-BR", n, { one: "quebrada", other: "quebradas" }),
      excused: (n) => count("pt-BR", n, { one: "justificada", other: "justificadas" }),
    },
    nothingDecided: "Nada foi decidido desde ontem.",
    brokenList: "O que quebrou",
    thisMonth: "Este mês",
    monthNone: "Assim que promessas forem cumpridas ou quebradas, cada uma aparece aqui ao lado da sua meta.",
    trend: (months) => `Por mês: ${months}`,
    steps: {
      code: {
        title: "Escreva o Código",
        words: "O que você promete aos clientes, nas suas palavras, e até quando. Uma segunda pessoa aprova.",
      },
      touches: {
        title: "Conecte o que acontece",
        words:
          "Cada mensagem, pedido ou ligação chega ao Troth como um contato, por um token. Aí o prometido passa a contar.",
      },
      people: {
        title: "Convide a sua equipe",
        words: "Cada pessoa vê o que lhe cabe, na sua língua.",
      },
    },
    unwritten: "Nada foi prometido ainda",
    unwrittenLine: "Três passos, e o que está para quebrar aparece aqui em contagem regressiva.",
  },
  {
    headlineNone: "Nada se rompe dentro de una hora",
    headline: (n) =>
      count("es", n, {
        one: "# promesa se rompe dentro de una hora",
        other: "# promesas se rompen dentro de una hora",
      }),
    headlineMany: (n) => `Más de ${n} promesas se rompen dentro de una hora`,
    openList: "Lo que está abierto, primero lo que antes se rompe",
    order: "Lo que se rompe primero, arriba.",
    soonMeans: "pronto: dentro de una hora, o tras el aviso de la propia promesa",
    left: "Quedan",
    promise: "Promesa",
    team: "Equipo",
    person: "Persona",
    everyTeam: "Todos los equipos",
    everybody: "Todas las personas",
    nothingOpen: "Ninguna promesa está abierta. En cuanto escriba un cliente, lo que se le prometió cuenta aquí.",
    nothingOfThese: "Aquí no hay nada abierto.",
    showAll: "Mostrar todo",
    sinceYesterday: "Desde ayer",
    decided: {
      kept: (n) => count("es", n, { one: "cumplida", other: "cumplidas" }),
      broken: (n) => count("es", n, { one: "rota", other: "rotas" }),
      excused: (n) => count("es", n, { one: "justificada", other: "justificadas" }),
    },
    nothingDecided: "No se ha decidido nada desde ayer.",
    brokenList: "Lo que se rompió",
    thisMonth: "Este mes",
    monthNone: "En cuanto se cumplan o rompan promesas, cada una aparece aquí junto a su meta.",
    trend: (months) => `Por mes: ${months}`,
    steps: {
      code: {
        title: "Escriba el Código",
        words: "Lo que promete a sus clientes, con sus palabras, y para cuándo. Una segunda persona lo aprueba.",
      },
      touches: {
        title: "Conecte lo que ocurre",
        words:
          "Cada mensaje, pedido o llamada llega a Troth como un contacto, con un token. Desde ahí cuenta lo prometido.",
      },
      people: {
        title: "Invite a su gente",
        words: "Cada persona ve lo que le corresponde, en su idioma.",
      },
    },
    unwritten: "Todavía no se ha prometido nada",
    unwrittenLine: "Tres pasos, y lo que está a punto de romperse aparece aquí en cuenta atrás.",
  },
);
