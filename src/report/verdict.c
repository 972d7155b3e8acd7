#include "report/verdict.h"

#include <stdlib.h>

void verdicts_release(struct verdicts *v)
{
    arena_release(&v->arena);
    free(v->items);
}

void verdicts_add(void *context, const struct obligation *o)
{
    struct verdicts *v = context;
    if (v->count == v->room) {
        v->room = v->room ? 2 * v->room : 1024;
        v->items = reallocarray(v->items, v->room, sizeof(*v->items));
        if (!v->items) {
            abort();
        }
    }
    struct text name = plan_promise(v->plan, o->promise).name;
    uint64_t hash = text_hash(o->key) * 31 + text_hash(o->opening_id);
    hash = hash * 31 + text_hash(o->opening_source);
    hash = hash * 31 + text_hash(name) + o->n;
    struct value team = bound_field(o->opening, TEXT("team"));
    v->items[v->count++] = (struct verdict){
        .hash = hash,
        .promise = o->promise,
        .name = name,
        .key = arena_text(&v->arena, o->key),
        .opening_source = arena_text(&v->arena, o->opening_source),
        .opening_id = arena_text(&v->arena, o->opening_id),
        .team = team.type == VALUE_TEXT ? arena_text(&v->arena, team.text) : (struct text){0},
        .opened_us = o->opened_us,
        .n = o->n,
        .state = o->state};
}

bool verdict_is_same(const struct verdict *a, const struct verdict *b)
{
    return a->hash == b->hash && a->n == b->n && text_eq(a->name, b->name) &&
           text_eq(a->key, b->key) && text_eq(a->opening_id, b->opening_id) &&
           text_eq(a->opening_source, b->opening_source);
}

bool verdict_is_decided(const struct verdict *v)
{
    return v->state == STATE_KEPT || v->state == STATE_BROKEN;
}
