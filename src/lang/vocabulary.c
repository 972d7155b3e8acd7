#include "lang/vocabulary.h"

#include "lang/names.h"

const struct keyword keywords[] = {
    {"code", "", "The Code itself: title, owner, zone, channels."},
    {"principle", "", "What you stand for; promises show it."},
    {"promise", "", "Something you will do, and by when."},
    {"expect", "", "What you ask of your customers."},
    {"allow", "", "What your people may give on the spot."},
    {"calendar", "", "When you are open."},
    {"table", "", "A limit, an amount or a share by some attribute."},
    {"group", "", "Some values under one name."},

    {"owner", "code", "Who answers for the Code."},
    {"contact", "code", "Where to write about it."},
    {"scope", "code", "Whom it is for."},
    {"zone", "code", "Time zone, as in Europe/London."},
    {"channels", "code", "The channels you can be reached by."},
    {"applies", "code", "From and until which day it holds."},
    {"review", "code", "How often you look at it again."},
    {"excuses need a second person", "code", "Nobody excuses a miss alone."},

    {"zone", "calendar", "Its time zone, if not the Code's."},
    {"open", "calendar", "Days and hours, as in mon..fri 09:00-18:00."},
    {"closed", "calendar", "A day, a span of days, every MM-DD, or a file of days."},

    {"on", "promise", "The event that opens it."},
    {"must", "promise", "What has to happen, and within which time."},
    {"must not", "promise", "What may not happen."},
    {"must be", "promise", "What has to be true of the opening event."},
    {"must have", "promise", "What has to have happened before."},
    {"at most", "promise", "How often it may happen."},
    {"at least", "promise", "How often it has to happen."},
    {"pause", "promise", "While the clock stands still."},
    {"excused", "promise", "While a miss does not count against you."},
    {"void", "promise", "When it no longer counts."},
    {"extend", "promise", "When there is more time."},
    {"otherwise", "promise", "What you owe when it is broken."},
    {"target", "promise", "The share that is to be kept."},
    {"warn", "promise", "When to warn, as a share of the time."},
    {"applies", "promise", "From and until which day this form of it holds."},
    {"excuses need a second person", "promise", "Nobody excuses a miss of it alone."},

    {"where", "*", "A condition on the event."},
    {"by staff", "*", "Done by one of your people."},
    {"by customer", "*", "Done by the customer."},
    {"by bot", "*", "Done by a program that talks."},
    {"by system", "*", "Done by a program."},
    {"by another person", "*", "By someone else than who opened it."},
    {"anywhere", "*", "Declared once, for all."},
    {"opens thread", "*", "The first event of its thread."},
    {"within", "*", "A limit."},
    {"while", "*", "Begins a pause or an excuse."},
    {"until", "*", "Ends it."},
    {"when", "*", "The event that does it."},
    {"per thread", "*", "Judged thread by thread; the default."},
    {"per customer", "*", "Judged customer by customer."},
    {"per", "*", "Judged by an attribute."},
    {"under", "*", "The principle that it shows."},
    {"working hours of", "*", "Hours in which a calendar is open."},
    {"working days of", "*", "Days on which a calendar is open."},
    {"full working days of", "*", "Open days that begin after the event."},
    {"calendar days", "*", "Days of the calendar; today is the first."},
    {"hours", "*", "Elapsed time."},
    {"minutes", "*", "Elapsed time."},
    {"days", "*", "The same time so many days later."},
    {"counting from next opening of", "*", "The clock starts when you next open."},
    {"each month", "*", "By the calendar month."},
    {"in any", "*", "A rolling window."},
    {"for at most", "*", "How long at the longest."},
    {"credit", "*", "An amount that you owe."},
    {"task", "*", "Something that your people do."},
    {"if claimed within", "*", "Owed only when asked for."},
    {"and", "*", "Both."},
    {"or", "*", "One of both."},
    {"not", "*", "The opposite."},
    {"is given", "*", "The event has that attribute."},
    {"is missing", "*", "The event does not have it."},
    {"contains", "*", "The text holds these letters."},
    {"in", "*", "One of some values, or of a group."},
    {"from", "*", "Beginning with."},
    {"else", "table", "The row for all the rest."},
    {NULL, NULL, NULL},
};

const char *name_kind_word(enum name_kind kind)
{
    static const char *const words[] = {"promise", "principle", "table",     "calendar", "group",
                                        "channel", "event",     "attribute", "role",     "team"};
    return words[kind];
}

enum { KINDS = NAME_TEAM + 1 };

struct walk {
    struct arena *arena;
    struct names seen[KINDS];
    struct code_name *lists[KINDS];
    size_t counts[KINDS], rooms[KINDS];
};

