/* Random Codes and touches. Few names, few keys and times on a coarse grid, so that touches meet
 * each other, share instants and fall on due instants. */
#include "generate.h"

#include <string.h>

static const char *const events[] = {"ask.sent",    "answer.sent", "note.made", "case.opened",
                                     "case.closed", "hold.began",  "hold.ended"};

const char *random_event(struct random *r)
{
    return RANDOM_PICK(r, events);
}

const char *random_world_event(struct random *r)
{
    static const char *const list[] = {"storm.began", "storm.ended"};
    return RANDOM_PICK(r, list);
}

/* -- conditions and events -- */

static const char *random_condition(struct random *r)
{
    static const char *const list[] = {
        "priority = urgent",
        "priority != urgent",
        "not priority = urgent",
        "priority in some",
        "priority in (urgent, low)",
        "priority is given",
        "priority is missing",
        "size <= 2",
        "size > 1 and not holding = true",
        "(size = 3 or priority = low)",
        "holding = true",
        "holding != true",
        "price >= 10.00 EUR",
        "slot-start < slot-end",
        "occurred < slot-start",
        "occurred >= 1 hour before slot-end",
        "waited > 2 hours",
        "priority contains \"R\"",
        "occurred < 2026-03-30",
    };
    return RANDOM_PICK(r, list);
}

static void add_who(struct making *m, struct buf *out, bool may_differ)
{
    static const char *const who[] = {" by staff", " by customer", " by lead", " by bot"};
    if (random_percent(&m->random, 18)) {
        buf_add_str(out, RANDOM_PICK(&m->random, who));
    } else if (may_differ && random_percent(&m->random, 12)) {
        buf_add_str(out, " by another person");
        if (random_percent(&m->random, 50)) {
            buf_addf(out, " than %s", random_event(&m->random));
        }
    }
}

static void add_where(struct making *m, struct buf *out, unsigned percent)
{
    if (random_percent(&m->random, percent)) {
        buf_addf(out, " where %s", random_condition(&m->random));
    }
}

/* A verdict of an earlier promise; false if there is none to hear. */
static bool add_verdict(struct making *m, struct buf *out, bool is_anywhere)
{
    static const char *const heard[] = {"promise.broken", "promise.kept", "promise.excused"};
    if (m->current == 0) {
        return false;
    }
    const struct promise_plan *p = &m->promises[random_below(&m->random, m->current)];
    const char *event = RANDOM_PICK(&m->random, heard);
    if (p->has_remedy && random_percent(&m->random, 50)) {
        event = "remedy.owed";
    }
    bool is_last = m->current + 1 == m->promise_total; /* nobody hears it, so it may hear all */
    buf_addf(out, "%s%s", event, is_anywhere ? " anywhere" : "");
    if (!(is_last && random_percent(&m->random, 15))) {
        buf_addf(out, " where promise = %.*s", TEXT_ARG(p->name));
    }
    return true;
}

static void add_one_event(struct making *m, struct buf *out, bool may_differ)
{
    if (random_percent(&m->random, 8) && add_verdict(m, out, false)) {
        return;
    }
    buf_add_str(out, random_event(&m->random));
    add_who(m, out, may_differ);
    add_where(m, out, 20);
}

static void add_event(struct making *m, struct buf *out, bool may_differ)
{
    add_one_event(m, out, may_differ);
    if (random_percent(&m->random, 12)) {
        buf_add_str(out, " or ");
        add_one_event(m, out, may_differ);
    }
}

/* An event that ends, pauses or excuses; now and then for all keys at once. */
static void add_side_event(struct making *m, struct buf *out, const char *usual, bool is_bound)
{
    if (random_percent(&m->random, 6) && add_verdict(m, out, true)) {
        return;
    }
    if (random_percent(&m->random, 15)) {
        buf_addf(out, "%s anywhere", random_world_event(&m->random));
    } else if (random_percent(&m->random, 40)) {
        buf_add_str(out, usual);
        add_where(m, out, 15);
    } else {
        add_event(m, out, false);
    }
    if (is_bound && random_percent(&m->random, 15)) {
        static const char *const bounds[] = {" at least 1 hour before slot-start",
                                             " within 2 hours", " within 1 hour of slot-start"};
        buf_add_str(out, RANDOM_PICK(&m->random, bounds));
    }
}

/* -- duties -- */

