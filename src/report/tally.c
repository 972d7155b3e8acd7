#include "report/tally.h"

#include <stdlib.h>
#include <string.h>

static void *grown(void *old, size_t count, size_t size)
{
    void *p = reallocarray(old, count, size);
    if (!p) {
        abort();
    }
    return p;
}

enum err tally_begin(struct arena *arena, const struct plan *p, int64_t until_us, bool wants_owed,
                     struct tally *ret, struct err_info *info)
{
    size_t count = plan_promise_count(p);
    *ret =
        (struct tally){.plan = p, .arena = arena, .until_us = until_us, .wants_owed = wants_owed};
    ret->zones = ARENA_ARRAY(arena, const struct zone *, count);
    ret->windows = ARENA_ARRAY(arena, struct promise_windows, count);
    for (size_t i = 0; i < count; i++) {
        struct promise_info about = plan_promise(p, i);
        const struct zone *same = i ? ret->zones[i - 1] : NULL;
        if (same && text_eq(zone_name(same), about.code->zone)) {
            ret->zones[i] = same;
        } else {
            struct zone *zone;
            enum err e = zone_load(arena, about.code->zone, &zone, info);
            if (e) {
                return e;
            }
            ret->zones[i] = zone;
        }
        bool by_window = about.latest->has_target &&
                         about.latest->target_window.kind != WINDOW_NONE &&
                         about.latest->target_window.kind != WINDOW_ROLLING;
        ret->windows[i].window = by_window
                                     ? about.latest->target_window
                                     : (struct window){.kind = WINDOW_MONTH, .month = 1, .day = 1};
    }
    return ERR_NONE;
}

void tally_release(struct tally *t)
{
    for (size_t i = 0; t->windows && i < plan_promise_count(t->plan); i++) {
        free(t->windows[i].counts);
    }
    for (size_t i = 0; i < t->owed_count; i++) {
        buf_release(&t->owed[i]);
    }
    free(t->owed);
    free(t->watched);
    arena_release(&t->key_arena);
}

bool window_is_met(const struct window_count *c, int32_t target_ppm)
{
    return (double)c->kept * 1e6 >= (double)target_ppm * (double)(c->kept + c->broken);
}

/* -- windows -- */

/* The place of the window that begins at start_us, made if there was none. */
static size_t window_at(struct promise_windows *w, int64_t start_us)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (w->counts[middle].start_us < start_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < w->count && w->counts[low].start_us == start_us) {
        return low;
    }
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 16;
        w->counts = grown(w->counts, w->room, sizeof(*w->counts));
    }
    memmove(&w->counts[low + 1], &w->counts[low], (w->count - low) * sizeof(*w->counts));
    w->counts[low] = (struct window_count){.start_us = start_us};
    w->count++;
    return low;
}

static void count_verdict(struct tally *t, const struct obligation *o, bool kept)
{
    struct promise_windows *w = &t->windows[o->promise];
    bool same = w->count && o->decided_us >= w->from_us && o->decided_us < w->until_us;
    if (!same) {
        window_bounds(t->zones[o->promise], w->window, o->decided_us, &w->from_us, &w->until_us);
        w->at = window_at(w, w->from_us);
    }
    w->counts[w->at].kept += kept;
    w->counts[w->at].broken += !kept;
}

/* -- the worst breaches -- */

/* The later first; of equals the order of the Code, then of the keys. */
static bool comes_before(const struct breach *a, const struct breach *b)
{
    if (a->late_us != b->late_us) {
        return a->late_us > b->late_us;
    }
    if (a->promise != b->promise) {
        return a->promise < b->promise;
    }
    int order = text_compare(a->key, b->key);
    return order ? order < 0 : a->due_us < b->due_us;
}

static void judge_breach(struct tally *t, const struct breach *b)
{
    size_t at = t->worst_count;
    while (at > 0 && comes_before(b, &t->worst[at - 1])) {
        at--;
    }
    if (at == WORST_OF_ALL) {
        return;
    }
    size_t moved = t->worst_count < WORST_OF_ALL ? t->worst_count - at : WORST_OF_ALL - 1 - at;
    memmove(&t->worst[at + 1], &t->worst[at], moved * sizeof(t->worst[0]));
    t->worst_count += t->worst_count < WORST_OF_ALL;
    t->worst[at] = *b;
    t->worst[at].key = arena_text(t->arena, b->key);
    t->worst[at].opening_id = arena_text(t->arena, b->opening_id);
}

