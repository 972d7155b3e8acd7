#include "lang/explain_part.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};

void say_list(struct buf *out, const struct text *names, size_t count, const char *last_joiner)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_addf(out, "%s", i + 1 == count ? last_joiner : ", ");
        buf_add_text(out, names[i]);
    }
}

void say_share(struct buf *out, int32_t ppm)
{
    if (ppm % 10000 == 0)
        buf_addf(out, "%d%%", (int)(ppm / 10000));
    else
        buf_addf(out, "%.4g%%", (double)ppm / 10000);
}

static bool say_whole(struct buf *out, int64_t us, int64_t unit_us, const char *unit)
{
    if (us % unit_us != 0)
        return false;
    buf_addf(out, "%" PRId64 " %s%s", us / unit_us, unit, us == unit_us ? "" : "s");
    return true;
}

static void say_elapsed(struct buf *out, int64_t us)
{
    if (!say_whole(out, us, HOUR_US, "hour") && !say_whole(out, us, MINUTE_US, "minute") &&
        !say_whole(out, us, SECOND_US, "second"))
        buf_addf(out, "%" PRId64 " microseconds", us);
}

static void say_instant(struct buf *out, int64_t us, bool is_local)
{
    if (is_local && floor_mod(us, DAY_US) == 0) {
        say_date(out, date_of_days(floor_div(us, DAY_US)));
    } else {
        char words[MOMENT_TEXT_SIZE];
        buf_add_str(out, moment_format(us, words));
    }
}

/* Names as they are, all else in quotes. */
static void say_text(struct buf *out, struct text t)
{
    bool name = t.len > 0;
    for (size_t i = 0; i < t.len && name; i++)
        name = (t.ptr[i] >= 'a' && t.ptr[i] <= 'z') || (t.ptr[i] >= '0' && t.ptr[i] <= '9') ||
               t.ptr[i] == '-';
    buf_addf(out, name ? "%.*s" : "\"%.*s\"", TEXT_ARG(t));
}

void say_value(struct buf *out, const struct value *v)
{
    switch (v->type) {
    case VALUE_NONE:
        buf_add_str(out, "nothing");
        break;
    case VALUE_TEXT:
        say_text(out, v->text);
        break;
    case VALUE_NUMBER:
        buf_addf(out, "%.15g", v->number);
        break;
    case VALUE_BOOL:
        buf_add_str(out, v->boolean ? "true" : "false");
        break;
    case VALUE_MOMENT:
        say_instant(out, v->moment_us, false);
        break;
    case VALUE_DURATION:
        say_elapsed(out, v->duration_us);
        break;
    case VALUE_MONEY:
        money_format(out, v->money);
        break;
    }
}

void say_duration(struct buf *out, const struct code *code, struct duration d)
{
    buf_add_text(out, d.words);
    if (d.calendar < 0)
        return;
    struct text name = code->calendars[d.calendar].name;
    if (!text_contains(d.words, name))
        buf_addf(out, " of %.*s", TEXT_ARG(name));
}

void say_moment(struct buf *out, const struct code *code, const struct moment *m)
{
    if (m->shift != 0) {
        say_duration(out, code, m->by);
        buf_add_str(out, m->shift < 0 ? " before " : " after ");
    }
    switch (m->kind) {
    case MOMENT_NONE:
    case MOMENT_OPENING:
        buf_add_str(out, "it began");
        break;
    case MOMENT_LITERAL:
        say_instant(out, m->literal_us, m->literal_is_local);
        break;
    case MOMENT_ATTRIBUTE:
        buf_addf(out, "its %.*s", TEXT_ARG(m->attribute));
        break;
    }
}

/* -- conditions -- */

static const char *compare_words(enum compare_op op)
{
    switch (op) {
    case COMPARE_EQ:
        return "is";
    case COMPARE_NE:
        return "is given but is not";
    case COMPARE_LT:
        return "is under";
    case COMPARE_LE:
        return "is at most";
    case COMPARE_GT:
        return "is over";
    case COMPARE_GE:
        return "is at least";
    }
    return "";
}

static void say_operand(struct buf *out, const struct code *code, const struct operand *o)
{
    switch (o->kind) {
    case OPERAND_VALUE:
        say_value(out, &o->value);
        break;
    case OPERAND_FIELD:
        buf_add_text(out, o->field);
        break;
    case OPERAND_MOMENT:
        say_moment(out, code, &o->moment);
        break;
    }
}

static void say_values(struct buf *out, const struct cond *c)
{
    for (size_t i = 0; i < c->value_count; i++) {
        if (i > 0)
            buf_add_str(out, i + 1 == c->value_count ? " or " : ", ");
        say_value(out, &c->values[i]);
    }
}