static const char *random_limit(struct random *r)
{
    static const char *const list[] = {
        "1 hour",
        "2 hours",
        "3 hours",
        "90 minutes",
        "1 day",
        "2 days",
        "1 month",
        "2 working hours of office",
        "1 working day of office",
        "2 working days of office",
        "1 full working day of office",
        "1 calendar day",
        "2 calendar days",
        "end of 1 working day of office",
        "end of 1 day",
        "speed",
        "size-speed",
        "day-speed",
        "2 hours counting from next opening of office",
        "end of speed",
    };
    return RANDOM_PICK(r, list);
}

static const char *random_moment(struct random *r)
{
    static const char *const list[] = {"slot-start",
                                       "slot-end",
                                       "2 hours before slot-end",
                                       "1 hour after slot-start",
                                       "1 working day of office after slot-start",
                                       "1 day before slot-end",
                                       "2026-03-29"};
    return RANDOM_PICK(r, list);
}

static const char *random_window(struct random *r, bool rolling_only)
{
    static const char *const list[] = {"in any 2 hours",      "in any 3 hours", "in any 1 day",
                                       "in any 2 days",       "in any 1 month", "each day",
                                       "each week",           "each month",     "each quarter",
                                       "each year from 03-29"};
    return list[random_below(r, rolling_only ? 5 : sizeof list / sizeof *list)];
}

enum duty_choice {
    CHOICE_WITHIN,
    CHOICE_BY,
    CHOICE_FROM,
    CHOICE_EVERY,
    CHOICE_BEFORE,
    CHOICE_BE,
    CHOICE_NOT,
    CHOICE_AT_MOST,
    CHOICE_AT_LEAST
};

static void add_within(struct making *m, struct buf *out, enum duty_choice choice)
{
    struct random *r = &m->random;
    buf_add_str(out, "must ");
    add_event(m, out, true);
    if (choice == CHOICE_WITHIN) {
        const char *limit = random_limit(r);
        bool is_by = strncmp(limit, "end of", 6) == 0;
        buf_addf(out, " %s %s", is_by ? "by" : "within", limit);
    } else if (choice == CHOICE_BY) {
        buf_addf(out, " by %s", random_moment(r));
    } else {
        static const char *const starts[] = {"slot-start", "1 hour after slot-start",
                                             "2 hours before slot-end"};
        static const char *const ends[] = {"slot-end", "3 hours after slot-start",
                                           "1 day after slot-end"};
        buf_addf(out, " from %s by %s", RANDOM_PICK(r, starts), RANDOM_PICK(r, ends));
    }
}

static void add_not(struct making *m, struct buf *out, bool *ret_has_end)
{
    struct random *r = &m->random;
    static const char *const limits[] = {"1 hour", "2 hours", "1 day", "1 working day of office",
                                         "1 calendar day"};
    *ret_has_end = false;
    buf_add_str(out, "must not ");
    add_event(m, out, true);
    size_t form = random_below(r, 3);
    if (form == 0) {
        buf_addf(out, " for %s", RANDOM_PICK(r, limits));
        *ret_has_end = true;
    } else if (form == 1) {
        buf_addf(out, " from %s", RANDOM_PICK(r, limits));
    }
    if (form == 2 || random_percent(r, 50)) {
        buf_add_str(out, " until ");
        add_side_event(m, out, "case.closed", false);
    }
}

static void add_counted(struct making *m, struct buf *out, enum duty_choice choice)
{
    struct random *r = &m->random;
    bool at_most = choice == CHOICE_AT_MOST;
    buf_addf(out, "at %s %zu ", at_most ? "most" : "least",
             at_most ? random_below(r, 3) : 1 + random_below(r, 2));
    add_event(m, out, false);
    buf_addf(out, " per %s", m->promises[m->current].key);
    if (!at_most || random_percent(r, 75)) {
        buf_addf(out, " %s", random_window(r, false));
    }
    if (!at_most && random_percent(r, 60)) {
        buf_add_str(out, " until ");
        add_side_event(m, out, "case.closed", false);
    }
}

static void add_duty(struct making *m, struct buf *out, enum duty_choice choice, bool *ret_has_end)
{
    struct random *r = &m->random;
    static const char *const intervals[] = {
        "1 hour", "2 hours", "3 hours", "1 day", "1 working day of office", "size-speed"};
    *ret_has_end = choice <= CHOICE_EVERY;
    if (choice <= CHOICE_FROM) {
        add_within(m, out, choice);
    } else if (choice == CHOICE_EVERY) {
        buf_add_str(out, "must ");
        add_event(m, out, true);
        buf_addf(out, " every %s until ", RANDOM_PICK(r, intervals));
        add_side_event(m, out, "case.closed", false);
    } else if (choice == CHOICE_BEFORE) {
        static const char *const leads[] = {"1 hour", "2 hours", "1 day",
                                            "1 working day of office"};
        buf_add_str(out, "must have ");
        add_event(m, out, true);
        buf_addf(out, " at least %s before", RANDOM_PICK(r, leads));
    } else if (choice == CHOICE_BE) {
        buf_addf(out, "must be %s", random_condition(r));
    } else if (choice == CHOICE_NOT) {
        add_not(m, out, ret_has_end);
    } else {
        add_counted(m, out, choice);
    }
}

