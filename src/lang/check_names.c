/* Events and attributes may have any name, so a slip of the pen goes unnoticed: it makes a promise
 * that no touch ever meets. A name that stands once, one letter away from another, is probably
 * such a slip. */
#include "lang/check_part.h"

enum {
    EVENT_LENGTH_LEAST = 8, /* shorter names differ by a letter in earnest */
    FIELD_LENGTH_LEAST = 5,
    TABLE_SIZE_LEAST = 64
};

struct name_use {
    struct text name;
    struct span span; /* where it stands first */
    size_t count;
    uint64_t letters; /* a bit for each letter in it, to compare quickly */
};

struct use_list {
    struct arena *arena;
    struct name_use *uses; /* in order of first use */
    size_t count, room;
    size_t *slots; /* open addressing: place in uses + 1, or 0 */
    size_t slot_count;
};

static size_t *slot_of(const struct use_list *n, struct text name)
{
    size_t i = (size_t)text_hash(name) & (n->slot_count - 1);
    while (n->slots[i] && !text_eq(n->uses[n->slots[i] - 1].name, name))
        i = (i + 1) & (n->slot_count - 1);
    return &n->slots[i];
}

static void grow(struct use_list *n)
{
    size_t room = n->room ? 2 * n->room : TABLE_SIZE_LEAST / 2;
    n->uses = arena_grow(n->arena, n->uses, n->count, room, sizeof n->uses[0]);
    n->room = room;
    n->slot_count = 2 * room;
    n->slots = ARENA_ARRAY(n->arena, size_t, n->slot_count);
    for (size_t i = 0; i < n->count; i++)
        *slot_of(n, n->uses[i].name) = i + 1;
}

static uint64_t letters_of(struct text name)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < name.len; i++)
        letters |= UINT64_C(1) << ((unsigned char)name.ptr[i] & 63);
    return letters;
}

static void use(struct use_list *n, struct text name, struct span span)
{
    if (name.len == 0)
        return;
    if (n->count == n->room)
        grow(n);
    size_t *slot = slot_of(n, name);
    if (*slot == 0) {
        n->uses[n->count] = (struct name_use){name, span, 0, letters_of(name)};
        *slot = ++n->count;
    }
    n->uses[*slot - 1].count++;
}

/* -- collecting -- */

struct collected {
    struct use_list events, fields;
};

static void collect_field(void *context, const struct cond *c)
{
    struct collected *k = context;
    use(&k->fields, c->field, c->span);
}

static void collect_event(void *context, const struct promise *p, const struct event *e)
{
    (void)p;
    struct collected *k = context;
    use(&k->events, e->name, e->span);
    cond_visit(e->where, collect_field, k);
}

static void collect(const struct code *code, struct collected *k)
{
    for (size_t i = 0; i < code->promise_count; i++) {
        const struct promise *p = &code->promises[i];
        promise_visit_events(p, collect_event, k);
        cond_visit(p->duty.be, collect_field, k);
        if (p->key.kind == KEY_ATTRIBUTE)
            use(&k->fields, p->key.attribute, p->span);
    }
    for (size_t i = 0; i < code->table_count; i++)
        if (code->tables[i].by != TABLE_BY_DAY)
            use(&k->fields, code->tables[i].attribute, code->tables[i].span);
}

/* -- comparing -- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_digit(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (is_digit(t.ptr[i]))
            return true;
    return false;
}

/* One letter wrong, missing, too many, or two swapped. Names that differ by a digit are meant to.
 */
static bool one_slip_apart(struct text a, struct text b)
{
    size_t start = 0, end = 0;
    size_t shorter = a.len < b.len ? a.len : b.len;
    while (start < shorter && a.ptr[start] == b.ptr[start])
        start++;
    while (end < shorter - start && a.ptr[a.len - 1 - end] == b.ptr[b.len - 1 - end])
        end++;
    struct text x = {a.ptr + start, a.len - start - end}, y = {b.ptr + start, b.len - start - end};
    if (has_digit(x) || has_digit(y))
        return false;
    if (x.len == 2 && y.len == 2)
        return x.ptr[0] == y.ptr[1] && x.ptr[1] == y.ptr[0];
    return x.len <= 1 && y.len <= 1 && x.len + y.len > 0;
}

