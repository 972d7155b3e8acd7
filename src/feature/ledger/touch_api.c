/* Touches come in: one, a batch, or a line each. They are read and checked on the loop, which also
 * writes the answer; the clerk takes those of several requests together. */
#include "feature/ledger/excuse_touch.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "intake/intake.h"
#include "store/home.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINES_MOST = 10000 };

/* -- what one request brings -- */

struct line { /* what became of one line or element */
    uint64_t number;
    const struct err_info *why; /* refused; NULL: it is the next of the touches */
};
struct delivery {
    bool is_batch;
    struct arena *arena;
    struct intake *intake;
    struct touch *touches;
    size_t touch_count, touch_capacity;
    struct taking *takings; /* what became of them */
    struct line *lines;
    size_t line_count, line_capacity;
};

static void add_line(struct delivery *d, uint64_t number, const struct err_info *why)
{
    if (d->line_count == d->line_capacity) {
        size_t capacity = d->line_capacity ? d->line_capacity * 2 : 64;
        d->lines = arena_grow(d->arena, d->lines, d->line_count, capacity, sizeof(*d->lines));
        d->line_capacity = capacity;
    }
    d->lines[d->line_count++] = (struct line){number, why};
}

static bool add_touch(void *context, const struct touch *t)
{
    struct delivery *d = context;
    if (d->line_count >= LINES_MOST) {
        d->line_count = LINES_MOST + 1; /* too many: the rest is only counted */
        return true;
    }
    if (d->touch_count == d->touch_capacity) {
        size_t capacity = d->touch_capacity ? d->touch_capacity * 2 : 64;
        d->touches = arena_grow(d->arena, d->touches, d->touch_count, capacity, sizeof(*t));
        d->touch_capacity = capacity;
    }
    d->touches[d->touch_count++] = touch_copy(d->arena, t);
    add_line(d, d->intake->records, NULL);
    return true;
}

static void add_refusal(void *context, uint64_t line, const struct err_info *info)
{
    struct delivery *d = context;
    (void)line; /* of the text; the record's number is told for all alike */
    if (d->line_count >= LINES_MOST) {
        d->line_count = LINES_MOST + 1;
        return;
    }
    struct err_info *why = ARENA_NEW(d->arena, struct err_info);
    *why = *info;
    add_line(d, d->intake->records, why);
}

static void close_bytes(struct bytes **b)
{
    bytes_close(*b);
}

static enum err read_batch(struct delivery *d, struct text body, struct err_info *info)
{
    struct intake_sink sink = {.context = d, .touch = add_touch, .refused = add_refusal};
    struct intake in = {.sink = &sink};
    struct bytes *bytes CLEANUP(close_bytes) = bytes_of(body);
    d->is_batch = true;
    d->intake = &in;
    enum err e = intake_read(&in, bytes, info);
    d->intake = NULL;
    if (!e && d->line_count > LINES_MOST) {
        e = err_set(info, ERR_LIMIT, "More than %d touches at once. Send them in smaller batches.",
                    LINES_MOST);
    }
    if (!e && d->line_count == 0) {
        e = err_set(info, ERR_INVALID, "There is no touch in the body.");
    }
    return e;
}

static bool says_single(struct text type, struct text body)
{
    struct text trimmed = text_trim(body);
    return text_is(type, "application/cloudevents+json") ||
           (text_is(type, "application/json") && !(trimmed.len && trimmed.ptr[0] == '['));
}

static bool is_promise(const struct attribute *a)
{
    return text_is(a->name, "promise") && a->value.type == VALUE_TEXT;
}

static bool excuses_alone(const struct touch *t, const struct book *book)
{
    bool alone = false;
    for (size_t i = 0; i < t->attribute_count && text_is(t->event, "obligation.excused"); i++) {
        const struct attribute *a = &t->attributes[i];
        alone |= is_promise(a) && excuse_needs_second(book, a->value.text, moment_now());
    }
    return alone;
}

/* A person cannot go round the second one by sending the touch; programs can, as they are the
 * company's own. */
static enum err refuse_excuses(struct request *r, const struct delivery *d, struct err_info *info)
{
    if (request_identity(r)->kind != IDENTITY_STAFF) {
        return ERR_NONE;
    }
    struct book *book CLEANUP(book_drop) = publisher_book(ledger_publisher(request_self(r)));
    for (size_t i = 0; i < d->touch_count; i++) {
        if (excuses_alone(&d->touches[i], book)) {
            return err_set(info, ERR_FORBIDDEN,
                           "Excuses need a second person here: ask by POST "
                           "/api/v1/obligations/excuse.");
        }
    }
    return ERR_NONE;
}

static enum err read_touches(struct request *r, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    struct delivery *d = ARENA_NEW(arena, struct delivery);
    d->arena = arena;
    request_keep(r, d);
    struct text body = request_body(r);
    if (!says_single(request_content_type(r), body)) {
        return read_batch(d, body, info);
    }
    d->touches = ARENA_NEW(arena, struct touch);
    d->touch_count = 1;
    return touch_parse(arena, body, d->touches, info);
}

enum err touches_prepare(struct request *r, struct err_info *info)
{
    enum err e = read_touches(r, info);
    return e ? e : refuse_excuses(r, request_kept(r), info);
}

/* -- taking them -- */

static void write_id(struct json_writer *w, int64_t id)
{
    char words[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(id, "tou", words));
}

static const char *const result_words[] = {
    [TAKEN_NEW] = "taken", [TAKEN_AGAIN] = "again", [TAKEN_REFUSED] = "refused"};