static void say_bound(struct buf *out, const struct code *code, const struct cond *c)
{
    if (c->kind == COND_AT_LEAST_BEFORE) {
        buf_add_str(out, "it comes at least ");
        say_limit(out, code, &c->limit);
        buf_add_str(out, " before ");
        say_moment(out, code, &c->moment);
        return;
    }
    buf_add_str(out, "it comes within ");
    say_limit(out, code, &c->limit);
    if (c->moment.kind != MOMENT_NONE && c->moment.kind != MOMENT_OPENING) {
        buf_add_str(out, " of ");
        say_moment(out, code, &c->moment);
    }
}

static void say_joined(struct buf *out, const struct code *code, const struct cond *c)
{
    const struct cond *sides[] = {c->left, c->right};
    for (size_t i = 0; i < 2; i++) {
        bool inner =
            sides[i]->kind != c->kind && (sides[i]->kind == COND_AND || sides[i]->kind == COND_OR);
        buf_add_str(out, inner ? "(" : "");
        say_cond(out, code, sides[i]);
        buf_add_str(out, inner ? ")" : "");
        if (i == 0)
            buf_add_str(out, c->kind == COND_AND ? " and " : " or ");
    }
}

void say_cond(struct buf *out, const struct code *code, const struct cond *c)
{
    switch (c->kind) {
    case COND_AND:
    case COND_OR:
        say_joined(out, code, c);
        break;
    case COND_NOT:
        buf_add_str(out, "not (");
        say_cond(out, code, c->left);
        buf_add_char(out, ')');
        break;
    case COND_COMPARE:
        buf_addf(out, "%.*s %s ", TEXT_ARG(c->field), compare_words(c->op));
        say_operand(out, code, &c->operand);
        break;
    case COND_IN:
        buf_addf(out, "%.*s is ", TEXT_ARG(c->field));
        say_values(out, c);
        break;
    case COND_CONTAINS:
        buf_addf(out, "%.*s contains ", TEXT_ARG(c->field));
        say_operand(out, code, &c->operand);
        break;
    case COND_GIVEN:
    case COND_MISSING:
        buf_addf(out, "%.*s is %s", TEXT_ARG(c->field),
                 c->kind == COND_GIVEN ? "given" : "missing");
        break;
    case COND_OPENS_THREAD:
        buf_add_str(out, "it is the first of its thread");
        break;
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        say_bound(out, code, c);
        break;
    }
}

/* -- events -- */

/* What must hold, or (negative) what must not; `not` reads best as "unless". Returns whether there
 * was any. */
static bool say_parts(struct buf *out, const struct code *code, const struct cond *c, bool negative,
                      bool begun)
{
    if (c->kind == COND_AND) {
        begun = say_parts(out, code, c->left, negative, begun);
        return say_parts(out, code, c->right, negative, begun);
    }
    if ((c->kind == COND_NOT) != negative)
        return begun;
    if (begun)
        buf_add_str(out, negative ? " or " : " and ");
    else if (negative)
        buf_add_str(out, "unless ");
    const struct cond *said = negative ? c->left : c;
    bool brackets = said->kind == COND_OR;
    buf_add_str(out, brackets ? "(" : "");
    say_cond(out, code, said);
    buf_add_str(out, brackets ? ")" : "");
    return true;
}

/* In brackets, so that it can stand before a verb: (where a and b, unless c). */
static void say_where(struct buf *out, const struct code *code, const struct cond *where)
{
    struct buf must CLEANUP(buf_release) = {0};
    struct buf unless CLEANUP(buf_release) = {0};
    say_parts(&must, code, where, false, false);
    say_parts(&unless, code, where, true, false);
    buf_add_str(out, " (");
    if (must.len > 0)
        buf_addf(out, "where %s", must.ptr);
    if (unless.len > 0)
        buf_addf(out, "%s%s", must.len > 0 ? ", " : "", unless.ptr);
    buf_add_char(out, ')');
}

static void say_event_words(struct buf *out, struct text name)
{
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(out, name.ptr[i] == '.' || name.ptr[i] == '-' ? ' ' : name.ptr[i]);
}

static void say_by(struct buf *out, const struct event *e)
{
    switch (e->by) {
    case BY_ANYONE:
        return;
    case BY_STAFF:
        buf_add_str(out, " by staff");
        return;
    case BY_CUSTOMER:
        buf_add_str(out, " by the customer");
        return;
    case BY_BOT:
        buf_add_str(out, " by a bot");
        return;
    case BY_SYSTEM:
        buf_add_str(out, " by the system");
        return;
    case BY_ROLE:
        buf_addf(out, " by someone in the role %.*s", TEXT_ARG(e->role));
        return;
    case BY_ANOTHER_PERSON:
        buf_add_str(out, " by another person than whoever did ");
        if (e->than.len == 0) {
            buf_add_str(out, "what began it");
        } else {
            buf_add_char(out, '"');
            say_event_words(out, e->than);
            buf_add_char(out, '"');
        }
        return;
    }
}

