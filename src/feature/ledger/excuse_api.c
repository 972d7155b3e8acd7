/* Excuses by hand: each is a touch, obligation.excused, as any other: it tells who and why, stands
 * in the history for good, and a replay knows it. So it cannot be taken back; a page that lets
 * people undo waits before it sends. What has been decided is not excused any more (rule 21).
 * Where the Code says that excuses need a second person, it is only asked for
 * (excuse_request_api.c). */
#include "feature/ledger/excuse_api.h"

#include "feature/ledger/excuse_request.h"
#include "feature/ledger/excuse_touch.h"
#include "feature/ledger/ledger_json.h"

struct excuse {
    int64_t ids[EXCUSE_MOST];
    size_t count;
    struct text reason;
};

enum err excuse_prepare(struct request *r, struct err_info *info)
{
    struct excuse *excuse = ARENA_NEW(request_arena(r), struct excuse);
    excuse->reason = text_trim(request_text(r, "reason"));
    if (excuse->reason.len < EXCUSE_REASON_LEAST) {
        return err_field(info, ERR_INVALID, "reason",
                         "Say why, in a few words: it stays in the history.");
    }
    const struct json *list = request_json(r, "ids");
    for (const struct json *id = list->first; id; id = id->next) {
        if (id->type != JSON_TEXT || excuse->count == EXCUSE_MOST ||
            !id_parse(id->text, "obl", &excuse->ids[excuse->count++])) {
            return err_field(info, ERR_INVALID, "ids", "ids must be 1 to %d ids of obligations.",
                             (int)EXCUSE_MOST);
        }
    }
    request_keep(r, excuse);
    return ERR_NONE;
}

static enum err excuse_one(const struct excusing *x, int64_t id, struct text reason,
                           enum outcome *ret, const char **ret_done, struct err_info *info)
{
    struct ledger_row row;
    enum err e = excuse_find(x, id, &row, ret, info);
    if (e || *ret != OUTCOME_DONE) {
        return e;
    }
    bool asks = excuse_needs_second(keeper_book(x->keeper), row.promise, x->now_us);
    *ret_done = asks ? "asked" : "excused";
    return asks ? excuse_ask(x, &row, reason, ret, info)
                : excuse_now(x, &row, reason, (struct text){0}, ret, info);
}

enum err excuse_write(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    const struct excuse *excuse = request_kept(r);
    const struct excusing x = excusing_of(r, db);
    struct json_writer w = reply_json(reply, 200);
    request_changed_nothing(r); /* unless one is excused, or asked for */
    enum err e = excuse_close_decided(&x, info);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < excuse->count && !e; i++) {
        enum outcome outcome = OUTCOME_NOT_THERE;
        const char *done = "excused";
        e = excuse_one(&x, excuse->ids[i], excuse->reason, &outcome, &done, info);
        excuse_outcome_write(&w, r, "obl", excuse->ids[i], outcome, done);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return e;
}
