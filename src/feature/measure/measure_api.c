#include "feature/measure/measure_api.h"

#include "feature/code/publisher.h"
#include "feature/measure/measure_question.h"
#include "feature/measure/measure_target.h"
#include "feature/measure/standing.h"
#include "stat/interval.h"

#include <stdio.h>
#include <stdlib.h>

struct self {
    struct publisher *publisher;
    struct standing standing;
};

static const struct field question_fields[] = {MEASURE_QUESTION_FIELDS};
static const struct field remedy_fields[] = {
    {.name = "currency", .type = FIELD_TEXT, .required = true, .doc = "ISO 4217."},
    {.name = "owed", .type = FIELD_TEXT, .required = true, .doc = "\"50.00 BRL\""},
    {.name = "paid", .type = FIELD_TEXT, .required = true, .doc = "\"50.00 BRL\""},
};
static const struct shape remedy_shape = {"Remedies", remedy_fields, 3};
static const struct field adherence_fields[] = {
    {.name = "promise", .type = FIELD_TEXT, .doc = "Its name."},
    {.name = "words",
     .type = FIELD_TEXT,
     .doc = "Of the promise, as published; by principle: its title."},
    {.name = "principle", .type = FIELD_TEXT, .doc = "By principle: its name."},
    {.name = "channel", .type = FIELD_TEXT, .doc = "By channel; empty: not given."},
    {.name = "team", .type = FIELD_TEXT, .doc = "By team; empty: not given."},
    {.name = "day", .type = FIELD_TEXT, .doc = "By day: 2025-01-31."},
    {.name = "week", .type = FIELD_TEXT, .doc = "Per week: its Monday, 2025-01-27."},
    {.name = "weekday", .type = FIELD_INTEGER, .doc = "By hour: 1 Monday … 7 Sunday."},
    {.name = "hour", .type = FIELD_INTEGER, .doc = "By hour: 0 to 23, in the company's zone."},
    {.name = "decided_after", .type = FIELD_MOMENT, .doc = "For the obligations behind it."},
    {.name = "decided_before", .type = FIELD_MOMENT, .doc = "For the obligations behind it."},
    {.name = "month", .type = FIELD_TEXT, .doc = "By month: 2025-01."},
    {.name = "kept", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "broken", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "excused", .type = FIELD_INTEGER, .required = true, .doc = "Not in n."},
    {.name = "void", .type = FIELD_INTEGER, .required = true, .doc = "Not in n."},
    {.name = "open", .type = FIELD_INTEGER, .doc = "Now; by promise and principle."},
    {.name = "paused", .type = FIELD_INTEGER, .doc = "Now; by promise and principle."},
    {.name = "n", .type = FIELD_INTEGER, .required = true, .doc = "kept + broken."},
    {.name = "share", .type = FIELD_NUMBER, .doc = "kept / n; null where n is 0."},
    {.name = "low", .type = FIELD_NUMBER, .required = true, .doc = "Wilson's interval at 95 %."},
    {.name = "high", .type = FIELD_NUMBER, .required = true, .doc = "Wilson's interval at 95 %."},
    {.name = "too_few", .type = FIELD_BOOLEAN, .required = true, .doc = "n is under 5."},
    {.name = "target", .type = FIELD_NUMBER, .doc = "By promise: what the Code asks for."},
    {.name = "target_met", .type = FIELD_BOOLEAN, .doc = "Null where n is too small to say."},
    {.name = "may_break",
     .type = FIELD_INTEGER,
     .doc = "With a target: how many more may break one after the other and still meet it."},
    {.name = "must_keep",
     .type = FIELD_INTEGER,
     .doc = "Where it is missed: how many more in a row must be kept to meet it; null: none can."},
    {.name = "remedies", .type = FIELD_ARRAY, .shape = &remedy_shape, .doc = "By currency."},
    {.name = "tasks", .type = FIELD_INTEGER, .doc = "Remedies that are tasks."},
};
static const struct shape adherence_shape = {"Adherence", adherence_fields, 29};

static void member_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
}

/* Below 0: null. */
static void member_int_or_null(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    if (value < 0) {
        json_null(w);
    } else {
        json_int(w, value);
    }
}

