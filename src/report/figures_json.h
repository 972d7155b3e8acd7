/* Figures of a promise as members of a JSON object. */
#ifndef TROTH_REPORT_FIGURES_JSON_H
#define TROTH_REPORT_FIGURES_JSON_H

#include "base/json.h"
#include "engine/replay.h"

/* null where it is not known. */
void figures_json_number(struct json_writer *w, const char *name, bool is_known, double value);
/* n, share, low, high; the last three null where n is too few. */
void figures_json_adherence(struct json_writer *w, uint64_t kept, uint64_t broken);
/* owed: a list by currency; and tasks. */
void figures_json_owed(struct json_writer *w, const struct promise_result *result);

#endif