static void add(struct walk *w, enum name_kind kind, struct text name, struct text words)
{
    if (!name.len || names_look_up(&w->seen[kind], name) >= 0) {
        return;
    }
    names_put(w->arena, &w->seen[kind], name, (int)w->counts[kind]);
    if (w->counts[kind] == w->rooms[kind]) {
        w->rooms[kind] = w->rooms[kind] ? 2 * w->rooms[kind] : 16;
        w->lists[kind] = arena_grow(w->arena, w->lists[kind], w->counts[kind], w->rooms[kind],
                                    sizeof(*w->lists[kind]));
    }
    w->lists[kind][w->counts[kind]++] = (struct code_name){kind, name, words};
}

static bool is_field(struct text name)
{
    static const char *const fields[] = {"source", "id",     "thread", "customer", "channel",
                                         "actor",  "person", "role",   "team",     "occurred"};
    bool found = false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        found = found || text_is(name, fields[i]);
    }
    return found;
}

static void add_field(struct walk *w, struct text name)
{
    if (!is_field(name)) {
        add(w, NAME_ATTRIBUTE, name, (struct text){0});
    }
}

static void add_literal(struct walk *w, struct text field, const struct value *v)
{
    if (v->type == VALUE_TEXT && text_is(field, "channel")) {
        add(w, NAME_CHANNEL, v->text, (struct text){0});
    } else if (v->type == VALUE_TEXT && text_is(field, "team")) {
        add(w, NAME_TEAM, v->text, (struct text){0});
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth (CODE_NESTING_MAX) */
static void walk_cond(struct walk *w, const struct cond *c)
{
    if (!c) {
        return;
    }
    walk_cond(w, c->left);
    walk_cond(w, c->right);
    add_field(w, c->field);
    add_field(w, c->moment.attribute);
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_VALUE) {
        add_literal(w, c->field, &c->operand.value);
    } else if (c->kind == COND_COMPARE) {
        add_field(w, c->operand.field);
        add_field(w, c->operand.moment.attribute);
    }
    for (size_t i = 0; i < c->value_count; i++) {
        add_literal(w, c->field, &c->values[i]);
    }
}

static void walk_event(struct walk *w, const struct event *e)
{
    for (; e; e = e->or) {
        add(w, NAME_EVENT, e->name, (struct text){0});
        add(w, NAME_EVENT, e->than, (struct text){0});
        add(w, NAME_ROLE, e->role, (struct text){0});
        walk_cond(w, e->where);
    }
}

static void walk_promise(struct walk *w, const struct promise *p)
{
    add(w, NAME_PROMISE, p->name, p->words);
    walk_event(w, p->on);
    walk_event(w, p->duty.event);
    walk_event(w, p->duty.until);
    walk_cond(w, p->duty.be);
    add_field(w, p->duty.from.attribute);
    add_field(w, p->duty.by.attribute);
    if (p->key.kind == KEY_ATTRIBUTE) {
        add_field(w, p->key.attribute);
    }
    for (size_t i = 0; i < p->pair_count; i++) {
        walk_event(w, p->pairs[i].start);
        walk_event(w, p->pairs[i].end);
    }
    walk_event(w, p->void_when);
    for (size_t i = 0; i < p->extension_count; i++) {
        walk_event(w, p->extensions[i].when);
    }
    add_field(w, p->remedy.amount.attribute);
}

static void walk_code(struct walk *w, const struct code *c)
{
    for (size_t i = 0; i < c->principle_count; i++) {
        add(w, NAME_PRINCIPLE, c->principles[i].name, c->principles[i].title);
    }
    for (size_t i = 0; i < c->table_count; i++) {
        add(w, NAME_TABLE, c->tables[i].name, (struct text){0});
        if (c->tables[i].by != TABLE_BY_DAY) {
            add_field(w, c->tables[i].attribute);
        }
    }
    for (size_t i = 0; i < c->calendar_count; i++) {
        add(w, NAME_CALENDAR, c->calendars[i].name, c->calendars[i].zone);
    }
    for (size_t i = 0; i < c->group_count; i++) {
        add(w, NAME_GROUP, c->groups[i].name, (struct text){0});
    }
    for (size_t i = 0; i < c->channel_count; i++) {
        add(w, NAME_CHANNEL, c->channels[i], (struct text){0});
    }
    for (size_t i = 0; i < c->promise_count; i++) {
        walk_promise(w, &c->promises[i]);
    }
    for (size_t i = 0; i < c->permission_count; i++) {
        for (size_t k = 0; k < c->permissions[i].grant_count; k++) {
            add(w, NAME_ROLE, c->permissions[i].grants[k].role, (struct text){0});
        }
    }
}

size_t code_names(struct arena *arena, const struct code *const *codes, size_t code_count,
                  struct code_name **ret)
{
    struct walk w = {.arena = arena};
    for (size_t i = 0; i < code_count; i++) {
        walk_code(&w, codes[i]);
    }
    size_t all = 0, at = 0;
    for (size_t k = 0; k < KINDS; k++) {
        all += w.counts[k];
    }
    *ret = ARENA_ARRAY(arena, struct code_name, all);
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t i = 0; i < w.counts[k]; i++) {
            (*ret)[at++] = w.lists[k][i];
        }
    }
    return all;
}