/* -- clauses -- */

static void add_clause(struct making *m, struct wording *w, const struct buf *text, bool must_stay)
{
    w->clauses[w->clause_count++] =
        (struct clause){.text = arena_text(m->arena, buf_text(text)), .must_stay = must_stay};
}

static void add_trigger(struct making *m, struct wording *w)
{
    struct buf out CLEANUP(buf_release) = {0};
    const struct promise_plan *p = &m->promises[m->current];
    buf_addf(&out, "on %s", p->on_every ? "every " : "");
    if (!(random_percent(&m->random, 25) && add_verdict(m, &out, false))) {
        buf_add_str(&out, random_event(&m->random));
        add_who(m, &out, false);
        if (random_percent(&m->random, 8)) {
            buf_add_str(&out, " where opens thread");
        } else {
            add_where(m, &out, 20);
        }
        if (random_percent(&m->random, 10)) {
            buf_addf(&out, " or %s", random_event(&m->random));
        }
    }
    buf_addf(&out, " per %s", p->key);
    add_clause(m, w, &out, true);
}

static void add_pairs(struct making *m, struct wording *w, bool has_end)
{
    struct random *r = &m->random;
    static const char *const most[] = {"2 hours", "3 hours", "1 day", "2 working hours of office"};
    for (unsigned i = 0; has_end && i < 2 && random_percent(r, 35); i++) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_add_str(&out, "pause while ");
        add_side_event(m, &out, "hold.began", false);
        if (random_percent(r, 85)) {
            buf_add_str(&out, " until ");
            add_side_event(m, &out, "hold.ended", false);
        }
        if (random_percent(r, 60)) {
            buf_addf(&out, " for at most %s", RANDOM_PICK(r, most));
        }
        add_clause(m, w, &out, false);
    }
    if (random_percent(r, 30)) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_add_str(&out, "excused while ");
        add_side_event(m, &out, "storm.began anywhere", false);
        if (random_percent(r, 90)) {
            buf_add_str(&out, " until ");
            add_side_event(m, &out, "storm.ended anywhere", false);
        }
        add_clause(m, w, &out, false);
    }
}

static void add_changes(struct making *m, struct wording *w, bool has_end)
{
    struct random *r = &m->random;
    static const char *const times[] = {"", " once", " 2 times"};
    static const char *const by[] = {"1 hour", "1 day", "2 working hours of office",
                                     "1 working day of office", "1 month"};
    if (random_percent(r, 25)) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_add_str(&out, "void when ");
        add_side_event(m, &out, "case.closed", true);
        add_clause(m, w, &out, false);
    }
    for (unsigned i = 0; has_end && i < 2 && random_percent(r, 25); i++) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_addf(&out, "extend by %s%s when ", RANDOM_PICK(r, by), RANDOM_PICK(r, times));
        add_side_event(m, &out, "note.made", true);
        add_clause(m, w, &out, false);
    }
}

static void add_remedy(struct making *m, struct wording *w, bool can_be_late)
{
    struct random *r = &m->random;
    static const char *const amounts[] = {"10.00 EUR", "amounts", "25% of price",
                                          "shares of price"};
    struct buf out CLEANUP(buf_release) = {0};
    size_t form = random_below(r, 6);
    if (form == 0) {
        buf_add_str(&out, "otherwise task \"call them\"");
    } else if (form == 1 && can_be_late) {
        buf_add_str(&out, "otherwise credit 10.00 EUR plus 4.00 EUR per 1 hour");
        buf_add_str(&out, random_percent(r, 85) ? " up to 23.00 EUR" : "");
        buf_add_str(&out, random_percent(r, 30) ? " at most 1 each day" : "");
    } else if (form == 2 && can_be_late) {
        buf_add_str(&out, "otherwise plus 2.50 EUR per 1 calendar day up to 6.00 EUR");
    } else {
        buf_addf(&out, "otherwise credit %s", RANDOM_PICK(r, amounts));
        if (form == 3) {
            buf_addf(&out, " at most %zu %s", 1 + random_below(r, 2), random_window(r, false));
        }
        if (form == 4 || (form == 3 && random_percent(r, 30))) {
            buf_add_str(&out, " if claimed within 3 hours");
        }
    }
    add_clause(m, w, &out, false);
}

