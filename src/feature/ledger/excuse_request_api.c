#include "feature/ledger/excuse_request.h"

#include "base/id.h"
#include "feature/ledger/excuse_api.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"

#include <stdlib.h>

enum { CLOSED_AT_ONCE = 50 };

static const struct field request_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "exc_…"},
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "waiting, confirmed, declined, withdrawn, or closed: it was decided before."},
    {.name = "reason", .type = FIELD_TEXT, .required = true, .doc = "Why to excuse it."},
    {.name = "asked_by", .type = FIELD_TEXT, .required = true, .doc = "Who asked."},
    {.name = "asked", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "mine", .type = FIELD_BOOLEAN, .required = true, .doc = "It was you who asked."},
    {.name = "answer", .type = FIELD_TEXT, .doc = "Why it was declined."},
    {.name = "answered_by", .type = FIELD_TEXT, .doc = "Who confirmed or declined it."},
    {.name = "answered", .type = FIELD_MOMENT, .doc = "When."},
    {.name = "obligation",
     .type = FIELD_OBJECT,
     .shape = &obligation_shape,
     .doc = "Which; in the list only."},
};
const struct shape excuse_request_shape = {"ExcuseRequest", request_fields, 9};
const struct shape excuse_waiting_shape = {"ExcuseWaiting", request_fields, 10};

/* -- who -- */

static int64_t principal(const struct identity *who)
{
    return who->kind == IDENTITY_STAFF ? who->staff_id : who->id;
}

static bool is_asker(const struct identity *who, const struct excuse_row *row)
{
    return row->asker_kind == who->kind && row->asker_id == principal(who);
}

/* The one behind it: a person, a token that no person made, or a command. */
struct principal {
    enum identity_kind kind;
    int64_t id;
    struct text name, maker; /* maker: only a name is known of who made the token */
};

static enum err find_behind(const struct excusing *x, enum identity_kind kind, int64_t id,
                            struct text name, struct principal *ret, struct err_info *info)
{
    *ret = (struct principal){.kind = kind, .id = id, .name = name};
    if (kind != IDENTITY_TOKEN) {
        return ERR_NONE;
    }
    struct excuse_maker maker;
    enum err e = excuse_token_maker(x->db, id, request_arena(x->request), &maker, info);
    if (maker.kind) {
        ret->kind = maker.kind;
        ret->id = maker.id;
    } else {
        ret->maker = maker.name;
    }
    return e;
}

/* Whoever made a token is not another person than it, nor is another token of theirs. */
static enum err is_same_person(const struct excusing *x, const struct excuse_row *row, bool *ret,
                               struct err_info *info)
{
    const struct identity *who = request_identity(x->request);
    struct principal a, b;
    enum err e = find_behind(x, row->asker_kind, row->asker_id, row->asked_by, &a, info);
    e = e ? e : find_behind(x, who->kind, principal(who), who->name, &b, info);
    if (!e) {
        *ret = (a.kind == b.kind && a.id == b.id) || (a.maker.len && text_eq(a.maker, b.name)) ||
               (b.maker.len && text_eq(b.maker, a.name));
    }
    return e;
}

/* -- telling -- */

static void write_moment(struct json_writer *w, const char *name, int64_t us)
{
    json_key(w, name);
    json_moment(w, us);
}

static void write_text(struct json_writer *w, const char *name, struct text t)
{
    json_key(w, name);
    if (t.len) {
        json_text(w, t);
    } else {
        json_null(w);
    }
}

/* As it stands for people: what waits for an obligation that is decided is closed. */
static enum excuse_state shown_state(const struct excuse_row *row, const struct ledger_row *about)
{
    bool in_vain = row->state == EXCUSE_WAITING && about->state > STATE_PAUSED;
    return in_vain ? EXCUSE_CLOSED : row->state;
}

static void write_members(struct json_writer *w, const struct request *r,
                          const struct excuse_row *row, enum excuse_state state)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(row->id, "exc", id));
    json_key(w, "state");
    json_str(w, excuse_state_name(state));
    write_text(w, "reason", row->reason);
    write_text(w, "asked_by", row->asked_by);
    write_moment(w, "asked", row->asked_us);
    json_key(w, "mine");
    json_bool(w, is_asker(request_identity(r), row));
    write_text(w, "answer", row->answer);
    write_text(w, "answered_by", row->answered_by);
    write_moment(w, "answered", row->answered_us);
}

