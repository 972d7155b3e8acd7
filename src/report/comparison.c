#include "report/comparison.h"

#include <stdlib.h>

#include "report/adherence.h"

enum err side_run(struct side *s, const struct plan *p, struct replay *r,
                  struct replay_options options, struct arena *arena, struct err_info *info)
{
    struct promise_result *results;
    s->plan = s->verdicts.plan = p;
    options.each = verdicts_add;
    options.each_context = &s->verdicts;
    enum err e = replay_run(r, &options, arena, &results, info);
    s->results = e ? NULL : results;
    return e;
}

void side_release(struct side *s)
{
    verdicts_release(&s->verdicts);
}

void comparison_release(struct comparison *c)
{
    free(c->changes);
}

static void add_change(struct comparison *c, const struct verdict *before,
                       const struct verdict *after)
{
    if (c->change_count == c->change_room) {
        c->change_room = c->change_room ? 2 * c->change_room : 64;
        c->changes = reallocarray(c->changes, c->change_room, sizeof(*c->changes));
        if (!c->changes) {
            abort();
        }
    }
    c->changes[c->change_count++] = (struct change){before, after};
}

/* Open addressing over the current side; what the draft finds is marked, the rest is gone in it. */
struct verdict_table {
    const struct verdict **slots;
    bool *found;
    size_t mask;
};

static void table_release(struct verdict_table *t)
{
    free(t->slots);
    free(t->found);
}

static void table_fill(struct verdict_table *t, const struct verdicts *v)
{
    size_t size = 64;
    while (size < 2 * v->count) {
        size *= 2;
    }
    t->slots = calloc(size, sizeof(*t->slots));
    t->found = calloc(size, sizeof(*t->found));
    if (!t->slots || !t->found) {
        abort();
    }
    t->mask = size - 1;
    for (size_t i = 0; i < v->count; i++) {
        size_t at = v->items[i].hash & t->mask;
        while (t->slots[at]) {
            at = (at + 1) & t->mask;
        }
        t->slots[at] = &v->items[i];
    }
}

static const struct verdict *table_take(struct verdict_table *t, const struct verdict *like)
{
    for (size_t at = like->hash & t->mask; t->slots[at]; at = (at + 1) & t->mask) {
        if (verdict_is_same(t->slots[at], like)) {
            t->found[at] = true;
            return t->slots[at];
        }
    }
    return NULL;
}

/* -- promises of both sides -- */

static size_t place_of(const struct plan *p, struct text name)
{
    size_t i = 0;
    while (i < plan_promise_count(p) && !text_eq(plan_promise(p, i).name, name)) {
        i++;
    }
    return i;
}

/* ret_place: of the current plan's promises among those compared. */
static void put_side_by_side(struct arena *arena, const struct side *current,
                             const struct side *draft, struct comparison *c, size_t **ret_place)
{
    size_t drafted = plan_promise_count(draft->plan), present = plan_promise_count(current->plan);
    size_t *place = ARENA_ARRAY(arena, size_t, present);
    c->promises = ARENA_ARRAY(arena, struct compared, drafted + present);
    for (size_t i = 0; i < drafted; i++) {
        struct promise_info about = plan_promise(draft->plan, i);
        c->promises[c->promise_count++] = (struct compared){
            .name = about.name, .words = about.latest->words, .after = &draft->results[i]};
    }
    for (size_t i = 0; i < present; i++) {
        struct promise_info about = plan_promise(current->plan, i);
        place[i] = place_of(draft->plan, about.name);
        if (place[i] == drafted) {
            place[i] = c->promise_count++;
            c->promises[place[i]] =
                (struct compared){.name = about.name, .words = about.latest->words};
        }
        c->promises[place[i]].before = &current->results[i];
    }
    *ret_place = place;
}

/* -- what changes -- */

static void count_pair(struct compared *p, const struct verdict *before,
                       const struct verdict *after)
{
    bool is_before = before && verdict_is_decided(before);
    bool is_after = after && verdict_is_decided(after);
    if (is_before && is_after) {
        bool was_kept = before->state == STATE_KEPT, is_kept = after->state == STATE_KEPT;
        p->pairs.both += was_kept && is_kept;
        p->pairs.lost += was_kept && !is_kept;
        p->pairs.gained += !was_kept && is_kept;
        p->pairs.neither += !was_kept && !is_kept;
    }
    p->current_alone += is_before && !is_after;
    p->draft_alone += is_after && !is_before;
}

static int by_promise_and_key(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    const struct verdict *left = x->after ? x->after : x->before,
                         *right = y->after ? y->after : y->before;
    int order = text_compare(left->name, right->name);
    order = order ? order : text_compare(left->key, right->key);
    order = order ? order : text_compare(left->opening_id, right->opening_id);
    order = order ? order : text_compare(left->opening_source, right->opening_source);
    return order ? order : (left->n > right->n) - (left->n < right->n);
}

void comparison_make(struct arena *arena, const struct side *current, const struct side *draft,
                     struct comparison *ret)
{
    struct verdict_table table CLEANUP(table_release) = {0};
    size_t *place;
    *ret = (struct comparison){0};
    put_side_by_side(arena, current, draft, ret, &place);
    table_fill(&table, &current->verdicts);
    for (size_t i = 0; i < draft->verdicts.count; i++) {
        const struct verdict *after = &draft->verdicts.items[i];
        const struct verdict *before = table_take(&table, after);
        count_pair(&ret->promises[after->promise], before, after);
        if (!before || before->state != after->state) {
            add_change(ret, before, after);
        }
    }
    for (size_t i = 0; i <= table.mask; i++) {
        const struct verdict *before = table.slots[i];
        if (before && !table.found[i]) {
            count_pair(&ret->promises[place[before->promise]], before, NULL);
            add_change(ret, before, NULL);
        }
    }
    if (ret->change_count) {
        qsort(ret->changes, ret->change_count, sizeof(*ret->changes), by_promise_and_key);
    }
}

const char *verdict_state(const struct verdict *v)
{
    return v ? state_name(v->state) : "none";
}

bool compared_difference(const struct compared *p, struct difference *ret)
{
    if (!p->before || !p->after) {
        return false;
    }
    struct adherence before = adherence_of(p->before->kept, p->before->broken);
    struct adherence after = adherence_of(p->after->kept, p->after->broken);
    uint64_t paired = pairs_count(p->pairs);
    if (paired >= TOO_FEW && paired >= p->current_alone && paired >= p->draft_alone) {
        ret->is_paired = true;
        ret->by = ((double)p->pairs.gained - (double)p->pairs.lost) / (double)paired;
        newcombe_paired(p->pairs, &ret->low, &ret->high);
        return true;
    }
    if (!before.is_enough || !after.is_enough) {
        return false;
    }
    ret->is_paired = false;
    ret->by = after.share - before.share;
    newcombe(before.kept, before.n, after.kept, after.n, &ret->low, &ret->high);
    return true;
}
