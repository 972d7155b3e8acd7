import { catalog } from "../words";

// What each permission allows, in plain words: its short name and what it means for who holds it.
type Said = [string, string];
const said = (list: Record<string, Said>) => ({
  short: (name: string) => list[name]?.[0] ?? name,
  long: (name: string) => list[name]?.[1] ?? "",
});

export const PERMISSION_GROUPS = {
  work: ["ledger:read", "ledger:excuse", "customer:read", "customer:write", "measure:read", "events:read", "export"],
  code: ["code:read", "code:comment", "code:draft", "code:approve", "code:write"],
  people: ["staff:read", "staff:write", "restricted:read", "audit:read"],
  machine: ["settings:write", "token:write", "touch:write", "admin"],
} as const;

export const permissionWords = catalog(
  {
    groups: { work: "Daily work", code: "The Code", people: "People and records", machine: "The company’s settings" },
    ...said({
      "touch:write": ["Send touches", "Tell Troth what happened with customers. Programs need it, people seldom."],
      "ledger:read": ["Read the ledger", "Every obligation and what happened with it."],
      "ledger:excuse": ["Excuse obligations", "Excuse one with a reason. It is counted on the public page."],
      "code:read": ["Read the Code", "All its versions and drafts."],
      "code:draft": ["Write drafts", "Change the Code in a draft and rehearse it over history."],
      "code:approve": ["Approve drafts", "Be the second person who approves a draft of somebody else."],
      "code:write": ["Publish the Code", "Bring a version into force from a date."],
      "code:comment": ["Comment on promises", "And answer comments."],
      "measure:read": ["Read adherence", "How many promises were kept, and where not."],
      "events:read": ["Hear what happens", "Warnings and verdicts as they come: the live console."],
      "customer:read": ["Read customers", "Their list and one customer’s timeline."],
      "customer:write": ["Change customers", "Merge and split them, change what is known of them."],
      export: ["Take lists away", "As CSV or XLSX files."],
      "staff:read": ["Read staff", "Who is there, with teams and roles."],
      "staff:write": ["Look after staff", "Invite and disable people, change teams and roles."],
      "settings:write": ["Change settings", "Brand, calendars, webhooks, sign-in."],
      "token:write": ["Look after tokens", "List, make and revoke the keys of programs."],
      "audit:read": ["Read the audit trail", "Who changed what, and who read what is restricted."],
      "restricted:read": ["Read restricted teams", "What belongs to any restricted team, without being in it."],
      admin: ["Everything", "All of the above, and whatever is added later."],
    }),
  },
  {
    groups: { work: "Dia a dia", code: "O Código", people: "Pessoas e registros", machine: "Configurações da empresa" },
    ...said({
      "touch:write": [
        "Enviar toques",
        "Contar ao Troth o que houve com clientes. Programas precisam, pessoas raramente.",
      ],
      "ledger:read": ["Ler o registro", "Todas as obrigações e o que houve com elas."],
      "ledger:excuse": ["Justificar obrigações", "Com um motivo. A página pública conta as justificadas."],
      "code:read": ["Ler o Código", "Todas as versões e os rascunhos."],
      "code:draft": ["Escrever rascunhos", "Mudar o Código em um rascunho e ensaiá-lo sobre o passado."],
      "code:approve": ["Aprovar rascunhos", "Ser a segunda pessoa que aprova o rascunho de outra."],
      "code:write": ["Publicar o Código", "Pôr uma versão em vigor a partir de uma data."],
      "code:comment": ["Comentar promessas", "E responder a comentários."],
      "measure:read": ["Ler o cumprimento", "Quantas promessas foram cumpridas, e onde não."],
      "events:read": ["Ouvir o que acontece", "Avisos e vereditos na hora: o console ao vivo."],
      "customer:read": ["Ler clientes", "A lista e a linha do tempo de cada cliente."],
      "customer:write": ["Mudar clientes", "Juntar e separar, mudar o que se sabe deles."],
      export: ["Levar listas", "Em arquivos CSV ou XLSX."],
      "staff:read": ["Ver a equipe", "Quem está aqui, com times e papéis."],
      "staff:write": ["Cuidar da equipe", "Convidar e tirar o acesso, mudar times e papéis."],
      "settings:write": ["Mudar configurações", "Marca, calendários, webhooks, entrada."],
      "token:write": ["Cuidar de tokens", "Listar, criar e revogar as chaves de programas."],
      "audit:read": ["Ler a auditoria", "Quem mudou o quê, e quem leu o que é restrito."],
      "restricted:read": ["Ler times restritos", "O que é de qualquer time restrito, sem fazer parte dele."],
      admin: ["Tudo", "Tudo isto, e o que vier depois."],
    }),
  },
  {
    groups: {
      work: "Trabajo diario",
      code: "El Código",
      people: "Personas y registros",
      machine: "Ajustes de la empresa",
    },
    ...said({
      "touch:write": [
        "Enviar toques",
        "Contar a Troth lo que pasó con clientes. Lo necesitan programas, rara vez personas.",
      ],
      "ledger:read": ["Leer el registro", "Todas las obligaciones y lo que pasó con ellas."],
      "ledger:excuse": ["Justificar obligaciones", "Con un motivo. La página pública cuenta las justificadas."],
      "code:read": ["Leer el Código", "Todas sus versiones y borradores."],
      "code:draft": ["Escribir borradores", "Cambiar el Código en un borrador y ensayarlo sobre el pasado."],
      "code:approve": ["Aprobar borradores", "Ser la segunda persona que aprueba el borrador de otra."],
      "code:write": ["Publicar el Código", "Poner una versión en vigor desde una fecha."],
      "code:comment": ["Comentar promesas", "Y responder a comentarios."],
      "measure:read": ["Leer el cumplimiento", "Cuántas promesas se cumplieron, y dónde no."],
      "events:read": ["Oír lo que ocurre", "Avisos y veredictos al momento: la consola en vivo."],
      "customer:read": ["Leer clientes", "La lista y la cronología de cada cliente."],
      "customer:write": ["Cambiar clientes", "Unirlos y separarlos, cambiar lo que se sabe de ellos."],
      export: ["Llevarse listas", "En archivos CSV o XLSX."],
      "staff:read": ["Ver el personal", "Quién está, con equipos y roles."],
      "staff:write": ["Cuidar del personal", "Invitar y quitar el acceso, cambiar equipos y roles."],
      "settings:write": ["Cambiar ajustes", "Marca, calendarios, webhooks, entrada."],
      "token:write": ["Cuidar de tokens", "Ver, crear y revocar las llaves de programas."],
      "audit:read": ["Leer la auditoría", "Quién cambió qué, y quién leyó lo restringido."],
      "restricted:read": ["Leer equipos restringidos", "Lo de cualquier equipo restringido, sin pertenecer a él."],
      admin: ["Todo", "Todo esto, y lo que venga después."],
    }),
  },
);

// The roles that come with Troth, by their names in the API.
export const roleNames = catalog(
  {
    administrator: "administrator",
    manager: "manager",
    lead: "lead",
    agent: "agent",
    analyst: "analyst",
    "privacy officer": "privacy officer",
  },
  {
    administrator: "administração",
    manager: "gerência",
    lead: "liderança",
    agent: "atendimento",
    analyst: "análise",
    "privacy officer": "privacidade",
  },
  {
    administrator: "administración",
    manager: "gerencia",
    lead: "responsable",
    agent: "atención",
    analyst: "análisis",
    "privacy officer": "privacidad",
  },
);
