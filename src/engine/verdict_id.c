/* Ids of verdict touches (rule 32): parts divided by "/". Keys and the ids of openings come from
 * outside and may hold anything, so in a part "/" and "%" are written as in an address. */
#include "engine/plan.h"

static struct text part(struct arena *arena, struct text t)
{
    size_t special = 0;
    for (size_t i = 0; i < t.len; i++) {
        special += t.ptr[i] == '/' || t.ptr[i] == '%';
    }
    if (special == 0) {
        return t;
    }
    char *out = arena_alloc(arena, t.len + 2 * special);
    size_t len = 0;
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '/' || t.ptr[i] == '%') {
            memcpy(out + len, t.ptr[i] == '/' ? "%2F" : "%25", 3);
            len += 3;
        } else {
            out[len++] = t.ptr[i];
        }
    }
    return (struct text){out, len};
}

struct text verdict_ids_of(struct arena *arena, struct text promise, struct text key)
{
    return arena_printf(arena, "%.*s/%.*s/", TEXT_ARG(promise), TEXT_ARG(part(arena, key)));
}

struct text verdict_id(struct arena *arena, const struct obligation *o, struct text promise,
                       struct text event, uint32_t unit)
{
    struct text key = part(arena, o->key), source = part(arena, o->opening_source),
                opening = part(arena, o->opening_id);
    struct text id =
        arena_printf(arena, "%.*s/%.*s/%.*s/%.*s/%u/%.*s", TEXT_ARG(promise), TEXT_ARG(key),
                     TEXT_ARG(source), TEXT_ARG(opening), o->n, TEXT_ARG(event));
    return unit ? arena_printf(arena, "%.*s/%u", TEXT_ARG(id), unit) : id;
}
