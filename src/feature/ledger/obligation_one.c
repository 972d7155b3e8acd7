/* One obligation: its row, its history, and the touches behind it. */
#include "feature/ledger/excuse_request.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/touch_row.h"

struct cause {
    struct text source, id;
};

/* home: where to look; NULL: everywhere. */
static enum err write_touch_of(const struct request *r, struct database *db, struct json_writer *w,
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
    /* One of an obligation's touches may lie with another team than it. */
    if (!e && row && identity_sees_team(request_identity(r), touch_record_team(&q))) {
        touch_record_to_json(w, &q);
    }
    *ret_found = !e && row;
    return e;
}

/* Nearly all that concerns an obligation lives where its opening touch does. */
static enum err write_touch(const struct request *r, struct database *db, struct json_writer *w,
                            const struct ledger_row *row, const struct cause *cause,
                            struct err_info *info)
{
    int64_t home = touch_home(
        &(struct touch){.thread = row->thread, .customer = row->customer, .id = row->opening_id});
    bool found = false;
    enum err e = write_touch_of(r, db, w, cause, &home, &found, info);
    return e || found ? e : write_touch_of(r, db, w, cause, NULL, &found, info);
}

/* Each touch once, in the order of the history. */
static enum err write_touches(struct request *r, struct database *db, struct json_writer *w,
                              const struct ledger_row *row, const struct entry_row *entries,
                              size_t count, struct err_info *info)
{
    struct cause *causes = ARENA_ARRAY(request_arena(r), struct cause, count + 1);
    size_t cause_count = 0;
    causes[cause_count++] = (struct cause){row->opening_source, row->opening_id};
    enum err e = write_touch(r, db, w, row, &causes[0], info);
    for (size_t i = 0; i < count && !e; i++) {
        struct cause cause = {entries[i].cause_source, entries[i].cause_id};
        bool known = cause.id.len == 0;
        for (size_t k = 0; k < cause_count && !known; k++) {
            known = text_eq(causes[k].id, cause.id) && text_eq(causes[k].source, cause.source);
        }
        if (!known) {
            causes[cause_count++] = cause;
            e = write_touch(r, db, w, row, &cause, info);
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
    if (!e && !identity_sees_team(request_identity(r), row.team)) {
        e = ERR_NOT_FOUND;
    }
    e = e ? e : entry_row_of(db, id, row.home_id, request_arena(r), &entries, &count, info);
    if (e) {
        return e == ERR_NOT_FOUND ? err_field(info, e, "id", "There is no such obligation.") : e;
    }
    request_reads_team(r, "obligation.read", request_text(r, "id"), row.team);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    obligation_members(&w, &row);
    struct book *book CLEANUP(book_drop) = publisher_book(ledger_publisher(request_self(r)));
    obligation_clock_members(&w, book, &row, entries, count, moment_now());
    json_key(&w, "needs_second");
    json_bool(&w, excuse_needs_second(book, row.promise, moment_now()));
    e = excuse_members(r, db, &w, &row, info);
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
    e = e ? e : write_touches(r, db, &w, &row, entries, count, info);
    json_array_end(&w);
    json_object_end(&w);
    return e;
}
