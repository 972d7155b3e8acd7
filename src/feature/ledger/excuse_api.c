/* Excuses by hand: each is a touch, obligation.excused, as any other: it tells who and why, stands
 * in the history for good, and a replay knows it. So it cannot be taken back; a page that lets
 * people undo waits before it sends. What has been decided is not excused any more (rule 21). */
#include "feature/ledger/excuse_api.h"

#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_json.h"
#include "store/sharing.h"

#include <inttypes.h>

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

enum outcome { EXCUSED, NOT_THERE, DECIDED, UNKNOWN_PROMISE };
static const char *const reasons[] = {
    NULL, "There is no such obligation.",
    "It has been decided: only open and paused ones can be excused.",
    "The Code in force has no such promise any more."};

struct excusing {
    struct request *request;
    struct keeper *keeper;
    struct database *db;
    int64_t now_us;
};

/* Under the key under which the promise is kept. */
static enum outcome make_touch(const struct excusing *x, const struct ledger_row *row,
                               struct text reason, struct touch *ret)
{
    size_t number, lane;
    const struct plan *plan = book_plan(keeper_book(x->keeper));
    if (!plan_find_promise(plan, row->promise, &number, &lane)) {
        return UNKNOWN_PROMISE;
    }
    struct arena *arena = request_arena(x->request);
    struct key key = plan_lane_key(plan, lane);
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, 4);
    size_t count = 0;
    attributes[count++] =
        (struct attribute){TEXT("promise"), {.type = VALUE_TEXT, .text = row->promise}};
    attributes[count++] =
        (struct attribute){TEXT("opening"), {.type = VALUE_TEXT, .text = row->opening_id}};
    attributes[count++] = (struct attribute){TEXT("reason"), {.type = VALUE_TEXT, .text = reason}};
    if (key.kind == KEY_ATTRIBUTE) {
        attributes[count++] =
            (struct attribute){key.attribute, {.type = VALUE_TEXT, .text = row->key}};
    }
    *ret = (struct touch){
        .source = TEXT("console"),
        .id = arena_printf(arena, "excuse-%" PRId64, keeper_next_id(x->keeper)),
        .event = TEXT("obligation.excused"),
        .occurred_us = x->now_us,
        .thread = key.kind == KEY_THREAD ? row->key : (struct text){0},
        .customer = key.kind == KEY_CUSTOMER ? row->key : (struct text){0},
        .actor = ACTOR_STAFF,
        .person = arena_text(arena, request_identity(x->request)->name),
        .attributes = attributes,
        .attribute_count = count,
    };
    return EXCUSED;
}

struct noted {
    enum state state;
    struct text promise, reason;
};

static void write_noted(struct json_writer *w, const void *thing)
{
    const struct noted *n = thing;
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, n->promise);
    json_key(w, "state");
    json_str(w, state_name(n->state));
    if (n->reason.len) {
        json_key(w, "reason");
        json_text(w, n->reason);
    }
    json_object_end(w);
}

static enum err excuse_one(const struct excusing *x, int64_t id, struct text reason,
                           enum outcome *ret, struct err_info *info)
{
    struct ledger_row row;
    enum err e = ledger_row_find(x->db, id, request_arena(x->request), &row, info);
    if (e == ERR_NOT_FOUND || (!e && !identity_sees_team(request_identity(x->request), row.team))) {
        *ret = NOT_THERE;
        return ERR_NONE;
    }
    struct touch touch;
    if (!e) {
        *ret = row.state > STATE_PAUSED ? DECIDED : make_touch(x, &row, reason, &touch);
    }
    if (e || *ret != EXCUSED) {
        return e;
    }
    static const struct noun noun = {"obl", write_noted};
    const struct noted before = {.state = row.state, .promise = row.promise};
    struct taking taking = {0};
    e = keeper_take(x->keeper, x->db, &touch, 1, x->now_us, &taking, info);
    e = e ? e : ledger_row_find(x->db, id, request_arena(x->request), &row, info);
    if (!e && row.state != STATE_EXCUSED) {
        *ret = DECIDED; /* its due had come, and the clock decided it first */
    } else if (!e) {
        const struct noted after = {row.state, row.promise, reason};
        request_changed_thing(x->request, &noun, "obligation.excused", id, &before, &after);
    }
    return e;
}

static void write_outcome(struct json_writer *w, int64_t id, enum outcome outcome)
{
    char words[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(id, "obl", words));
    json_key(w, "result");
    json_str(w, outcome == EXCUSED ? "excused" : "refused");
    json_key(w, "reason");
    if (reasons[outcome]) {
        json_str(w, reasons[outcome]);
    } else {
        json_null(w);
    }
    json_object_end(w);
}

enum err excuse_write(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    const struct excuse *excuse = request_kept(r);
    const struct excusing x = {r, ledger_keeper(request_self(r)), db, database_now(db)};
    struct json_writer w = reply_json(reply, 200);
    enum err e = ERR_NONE;
    request_changed_nothing(r); /* unless one is excused */
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < excuse->count && !e; i++) {
        enum outcome outcome = NOT_THERE;
        e = excuse_one(&x, excuse->ids[i], excuse->reason, &outcome, info);
        write_outcome(&w, excuse->ids[i], outcome);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return e;
}