static bool may_be_near(const struct name_use *a, const struct name_use *b)
{
    size_t apart =
        a->name.len > b->name.len ? a->name.len - b->name.len : b->name.len - a->name.len;
    return apart <= 1 && __builtin_popcountll(a->letters ^ b->letters) <= 2;
}

/* For a name that stands once: a nearby one that stands more often, or earlier. */
static const struct name_use *meant(const struct use_list *n, size_t index, size_t uses_least)
{
    const struct name_use *once = &n->uses[index];
    for (size_t i = 0; i < n->count; i++) {
        const struct name_use *other = &n->uses[i];
        bool stronger = other->count >= uses_least && (other->count > 1 || i < index);
        if (i != index && stronger && may_be_near(once, other) &&
            one_slip_apart(once->name, other->name))
            return other;
    }
    return NULL;
}

static void check_slips(const struct use_list *n, size_t length_least, size_t uses_least,
                        const char *rule, struct diagnostics *d)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->uses[i].count != 1 || n->uses[i].name.len < length_least)
            continue;
        const struct name_use *other = meant(n, i, uses_least);
        if (!other)
            continue;
        diagnostic_add(d, SEVERITY_WARNING, rule, n->uses[i].span,
                       "\"%.*s\" stands only here, and looks like \"%.*s\" (line %u)",
                       TEXT_ARG(n->uses[i].name), TEXT_ARG(other->name),
                       (unsigned)other->span.line);
        diagnostic_suggest(d, "did you mean \"%.*s\"?", TEXT_ARG(other->name));
    }
}

/* Fields that every touch may have, under a name that is nearly theirs. */
static void check_known_fields(const struct use_list *fields, struct diagnostics *d)
{
    static const struct text known[] = {
        {"channel", 7}, {"customer", 8}, {"occurred", 8}, {"thread", 6}};
    for (size_t i = 0; i < fields->count; i++) {
        const struct name_use *u = &fields->uses[i];
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            if (!one_slip_apart(u->name, known[k]))
                continue;
            diagnostic_add(d, SEVERITY_WARNING, "similar-field", u->span,
                           "\"%.*s\" looks like the field \"%.*s\" that touches have",
                           TEXT_ARG(u->name), TEXT_ARG(known[k]));
            diagnostic_suggest(d, "did you mean \"%.*s\"?", TEXT_ARG(known[k]));
        }
    }
}

static void check_verdict_names(const struct use_list *events, struct diagnostics *d)
{
    static const struct text known[] = {{"promise.kept", 12},     {"promise.broken", 14},
                                        {"promise.excused", 15},  {"remedy.owed", 11},
                                        {"remedy.withdrawn", 16}, {"remedy.claimed", 14}};
    for (size_t i = 0; i < events->count; i++) {
        const struct name_use *u = &events->uses[i];
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            if (!one_slip_apart(u->name, known[k]))
                continue;
            diagnostic_add(d, SEVERITY_WARNING, "similar-event", u->span,
                           "\"%.*s\" looks like \"%.*s\", which Troth itself gives",
                           TEXT_ARG(u->name), TEXT_ARG(known[k]));
            diagnostic_suggest(d, "did you mean \"%.*s\"?", TEXT_ARG(known[k]));
        }
    }
}

void check_names(const struct code *code, struct diagnostics *d)
{
    struct collected k = {.events = {.arena = d->arena}, .fields = {.arena = d->arena}};
    collect(code, &k);
    check_slips(&k.events, EVENT_LENGTH_LEAST, 1, "similar-event", d);
    check_slips(&k.fields, FIELD_LENGTH_LEAST, 2, "similar-field", d);
    check_verdict_names(&k.events, d);
    check_known_fields(&k.fields, d);
}
