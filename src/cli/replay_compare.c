#include "cli/replay_compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv_cell.h"
#include "stat/interval.h"

enum { CHANGES_SHOWN = 20 };

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
    struct text promise = plan_promise(v->plan, o->promise).name;
    uint64_t hash = text_hash(o->key) * 31 + text_hash(o->opening_id);
    hash = hash * 31 + text_hash(o->opening_source);
    hash = hash * 31 + text_hash(promise) + o->n;
    v->items[v->count++] =
        (struct verdict){.hash = hash,
                         .promise = promise,
                         .key = arena_text(&v->arena, o->key),
                         .opening_source = arena_text(&v->arena, o->opening_source),
                         .opening_id = arena_text(&v->arena, o->opening_id),
                         .n = o->n,
                         .state = o->state};
}

/* -- what changes -- */

struct change { /* NULL: there is no such obligation on that side */
    const struct verdict *before, *after;
};

struct changes {
    struct change *items;
    size_t count, room;
};

static void changes_release(struct changes *c)
{
    free(c->items);
}

static void add_change(struct changes *c, const struct verdict *before, const struct verdict *after)
{
    if (c->count == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->items = reallocarray(c->items, c->room, sizeof(*c->items));
        if (!c->items) {
            abort();
        }
    }
    c->items[c->count++] = (struct change){before, after};
}

static bool same_obligation(const struct verdict *a, const struct verdict *b)
{
    return a->hash == b->hash && a->n == b->n && text_eq(a->promise, b->promise) &&
           text_eq(a->key, b->key) && text_eq(a->opening_id, b->opening_id) &&
           text_eq(a->opening_source, b->opening_source);
}

/* Open addressing over the current side; what the draft finds is taken out, the rest is gone in it.
 */
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
        if (same_obligation(t->slots[at], like)) {
            t->found[at] = true;
            return t->slots[at];
        }
    }
    return NULL;
}

static int by_promise_and_key(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    const struct verdict *left = x->after ? x->after : x->before,
                         *right = y->after ? y->after : y->before;
    int order = text_compare(left->promise, right->promise);
    order = order ? order : text_compare(left->key, right->key);
    order = order ? order : text_compare(left->opening_id, right->opening_id);
    return order ? order : (left->n > right->n) - (left->n < right->n);
}

static void find_changes(const struct comparison *c, struct changes *ret)
{
    const struct verdicts *draft = &c->draft->verdicts;
    struct verdict_table table CLEANUP(table_release) = {0};
    table_fill(&table, &c->current->verdicts);
    for (size_t i = 0; i < draft->count; i++) {
        const struct verdict *before = table_take(&table, &draft->items[i]);
        if (!before || before->state != draft->items[i].state) {
            add_change(ret, before, &draft->items[i]);
        }
    }
    for (size_t i = 0; i <= table.mask; i++) {
        if (table.slots[i] && !table.found[i]) {
            add_change(ret, table.slots[i], NULL);
        }
    }
    if (ret->count) {
        qsort(ret->items, ret->count, sizeof(*ret->items), by_promise_and_key);
    }
}

static const char *state_words(const struct verdict *v)
{
    return v ? state_name(v->state) : "none";
}

/* -- promises of both sides -- */

struct both {
    struct text name, words;
    const struct promise_result *before, *after; /* NULL: that side does not have it */
};

static const struct promise_result *result_of(const struct side *s, struct text name)
{
    for (size_t i = 0; i < plan_promise_count(s->plan); i++) {
        if (text_eq(plan_promise(s->plan, i).name, name)) {
            return &s->results[i];
        }
    }
    return NULL;
}

/* The draft's promises in its order, then those that only the current Code has. */
static size_t pairs_of(const struct comparison *c, struct arena *arena, struct both **ret)
{
    size_t drafted = plan_promise_count(c->draft->plan), count = 0;
    size_t present = plan_promise_count(c->current->plan);
    struct both *pairs = ARENA_ARRAY(arena, struct both, drafted + present);
    for (size_t i = 0; i < drafted; i++) {
        struct promise_info about = plan_promise(c->draft->plan, i);
        pairs[count++] = (struct both){about.name, about.latest->words,
                                       result_of(c->current, about.name), &c->draft->results[i]};
    }
    for (size_t i = 0; i < present; i++) {
        struct promise_info about = plan_promise(c->current->plan, i);
        if (!result_of(c->draft, about.name)) {
            pairs[count++] =
                (struct both){about.name, about.latest->words, &c->current->results[i], NULL};
        }
    }
    *ret = pairs;
    return count;
}

static struct adherence adherence_of_result(const struct promise_result *r)
{
    return r ? adherence_of(r->kept, r->broken) : (struct adherence){0};
}