static void member_money(struct json_writer *w, const char *name, int64_t minor,
                         const char currency[4])
{
    struct money money = {.minor = minor};
    memcpy(money.currency, currency, 4);
    struct buf words CLEANUP(buf_release) = {0};
    money_format(&words, money);
    json_key(w, name);
    json_text(w, buf_text(&words));
}

static void write_day(struct json_writer *w, const char *name, int32_t day, bool month)
{
    struct date d = date_of_days(day);
    char words[32];
    snprintf(words, sizeof(words), "%04d-%02d-%02d", (int)d.year, (int)d.month, (int)d.day);
    words[month ? 7 : 10] = '\0';
    json_key(w, name);
    json_str(w, words);
}

static void write_period(struct json_writer *w, const struct measured *g, enum measure_per per)
{
    if (per != MEASURE_PER_ALL) {
        write_day(w, measure_per_words[per], g->day, per == MEASURE_PER_MONTH);
    }
}

static void write_principle_title(struct json_writer *w, struct text title)
{
    if (title.len) {
        json_key(w, "words");
        json_text(w, title);
    }
}

static void write_group_name(struct json_writer *w, const struct measured *g, enum measure_by by,
                             const struct book *book)
{
    switch (by) {
    case MEASURE_BY_DAY:
        write_day(w, "day", g->day, false);
        return;
    case MEASURE_BY_MONTH:
    case MEASURE_BY_PROMISE_MONTH:
        write_day(w, "month", g->day, true);
        return;
    case MEASURE_BY_PRINCIPLE:
        write_principle_title(w, measure_principle_title(g->name, book));
        json_key(w, measure_by_words[by]);
        json_text(w, g->name);
        return;
    case MEASURE_BY_CHANNEL:
    case MEASURE_BY_TEAM:
        json_key(w, measure_by_words[by]);
        json_text(w, g->name);
        return;
    case MEASURE_BY_PROMISE:
    case MEASURE_BY_HOUR:
        return;
    }
}

static void write_share(struct json_writer *w, const struct measured *g)
{
    uint64_t n = (uint64_t)(g->kept + g->broken);
    double low, high;
    wilson((uint64_t)g->kept, n, &low, &high);
    member_int(w, "n", (int64_t)n);
    json_key(w, "share");
    if (n) {
        json_number(w, (double)g->kept / (double)n);
    } else {
        json_null(w);
    }
    json_key(w, "low");
    json_number(w, low);
    json_key(w, "high");
    json_number(w, high);
    json_key(w, "too_few");
    json_bool(w, n < MEASURE_LEAST_N);
}

static void write_target(struct json_writer *w, const struct measured *g, const struct book *book)
{
    const struct measure_target t = measure_target_of(g, book);
    if (t.words.len) {
        json_key(w, "words");
        json_text(w, t.words);
    }
    if (!t.has_target) {
        return;
    }
    member_int_or_null(w, "may_break", t.may_break);
    member_int_or_null(w, "must_keep", t.must_keep);
    json_key(w, "target");
    json_number(w, t.target_ppm / 1e6);
    json_key(w, "target_met");
    if (g->kept + g->broken < MEASURE_LEAST_N) {
        json_null(w);
    } else {
        json_bool(w, t.is_met);
    }
}

static void write_remedies(struct json_writer *w, const struct measured *g)
{
    json_key(w, "remedies");
    json_array_begin(w);
    for (size_t i = 0; i < g->remedy_count; i++) {
        const struct remedies *r = &g->remedies[i];
        json_object_begin(w);
        json_key(w, "currency");
        json_str(w, r->currency);
        member_money(w, "owed", r->owed, r->currency);
        member_money(w, "paid", r->paid, r->currency);
        json_object_end(w);
    }
    json_array_end(w);
    member_int(w, "tasks", g->tasks);
}

static int64_t begin_of(const struct book *book, int32_t day)
{
    return day == INT32_MIN || day == INT32_MAX ? MOMENT_NEVER
                                                : zone_to_utc(book_zone(book), day * DAY_US);
}

/* The instants between which the verdicts of this group lie. */
static void write_between(struct json_writer *w, const struct measured *g,
                          const struct measure_question *question, const struct book *book)
{
    enum measure_per per =
        question->by == MEASURE_BY_DAY ? MEASURE_PER_DAY
        : question->by == MEASURE_BY_MONTH || question->by == MEASURE_BY_PROMISE_MONTH
            ? MEASURE_PER_MONTH
            : question->per;
    int32_t first = question->from_day, next = question->until_day;
    if (per != MEASURE_PER_ALL) {
        measure_period(per, g->day, &first, &next);
        first = first > question->from_day ? first : question->from_day;
        next = next < question->until_day ? next : question->until_day;
    }
    json_key(w, "decided_after");
    json_moment(w, begin_of(book, first));
    json_key(w, "decided_before");
    json_moment(w, begin_of(book, next));
}

