import { catalog } from "../words";

export const staff = catalog(
  {
    title: "Staff",
    list: "Members of staff",
    empty: "Whoever works here and signs in is listed here.",
    name: "Name",
    roles: "Roles",
    teams: "Teams",
    state: "State",
    disabled: "disabled",
    lead: "lead",
  },
  {
    title: "Equipe",
    list: "Membros da equipe",
    empty: "Quem trabalha aqui e entra no console aparece aqui.",
    name: "Nome",
    roles: "Papéis",
    teams: "Times",
    state: "Situação",
    disabled: "sem acesso",
    lead: "liderança",
  },
  {
    title: "Personal",
    list: "Miembros del personal",
    empty: "Aquí aparece quien trabaja aquí y entra en la consola.",
    name: "Nombre",
    roles: "Roles",
    teams: "Equipos",
    state: "Estado",
    disabled: "sin acceso",
    lead: "responsable",
  },
);