static void write_reason(struct json_writer *w, const struct err_info *why)
{
    json_key(w, "reason");
    json_str(w, why->text);
    if (why->field[0]) {
        json_key(w, "field");
        json_str(w, why->field);
    }
}

static enum err answer_single(const struct taking *taking, struct reply *reply,
                              struct err_info *info)
{
    if (taking->result == TAKEN_REFUSED) {
        *info = taking->info;
        return ERR_INVALID;
    }
    struct json_writer w = reply_json(reply, taking->result == TAKEN_NEW ? 201 : 200);
    json_object_begin(&w);
    json_key(&w, "result");
    json_str(&w, result_words[taking->result]);
    if (taking->result == TAKEN_NEW) {
        write_id(&w, taking->id);
    }
    json_object_end(&w);
    return ERR_NONE;
}

static void write_line(struct json_writer *w, const struct line *line, const struct taking *taking)
{
    enum taken result = line->why ? TAKEN_REFUSED : taking->result;
    json_object_begin(w);
    json_key(w, "line");
    json_int(w, (int64_t)line->number);
    json_key(w, "result");
    json_str(w, result_words[result]);
    if (result == TAKEN_NEW) {
        write_id(w, taking->id);
    } else if (result == TAKEN_REFUSED) {
        write_reason(w, line->why ? line->why : &taking->info);
    }
    json_object_end(w);
}

static void answer_batch(const struct delivery *d, const struct taking *takings,
                         struct reply *reply)
{
    int64_t counts[3] = {0};
    const struct taking *next = takings;
    for (size_t i = 0; i < d->line_count; i++) {
        counts[d->lines[i].why ? TAKEN_REFUSED : next++->result]++;
    }
    struct json_writer w = reply_json(reply, counts[TAKEN_REFUSED] ? 207 : 200);
    json_object_begin(&w);
    for (int i = 0; i < 3; i++) {
        json_key(&w, result_words[i]);
        json_int(&w, counts[i]);
    }
    json_key(&w, "lines");
    json_array_begin(&w);
    next = takings;
    for (size_t i = 0; i < d->line_count; i++) {
        write_line(&w, &d->lines[i], next);
        next += d->lines[i].why == NULL;
    }
    json_array_end(&w);
    json_object_end(&w);
}

enum err touches_gather(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    (void)db, (void)reply, (void)info;
    struct delivery *d = request_kept(r);
    d->takings = ARENA_ARRAY(d->arena, struct taking, d->touch_count);
    if (d->touch_count) {
        keeper_gather(ledger_keeper(request_self(r)), d->touches, d->touch_count, d->takings);
    }
    return ERR_NONE;
}

enum err touches_answer(struct request *r, struct reply *reply, struct err_info *info)
{
    const struct delivery *d = request_kept(r);
    if (!d->is_batch) {
        return answer_single(d->takings, reply, info);
    }
    answer_batch(d, d->takings, reply);
    return ERR_NONE;
}

/* -- reading them -- */

/* What lies with a restricted team is nobody else's to read. */
static bool sees(const struct request *r, const struct query *q)
{
    return identity_sees_team(request_identity(r), touch_record_team(q));
}

enum err touch_get(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    int64_t id;
    if (!id_parse(request_text(r, "id"), "tou", &id)) {
        id = 0;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[TOUCH_BY_ID]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && (!row || !sees(r, &q))) {
        e = err_field(info, ERR_NOT_FOUND, "id", "There is no such touch.");
    }
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        request_reads_team(r, "touch.read", request_text(r, "id"), touch_record_team(&q));
        touch_record_to_json(&w, &q);
    }
    return e;
}

/* "MICROSECONDS.ID" of the last one seen. */
static enum err read_cursor(const struct request *r, int64_t *ret_us, int64_t *ret_id,
                            struct err_info *info)
{
    struct text t = request_text(r, "after");
    const char *dot = t.len ? memchr(t.ptr, '.', t.len) : NULL;
    if (t.len == 0) {
        *ret_us = MOMENT_BEFORE_ALL;
        *ret_id = 0;
        return ERR_NONE;
    }
    size_t first = dot ? (size_t)(dot - t.ptr) : 0;
    return dot && text_to_int64((struct text){t.ptr, first}, ret_us) &&
                   id_parse((struct text){dot + 1, t.len - first - 1}, "tou", ret_id)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

enum err thread_touches(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    int64_t limit = request_int(r, "limit", LIST_USUAL), after_us = 0, after_id = 0, count = 0;
    enum err e = read_cursor(r, &after_us, &after_id, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[TOUCH_OF_THREAD_AFTER]);
    query_bind_text(&q, 1, request_text(r, "key"));
    query_bind_int(&q, 2, home_of(request_text(r, "key")));
    query_bind_int(&q, 3, after_us);
    query_bind_int(&q, 4, after_id);
    query_bind_int(&q, 5, limit + 1);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    bool row;
    while (!(e = query_row(&q, &row, info)) && row && count++ < limit) {
        if (sees(r, &q)) {
            touch_record_to_json(&w, &q);
        }
        after_id = query_int(&q, 0);
        after_us = query_int(&q, 5);
    }
    json_array_end(&w);
    json_key(&w, "next");
    char id[ID_TEXT_SIZE];
    if (!e && row) {
        json_text(&w, arena_printf(request_arena(r), "%" PRId64 ".%s", after_us,
                                   id_format(after_id, "tou", id)));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return e;
}
