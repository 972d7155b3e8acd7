#include "feature/export/export_words.h"

const struct export_words export_names = {
    "obligations",
    "Obligations",
    {"id", "promise", "state", "key", "thread", "customer", "channel", "team", "person", "opened",
     "due", "decided", "done_late", "owed", "currency", "remedies", "utc_offset_opened"},
    {"open", "paused", "kept", "broken", "excused", "void"},
};

static const struct export_words words[LANGUAGES] = {
    [LANGUAGE_ENGLISH] = {"obligations",
                          "Obligations",
                          {"Id", "Promise", "State", "Key", "Thread", "Customer", "Channel", "Team",
                           "Person", "Opened", "Due", "Decided", "Done late", "Owed", "Currency",
                           "Remedies", "UTC offset when opened"},
                          {"open", "paused", "kept", "broken", "excused", "void"}},
    [LANGUAGE_PORTUGUESE] = {"obrigacoes",
                             "Obrigações",
                             {"Id", "Promessa", "Estado", "Chave", "Conversa", "Cliente", "Canal",
                              "Time", "Pessoa", "Aberta", "Prazo", "Decidida", "Feita com atraso",
                              "Devido", "Moeda", "Compensações", "Diferença UTC na abertura"},
                             {"aberta", "em pausa", "cumprida", "quebrada", "justificada",
                              "sem efeito"}},
    [LANGUAGE_SPANISH] = {"obligaciones",
                          "Obligaciones",
                          {"Id", "Promesa", "Estado", "Clave", "Conversación", "Cliente", "Canal",
                           "Equipo", "Persona", "Abierta", "Plazo", "Decidida", "Hecha con retraso",
                           "Debido", "Moneda", "Compensaciones", "Diferencia UTC al abrirse"},
                          {"abierta", "en pausa", "cumplida", "rota", "justificada", "sin efecto"}},
};

const struct export_words *export_words(enum language l)
{
    return &words[l];
}
