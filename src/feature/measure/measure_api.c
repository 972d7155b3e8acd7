#include "feature/measure/measure_api.h"

#include "feature/code/publisher.h"
#include "feature/measure/measure.h"
#include "feature/measure/standing.h"
#include "stat/interval.h"

#include <stdio.h>
#include <stdlib.h>

struct self {
    struct publisher *publisher;
    struct standing standing;
};

static const char *const by_words[] = {"promise", "principle", "channel",       "team",
                                       "day",     "month",     "promise-month", NULL};

static const struct field question_fields[] = {
    {.name = "by",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .required = true,
     .choices = by_words,
     .doc = "What each item is about."},
    {.name = "from",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "First day of the decision, 2025-01-31, in the company's zone."},
    {.name = "until", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "The day after the last."},
    {.name = "promise", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only of this one."},
};
static const struct field remedy_fields[] = {
    {.name = "currency", .type = FIELD_TEXT, .required = true, .doc = "ISO 4217."},
    {.name = "owed", .type = FIELD_TEXT, .required = true, .doc = "\"50.00 BRL\""},
    {.name = "paid", .type = FIELD_TEXT, .required = true, .doc = "\"50.00 BRL\""},
};
static const struct shape remedy_shape = {"Remedies", remedy_fields, 3};
static const struct field adherence_fields[] = {
    {.name = "promise", .type = FIELD_TEXT, .doc = "Its name."},
    {.name = "words", .type = FIELD_TEXT, .doc = "Of the promise, as published."},
    {.name = "principle", .type = FIELD_TEXT, .doc = "By principle: its name."},
    {.name = "channel", .type = FIELD_TEXT, .doc = "By channel; empty: not given."},
    {.name = "team", .type = FIELD_TEXT, .doc = "By team; empty: not given."},
    {.name = "day", .type = FIELD_TEXT, .doc = "By day: 2025-01-31."},
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
    {.name = "remedies", .type = FIELD_ARRAY, .shape = &remedy_shape, .doc = "By currency."},
    {.name = "tasks", .type = FIELD_INTEGER, .doc = "Remedies that are tasks."},
};
static const struct shape adherence_shape = {"Adherence", adherence_fields, 22};

static void member_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
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

static void write_group_name(struct json_writer *w, const struct measured *g, enum measure_by by)
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
    case MEASURE_BY_CHANNEL:
    case MEASURE_BY_TEAM:
        json_key(w, by_words[by]);
        json_text(w, g->name);
        return;
    case MEASURE_BY_PROMISE:
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
    size_t number, lane;
    const struct plan *plan = book_plan(book);
    if (!plan_find_promise(plan, g->promise, &number, &lane)) {
        return;
    }
    const struct promise *promise = plan_promise(plan, number).latest;
    json_key(w, "words");
    json_text(w, promise->words);
    if (!promise->has_target) {
        return;
    }
    int64_t n = g->kept + g->broken;
    json_key(w, "target");
    json_number(w, promise->target_ppm / 1e6);
    json_key(w, "target_met");
    if (n < MEASURE_LEAST_N) {
        json_null(w);
    } else {
        json_bool(w, (double)g->kept * 1e6 >= (double)n * promise->target_ppm);
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

static void write_group(struct json_writer *w, const struct measured *g, enum measure_by by,
                        const struct book *book)
{
    json_object_begin(w);
    if (g->promise.len) {
        json_key(w, "promise");
        json_text(w, g->promise);
        write_target(w, g, book);
    }
    write_group_name(w, g, by);
    member_int(w, "kept", g->kept);
    member_int(w, "broken", g->broken);
    member_int(w, "excused", g->excused);
    member_int(w, "void", g->void_);
    if (by == MEASURE_BY_PROMISE || by == MEASURE_BY_PRINCIPLE) {
        member_int(w, "open", g->open);
        member_int(w, "paused", g->paused);
    }
    write_share(w, g);
    if (by != MEASURE_BY_CHANNEL && by != MEASURE_BY_TEAM) {
        write_remedies(w, g);
    }
    json_object_end(w);
}

static enum err read_day(const struct request *r, const char *field, int32_t otherwise,
                         int32_t *ret, struct err_info *info)
{
    struct date date;
    *ret = otherwise;
    if (!request_has(r, field)) {
        return ERR_NONE;
    }
    if (!date_parse(request_text(r, field), &date)) {
        return err_field(info, ERR_INVALID, field, "%s must be a day like 2025-01-31.", field);
    }
    *ret = (int32_t)date_to_days(date);
    return ERR_NONE;
}

static enum err answer(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct book *book CLEANUP(book_drop) =
        publisher_book(((struct self *)request_self(r))->publisher);
    struct measure_question question = {.by = (enum measure_by)request_choice(r, "by", 0),
                                        .promise = request_text(r, "promise")};
    struct measured *groups;
    size_t count;
    enum err e = read_day(r, "from", INT32_MIN, &question.from_day, info);
    e = e ? e : read_day(r, "until", INT32_MAX, &question.until_day, info);
    e = e ? e : measure_read(db, book, &question, request_arena(r), &groups, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        write_group(&w, &groups[i], question.by, book);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/adherence",
     .scope = "measure:read",
     .summary = "How often promises were kept, with intervals and remedies.",
     .kind = ROUTE_READ,
     .fields = question_fields,
     .field_count = 4,
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