void say_event(struct buf *out, const struct code *code, const struct event *e)
{
    for (; e; e = e->or) {
        buf_add_char(out, '"');
        say_event_words(out, e->name);
        buf_add_char(out, '"');
        say_by(out, e);
        if (e->anywhere)
            buf_add_str(out, " anywhere");
        if (e->where)
            say_where(out, code, e->where);
        if (e->or)
            buf_add_str(out, " or ");
    }
}

/* -- keys, windows, limits, tables -- */

void say_key(struct buf *out, struct key key)
{
    switch (key.kind) {
    case KEY_THREAD:
        buf_add_str(out, "thread");
        return;
    case KEY_CUSTOMER:
        buf_add_str(out, "customer");
        return;
    case KEY_ATTRIBUTE:
        buf_add_text(out, key.attribute);
        return;
    }
}

void say_window(struct buf *out, const struct code *code, struct window w)
{
    static const char *const names[] = {[WINDOW_DAY] = "day",
                                        [WINDOW_WEEK] = "week",
                                        [WINDOW_MONTH] = "month",
                                        [WINDOW_QUARTER] = "quarter",
                                        [WINDOW_YEAR] = "year"};
    if (w.kind == WINDOW_NONE)
        return;
    if (w.kind == WINDOW_ROLLING) {
        buf_add_str(out, " in any ");
        say_duration(out, code, w.rolling);
        return;
    }
    buf_addf(out, " each %s", names[w.kind]);
    if (w.kind == WINDOW_YEAR && (w.month > 1 || w.day > 1))
        buf_addf(out, " from %02d-%02d", w.month, w.day);
}

void say_days(struct buf *out, unsigned days)
{
    bool begun = false;
    for (int i = 0; i < 7; i++) {
        if (!(days >> i & 1))
            continue;
        int last = i;
        while (last < 6 && (days >> (last + 1) & 1))
            last++;
        buf_addf(out, "%s%s", begun ? ", " : "", day_names[i]);
        if (last > i)
            buf_addf(out, " %s %s", last == i + 1 ? "and" : "to", day_names[last]);
        begun = true;
        i = last;
    }
}

static void say_row_result(struct buf *out, const struct code *code, const struct table *t,
                           const struct table_row *row)
{
    switch (t->gives) {
    case TABLE_DURATIONS:
        buf_add_str(out, row->end_of ? "the end of " : "");
        say_duration(out, code, row->duration);
        return;
    case TABLE_AMOUNTS:
        money_format(out, row->money);
        return;
    case TABLE_SHARES:
        say_share(out, row->share_ppm);
        return;
    }
}

void say_row(struct buf *out, const struct code *code, const struct table *t,
             const struct table_row *row)
{
    say_row_result(out, code, t, row);
    if (row->is_else) {
        buf_add_str(out, " otherwise");
        return;
    }
    switch (t->by) {
    case TABLE_BY_TEXT:
        buf_addf(out, " if %.*s is %.*s", TEXT_ARG(t->attribute), TEXT_ARG(row->text));
        return;
    case TABLE_BY_NUMBER:
        buf_addf(out, " if %.*s is %s ", TEXT_ARG(t->attribute),
                 row->inclusive ? "up to" : "under");
        say_value(out, &row->bound);
        return;
    case TABLE_BY_DAY:
        buf_add_str(out, " on ");
        say_days(out, row->days);
        return;
    }
}

void say_table(struct buf *out, const struct code *code, const struct table *t)
{
    for (size_t i = 0; i < t->row_count; i++) {
        if (i > 0)
            buf_add_str(out, i + 1 == t->row_count ? ", and " : ", ");
        say_row(out, code, t, &t->rows[i]);
    }
}

void say_limit(struct buf *out, const struct code *code, const struct limit *l)
{
    if (l->end_of)
        buf_add_str(out, "the end of ");
    if (l->kind == LIMIT_DURATION)
        say_duration(out, code, l->duration);
    if (l->kind == LIMIT_TABLE) {
        const struct table *t = &code->tables[l->table];
        buf_addf(out, "the time that the table %.*s gives (", TEXT_ARG(t->name));
        say_table(out, code, t);
        buf_add_char(out, ')');
    }
    if (l->kind != LIMIT_NONE && l->from_next_opening_of >= 0)
        buf_addf(out, ", counted from the next opening of %.*s",
                 TEXT_ARG(code->calendars[l->from_next_opening_of].name));
}

/* -- dates -- */

void say_date(struct buf *out, struct date date)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    buf_addf(out, "%d %s", date.day, months[date.month - 1]);
    if (date.year != 0)
        buf_addf(out, " %d", date.year);
}

void say_dates(struct buf *out, struct dates dates)
{
    if (dates.has_from) {
        buf_add_str(out, "from ");
        say_date(out, dates.from);
    }
    if (dates.has_until) {
        buf_addf(out, "%suntil the end of ", dates.has_from ? " " : "");
        say_date(out, date_of_days(date_to_days(dates.until) - 1));
    }
}
