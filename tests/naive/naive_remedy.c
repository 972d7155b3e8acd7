/* What is owed for broken promises (rules 27 to 31). */
#include "naive_part.h"

#include <string.h>

struct ledger {
    const struct sight *sight;
    struct owing *items;
    size_t count;
};

/* Halves round away from zero. */
static int64_t share_of(int64_t minor, int32_t ppm)
{
    __int128 twice = (__int128)minor * ppm * 2;
    __int128 million = 1000000;
    return (int64_t)((twice + (twice < 0 ? -million : million)) / (2 * million));
}

static bool table_has(const struct table *t, const struct touch *opening)
{
    return t->by == TABLE_BY_DAY || field_of(opening, t->attribute).type != VALUE_NONE;
}

/* False when a table or share finds no attribute. */
static bool amount_of(const struct life *l, const struct amount *a, struct money *ret)
{
    const struct table_row *row = NULL;
    if (a->kind == AMOUNT_TABLE || a->kind == AMOUNT_TABLE_SHARE) {
        const struct table *table = &l->form->version->code->tables[a->table];
        if (!table_has(table, l->opening)) {
            return false;
        }
        row = table_find(l->form, table, l->opening, l->clock_start_us);
    }
    if (a->kind == AMOUNT_FIXED) {
        *ret = a->money;
    } else if (a->kind == AMOUNT_TABLE) {
        *ret = row->money;
    } else if (a->kind != AMOUNT_NONE) {
        struct value v = value_as(field_of(l->opening, a->attribute), VALUE_MONEY, NULL);
        if (v.type == VALUE_NONE) {
            return false;
        }
        *ret = v.money;
        ret->minor = share_of(v.money.minor, row ? row->share_ppm : a->share_ppm);
    }
    return true;
}

/* -- when the base is owed -- */

/* The first claim that takes it (rule 30). */
static bool claim_of(const struct sight *s, const struct life *l, struct when *ret)
{
    const struct remedy *r = &l->form->promise->remedy;
    int64_t last_us = duration_after(&l->form->version->clock, r->claim_within, l->decided.at_us);
    for (size_t i = first_after(s, l->decided); i < s->count; i++) {
        const struct touch *t = s->items[i].touch;
        struct text key;
        if (!text_is(t->event, "remedy.claimed") || t->occurred_us > last_us ||
            !key_of(t, &l->form->promise->key, &key) || !text_eq(key, s->key)) {
            continue;
        }
        struct value named = field_of(t, TEXT("promise"));
        if (named.type == VALUE_NONE ||
            (named.type == VALUE_TEXT && text_eq(named.text, s->promise))) {
            *ret = at_touch(s, i, STEP_CLAIM);
            return true;
        }
    }
    return false;
}

static void insert(struct ledger *g, struct owing owing)
{
    g->items = naive_grow(g->sight->arena, g->items, g->count, sizeof *g->items);
    size_t i = g->count++;
    for (; i > 0; i--) {
        const struct owing *before = &g->items[i - 1];
        int order = when_compare(before->when, owing.when);
        if (order < 0 || (order == 0 && before->life <= owing.life)) {
            break;
        }
        g->items[i] = g->items[i - 1];
    }
    g->items[i] = owing;
}

static void insert_base(struct ledger *g, const struct life *l, size_t index)
{
    const struct remedy *r = &l->form->promise->remedy;
    struct owing owing = {.when = l->decided, .life = index};
    if (l->state != STATE_BROKEN || r->kind == REMEDY_NONE ||
        (r->if_claimed && !claim_of(g->sight, l, &owing.when))) {
        return;
    }
    if (r->kind == REMEDY_TASK) {
        owing.remedy.is_task = true;
        owing.remedy.task = r->task;
    } else if (!amount_of(l, &r->amount, &owing.remedy.amount)) {
        return;
    }
    owing.remedy.at_us = owing.when.at_us;
    insert(g, owing);
}

/* -- `at most N WINDOW` (rule 29) -- */

static bool share_window(const struct life *l, int64_t earlier_us, int64_t later_us)
{
    const struct window *w = &l->form->promise->remedy.most_window;
    if (w->kind == WINDOW_NONE) {
        return true;
    }
    if (w->kind == WINDOW_ROLLING) {
        return later_us < duration_after(&l->form->version->clock, w->rolling, earlier_us);
    }
    int64_t start_us = 0, next_us = 0;
    window_bounds(l->form->version->zone, *w, later_us, &start_us, &next_us);
    return earlier_us >= start_us;
}

static void drop_beyond_most(struct ledger *g, const struct lives *lives)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct life *l = lives->items[g->items[i].life];
        int64_t most = l->form->promise->remedy.most, owed = 0;
        for (size_t j = 0; j < kept; j++) {
            owed += share_window(l, g->items[j].when.at_us, g->items[i].when.at_us);
        }
        if (most == 0 || owed < most) {
            g->items[kept++] = g->items[i];
        }
    }
    g->count = kept;
}

/* -- accruals (rule 28) -- */

static void insert_units(struct ledger *g, const struct life *l, struct owing base)
{
    const struct remedy *r = &l->form->promise->remedy;
    int64_t owed = base.remedy.amount.minor;
    for (uint32_t unit = 1; !r->has_cap || owed < r->cap.minor; unit++) {
        struct duration d = r->step_per;
        d.count *= unit;
        int64_t at_us = duration_after(&l->form->version->clock, d, l->due_us);
        if (l->fulfilled_us != MOMENT_NEVER && l->fulfilled_us <= at_us) {
            return;
        }
        struct owing owing = base;
        owing.when = (struct when){.at_us = at_us, .phase = PHASE_AFTER, .step = STEP_ACCRUAL};
        if (when_compare(owing.when, base.when) < 0) {
            owing.when = base.when;
        }
        if (owing.when.at_us >= g->sight->until_us) {
            return;
        }
        owing.remedy =
            (struct naive_remedy){.at_us = owing.when.at_us, .unit = unit, .amount = r->step};
        if (r->has_cap && owed + r->step.minor > r->cap.minor) {
            owing.remedy.amount.minor = r->cap.minor - owed;
        }
        owed += owing.remedy.amount.minor;
        insert(g, owing);
    }
}

static bool can_be_late(const struct life *l)
{
    enum duty_kind kind = l->form->promise->duty.kind;
    return kind == DUTY_WITHIN || kind == DUTY_BETWEEN || kind == DUTY_EVERY;
}

struct owing *owings_of(const struct sight *s, const struct lives *lives, size_t *ret_count)
{
    struct ledger bases = {.sight = s}, all = {.sight = s};
    for (size_t i = 0; i < lives->count; i++) {
        insert_base(&bases, lives->items[i], i);
    }
    drop_beyond_most(&bases, lives);
    for (size_t i = 0; i < bases.count; i++) {
        const struct life *l = lives->items[bases.items[i].life];
        const struct remedy *r = &l->form->promise->remedy;
        if (r->kind == REMEDY_TASK || r->amount.kind != AMOUNT_NONE) {
            insert(&all, bases.items[i]);
        }
        if (r->accrues && can_be_late(l)) {
            insert_units(&all, l, bases.items[i]);
        }
    }
    *ret_count = all.count;
    return all.items;
}
