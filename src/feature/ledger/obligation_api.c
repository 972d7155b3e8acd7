/* Obligations: lists, each answered from an index, and one with its history. */
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/touch_row.h"
#include "store/home.h"

#include <inttypes.h>
#include <stdio.h>

/* Which list is asked for. */
struct wanted {
    int statement;
    bool has_state;
    enum state state;
    struct text promise, key;
    int64_t due_from_us, due_until_us;
    /* The cursor "NUMBER.ID": the due instant, or the state for lists of a promise. */
    int64_t after, after_id;
    int64_t limit;
};

static enum err choose_statement(struct wanted *w, bool has_due, struct err_info *info)
{
    static const int by_state[] = {
        [STATE_OPEN] = OBLIGATION_BY_DUE,     [STATE_PAUSED] = OBLIGATION_PAUSED,
        [STATE_KEPT] = OBLIGATION_KEPT,       [STATE_BROKEN] = OBLIGATION_BROKEN,
        [STATE_EXCUSED] = OBLIGATION_EXCUSED, [STATE_VOID] = OBLIGATION_VOID};
    bool open = w->has_state && w->state == STATE_OPEN;
    if (has_due && !open) {
        return err_field(info, ERR_INVALID, "state",
                         "due_after and due_before look at open obligations: add state=open.");
    }
    if (has_due && w->key.len) {
        return err_field(info, ERR_INVALID, "key",
                         "A key has few obligations: ask for it without due_after and due_before.");
    }
    if (w->key.len) {
        w->statement = OBLIGATION_OF_KEY_AFTER;
    } else if (open) {
        w->statement = OBLIGATION_BY_DUE;
    } else if (w->promise.len) {
        w->statement = w->has_state ? OBLIGATION_OF_PROMISE_STATE : OBLIGATION_OF_PROMISE;
    } else {
        w->statement = w->has_state ? by_state[w->state] : OBLIGATION_AFTER;
    }
    return ERR_NONE;
}

static enum err read_cursor(const struct request *r, struct wanted *w, struct err_info *info)
{
    struct text t = request_text(r, "after");
    w->after = MOMENT_BEFORE_ALL;
    if (t.len == 0) {
        return ERR_NONE;
    }
    const char *dot = memchr(t.ptr, '.', t.len);
    size_t first = dot ? (size_t)(dot - t.ptr) : 0;
    return dot && text_to_int64((struct text){t.ptr, first}, &w->after) &&
                   id_parse((struct text){dot + 1, t.len - first - 1}, "obl", &w->after_id)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

static enum err read_wanted(const struct request *r, struct wanted *w, struct err_info *info)
{
    *w = (struct wanted){
        .has_state = request_has(r, "state"),
        .state = (enum state)request_choice(r, "state", 0),
        .promise = request_text(r, "promise"),
        .key = request_text(r, "key"),
        .due_from_us = request_moment(r, "due_after", MOMENT_BEFORE_ALL),
        .due_until_us = request_moment(r, "due_before", MOMENT_NEVER),
        .limit = request_int(r, "limit", LIST_USUAL),
    };
    enum err e = read_cursor(r, w, info);
    bool has_due = request_has(r, "due_after") || request_has(r, "due_before");
    return e ? e : choose_statement(w, has_due, info);
}

static void bind_state(struct query *q, int parameter, const struct wanted *w)
{
    if (w->has_state) {
        query_bind_int(q, parameter, w->state);
    } else {
        query_bind_null(q, parameter);
    }
}

static void bind_wanted(struct query *q, const struct wanted *w)
{
    int p = 1;
    switch (w->statement) {
    case OBLIGATION_BY_DUE:
        query_bind_int(q, p++, w->after > w->due_from_us ? w->after : w->due_from_us);
        query_bind_int(q, p++, w->after >= w->due_from_us ? w->after_id : 0);
        query_bind_int(q, p++, w->due_until_us);
        query_bind_text_or_null(q, p++, w->promise);
        break;
    case OBLIGATION_WITHOUT_DUE:
        query_bind_int(q, p++, w->after_id);
        query_bind_text_or_null(q, p++, w->promise);
        break;
    case OBLIGATION_OF_KEY_AFTER:
        query_bind_text(q, p++, w->key);
        query_bind_int(q, p++, home_of(w->key));
        query_bind_int(q, p++, w->after_id);
        bind_state(q, p++, w);
        query_bind_text_or_null(q, p++, w->promise);
        break;
    case OBLIGATION_OF_PROMISE:
        query_bind_text(q, p++, w->promise);
        query_bind_int(q, p++, w->after);
        query_bind_int(q, p++, w->after_id);
        break;
    case OBLIGATION_OF_PROMISE_STATE:
        query_bind_text(q, p++, w->promise);
        query_bind_int(q, p++, w->state);
        query_bind_int(q, p++, w->after_id);
        break;
    default:
        query_bind_int(q, p++, w->after_id);
    }
    query_bind_int(q, p, w->limit + 1);
}

struct page {
    struct json_writer *w;
    int64_t left;
    bool more;
    struct ledger_row last;
};

static enum err fill_page(struct request *r, struct database *db, const struct wanted *w,
                          struct page *page, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[w->statement]);
    bind_wanted(&q, w);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (page->left == 0) {
            page->more = true;
            return ERR_NONE;
        }
        page->left--;
        ledger_row_read(&q, request_arena(r), &page->last);
        obligation_to_json(page->w, &page->last);
    }
}

