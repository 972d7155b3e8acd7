/* Every route of the ledger and every statement behind them, as tables. */
#include "feature/ledger/excuse_api.h"
#include "feature/ledger/excuse_request.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/obligation_question.h"

/* -- statements; those of lists of obligations stand in obligation_walk.c -- */

const struct statement ledger_api_list[LEDGER_STATEMENTS] = {
    [TOUCH_BY_ID] = {"touch_by_id", "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE id = $1",
                     NULL},
    [TOUCH_BY_SENDER] = {"touch_by_sender",
                         "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE source = $1 AND "
                         "external_id = $2",
                         NULL},
    [TOUCH_BY_SENDER_AT_HOME] = {"touch_by_sender_at_home",
                                 "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE source = $1 AND "
                                 "external_id = $2 AND home_id = $3",
                                 NULL},
    [TOUCH_OF_THREAD_AFTER] =
        {"touch_of_thread_after",
         "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE thread = $1 AND "
         "home_id = $2 AND (occurred_us, id) > ($3, $4) ORDER BY occurred_us, id LIMIT $5",
         NULL},
    [ENTRY_AFTER] = {"obligation_entry_after",
                     "SELECT " ENTRY_ROW_COLUMNS " FROM obligation_entry WHERE id > $1 ORDER BY "
                     "id LIMIT $2",
                     NULL},
    [ENTRY_OF_NODE_AFTER] = {"obligation_entry_of_node_after",
                             "SELECT id FROM obligation_entry WHERE ((id >> 12) & 1023) = $1 AND "
                             "id > $2 ORDER BY id LIMIT 1",
                             NULL},
};
const struct statement_table ledger_api_statements = {ledger_api_list, LEDGER_STATEMENTS};

/* -- fields -- */

static const char *const touch_types[] = {"application/json", "application/cloudevents+json",
                                          "application/cloudevents-batch+json",
                                          "application/x-ndjson", NULL};
static const char *const topics[] = {"all", "warnings", "verdicts", NULL};

#define FIELD_AFTER                                                \
    {                                                              \
        .name = "after", .place = FIELD_QUERY, .type = FIELD_TEXT, \
        .doc = "next of the page before: goes on behind it."       \
    }
#define FIELD_LIMIT                                                               \
    {                                                                             \
        .name = "limit", .place = FIELD_QUERY, .type = FIELD_INTEGER, .least = 1, \
        .most = LIST_MOST, .doc = "How many at most; 50 unless given."            \
    }

static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "Its id."},
};
static const struct field thread_list_fields[] = {
    {.name = "key",
     .place = FIELD_PATH,
     .type = FIELD_TEXT,
     .required = true,
     .doc = "The thread, as the sender calls it."},
    FIELD_AFTER,
    FIELD_LIMIT,
};
static const struct field list_fields[] = {
    QUESTION_FIELDS,
    FIELD_AFTER,
    FIELD_LIMIT,
};
static const struct field stream_fields[] = {
    {.name = "topic",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = topics,
     .doc = "all unless given."},
    {.name = "key", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only of this key."},
    {.name = "last_event_id",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "Where the header Last-Event-ID cannot be sent: goes on behind it."},
};

static const struct field line_fields[] = {
    {.name = "line", .type = FIELD_INTEGER, .required = true, .doc = "From 1; empty ones aside."},
    {.name = "result", .type = FIELD_TEXT, .required = true, .doc = "taken, again or refused."},
    {.name = "id", .type = FIELD_TEXT, .doc = "Of the touch, where it was taken."},
    {.name = "reason", .type = FIELD_TEXT, .doc = "Why it was refused."},
    {.name = "field", .type = FIELD_TEXT, .doc = "Which field it was refused for."},
};
static const struct shape line_shape = {"TouchLine", line_fields, 5};
static const struct field taken_fields[] = {
    {.name = "result", .type = FIELD_TEXT, .doc = "Of a single touch: taken or again."},
    {.name = "id", .type = FIELD_TEXT, .doc = "Of a single touch that was taken."},
    {.name = "taken", .type = FIELD_INTEGER, .doc = "Of a batch: how many were new."},
    {.name = "again", .type = FIELD_INTEGER, .doc = "Of a batch: how many were known."},
    {.name = "refused", .type = FIELD_INTEGER, .doc = "Of a batch; any makes the status 207."},
    {.name = "lines", .type = FIELD_ARRAY, .shape = &line_shape, .doc = "Of a batch."},
};
static const struct shape taken = {"TouchesTaken", taken_fields, 6};

static const struct field count_fields[] = {
    {.name = "count", .type = FIELD_INTEGER, .required = true, .doc = "Of all states together."},
    {.name = "at_least",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "There are more: the search gave up."},
    {.name = "open", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "paused", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "kept", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "broken", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "excused", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
    {.name = "void", .type = FIELD_INTEGER, .required = true, .doc = "How many."},
};
static const struct shape count_shape = {"ObligationCount", count_fields, 8};

static const struct field excuse_fields[] = {
    {.name = "ids",
     .place = FIELD_BODY,
     .type = FIELD_ARRAY,
     .required = true,
     .least = 1,
     .most = EXCUSE_MOST,
     .doc = "Of open or paused obligations."},
    {.name = "reason",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = EXCUSE_REASON_LEAST,
     .most = EXCUSE_REASON_MOST,
     .doc = "Why; it stays in the history."},
};
static const struct field excused_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "obl_…"},
    {.name = "result", .type = FIELD_TEXT, .required = true, .doc = "excused, asked or refused."},
    {.name = "reason", .type = FIELD_TEXT, .doc = "Why it was refused."},
};
static const struct shape excused_shape = {"ExcuseResult", excused_fields, 3};

