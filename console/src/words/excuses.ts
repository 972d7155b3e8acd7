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
    declineTitle: "Decline this excuse",
    declineBody: "The obligation stays as it is. Who asked reads your reason here.",
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
    declineTitle: "Recusar esta justificativa",
    declineBody: "A obrigação fica como está. Quem pediu lê aqui o seu motivo.",
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
    declineTitle: "Rechazar esta justificación",
    declineBody: "La obligación queda como está. Quien la pidió lee aquí su motivo.",
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
    notDone: (n) => count("es", n, more("# no se pudo justificar", "# no se pudieron justificar")),
  },
);
