#include "feature/customer/kin.h"

#include "base/moment.h"
#include "engine/who.h"
#include "feature/ledger/touch_list.h"

const struct kin_link *kin_between(const struct kin *kin, struct text a, struct text b)
{
    for (const struct kin_link *link = kin->links; link; link = link->next) {
        if ((text_eq(link->survivor, a) && text_eq(link->other, b)) ||
            (text_eq(link->survivor, b) && text_eq(link->other, a))) {
            return link;
        }
    }
    return NULL;
}

/* They come in fold order: the last that was said of two comes to stand first. */
static bool note_touch(void *context, const struct touch *t)
{
    struct kin *kin = context;
    struct who_said said;
    if (!who_says(t, &said) || said.kind != WHO_CUSTOMER) {
        return true;
    }
    who_note(kin->who, t);
    struct kin_link *link = ARENA_NEW(kin->arena, struct kin_link);
    *link = (struct kin_link){.survivor = arena_text(kin->arena, said.survivor),
                              .other = arena_text(kin->arena, said.other),
                              .person = arena_text(kin->arena, t->person),
                              .said_us = t->occurred_us,
                              .is_merged = !said.split,
                              .next = kin->links};
    kin->links = link;
    return true;
}

enum err kin_read(struct database *db, struct arena *arena, struct kin *ret, struct err_info *info)
{
    *ret = (struct kin){.who = who_new(), .arena = arena};
    enum err e = touch_row_anywhere(db, note_touch, ret, info);
    (void)who_settle(ret->who, MOMENT_NEVER);
    return e;
}

void kin_close(struct kin *kin)
{
    who_free(kin->who);
    kin->who = NULL;
}

struct text kin_root(const struct kin *kin, struct text id)
{
    return who_key(kin->who, WHO_CUSTOMER, id);
}

struct gathering {
    struct kin_list list;
    size_t capacity;
    struct arena *arena;
};

static void add_id(void *context, struct text id)
{
    struct gathering *g = context;
    if (g->list.count && text_eq(id, g->list.ids[0])) {
        return;
    }
    if (g->list.count == g->capacity) {
        size_t capacity = g->capacity ? g->capacity * 2 : 4;
        g->list.ids =
            arena_grow(g->arena, g->list.ids, g->list.count, capacity, sizeof(struct text));
        g->capacity = capacity;
    }
    g->list.ids[g->list.count++] = arena_text(g->arena, id);
}

struct kin_list kin_of(const struct kin *kin, struct text id)
{
    struct gathering g = {.arena = kin->arena};
    struct text root = kin_root(kin, id);
    add_id(&g, root);
    if (who_is_grouped(kin->who, WHO_CUSTOMER, root)) {
        who_each(kin->who, WHO_CUSTOMER, root, add_id, &g);
    }
    return g.list;
}