/* The key is over: what is watched was not done to the end. */
static void end_key(struct tally *t)
{
    for (size_t i = 0; i < t->watched_count; i++) {
        struct breach *b = &t->watched[i].breach;
        b->late_us = t->until_us - b->due_us;
        judge_breach(t, b);
    }
    t->watched_count = 0;
    arena_clear(&t->key_arena);
}

static bool can_be_late(const struct tally *t, const struct obligation *o)
{
    const struct code *code;
    enum duty_kind kind = plan_form(t->plan, o->form, &code)->duty.kind;
    return o->due_us != MOMENT_NEVER &&
           (kind == DUTY_WITHIN || kind == DUTY_BETWEEN || kind == DUTY_EVERY);
}

static void watch(struct tally *t, const struct obligation *o)
{
    if (t->watched_count && !text_eq(t->key, o->key)) {
        end_key(t);
    }
    if (t->watched_count == t->watched_room) {
        t->watched_room = t->watched_room ? 2 * t->watched_room : 16;
        t->watched = grown(t->watched, t->watched_room, sizeof(*t->watched));
    }
    t->key = t->watched_count ? t->key : arena_text(&t->key_arena, o->key);
    t->watched[t->watched_count++] =
        (struct watched){.breach = {.promise = o->promise,
                                    .key = t->key,
                                    .opening_id = arena_text(&t->key_arena, o->opening_id),
                                    .due_us = o->due_us},
                         .n = o->n};
}

static void done_late(struct tally *t, const struct obligation *o)
{
    for (size_t i = 0; text_eq(t->key, o->key) && i < t->watched_count; i++) {
        struct watched *w = &t->watched[i];
        if (w->breach.promise == o->promise && w->n == o->n &&
            text_eq(w->breach.opening_id, o->opening_id)) {
            w->breach.late_us = o->fulfilled_us - o->due_us;
            w->breach.is_done = true;
            judge_breach(t, &w->breach);
            *w = t->watched[--t->watched_count];
            return;
        }
    }
}

/* -- remedies -- */

static void owe(struct tally *t, const struct entry *e)
{
    size_t place = (size_t)*e->tag - 1;
    if (place >= t->owed_room) {
        size_t room = t->owed_room ? t->owed_room : 64;
        while (room <= place) {
            room *= 2;
        }
        t->owed = grown(t->owed, room, sizeof(*t->owed));
        t->owed_room = room;
    }
    while (t->owed_count <= place) {
        t->owed[t->owed_count++] = (struct buf){0};
    }
    struct buf *owed = &t->owed[place];
    if (e->task.len) {
        buf_add_text(owed, e->task);
        return;
    }
    struct money before = {0}, sum = e->amount;
    if (owed->len && money_parse(buf_text(owed), &before) &&
        strcmp(before.currency, sum.currency) == 0) {
        sum.minor += before.minor;
        buf_clear(owed);
    }
    buf_add_str(owed, owed->len ? " + " : "");
    money_format(owed, sum);
}

struct text tally_owed(const struct tally *t, int64_t tag)
{
    return tag >= 1 && (size_t)tag <= t->owed_count ? buf_text(&t->owed[tag - 1]) : TEXT("");
}

/* -- entries -- */

static void on_entry(void *context, const struct entry *e)
{
    struct tally *t = context;
    const struct obligation *o = e->obligation;
    switch (e->kind) {
    case ENTRY_OPENED:
        *e->tag = ++t->tags;
        break;
    case ENTRY_KEPT:
    case ENTRY_BROKEN:
        count_verdict(t, o, e->kind == ENTRY_KEPT);
        if (e->kind == ENTRY_BROKEN && can_be_late(t, o)) {
            watch(t, o);
        }
        break;
    case ENTRY_FULFILLED:
        done_late(t, o);
        break;
    case ENTRY_OWED:
        if (t->wants_owed) {
            owe(t, e);
        }
        break;
    case ENTRY_PAUSED:
    case ENTRY_RESUMED:
    case ENTRY_EXTENDED:
    case ENTRY_WARNED:
    case ENTRY_EXCUSED:
    case ENTRY_VOID:
    case ENTRY_NOT_OWED:
    case ENTRY_WITHDRAWN:
    case ENTRY_CORRECTED:
    case ENTRY_COUNTED:
        break;
    }
}

struct sink tally_sink(struct tally *t)
{
    return (struct sink){.context = t, .entry = on_entry};
}

void tally_end(struct tally *t)
{
    end_key(t);
}
