#include "lang/difference.h"

#include "lang/explain_part.h"

struct finding {
    struct arena *arena;
    struct telling before, after;
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

/* The row about the same as all->rows[at], so manyth of its kind: a promise may have two rows
 * "Pauses". */
static const struct explained_row *row_like(const struct explained *e, const struct explained *all,
                                            size_t at)
{
    struct text about = all->rows[at].about;
    size_t nth = 0;
    for (size_t i = 0; i < at; i++) {
        nth += text_eq(all->rows[i].about, about);
    }
    for (size_t i = 0; i < e->count; i++) {
        if (text_eq(e->rows[i].about, about) && nth-- == 0) {
            return &e->rows[i];
        }
    }
    return NULL;
}

static void compare_rows(struct finding *f, struct difference *d, const struct promise *before,
                         const struct promise *after)
{
    const struct explain_example none = {0};
    struct explained old = {0}, new = {0};
    if (before) {
        old = explain_promise_rows(&f->before, before, &none);
    }
    if (after) {
        new = explain_promise_rows(&f->after, after, &none);
    }
    struct difference_row *rows =
        ARENA_ARRAY(f->arena, struct difference_row, old.count + new.count);
    for (size_t i = 0; i < new.count; i++) {
        const struct explained_row *is = &new.rows[i], *was = row_like(&old, &new, i);
        struct text words = was ? was->words : (struct text){0};
        if (!was || !text_eq(words, is->words)) {
            rows[d->row_count++] = (struct difference_row){is->about, words, is->words};
        }
    }
    for (size_t i = 0; i < old.count; i++) {
        if (!row_like(&new, &old, i)) {
            rows[d->row_count++] =
                (struct difference_row){old.rows[i].about, old.rows[i].words, (struct text){0}};
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
                text_eq(principle_of(f->before.code, before), principle_of(f->after.code, after));
    d->status = status_of(before != NULL, after != NULL, same);
}

static void compare_promises(struct finding *f)
{
    for (size_t i = 0; i < f->after.code->promise_count; i++) {
        const struct promise *p = &f->after.code->promises[i];
        compare_promise(f, form_at(f->before.code, p->name, place_of(f->after.code, p)), p);
    }
    for (size_t i = 0; i < f->before.code->promise_count; i++) {
        const struct promise *p = &f->before.code->promises[i];
        if (!form_at(f->after.code, p->name, place_of(f->before.code, p))) {
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
static struct text other_words(const struct telling *t, enum other_kind kind, size_t i)
{
    const struct code *c = t->code;
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
        explain_table(t, &told, &c->tables[i]);
        break;
    case OTHER_CALENDAR:
        explain_calendar(t, &told, &c->calendars[i]);
        break;
    case OTHER_GROUP:
        explain_group(t, &told, &c->groups[i]);
        break;
    case OTHER_ALLOW:
    case OTHERS:
        explain_permission(t, &told, &c->permissions[i]);
        break;
    }
    return arena_text(t->arena, text_trim(buf_text(&told)));
}

static void compare_texts(struct finding *f, const char *kind, struct text name, struct text before,
                          struct text after)
{
    if (text_eq(before, after)) {
        return;
    }
    struct difference *d = add(f, kind, name);
    struct difference_row *row = ARENA_NEW(f->arena, struct difference_row);
    *row = (struct difference_row){text_of(f->after.w->abouts[ABOUT_SAYS]), before, after};
    d->status = status_of(before.len > 0, after.len > 0, false);
    d->rows = row;
    d->row_count = 1;
}

static void compare_others(struct finding *f, enum other_kind kind)
{
    const struct code *before = f->before.code, *after = f->after.code;
    for (size_t i = 0; i < other_count(after, kind); i++) {
        struct text name = other_name(after, kind, i);
        size_t was = find_other(before, kind, name);
        compare_texts(f, other_names[kind], name, other_words(&f->before, kind, was),
                      other_words(&f->after, kind, i));
    }
    for (size_t i = 0; i < other_count(before, kind); i++) {
        struct text name = other_name(before, kind, i);
        if (find_other(after, kind, name) == other_count(after, kind)) {
            compare_texts(f, other_names[kind], name, other_words(&f->before, kind, i),
                          (struct text){0});
        }
    }
}

static void add_line(struct buf *out, struct text line)
{
    buf_add_char(out, '\n');
    buf_add_text(out, line);
}

static struct text header_words(const struct telling *t)
{
    const struct code *c = t->code;
    const struct wording *w = t->w;
    struct buf told CLEANUP(buf_release) = {0};
    buf_add_text(&told, c->title);
    add_line(&told, TELL(t, w->owner, c->owner));
    add_line(&told, TELL(t, w->contact, c->contact));
    add_line(&told, TELL(t, w->scope, c->scope));
    add_line(&told, TELL(t, w->zone, c->zone));
    add_line(&told, TELL(t, w->channels, say_list(t, c->channels, c->channel_count)));
    if (c->applies.has_from || c->applies.has_until) {
        add_line(&told, TELL(t, w->applies, say_dates(t, c->applies)));
    }
    if (c->has_review) {
        add_line(&told, TELL(t, w->reviewed, say_span(t, SPAN_AS_WRITTEN, c->review)));
    }
    if (c->second_person) {
        add_line(&told, text_of(w->second_person));
    }
    return arena_text(t->arena, text_trim(buf_text(&told)));
}

size_t code_differences(struct arena *arena, const struct code *before, const struct code *after,
                        enum language language, struct difference **ret)
{
    struct finding f = {.arena = arena,
                        .before = telling_of(arena, before, language),
                        .after = telling_of(arena, after, language)};
    compare_promises(&f);
    compare_texts(&f, "code", TEXT("code"), header_words(&f.before), header_words(&f.after));
    for (enum other_kind kind = OTHER_PRINCIPLE; kind < OTHERS; kind++) {
        compare_others(&f, kind);
    }
    *ret = f.list;
    return f.count;
}