/* False where one side has too few. */
static bool difference(const struct both *p, double *ret, double *ret_low, double *ret_high)
{
    struct adherence before = adherence_of_result(p->before), after = adherence_of_result(p->after);
    if (!before.is_enough || !after.is_enough) {
        return false;
    }
    *ret = after.share - before.share;
    newcombe(before.kept, before.n, after.kept, after.n, ret_low, ret_high);
    return true;
}

static void difference_words(struct buf *out, const struct both *p)
{
    double by, low, high;
    if (!difference(p, &by, &low, &high)) {
        buf_add_str(out, !p->before ? "new" : !p->after ? "gone" : "too few to say");
        return;
    }
    buf_addf(out, "%+.1f points (%+.1f to %+.1f)", by * 100, low * 100, high * 100);
}

static void side_words(struct buf *out, const struct promise_result *r)
{
    if (!r) {
        buf_add_str(out, "not promised");
        return;
    }
    struct adherence a = adherence_of_result(r);
    words_adherence(out, a);
    if (a.n) {
        buf_add_str(out, ", n ");
        words_count(out, a.n);
    }
}

static void owed_words(struct buf *out, const struct promise_result *r)
{
    size_t before = out->len;
    if (r) {
        words_owed(out, r);
    }
    if (out->len == before) {
        buf_add_str(out, "nothing");
    }
}

/* -- four forms -- */

static void text_pair(const struct both *p, struct buf *out)
{
    struct buf before CLEANUP(buf_release) = {0}, after CLEANUP(buf_release) = {0};
    buf_addf(out, "%.*s\n", TEXT_ARG(p->name));
    side_words(&before, p->before);
    side_words(&after, p->after);
    buf_addf(out, "  kept      %-32s  %-32s  ", before.ptr, after.ptr);
    difference_words(out, p);
    buf_add_char(out, '\n');
    buf_clear(&before);
    buf_clear(&after);
    owed_words(&before, p->before);
    owed_words(&after, p->after);
    if (strcmp(before.ptr, "nothing") != 0 || strcmp(after.ptr, "nothing") != 0) {
        buf_addf(out, "  remedies  %-32s  %s\n", before.ptr, after.ptr);
    }
}

static void text_changes(const struct changes *changes, struct buf *out)
{
    buf_add_char(out, '\n');
    words_count(out, changes->count);
    buf_add_str(out, changes->count == 1 ? " obligation ends otherwise\n"
                                         : " obligations end otherwise\n");
    for (size_t i = 0; i < changes->count && i < CHANGES_SHOWN; i++) {
        const struct change *c = &changes->items[i];
        const struct verdict *v = c->after ? c->after : c->before;
        buf_addf(out, "  %.*s  %.*s  %s -> %s\n", TEXT_ARG(v->promise), TEXT_ARG(v->key),
                 state_words(c->before), state_words(c->after));
    }
    if (changes->count > CHANGES_SHOWN) {
        buf_add_str(out, "  … and ");
        words_count(out, changes->count - CHANGES_SHOWN);
        buf_add_str(out, " more (--json gives all)\n");
    }
}

void compare_text(const struct comparison *c, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct changes changes CLEANUP(changes_release) = {0};
    struct both *pairs;
    size_t count = pairs_of(c, &arena, &pairs);
    find_changes(c, &changes);
    words_intake(out, c->touches, "");
    buf_addf(out, "%-10s  %-32s  %-32s  %s\n", "", "current", "draft", "change (95 % interval)");
    for (size_t i = 0; i < count; i++) {
        text_pair(&pairs[i], out);
    }
    text_changes(&changes, out);
}

static void json_side(struct json_writer *w, const char *name, const struct promise_result *r)
{
    json_key(w, name);
    if (!r) {
        json_null(w);
        return;
    }
    json_object_begin(w);
    json_key(w, "kept");
    json_int(w, (int64_t)r->kept);
    json_key(w, "broken");
    json_int(w, (int64_t)r->broken);
    report_json_adherence(w, r->kept, r->broken);
    report_json_owed(w, r);
    json_object_end(w);
}

static void json_pair(struct json_writer *w, const struct both *p)
{
    double by, low, high;
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, p->name);
    json_side(w, "current", p->before);
    json_side(w, "draft", p->after);
    json_key(w, "difference");
    if (difference(p, &by, &low, &high)) {
        json_object_begin(w);
        json_key(w, "share");
        json_number(w, by);
        json_key(w, "low");
        json_number(w, low);
        json_key(w, "high");
        json_number(w, high);
        json_object_end(w);
    } else {
        json_null(w);
    }
    json_object_end(w);
}

static void json_change(struct json_writer *w, const struct change *c)
{
    const struct verdict *v = c->after ? c->after : c->before;
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, v->promise);
    json_key(w, "key");
    json_text(w, v->key);
    json_key(w, "opening");
    json_text(w, v->opening_id);
    json_key(w, "source");
    json_text(w, v->opening_source);
    json_key(w, "n");
    json_int(w, v->n);
    json_key(w, "current");
    json_str(w, state_words(c->before));
    json_key(w, "draft");
    json_str(w, state_words(c->after));
    json_object_end(w);
}