#define FIELD_REQUESTS                                                                         \
    {                                                                                          \
        .name = "ids", .place = FIELD_BODY, .type = FIELD_ARRAY, .required = true, .least = 1, \
        .most = EXCUSE_MOST, .doc = "Of requests that wait."                                   \
    }
static const struct field request_list_fields[] = {
    FIELD_AFTER,
    FIELD_LIMIT,
    {.name = "mine",
     .place = FIELD_QUERY,
     .type = FIELD_BOOLEAN,
     .doc = "Those that you asked for instead, whatever became of them, the latest first."},
};
static const struct field answer_fields[] = {
    FIELD_REQUESTS,
    {.name = "reason",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = EXCUSE_REASON_LEAST,
     .most = EXCUSE_REASON_MOST,
     .doc = "Why not; it stays with the obligation."},
};
static const struct field answered_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "exc_…"},
    {.name = "result",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "excused, declined, withdrawn, or refused."},
    {.name = "reason", .type = FIELD_TEXT, .doc = "Why it was refused."},
};
static const struct shape answered_shape = {"ExcuseAnswer", answered_fields, 3};
#define ANSWER_ROUTE(name, words, count, handler)                                                 \
    {                                                                                             \
        .method = METHOD_POST, .path = "/api/v1/excuses/" name, .scope = "ledger:excuse",         \
        .summary = (words), .kind = ROUTE_WRITE, .fields = answer_fields, .field_count = (count), \
        .body = BODY_FIELDS, .reply = &answered_shape, .reply_list = true,                        \
        .prepare = excuse_answer_prepare, .handle = (handler)                                     \
    }

/* -- routes -- */

const struct route ledger_routes[LEDGER_ROUTES] = {
    {.method = METHOD_POST,
     .path = "/api/v1/touches",
     .scope = "touch:write",
     .summary = "Take a touch, or up to 10,000: JSON, CloudEvents or NDJSON. Sending one again "
                "under its source and id changes nothing.",
     .kind = ROUTE_WRITE,
     .body = BODY_RAW,
     .body_most = 16 << 20,
     .body_types = touch_types,
     .reply = &taken,
     .reply_code = 201,
     .unnoted = "touches are a record of their own",
     .gathers = true,
     .prepare = touches_prepare,
     .handle = touches_gather,
     .answer = touches_answer},
    {.method = METHOD_GET,
     .path = "/api/v1/touches/{id}",
     .scope = "ledger:read",
     .summary = "One touch.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &touch_record_shape,
     .handle = touch_get},
    {.method = METHOD_GET,
     .path = "/api/v1/threads/{key}/touches",
     .scope = "ledger:read",
     .summary = "The touches of a thread, as they occurred.",
     .kind = ROUTE_READ,
     .fields = thread_list_fields,
     .field_count = 3,
     .reply = &touch_record_shape,
     .reply_list = true,
     .handle = thread_touches},
    {.method = METHOD_GET,
     .path = "/api/v1/obligations",
     .scope = "ledger:read",
     .summary = "Obligations, by any of their filters together. A search that meets few looks at "
                "some 20,000 and comes back short, with next to go on (searched_until: how far).",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = QUESTION_FIELD_COUNT + 2,
     .reply = &obligation_shape,
     .reply_list = true,
     .handle = obligation_list},
    {.method = METHOD_GET,
     .path = "/api/v1/obligations/count",
     .scope = "ledger:read",
     .summary = "How many obligations the same filters are about, by state.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = QUESTION_FIELD_COUNT,
     .reply = &count_shape,
     .handle = obligation_count},
    {.method = METHOD_POST,
     .path = "/api/v1/obligations/excuse",
     .scope = "ledger:excuse",
     .summary = "Excuse open or paused obligations, with a reason: a touch obligation.excused for "
                "each, which stays in the history. Where the Code says that excuses need a second "
                "person, it is asked for instead, and excuses nothing until somebody confirms it.",
     .kind = ROUTE_WRITE,
     .fields = excuse_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &excused_shape,
     .reply_list = true,
     .prepare = excuse_prepare,
     .handle = excuse_write},
    {.method = METHOD_GET,
     .path = "/api/v1/obligations/{id}",
     .scope = "ledger:read",
     .summary = "One obligation, with its history and the touches behind it.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &obligation_shape,
     .handle = obligation_get},
    {.method = METHOD_GET,
     .path = "/api/v1/excuses",
     .scope = "ledger:read",
     .summary = "Excuses that wait for a second person, the oldest first.",
     .kind = ROUTE_READ,
     .fields = request_list_fields,
     .field_count = 3,
     .reply = &excuse_waiting_shape,
     .reply_list = true,
     .handle = excuse_list},
    ANSWER_ROUTE("confirm", "Excuse what another person asked for.", 1, excuse_confirm),
    ANSWER_ROUTE("decline", "Decline what another person asked for, with a reason.", 2,
                 excuse_decline),
    ANSWER_ROUTE("withdraw", "Withdraw what you asked for.", 1, excuse_withdraw),
    {.method = METHOD_GET,
     .path = "/api/v1/events",
     .scope = "events:read",
     .summary = "What happens to obligations, live (server-sent events), resumable by "
                "Last-Event-ID.",
     .kind = ROUTE_STREAM,
     .fields = stream_fields,
     .field_count = 3,
     .open = events_open},
};
