#include "lang/difference.h"

#include "lang/explain_part.h"

struct finding {
    struct arena *arena;
    const struct code *before, *after;
    struct difference *list;
    size_t count, room;
};

const char *difference_status_name(enum difference_status s)
{
    static const char *const names[] = {"same", "changed", "new", "gone"};
    return names[s];
}

static struct difference *add(struct finding *f, const char *kind, struct text name)
{
    if (f->count == f->room) {
        f->room = f->room ? 2 * f->room : 32;
        f->list = arena_grow(f->arena, f->list, f->count, f->room, sizeof(*f->list));
    }
    struct difference *d = &f->list[f->count++];
    *d = (struct difference){.kind = kind, .name = name};
    return d;
}

static enum difference_status status_of(bool is_before, bool is_after, bool same)
{
    return !is_before  ? DIFFERENCE_NEW
           : !is_after ? DIFFERENCE_GONE
           : same      ? DIFFERENCE_SAME
                       : DIFFERENCE_CHANGED;
}

/* -- promises -- */

/* The form of that name that stands at that place among its forms; NULL if there is none. */
static const struct promise *form_at(const struct code *code, struct text name, size_t place)
{
    for (size_t i = 0; i < code->promise_count; i++) {
        if (text_eq(code->promises[i].name, name) && place-- == 0) {
            return &code->promises[i];
        }
    }
    return NULL;
}

static size_t place_of(const struct code *code, const struct promise *p)
{
    size_t place = 0;
    for (const struct promise *q = code->promises; q < p; q++) {
        place += text_eq(q->name, p->name);
    }
    return place;
}