static void write_group(struct json_writer *w, const struct measured *g,
                        const struct measure_question *question, const struct book *book)
{
    enum measure_by by = question->by;
    bool fine = measure_is_fine(question);
    json_object_begin(w);
    if (g->promise.len) {
        json_key(w, "promise");
        json_text(w, g->promise);
        write_target(w, g, book);
    }
    write_group_name(w, g, by, book);
    write_period(w, g, question->per);
    write_between(w, g, question, book);
    member_int(w, "kept", g->kept);
    member_int(w, "broken", g->broken);
    member_int(w, "excused", g->excused);
    member_int(w, "void", g->void_);
    if (!fine && question->per == MEASURE_PER_ALL &&
        (by == MEASURE_BY_PROMISE || by == MEASURE_BY_PRINCIPLE)) {
        member_int(w, "open", g->open);
        member_int(w, "paused", g->paused);
    }
    write_share(w, g);
    if (!fine) {
        write_remedies(w, g);
    }
    json_object_end(w);
}

static void write_hour(struct json_writer *w, const struct measured *g, int hour_of_week)
{
    json_object_begin(w);
    member_int(w, "weekday", hour_of_week / 24 + 1);
    member_int(w, "hour", hour_of_week % 24);
    member_int(w, "kept", g->kept);
    member_int(w, "broken", g->broken);
    member_int(w, "excused", g->excused);
    member_int(w, "void", g->void_);
    write_share(w, g);
    json_object_end(w);
}

/* All 168, also those without any verdict. */
static enum err answer_hours(struct request *r, struct database *db, const struct book *book,
                             const struct measure_question *q, struct json_writer *w,
                             struct err_info *info)
{
    struct measured *hours = ARENA_ARRAY(request_arena(r), struct measured, WEEK_HOURS);
    enum err e = measure_read_hours(db, book, q, hours, info);
    for (int i = 0; i < WEEK_HOURS && !e; i++) {
        write_hour(w, &hours[i], i);
    }
    return e;
}

static enum err answer_groups(struct request *r, struct database *db, const struct book *book,
                              const struct measure_question *q, struct json_writer *w,
                              struct err_info *info)
{
    struct measured *groups;
    size_t count;
    enum err e = measure_read(db, book, q, request_arena(r), &groups, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        write_group(w, &groups[i], q, book);
    }
    return e;
}

static enum err answer(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct book *book CLEANUP(book_drop) =
        publisher_book(((struct self *)request_self(r))->publisher);
    struct measure_question question;
    struct text chosen[2];
    enum err e = measure_question_read(r, book, &question, chosen, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    e = question.by == MEASURE_BY_HOUR ? answer_hours(r, db, book, &question, &w, info)
                                       : answer_groups(r, db, book, &question, &w, info);
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return e;
}

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/adherence",
     .scope = "measure:read",
     .summary = "How often promises were kept, with intervals and remedies.",
     .kind = ROUTE_READ,
     .fields = question_fields,
     .field_count = MEASURE_QUESTION_FIELD_COUNT,
     .reply = &adherence_shape,
     .reply_list = true,
     .handle = answer},
};

static enum err open_measure(struct server *server, struct database *db, void **ret_self,
                             struct err_info *info)
{
    struct self *self = calloc(1, sizeof(*self));
    if (!self) {
        abort();
    }
    self->publisher = server_module(server, "code");
    enum err e = standing_begin(&self->standing, server, db, info);
    if (e) {
        free(self);
        return e;
    }
    *ret_self = self;
    return ERR_NONE;
}

static void close_measure(void *self)
{
    standing_end(&((struct self *)self)->standing);
    free(self);
}

static void write_metrics(void *self, struct buf *out)
{
    standing_write(&((struct self *)self)->standing, out);
}

const struct module measure_module = {
    .name = "measure",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &measure_statements,
    .open = open_measure,
    .close = close_measure,
    .metrics = write_metrics,
};
