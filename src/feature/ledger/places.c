#include "feature/ledger/places.h"

#include "base/id.h"

#include <stdio.h>
#include <string.h>

enum { NODE_SHIFT = 12 };

uint32_t places_node(int64_t id)
{
    return (uint32_t)(id >> NODE_SHIFT) & ID_NODE_MAX;
}

int64_t places_of(const struct places *p, uint32_t node)
{
    for (size_t i = 0; i < p->count; i++) {
        if (places_node(p->last[i]) == node) {
            return p->last[i];
        }
    }
    return 0;
}

void places_pass(struct places *p, int64_t id)
{
    size_t i = 0;
    while (i < p->count && places_node(p->last[i]) != places_node(id)) {
        i++;
    }
    if (i == PLACES_MAX) {
        return; /* who comes back hears this node's again: better twice than never */
    }
    if (i == p->count) {
        p->last[p->count++] = id;
    } else if (p->last[i] < id) {
        p->last[i] = id;
    }
}

void places_write(const struct places *p, struct buf *out)
{
    char id[ID_TEXT_SIZE];
    buf_add_str(out, id_format(p->count ? p->last[0] : 0, "ent", id));
    for (size_t i = 1; i < p->count; i++) {
        buf_add_char(out, '~');
        buf_add_str(out, id_format(p->last[i], "ent", id) + strlen("ent_"));
    }
}

bool places_read(struct text t, struct places *ret)
{
    struct places p = {0};
    enum { FIRST = sizeof("ent_") - 1 + ID_LETTERS, NEXT = 1 + ID_LETTERS };
    int64_t id;
    if (t.len < FIRST || (t.len - FIRST) % NEXT != 0 || (t.len - FIRST) / NEXT >= PLACES_MAX ||
        !id_parse((struct text){t.ptr, FIRST}, "ent", &id)) {
        return false;
    }
    if (id) {
        places_pass(&p, id);
    }
    for (size_t at = FIRST; at < t.len; at += NEXT) {
        char words[ID_TEXT_SIZE];
        snprintf(words, sizeof(words), "ent_%.*s", ID_LETTERS, t.ptr + at + 1);
        if (t.ptr[at] != '~' || !id_parse(text_of(words), "ent", &id)) {
            return false;
        }
        places_pass(&p, id);
    }
    *ret = p;
    return true;
}