/* The row about the same, so manyth of its kind: a promise may have two rows "Pauses". */
static const struct explained_row *row_like(const struct explained_row *rows, size_t count,
                                            const struct explained_row *all, size_t at)
{
    size_t nth = 0;
    for (size_t i = 0; i < at; i++) {
        nth += text_eq(all[i].about, all[at].about);
    }
    for (size_t i = 0; i < count; i++) {
        if (text_eq(rows[i].about, all[at].about) && nth-- == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static void compare_rows(struct finding *f, struct difference *d, const struct promise *before,
                         const struct promise *after)
{
    struct explained_row *old = NULL, *new = NULL;
    size_t old_count = before ? explain_rows(f->arena, f->before, before, &old) : 0;
    size_t new_count = after ? explain_rows(f->arena, f->after, after, &new) : 0;
    struct difference_row *rows =
        ARENA_ARRAY(f->arena, struct difference_row, old_count + new_count);
    for (size_t i = 0; i < new_count; i++) {
        const struct explained_row *was = row_like(old, old_count, new, i);
        struct text words = was ? was->words : (struct text){0};
        if (!was || !text_eq(words, new[i].words)) {
            rows[d->row_count++] = (struct difference_row){new[i].about, words, new[i].words};
        }
    }
    for (size_t i = 0; i < old_count; i++) {
        if (!row_like(new, new_count, old, i)) {
            rows[d->row_count++] =
                (struct difference_row){old[i].about, old[i].words, (struct text){0}};
        }
    }
    d->rows = rows;
}

static struct text principle_of(const struct code *code, const struct promise *p)
{
    return p->principle >= 0 ? code->principles[p->principle].name : (struct text){0};
}

static void compare_promise(struct finding *f, const struct promise *before,
                            const struct promise *after)
{
    const struct promise *p = after ? after : before;
    struct difference *d = add(f, p->is_expectation ? "expectation" : "promise", p->name);
    d->before_words = before ? before->words : (struct text){0};
    d->after_words = after ? after->words : (struct text){0};
    compare_rows(f, d, before, after);
    bool same = before && after && d->row_count == 0 && text_eq(before->words, after->words) &&
                before->is_expectation == after->is_expectation &&
                text_eq(principle_of(f->before, before), principle_of(f->after, after));
    d->status = status_of(before != NULL, after != NULL, same);
}

static void compare_promises(struct finding *f)
{
    for (size_t i = 0; i < f->after->promise_count; i++) {
        const struct promise *p = &f->after->promises[i];
        compare_promise(f, form_at(f->before, p->name, place_of(f->after, p)), p);
    }
    for (size_t i = 0; i < f->before->promise_count; i++) {
        const struct promise *p = &f->before->promises[i];
        if (!form_at(f->after, p->name, place_of(f->before, p))) {
            compare_promise(f, p, NULL);
        }
    }
}

/* -- the rest: what the explanation says of it, as one text -- */

enum other_kind { OTHER_PRINCIPLE, OTHER_TABLE, OTHER_CALENDAR, OTHER_GROUP, OTHER_ALLOW, OTHERS };
static const char *const other_names[OTHERS] = {"principle", "table", "calendar", "group", "allow"};

static size_t other_count(const struct code *c, enum other_kind kind)
{
    const size_t counts[OTHERS] = {c->principle_count, c->table_count, c->calendar_count,
                                   c->group_count, c->permission_count};
    return counts[kind];
}

static struct text other_name(const struct code *c, enum other_kind kind, size_t i)
{
    switch (kind) {
    case OTHER_PRINCIPLE:
        return c->principles[i].name;
    case OTHER_TABLE:
        return c->tables[i].name;
    case OTHER_CALENDAR:
        return c->calendars[i].name;
    case OTHER_GROUP:
        return c->groups[i].name;
    case OTHER_ALLOW:
    case OTHERS:
        break;
    }
    return c->permissions[i].name;
}

static size_t find_other(const struct code *c, enum other_kind kind, struct text name)
{
    size_t i = 0;
    while (i < other_count(c, kind) && !text_eq(other_name(c, kind, i), name)) {
        i++;
    }
    return i;
}

/* A principle's promises stand with themselves, so only its own words count. */
static struct text other_words(struct arena *arena, const struct code *c, enum other_kind kind,
                               size_t i)
{
    struct buf told CLEANUP(buf_release) = {0};
    if (i == other_count(c, kind)) {
        return (struct text){0};
    }
    switch (kind) {
    case OTHER_PRINCIPLE:
        buf_addf(&told, "%.*s\n%.*s", TEXT_ARG(c->principles[i].title),
                 TEXT_ARG(c->principles[i].words));
        break;
    case OTHER_TABLE:
        explain_table(&told, c, &c->tables[i]);
        break;
    case OTHER_CALENDAR:
        explain_calendar(&told, c, &c->calendars[i]);
        break;
    case OTHER_GROUP:
        explain_group(&told, &c->groups[i]);
        break;
    case OTHER_ALLOW:
    case OTHERS:
        explain_permission(&told, &c->permissions[i]);
        break;
    }
    return arena_text(arena, text_trim(buf_text(&told)));
}

static void compare_texts(struct finding *f, const char *kind, struct text name, struct text before,
                          struct text after)
{
    if (text_eq(before, after)) {
        return;
    }
    struct difference *d = add(f, kind, name);
    struct difference_row *row = ARENA_NEW(f->arena, struct difference_row);
    *row = (struct difference_row){TEXT("Says"), before, after};
    d->status = status_of(before.len > 0, after.len > 0, false);
    d->rows = row;
    d->row_count = 1;
}

static void compare_others(struct finding *f, enum other_kind kind)
{
    for (size_t i = 0; i < other_count(f->after, kind); i++) {
        struct text name = other_name(f->after, kind, i);
        size_t was = find_other(f->before, kind, name);
        compare_texts(f, other_names[kind], name, other_words(f->arena, f->before, kind, was),
                      other_words(f->arena, f->after, kind, i));
    }
    for (size_t i = 0; i < other_count(f->before, kind); i++) {
        struct text name = other_name(f->before, kind, i);
        if (find_other(f->after, kind, name) == other_count(f->after, kind)) {
            compare_texts(f, other_names[kind], name, other_words(f->arena, f->before, kind, i),
                          (struct text){0});
        }
    }
}

static struct text header_words(struct arena *arena, const struct code *c)
{
    struct buf told CLEANUP(buf_release) = {0};
    buf_addf(&told,
             "%.*s\nWhose it is: %.*s\nWhom to write to: %.*s\nWhom it is for: %.*s\nZone: %.*s\n"
             "Channels: ",
             TEXT_ARG(c->title), TEXT_ARG(c->owner), TEXT_ARG(c->contact), TEXT_ARG(c->scope),
             TEXT_ARG(c->zone));
    say_list(&told, c->channels, c->channel_count, " and ");
    if (c->applies.has_from || c->applies.has_until) {
        buf_add_str(&told, "\nIt applies ");
        say_dates(&told, c->applies);
    }
    if (c->has_review) {
        buf_add_str(&told, "\nIt is reviewed every ");
        say_duration(&told, c, c->review);
    }
    return arena_text(arena, text_trim(buf_text(&told)));
}

size_t code_differences(struct arena *arena, const struct code *before, const struct code *after,
                        struct difference **ret)
{
    struct finding f = {.arena = arena, .before = before, .after = after};
    compare_promises(&f);
    compare_texts(&f, "code", TEXT("code"), header_words(arena, before),
                  header_words(arena, after));
    for (enum other_kind kind = OTHER_PRINCIPLE; kind < OTHERS; kind++) {
        compare_others(&f, kind);
    }
    *ret = f.list;
    return f.count;
}