/* MOMENT_NEVER as the due instant: on to those that have none. */
static int64_t cursor_number(const struct wanted *w, const struct ledger_row *last)
{
    return w->statement == OBLIGATION_OF_PROMISE ? (int64_t)last->state
           : w->statement == OBLIGATION_BY_DUE   ? last->due_us
                                                 : 0;
}

enum err obligation_list(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct wanted wanted;
    enum err e = read_wanted(r, &wanted, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    struct page page = {.w = &w, .left = wanted.limit};
    bool by_due = wanted.statement == OBLIGATION_BY_DUE;
    bool with_due = !by_due || wanted.after != MOMENT_NEVER;
    e = with_due ? fill_page(r, db, &wanted, &page, info) : ERR_NONE;
    bool whole = wanted.due_from_us == MOMENT_BEFORE_ALL && wanted.due_until_us == MOMENT_NEVER;
    if (!e && by_due && whole && !page.more) { /* then those that have no due instant */
        struct wanted rest = wanted;
        rest.statement = OBLIGATION_WITHOUT_DUE;
        rest.after_id = with_due ? 0 : wanted.after_id;
        e = fill_page(r, db, &rest, &page, info);
    }
    json_array_end(&w);
    json_key(&w, "next");
    char id[ID_TEXT_SIZE];
    if (!e && page.more) {
        json_text(&w, arena_printf(request_arena(r), "%" PRId64 ".%s",
                                   cursor_number(&wanted, &page.last),
                                   id_format(page.last.id, "obl", id)));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return e;
}

/* -- one -- */

struct cause {
    struct text source, id;
};

/* home: where to look; NULL: everywhere. */
static enum err write_touch_of(struct database *db, struct json_writer *w,
                               const struct cause *cause, const int64_t *home, bool *ret_found,
                               struct err_info *info)
{
    struct query q CLEANUP(query_end) =
        query_begin(db, &ledger_api_list[home ? TOUCH_BY_SENDER_AT_HOME : TOUCH_BY_SENDER]);
    query_bind_text(&q, 1, cause->source);
    query_bind_text(&q, 2, cause->id);
    if (home) {
        query_bind_int(&q, 3, *home);
    }
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        touch_record_to_json(w, &q);
    }
    *ret_found = !e && row;
    return e;
}

/* Nearly all that concerns an obligation lives where its opening touch does. */
static enum err write_touch(struct database *db, struct json_writer *w,
                            const struct ledger_row *row, const struct cause *cause,
                            struct err_info *info)
{
    int64_t home = touch_home(
        &(struct touch){.thread = row->thread, .customer = row->customer, .id = row->opening_id});
    bool found = false;
    enum err e = write_touch_of(db, w, cause, &home, &found, info);
    return e || found ? e : write_touch_of(db, w, cause, NULL, &found, info);
}

/* Each touch once, in the order of the history. */
static enum err write_touches(struct request *r, struct database *db, struct json_writer *w,
                              const struct ledger_row *row, const struct entry_row *entries,
                              size_t count, struct err_info *info)
{
    struct cause *causes = ARENA_ARRAY(request_arena(r), struct cause, count + 1);
    size_t cause_count = 0;
    causes[cause_count++] = (struct cause){row->opening_source, row->opening_id};
    enum err e = write_touch(db, w, row, &causes[0], info);
    for (size_t i = 0; i < count && !e; i++) {
        struct cause cause = {entries[i].cause_source, entries[i].cause_id};
        bool known = cause.id.len == 0;
        for (size_t k = 0; k < cause_count && !known; k++) {
            known = text_eq(causes[k].id, cause.id) && text_eq(causes[k].source, cause.source);
        }
        if (!known) {
            causes[cause_count++] = cause;
            e = write_touch(db, w, row, &cause, info);
        }
    }
    return e;
}

enum err obligation_get(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    int64_t id;
    if (!id_parse(request_text(r, "id"), "obl", &id)) {
        id = 0;
    }
    struct ledger_row row;
    struct entry_row *entries;
    size_t count;
    enum err e = ledger_row_find(db, id, request_arena(r), &row, info);
    e = e ? e : entry_row_of(db, id, row.home_id, request_arena(r), &entries, &count, info);
    if (e) {
        return e == ERR_NOT_FOUND ? err_field(info, e, "id", "There is no such obligation.") : e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    obligation_members(&w, &row);
    json_key(&w, "history");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&w);
        entry_members(&w, &entries[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "touches");
    json_array_begin(&w);
    e = write_touches(r, db, &w, &row, entries, count, info);
    json_array_end(&w);
    json_object_end(&w);
    return e;
}
