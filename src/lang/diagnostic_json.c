#include "lang/diagnostic.h"

#include "base/json.h"
#include "words/said.h"

void diagnostics_json(const struct diagnostics *d, enum language l, struct json_writer *w)
{
    json_array_begin(w);
    for (size_t i = 0; i < d->count; i++) {
        const struct diagnostic *item = &d->items[i];
        json_object_begin(w);
        json_key(w, "severity");
        json_str(w, item->severity == SEVERITY_ERROR ? "error" : "warning");
        json_key(w, "rule");
        json_str(w, item->rule);
        json_key(w, "line");
        json_int(w, item->span.line);
        json_key(w, "column");
        json_int(w, item->span.column);
        json_key(w, "length");
        json_int(w, item->span.length);
        json_key(w, "message");
        say_json(w, l, item->message);
        json_key(w, "suggestion");
        say_json(w, l, item->suggestion);
        json_object_end(w);
    }
    json_array_end(w);
}