static void add_words(struct making *m, struct wording *w, const char *dates)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, "\"We promise.\"");
    add_clause(m, w, &out, true);
    if (*dates) {
        buf_clear(&out);
        buf_addf(&out, "applies %s", dates);
        add_clause(m, w, &out, true);
    }
}

static void make_wording(struct making *m, size_t code, const char *dates)
{
    struct random *r = &m->random;
    static const enum duty_choice choices[] = {
        CHOICE_WITHIN, CHOICE_WITHIN, CHOICE_WITHIN, CHOICE_BY,  CHOICE_FROM,    CHOICE_EVERY,
        CHOICE_EVERY,  CHOICE_BEFORE, CHOICE_BE,     CHOICE_NOT, CHOICE_AT_LEAST};
    struct promise_plan *p = &m->promises[m->current];
    struct wording *w = &m->scenario->wordings[m->scenario->wording_count++];
    w->name = p->name;
    w->code = code;
    add_words(m, w, dates);
    enum duty_choice choice = p->is_counted ? CHOICE_AT_MOST : RANDOM_PICK(r, choices);
    if (!p->is_counted && !(choice == CHOICE_AT_LEAST && random_percent(r, 40))) {
        add_trigger(m, w);
    }
    bool has_end = false;
    struct buf out CLEANUP(buf_release) = {0};
    add_duty(m, &out, choice, &has_end);
    add_clause(m, w, &out, true);
    add_pairs(m, w, has_end);
    add_changes(m, w, has_end);
    if (choice <= CHOICE_EVERY && random_percent(r, 25)) {
        buf_clear(&out);
        buf_addf(&out, "warn at %zu%%", 25 * (1 + random_below(r, 3)));
        add_clause(m, w, &out, false);
    }
    if (p->has_remedy) {
        add_remedy(m, w, choice <= CHOICE_EVERY);
    }
}

static void make_promise(struct making *m)
{
    struct random *r = &m->random;
    static const char *const keys[] = {"thread", "thread", "thread", "customer", "order"};
    m->promises[m->current] = (struct promise_plan){
        .name = arena_printf(m->arena, "p%zu", m->current + 1),
        .key = RANDOM_PICK(r, keys),
        .on_every = random_percent(r, 15),
        .is_counted = random_percent(r, 12),
        .has_remedy = random_percent(r, 40),
    };
    bool has_forms = random_percent(r, 12);
    for (size_t code = 0; code < m->scenario->code_count; code++) {
        if (code > 0 && random_percent(r, 15)) {
            continue; /* the later Code no longer promises it */
        }
        make_wording(m, code, has_forms ? "until 2026-03-29" : "");
        if (has_forms && random_percent(r, 80)) {
            make_wording(m, code, "from 2026-03-29");
        }
    }
    m->promise_count = ++m->current;
}

/* Order of the text is not order of dependence. */
static void shuffle_wordings(struct making *m)
{
    struct scenario *s = m->scenario;
    for (size_t i = s->wording_count; random_percent(&m->random, 40) && i > 1; i--) {
        size_t j = random_below(&m->random, i);
        struct wording swapped = s->wordings[i - 1];
        s->wordings[i - 1] = s->wordings[j];
        s->wordings[j] = swapped;
    }
}

struct scenario scenario_generate(struct arena *arena, uint64_t seed)
{
    static const char *const zones[] = {"UTC", "America/New_York", "Europe/London",
                                        "Australia/Lord_Howe"};
    struct scenario s = {.code_count = 1};
    struct making m = {.arena = arena, .random = {seed}, .scenario = &s};
    s.zone = text_of(RANDOM_PICK(&m.random, zones));
    if (random_percent(&m.random, 12)) {
        s.code_count = 2;
        s.applies[1] = TEXT("applies from 2026-03-28");
    }
    size_t promises = 1 + random_below(&m.random, 3);
    m.promise_total = promises;
    while (m.promise_count < promises) {
        make_promise(&m);
    }
    shuffle_wordings(&m);
    make_touches(&m);
    s.until_us = grid_moment(GRID_STEPS / 2 + random_below(&m.random, GRID_STEPS));
    return s;
}