enum err excuse_members(struct request *r, struct database *db, struct json_writer *w,
                        const struct ledger_row *row, struct err_info *info)
{
    struct excuse_rows rows;
    enum err e = excuse_row_of(db, row->id, request_arena(r), &rows, info);
    json_key(w, "excuses");
    json_array_begin(w);
    for (size_t i = 0; i < rows.count && !e; i++) {
        json_object_begin(w);
        write_members(w, r, &rows.list[i], shown_state(&rows.list[i], row));
        json_object_end(w);
    }
    json_array_end(w);
    return e;
}

/* A request with its obligation, where they may know of it; in the list of those that wait, as long
 * as it does. */
static enum err write_listed(struct request *r, struct database *db, struct json_writer *w,
                             const struct excuse_row *row, bool only_waiting, struct err_info *info)
{
    struct ledger_row about;
    enum err e = ledger_row_find(db, row->obligation_id, request_arena(r), &about, info);
    if (e) {
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    enum excuse_state state = shown_state(row, &about);
    if ((only_waiting && state != EXCUSE_WAITING) ||
        !identity_sees_team(request_identity(r), about.team)) {
        return ERR_NONE;
    }
    json_object_begin(w);
    write_members(w, r, row, state);
    json_key(w, "obligation");
    obligation_to_json(w, &about);
    json_object_end(w);
    request_reads_team(r, "obligations.listed", about.team, about.team);
    return ERR_NONE;
}

/* Those that wait begin with the oldest, one's own with the latest. */
static enum err read_listed(struct request *r, struct database *db, size_t most,
                            struct excuse_rows *ret, struct err_info *info)
{
    const struct identity *who = request_identity(r);
    struct arena *arena = request_arena(r);
    bool mine = request_bool(r, "mine", false), goes_on = request_has(r, "after");
    int64_t after = 0;
    if (goes_on && !id_parse(request_text(r, "after"), "exc", &after)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    return mine ? excuse_row_asked(db, who->kind, principal(who), goes_on ? after : INT64_MAX, most,
                                   arena, ret, info)
                : excuse_row_waiting(db, after, most, arena, ret, info);
}

enum err excuse_list(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    size_t most = (size_t)request_int(r, "limit", LIST_USUAL);
    struct excuse_rows rows = {0};
    enum err e = read_listed(r, db, most, &rows, info);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < rows.count && !e; i++) {
        e = write_listed(r, db, &w, &rows.list[i], !request_bool(r, "mine", false), info);
    }
    json_array_end(&w);
    json_key(&w, "next");
    char id[ID_TEXT_SIZE];
    if (!e && rows.count > 0 && rows.count == most) {
        json_str(&w, id_format(rows.list[rows.count - 1].id, "exc", id));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return e;
}

/* -- the audit trail and the event stream -- */

static void write_noted(struct json_writer *w, const void *thing)
{
    const struct excuse_row *row = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "obligation");
    json_str(w, id_format(row->obligation_id, "obl", id));
    json_key(w, "state");
    json_str(w, excuse_state_name(row->state));
    write_text(w, "asked_by", row->asked_by);
    write_text(w, "reason", row->reason);
    if (row->answer.len) {
        write_text(w, "answer", row->answer);
    }
    json_object_end(w);
}

static void note(const struct excusing *x, const char *action, const struct excuse_row *before,
                 const struct excuse_row *after, const struct ledger_row *about)
{
    static const struct noun noun = {"exc", write_noted};
    request_changed_thing(x->request, &noun, action, after->id, before, after);
    ledger_tell_excuse(request_self(x->request), about);
}

/* -- asking -- */

enum err excuse_ask(const struct excusing *x, const struct ledger_row *row, struct text reason,
                    enum outcome *ret, struct err_info *info)
{
    const struct identity *who = request_identity(x->request);
    const struct excuse_row asked = {
        .id = keeper_next_id(x->keeper),
        .obligation_id = row->id,
        .reason = reason,
        .asked_us = x->now_us,
        .asked_by = who->name,
        .asker_kind = who->kind,
        .asker_id = principal(who),
        .answered_us = MOMENT_NEVER,
        .change_id = keeper_next_id(x->keeper),
    };
    bool added = false;
    enum err e = excuse_row_add(x->db, &asked, &added, info);
    *ret = added ? OUTCOME_DONE : OUTCOME_WAITS;
    if (added) {
        note(x, "excuse.asked", NULL, &asked, row);
    }
    return e;
}

enum err excuse_close_decided(const struct excusing *x, struct err_info *info)
{
    struct arena *arena = request_arena(x->request);
    struct excuse_rows rows;
    enum err e = excuse_row_waiting(x->db, 0, CLOSED_AT_ONCE, arena, &rows, info);
    for (size_t i = 0; i < rows.count && !e; i++) {
        struct excuse_row row = rows.list[i];
        struct ledger_row about = {.state = STATE_VOID};
        e = ledger_row_find(x->db, row.obligation_id, arena, &about, info);
        e = e == ERR_NOT_FOUND ? ERR_NONE : e;
        bool done;
        row.state = EXCUSE_CLOSED;
        row.answered_us = x->now_us;
        if (!e && about.state > STATE_PAUSED) {
            row.change_id = keeper_next_id(x->keeper);
            e = excuse_row_answer(x->db, &row, EXCUSE_WAITING, &done, info);
        }
    }
    return e;
}

/* -- answering -- */

struct answer {
    int64_t ids[EXCUSE_MOST];
    size_t count;
    struct text reason;
};

enum err excuse_answer_prepare(struct request *r, struct err_info *info)
{
    struct answer *answer = ARENA_NEW(request_arena(r), struct answer);
    const struct json *list = request_json(r, "ids");
    for (const struct json *id = list->first; id; id = id->next) {
        if (id->type != JSON_TEXT || answer->count == EXCUSE_MOST ||
            !id_parse(id->text, "exc", &answer->ids[answer->count++])) {
            return err_field(info, ERR_INVALID, "ids", "ids must be 1 to %d ids of requests.",
                             (int)EXCUSE_MOST);
        }
    }
    request_keep(r, answer);
    return ERR_NONE;
}

/* What the answer is about, as far as it may be given. */
static enum err look(const struct excusing *x, int64_t id, enum excuse_state to,
                     struct excuse_row *row, struct ledger_row *about, enum outcome *ret,
                     struct err_info *info)
{
    enum err e = excuse_row_find(x->db, id, request_arena(x->request), row, info);
    if (e) {
        *ret = OUTCOME_NO_REQUEST;
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    e = excuse_find(x, row->obligation_id, about, ret, info);
    if (e || *ret == OUTCOME_NOT_THERE) {
        *ret = OUTCOME_NO_REQUEST; /* nor is it theirs to know of */
        return e;
    }
    bool same = false;
    e = is_same_person(x, row, &same, info);
    if (row->state != EXCUSE_WAITING) {
        *ret = OUTCOME_ANSWERED;
    } else if (to == EXCUSE_WITHDRAWN && !is_asker(request_identity(x->request), row)) {
        *ret = OUTCOME_NOT_OWN;
    } else if (to != EXCUSE_WITHDRAWN && same) {
        *ret = OUTCOME_OWN;
    }
    return e;
}

static const char *const actions[EXCUSE_STATES] = {
    [EXCUSE_CONFIRMED] = "excuse.confirmed",
    [EXCUSE_DECLINED] = "excuse.declined",
    [EXCUSE_WITHDRAWN] = "excuse.withdrawn",
    [EXCUSE_CLOSED] = "excuse.closed",
};

/* As it becomes by this answer; WAITING takes the answer back. */
static struct excuse_row answered(const struct excusing *x, const struct excuse_row *before,
                                  enum excuse_state state, struct text why)
{
    struct excuse_row row = *before;
    bool by_hand = state != EXCUSE_CLOSED && state != EXCUSE_WAITING;
    row.state = state;
    row.answer = by_hand ? why : (struct text){0};
    row.answered_by = by_hand ? request_identity(x->request)->name : (struct text){0};
    row.answered_us = state == EXCUSE_WAITING ? MOMENT_NEVER : x->now_us;
    row.change_id = keeper_next_id(x->keeper);
    return row;
}

/* One of those that are answered together. */
struct item {
    int64_t id;
    size_t place; /* in the question */
    enum outcome outcome;
    bool claimed;
    struct excuse_row before, row;
    struct ledger_row about;
};

static int by_id(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = (x->id > y->id) - (x->id < y->id);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static int by_place(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

static enum err claim(const struct excusing *x, struct item *item, enum excuse_state to,
                      struct text why, struct err_info *info)
{
    enum err e = look(x, item->id, to, &item->before, &item->about, &item->outcome, info);
    bool in_vain = !e && item->outcome == OUTCOME_DECIDED;
    if (e || (item->outcome != OUTCOME_DONE && !in_vain)) {
        return e;
    }
    item->row = answered(x, &item->before, in_vain ? EXCUSE_CLOSED : to, why);
    e = excuse_row_answer(x->db, &item->row, EXCUSE_WAITING, &item->claimed, info);
    if (!item->claimed) {
        item->outcome = OUTCOME_ANSWERED;
    }
    return e;
}

static enum err carry_out(const struct excusing *x, struct item *item, struct err_info *info)
{
    struct excuse_row *row = &item->row;
    enum err e = ERR_NONE;
    if (row->state == EXCUSE_CONFIRMED) {
        e = excuse_now(x, &item->about, row->reason, row->asked_by, &item->outcome, info);
        bool decided = item->outcome == OUTCOME_DECIDED; /* its due had come */
        if (!e && item->outcome != OUTCOME_DONE) {
            bool done;
            *row =
                answered(x, &item->before, decided ? EXCUSE_CLOSED : EXCUSE_WAITING, row->answer);
            e = excuse_row_answer(x->db, row, EXCUSE_CONFIRMED, &done, info);
        }
    }
    if (!e && row->state != EXCUSE_WAITING) {
        note(x, actions[row->state], &item->before, row, &item->about);
    }
    return e;
}

/* All are answered before the first is excused, in the order of their ids: of two who do it at
 * once at two servers one waits for the other, and finds them answered. */
static enum err answer_items(const struct excusing *x, struct item *items, size_t count,
                             enum excuse_state to, struct text why, struct err_info *info)
{
    enum err e = ERR_NONE;
    qsort(items, count, sizeof(*items), by_id);
    for (size_t i = 0; i < count && !e; i++) {
        e = claim(x, &items[i], to, why, info);
    }
    qsort(items, count, sizeof(*items), by_place);
    for (size_t i = 0; i < count && !e; i++) {
        e = items[i].claimed ? carry_out(x, &items[i], info) : ERR_NONE;
    }
    return e;
}

static enum err answer_all(struct request *r, struct database *db, struct reply *reply,
                           enum excuse_state to, const char *done, struct text why,
                           struct err_info *info)
{
    const struct answer *answer = request_kept(r);
    const struct excusing x = excusing_of(r, db);
    struct item *items = ARENA_ARRAY(request_arena(r), struct item, answer->count);
    for (size_t i = 0; i < answer->count; i++) {
        items[i] = (struct item){.id = answer->ids[i], .place = i, .outcome = OUTCOME_NO_REQUEST};
    }
    request_changed_nothing(r); /* unless one is answered */
    enum err e = answer_items(&x, items, answer->count, to, why, info);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < answer->count && !e; i++) {
        excuse_outcome_write(&w, r, "exc", items[i].id, items[i].outcome, done);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return e;
}

enum err excuse_confirm(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    return answer_all(r, db, reply, EXCUSE_CONFIRMED, "excused", (struct text){0}, info);
}

enum err excuse_decline(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct text why = text_trim(request_text(r, "reason"));
    if (why.len < EXCUSE_REASON_LEAST) {
        return err_field(info, ERR_INVALID, "reason",
                         "Say why, in a few words: it stays in the history.");
    }
    return answer_all(r, db, reply, EXCUSE_DECLINED, "declined", why, info);
}

enum err excuse_withdraw(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    return answer_all(r, db, reply, EXCUSE_WITHDRAWN, "withdrawn", (struct text){0}, info);
}
