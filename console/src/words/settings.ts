import { catalog } from "../words";

// Of the frame alone: each section has words of its own.
export const settings = catalog(
  {
    title: "Settings",
    sections: "Sections of the settings",
    back: "Back",
    groups: { people: "People", company: "Company", connections: "Connections", record: "Record" },
  },
  {
    title: "Configurações",
    sections: "Seções das configurações",
    back: "Voltar",
    groups: { people: "Pessoas", company: "Empresa", connections: "Conexões", record: "Histórico" },
  },
  {
    title: "Ajustes",
    sections: "Secciones de los ajustes",
    back: "Volver",
    groups: { people: "Personas", company: "Empresa", connections: "Conexiones", record: "Historial" },
  },
);
