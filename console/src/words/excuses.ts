import { catalog, count } from "../words";

const more = (one: string, other: string) => ({ one, other });

export const excuses = catalog(
  {
    waits: "waits for a second person",
    waitsHead: "An excuse waits for a second person",
    list: "Excuses that wait for a second person",
    waiting: (n: number) =>
      count("en", n, more("# excuse waits for a second person", "# excuses wait for a second person")),
    atLeast: (n: number) => `More than ${n} excuses wait for a second person`,
    askedBy: (who: string, when: string) => `Asked for by ${who}, ${when}`,
    own: "You asked for it, so another person has to confirm it. Until then the clock goes on.",
    others: "It counts once you confirm it. Until then the clock goes on.",
    confirm: "Confirm",
    confirmTitle: "Excuse this obligation",
    confirmBody: (who: string) =>
      `It counts as excused from now on, for good. Its history tells that ${who} asked for it and you confirmed it.`,
    decline: "Decline",
    declineTitle: (n: number): string => (n === 1 ? "Decline this excuse" : `Decline ${n} excuses`),
    declineBody: (n: number): string =>
      n === 1
        ? "The obligation stays as it is. Who asked reads your reason here."
        : "The obligations stay as they are. Who asked reads your reason there.",
    reason: "Reason",
    cancel: "Cancel",
    withdraw: "Withdraw",
    confirmed: "The obligation is excused",
    declined: "The excuse is declined",
    withdrawn: "The excuse is withdrawn",
    twoNames: (asker: string) => `asked for by ${asker}`,
    past: {
      declined: (who: string) => `${who} declined to excuse it`,
      withdrawn: () => "It was withdrawn",
      closed: () => "It was decided before anybody confirmed",
      confirmed: (who: string) => `${who} confirmed it`,
    },
    pastHead: "Excuses asked for",
    needs: (n: number, all: number) =>
      n === all
        ? "The Code wants a second person for this: it counts once somebody else confirms it, and until then the clock goes on."
        : `For ${n} of them the Code wants a second person: these count once somebody else confirms them, and until then the clock goes on.`,
    ask: "Ask for it",
    willAsk: (n: number) => count("en", n, more("# excuse is being asked for", "# excuses are being asked for")),
    asked: (n: number) =>
      count("en", n, more("# excuse waits for a second person now", "# excuses wait for a second person now")),
    title: "Excuses that wait",
    all: "Answer them",
    about: "About",
    why: "Why",
    asker: "Asked for by",
    you: "you",
    nothingWaits:
      "Nothing waits for a second person. Where the Code says that excuses need one, what somebody asks for stands here until another person confirms or declines it.",
    confirming: (n: number) => count("en", n, more("# excuse is being confirmed", "# excuses are being confirmed")),
    declining: (n: number) => count("en", n, more("# excuse is being declined", "# excuses are being declined")),
    withdrawing: (n: number) => count("en", n, more("# excuse is being withdrawn", "# excuses are being withdrawn")),
    done: {
      confirm: (n: number) => count("en", n, more("# obligation is excused", "# obligations are excused")),
      decline: (n: number) => count("en", n, more("# excuse is declined", "# excuses are declined")),
      withdraw: (n: number) => count("en", n, more("# excuse is withdrawn", "# excuses are withdrawn")),
    },
    notAnswered: (n: number) => count("en", n, more("# could not be answered", "# could not be answered")),
    onlyOwn: "You asked for these yourself: another person has to answer them.",
    onlyOthers: "Somebody else asked for these: decline them instead.",
    close: "Close",
    notDone: (n: number) => count("en", n, more("# could not be excused", "# could not be excused")),
  },
  {
    waits: "espera por uma segunda pessoa",
    waitsHead: "Uma justificativa espera por uma segunda pessoa",
    list: "Justificativas que esperam por uma segunda pessoa",
    waiting: (n) =>
      count(
        "pt-BR",
        n,
        more("# justificativa espera por uma segunda pessoa", "# justificativas esperam por uma segunda pessoa"),
      ),
    atLeast: (n) => `Mais de ${n} justificativas esperam por uma segunda pessoa`,
    askedBy: (who, when) => `Pedida por ${who}, ${when}`,
    own: "Foi você quem pediu, então outra pessoa precisa confirmar. Até lá o relógio corre.",
    others: "Ela vale assim que você confirmar. Até lá o relógio corre.",
    confirm: "Confirmar",
    confirmTitle: "Justificar esta obrigação",
    confirmBody: (who) =>
      `Ela conta como justificada a partir de agora, em definitivo. O histórico diz que ${who} pediu e você confirmou.`,
    decline: "Recusar",
    declineTitle: (n) => (n === 1 ? "Recusar esta justificativa" : `Recusar ${n} justificativas`),
    declineBody: (n) =>
      n === 1
        ? "A obrigação fica como está. Quem pediu lê aqui o seu motivo."
        : "As obrigações ficam como estão. Quem pediu lê lá o seu motivo.",
    reason: "Motivo",
    cancel: "Cancelar",
    withdraw: "Retirar",
    confirmed: "A obrigação foi justificada",
    declined: "A justificativa foi recusada",
    withdrawn: "A justificativa foi retirada",
    twoNames: (asker) => `pedida por ${asker}`,
    past: {
      declined: (who) => `${who} recusou justificá-la`,
      withdrawn: () => "Foi retirada",
      closed: () => "Foi decidida antes que alguém confirmasse",
      confirmed: (who) => `${who} confirmou`,
    },
    pastHead: "Justificativas pedidas",
    needs: (n, all) =>
      n === all
        ? "O Código quer uma segunda pessoa para isto: vale assim que outra pessoa confirmar, e até lá o relógio corre."
        : `Para ${n} delas o Código quer uma segunda pessoa: valem assim que outra pessoa confirmar, e até lá o relógio corre.`,
    ask: "Pedir",
    willAsk: (n) =>
      count("pt-BR", n, more("# justificativa está sendo pedida", "# justificativas estão sendo pedidas")),
    asked: (n) =>
      count(
        "pt-BR",
        n,
        more(
          "# justificativa agora espera por uma segunda pessoa",
          "# justificativas agora esperam por uma segunda pessoa",
        ),
      ),
    title: "Justificativas que esperam",
    all: "Responder",
    about: "Sobre",
    why: "Por quê",
    asker: "Pedida por",
    you: "você",
    nothingWaits:
      "Nada espera por uma segunda pessoa. Onde o Código diz que justificativas precisam de uma, o que alguém pede fica aqui até que outra pessoa confirme ou recuse.",
    confirming: (n) =>
      count("pt-BR", n, more("# justificativa está sendo confirmada", "# justificativas estão sendo confirmadas")),
    declining: (n) =>
      count("pt-BR", n, more("# justificativa está sendo recusada", "# justificativas estão sendo recusadas")),
    withdrawing: (n) =>
      count("pt-BR", n, more("# justificativa está sendo retirada", "# justificativas estão sendo retiradas")),
    done: {
      confirm: (n) => count("pt-BR", n, more("# obrigação foi justificada", "# obrigações foram justificadas")),
      decline: (n) => count("pt-BR", n, more("# justificativa foi recusada", "# justificativas foram recusadas")),
      withdraw: (n) => count("pt-BR", n, more("# justificativa foi retirada", "# justificativas foram retiradas")),
    },
    notAnswered: (n) => count("pt-BR", n, more("# não pôde ser respondida", "# não puderam ser respondidas")),
    onlyOwn: "Foi você quem pediu estas: outra pessoa precisa responder.",
    onlyOthers: "Outra pessoa pediu estas: recuse-as.",
    close: "Fechar",
    notDone: (n) => count("pt-BR", n, more("# não pôde ser justificada", "# não puderam ser justificadas")),
  },
  {
    waits: "espera a una segunda persona",
    waitsHead: "Una justificación espera a una segunda persona",
    list: "Justificaciones que esperan a una segunda persona",
    waiting: (n) =>
      count(
        "es",
        n,
        more("# justificación espera a una segunda persona", "# justificaciones esperan a una segunda persona"),
      ),
    atLeast: (n) => `Más de ${n} justificaciones esperan a una segunda persona`,
    askedBy: (who, when) => `Pedida por ${who}, ${when}`,
    own: "La pidió usted, así que otra persona tiene que confirmarla. Hasta entonces el reloj corre.",
    others: "Vale en cuanto usted la confirme. Hasta entonces el reloj corre.",
    confirm: "Confirmar",
    confirmTitle: "Justificar esta obligación",
    confirmBody: (who) =>
      `Cuenta como justificada desde ahora, para siempre. El historial dice que ${who} la pidió y usted la confirmó.`,
    decline: "Rechazar",
    declineTitle: (n) => (n === 1 ? "Rechazar esta excusa" : `Rechazar ${n} excusas`),
    declineBody: (n) =>
      n === 1
        ? "La obligación queda como está. Quien la pidió lee aquí su motivo."
        : "Las obligaciones quedan como están. Quien las pidió lee allí su motivo.",
    reason: "Motivo",
    cancel: "Cancelar",
    withdraw: "Retirar",
    confirmed: "La obligación está justificada",
    declined: "La justificación fue rechazada",
    withdrawn: "La justificación fue retirada",
    twoNames: (asker) => `pedida por ${asker}`,
    past: {
      declined: (who) => `${who} rechazó justificarla`,
      withdrawn: () => "Fue retirada",
      closed: () => "Se decidió antes de que alguien la confirmara",
      confirmed: (who) => `${who} la confirmó`,
    },
    pastHead: "Justificaciones pedidas",
    needs: (n, all) =>
      n === all
        ? "El Código quiere una segunda persona para esto: vale en cuanto otra persona lo confirme, y hasta entonces el reloj corre."
        : `Para ${n} de ellas el Código quiere una segunda persona: valen en cuanto otra persona las confirme, y hasta entonces el reloj corre.`,
    ask: "Pedirla",
    willAsk: (n) => count("es", n, more("Se está pidiendo # justificación", "Se están pidiendo # justificaciones")),
    asked: (n) =>
      count(
        "es",
        n,
        more(
          "# justificación espera ahora a una segunda persona",
          "# justificaciones esperan ahora a una segunda persona",
        ),
      ),
    title: "Excusas que esperan",
    all: "Responder",
    about: "Sobre",
    why: "Por qué",
    asker: "Pedida por",
    you: "usted",
    nothingWaits:
      "Nada espera a una segunda persona. Donde el Código dice que las excusas necesitan una, lo que alguien pide queda aquí hasta que otra persona lo confirme o lo rechace.",
    confirming: (n) => count("es", n, more("Se está confirmando # excusa", "Se están confirmando # excusas")),
    declining: (n) => count("es", n, more("Se está rechazando # excusa", "Se están rechazando # excusas")),
    withdrawing: (n) => count("es", n, more("Se está retirando # excusa", "Se están retirando # excusas")),
    done: {
      confirm: (n) => count("es", n, more("# obligación fue excusada", "# obligaciones fueron excusadas")),
      decline: (n) => count("es", n, more("# excusa fue rechazada", "# excusas fueron rechazadas")),
      withdraw: (n) => count("es", n, more("# excusa fue retirada", "# excusas fueron retiradas")),
    },
    notAnswered: (n) => count("es", n, more("# no se pudo responder", "# no se pudieron responder")),
    onlyOwn: "Las pidió usted: otra persona tiene que responderlas.",
    onlyOthers: "Las pidió otra persona: rechácelas.",
    close: "Cerrar",
    notDone: (n) => count("es", n, more("# no se pudo justificar", "# no se pudieron justificar")),
  },
);
