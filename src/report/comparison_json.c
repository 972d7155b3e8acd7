#include "report/comparison.h"
#include "report/figures_json.h"

static void count(struct json_writer *w, const char *name, uint64_t n)
{
    json_key(w, name);
    json_int(w, (int64_t)n);
}

static void side(struct json_writer *w, const char *name, const struct promise_result *r)
{
    json_key(w, name);
    if (!r) {
        json_null(w);
        return;
    }
    json_object_begin(w);
    count(w, "kept", r->kept);
    count(w, "broken", r->broken);
    figures_json_adherence(w, r->kept, r->broken);
    figures_json_owed(w, r);
    json_object_end(w);
}

static void difference(struct json_writer *w, const struct compared *p)
{
    struct difference d;
    json_key(w, "difference");
    if (!compared_difference(p, &d)) {
        json_null(w);
        return;
    }
    json_object_begin(w);
    json_key(w, "share");
    json_number(w, d.by);
    json_key(w, "low");
    json_number(w, d.low);
    json_key(w, "high");
    json_number(w, d.high);
    json_key(w, "paired");
    json_bool(w, d.is_paired);
    json_object_end(w);
}

static void compared(struct json_writer *w, const struct compared *p)
{
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, p->name);
    side(w, "current", p->before);
    side(w, "draft", p->after);
    difference(w, p);
    json_key(w, "pairs");
    json_object_begin(w);
    count(w, "kept_by_both", p->pairs.both);
    count(w, "lost", p->pairs.lost);
    count(w, "gained", p->pairs.gained);
    count(w, "broken_by_both", p->pairs.neither);
    json_object_end(w);
    count(w, "current_alone", p->current_alone);
    count(w, "draft_alone", p->draft_alone);
    json_object_end(w);
}

void comparison_json_promises(struct json_writer *w, const struct comparison *c)
{
    json_array_begin(w);
    for (size_t i = 0; i < c->promise_count; i++) {
        compared(w, &c->promises[i]);
    }
    json_array_end(w);
}

void comparison_json_changes(struct json_writer *w, const struct comparison *c, size_t most)
{
    json_array_begin(w);
    for (size_t i = 0; i < c->change_count && i < most; i++) {
        const struct change *change = &c->changes[i];
        const struct verdict *v = change->after ? change->after : change->before;
        json_object_begin(w);
        json_key(w, "promise");
        json_text(w, v->name);
        json_key(w, "key");
        json_text(w, v->key);
        json_key(w, "opening");
        json_text(w, v->opening_id);
        json_key(w, "source");
        json_text(w, v->opening_source);
        count(w, "n", v->n);
        json_key(w, "current");
        json_str(w, verdict_state(change->before));
        json_key(w, "draft");
        json_str(w, verdict_state(change->after));
        json_object_end(w);
    }
    json_array_end(w);
}
