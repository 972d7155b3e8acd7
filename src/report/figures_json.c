#include "report/figures_json.h"

#include <stdio.h>

#include "report/adherence.h"

void figures_json_number(struct json_writer *w, const char *name, bool is_known, double value)
{
    json_key(w, name);
    if (is_known) {
        json_number(w, value);
    } else {
        json_null(w);
    }
}

void figures_json_adherence(struct json_writer *w, uint64_t kept, uint64_t broken)
{
    struct adherence a = adherence_of(kept, broken);
    json_key(w, "n");
    json_int(w, (int64_t)a.n);
    figures_json_number(w, "share", a.is_enough, a.share);
    figures_json_number(w, "low", a.is_enough, a.low);
    figures_json_number(w, "high", a.is_enough, a.high);
}

void figures_json_owed(struct json_writer *w, const struct promise_result *result)
{
    json_key(w, "owed");
    json_array_begin(w);
    for (size_t i = 0; i < result->owed_count; i++) {
        struct money m = {.minor = result->owed[i].minor};
        struct buf amount CLEANUP(buf_release) = {0};
        snprintf(m.currency, sizeof(m.currency), "%s", result->owed[i].currency);
        money_format(&amount, m);
        json_object_begin(w);
        json_key(w, "amount");
        json_text(w, buf_text(&amount));
        json_key(w, "minor");
        json_int(w, m.minor);
        json_key(w, "currency");
        json_str(w, m.currency);
        json_key(w, "count");
        json_int(w, (int64_t)result->owed[i].count);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "tasks");
    json_int(w, (int64_t)result->tasks);
}
