#include "feature/ledger/excuse_touch.h"

#include "base/id.h"
#include "feature/ledger/ledger.h"
#include "store/sharing.h"
#include "words/said.h"

#include <inttypes.h>

struct excusing excusing_of(struct request *r, struct database *db)
{
    return (struct excusing){r, ledger_keeper(request_self(r)), db, database_now(db)};
}

/* Any form of the promise may say so: the next one binds those who excuse under this one, too. */
bool excuse_needs_second(const struct book *book, struct text promise, int64_t now_us)
{
    const struct version *version = book_current(book, now_us);
    bool needs = version && version->code->second_person;
    for (size_t i = 0; version && i < version->code->promise_count && !needs; i++) {
        const struct promise *p = &version->code->promises[i];
        needs = p->second_person && text_eq(p->name, promise);
    }
    return needs;
}

enum err excuse_find(const struct excusing *x, int64_t id, struct ledger_row *ret,
                     enum outcome *ret_outcome, struct err_info *info)
{
    enum err e = ledger_row_find(x->db, id, request_arena(x->request), ret, info);
    if (e == ERR_NOT_FOUND ||
        (!e && !identity_sees_team(request_identity(x->request), ret->team))) {
        *ret_outcome = OUTCOME_NOT_THERE;
        return ERR_NONE;
    }
    *ret_outcome = !e && ret->state > STATE_PAUSED ? OUTCOME_DECIDED : OUTCOME_DONE;
    return e;
}

/* Under the key under which the promise is kept. */
static enum outcome make_touch(const struct excusing *x, const struct ledger_row *row,
                               struct text reason, struct text asked_by, struct touch *ret)
{
    size_t number, lane;
    const struct plan *plan = book_plan(keeper_book(x->keeper));
    if (!plan_find_promise(plan, row->promise, &number, &lane)) {
        return OUTCOME_UNKNOWN_PROMISE;
    }
    struct arena *arena = request_arena(x->request);
    struct key key = plan_lane_key(plan, lane);
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, 5);
    size_t count = 0;
    attributes[count++] =
        (struct attribute){TEXT("promise"), {.type = VALUE_TEXT, .text = row->promise}};
    attributes[count++] =
        (struct attribute){TEXT("opening"), {.type = VALUE_TEXT, .text = row->opening_id}};
    attributes[count++] = (struct attribute){TEXT("reason"), {.type = VALUE_TEXT, .text = reason}};
    if (asked_by.len) {
        attributes[count++] =
            (struct attribute){TEXT("asked-by"), {.type = VALUE_TEXT, .text = asked_by}};
    }
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
        .team = row->team, /* a restricted one's reasons are its own */
        .attributes = attributes,
        .attribute_count = count,
    };
    return OUTCOME_DONE;
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

enum err excuse_now(const struct excusing *x, struct ledger_row *row, struct text reason,
                    struct text asked_by, enum outcome *ret, struct err_info *info)
{
    struct touch touch;
    *ret = make_touch(x, row, reason, asked_by, &touch);
    if (*ret != OUTCOME_DONE) {
        return ERR_NONE;
    }
    static const struct noun noun = {"obl", write_noted};
    const struct noted before = {.state = row->state, .promise = row->promise};
    struct taking taking = {0};
    enum err e = keeper_take(x->keeper, x->db, &touch, 1, x->now_us, &taking, info);
    e = e ? e : ledger_row_find(x->db, row->id, request_arena(x->request), row, info);
    if (!e && row->state != STATE_EXCUSED) {
        *ret = OUTCOME_DECIDED; /* its due had come, and the clock decided it first */
    } else if (!e) {
        const struct noted after = {row->state, row->promise, reason};
        request_changed_thing(x->request, &noun, "obligation.excused", row->id, &before, &after);
    }
    return e;
}

static const char *const reasons[] = {
    [OUTCOME_NOT_THERE] = "There is no such obligation.",
    [OUTCOME_DECIDED] = "It has been decided: only open and paused ones can be excused.",
    [OUTCOME_UNKNOWN_PROMISE] = "The Code in force has no such promise any more.",
    [OUTCOME_WAITS] = "It waits for a second person already.",
    [OUTCOME_OWN] = "You asked for it: another person has to confirm it.",
    [OUTCOME_NOT_OWN] = "Somebody else asked for it: decline it instead.",
    [OUTCOME_ANSWERED] = "It waits no more: somebody has answered it.",
    [OUTCOME_NO_REQUEST] = "There is no such request.",
};

void excuse_outcome_write(struct json_writer *w, const struct request *r, const char *prefix,
                          int64_t id, enum outcome outcome, const char *done)
{
    char words[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(id, prefix, words));
    json_key(w, "result");
    json_str(w, outcome == OUTCOME_DONE ? done : "refused");
    json_key(w, "reason");
    if (outcome == OUTCOME_DONE) {
        json_null(w);
    } else {
        say_json(w, request_language(r), text_of(reasons[outcome]));
    }
    json_object_end(w);
}