void compare_json(const struct comparison *c, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct changes changes CLEANUP(changes_release) = {0};
    struct both *pairs;
    size_t count = pairs_of(c, &arena, &pairs);
    find_changes(c, &changes);
    struct json_writer writer = json_writer(out), *w = &writer;
    json_object_begin(w);
    json_key(w, "until");
    json_moment(w, c->until_us);
    report_json_intake(w, c->touches);
    json_key(w, "promises");
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_pair(w, &pairs[i]);
    }
    json_array_end(w);
    json_key(w, "changes");
    json_array_begin(w);
    for (size_t i = 0; i < changes.count; i++) {
        json_change(w, &changes.items[i]);
    }
    json_array_end(w);
    json_object_end(w);
    buf_add_char(out, '\n');
}

static void csv_side(struct buf *out, const struct promise_result *r)
{
    struct adherence a = adherence_of_result(r);
    struct buf owed CLEANUP(buf_release) = {0};
    if (r) {
        buf_addf(out, ",%llu,%llu,", (unsigned long long)r->kept, (unsigned long long)r->broken);
        words_owed(&owed, r);
    } else {
        buf_add_str(out, ",,,");
    }
    if (a.is_enough) {
        buf_addf(out, "%.6f", a.share);
    }
    buf_add_char(out, ',');
    csv_cell(out, buf_text(&owed));
}

void compare_csv(const struct comparison *c, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct both *pairs;
    size_t count = pairs_of(c, &arena, &pairs);
    buf_add_str(out, "promise,current_kept,current_broken,current_share,current_owed,draft_kept,"
                     "draft_broken,draft_share,draft_owed,difference,low,high\n");
    for (size_t i = 0; i < count; i++) {
        double by, low, high;
        csv_cell(out, pairs[i].name);
        csv_side(out, pairs[i].before);
        csv_side(out, pairs[i].after);
        if (difference(&pairs[i], &by, &low, &high)) {
            buf_addf(out, ",%.6f,%.6f,%.6f\n", by, low, high);
        } else {
            buf_add_str(out, ",,,\n");
        }
    }
}

static void changes_section(const struct changes *changes, struct buf *out)
{
    if (changes->count == 0) {
        buf_add_str(out, "<section><h2>No obligation ends otherwise</h2></section>");
        return;
    }
    buf_add_str(out, "<section><h2>");
    words_count(out, changes->count);
    buf_add_str(out, changes->count == 1 ? " obligation ends otherwise</h2>"
                                         : " obligations end otherwise</h2>");
    buf_add_str(out, "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>promise</th>"
                     "<th>key</th><th>current</th><th>draft</th></tr></thead><tbody>");
    for (size_t i = 0; i < changes->count && i < CHANGES_SHOWN; i++) {
        const struct change *change = &changes->items[i];
        const struct verdict *v = change->after ? change->after : change->before;
        buf_add_str(out, "<tr><td>");
        markup_text(out, v->promise);
        buf_add_str(out, "</td><td>");
        markup_text(out, v->key);
        buf_addf(out, "</td><td>%s</td><td>%s</td></tr>", state_words(change->before),
                 state_words(change->after));
    }
    buf_add_str(out, "</tbody></table></div>");
    if (changes->count > CHANGES_SHOWN) {
        buf_addf(out, "<p class=\"muted\">The first %d are shown; --json gives all.</p>",
                 CHANGES_SHOWN);
    }
    buf_add_str(out, "</section>");
}

void compare_html(const struct comparison *c, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct changes changes CLEANUP(changes_release) = {0};
    struct both *pairs;
    size_t count = pairs_of(c, &arena, &pairs);
    find_changes(c, &changes);
    html_begin(out, TEXT("What the draft would change"));
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, "<section><h2 class=\"words\">");
        markup_text(out, pairs[i].words);
        buf_add_str(out, "</h2><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><td></td>"
                         "<th>current</th><th>draft</th><th>change</th></tr></thead><tbody>"
                         "<tr><th>kept</th><td>");
        side_words(out, pairs[i].before);
        buf_add_str(out, "</td><td>");
        side_words(out, pairs[i].after);
        buf_add_str(out, "</td><td>");
        difference_words(out, &pairs[i]);
        buf_add_str(out, "</td></tr><tr><th>remedies</th><td>");
        owed_words(out, pairs[i].before);
        buf_add_str(out, "</td><td>");
        owed_words(out, pairs[i].after);
        buf_add_str(out, "</td><td></td></tr></tbody></table></div></section>\n");
    }
    changes_section(&changes, out);
    html_end(out);
}
