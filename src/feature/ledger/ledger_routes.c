/* Every route of the ledger and every statement behind them, as tables. */
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"

/* -- statements: each list is covered by an index of schema/0001_ledger.sql -- */

#define LIST_OF(condition)                                                                 \
    "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE " condition " AND id > $1 ORDER " \
    "BY id LIMIT $2"
/* The condition of the index is repeated, so that it is recognised. */
#define LIST_OF_RARE(number) LIST_OF("state IN (1, 3, 4, 5) AND state = " number)

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
    [OBLIGATION_BY_DUE] = {"obligation_by_due",
                           "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE state = 0 AND "
                           "(due_us, id) > ($1, $2) AND due_us < $3 AND promise = coalesce($4, "
                           "promise) ORDER BY due_us, id LIMIT $5",
                           NULL},
    [OBLIGATION_WITHOUT_DUE] = {"obligation_without_due",
                                "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE state = 0 "
                                "AND due_us IS NULL AND id > $1 AND promise = coalesce($2, "
                                "promise) ORDER BY id LIMIT $3",
                                NULL},
    [OBLIGATION_OF_PROMISE] = {"obligation_of_promise",
                               "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE promise = $1 "
                               "AND (state, id) > ($2, $3) ORDER BY state, id LIMIT $4",
                               NULL},
    [OBLIGATION_OF_PROMISE_STATE] = {"obligation_of_promise_state",
                                     "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE promise "
                                     "= $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4",
                                     NULL},
    [OBLIGATION_OF_KEY_AFTER] =
        {"obligation_of_key_after",
         "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE key = $1 "
         "AND home_id = $2 AND id > $3 AND state = coalesce($4, state) AND promise = "
         "coalesce($5, promise) ORDER BY id LIMIT $6",
         NULL},
    [OBLIGATION_PAUSED] = {"obligation_paused", LIST_OF_RARE("1"), NULL},
    [OBLIGATION_KEPT] = {"obligation_kept", LIST_OF("state = 2"), NULL}, /* most are: by id */
    [OBLIGATION_BROKEN] = {"obligation_broken", LIST_OF_RARE("3"), NULL},
    [OBLIGATION_EXCUSED] = {"obligation_excused", LIST_OF_RARE("4"), NULL},
    [OBLIGATION_VOID] = {"obligation_void", LIST_OF_RARE("5"), NULL},
    [OBLIGATION_AFTER] = {"obligation_after",
                          "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE id > $1 ORDER BY "
                          "id LIMIT $2",
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
static const char *const states[] = {"open", "paused", "kept", "broken", "excused", "void", NULL};
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
    {.name = "state",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = states,
     .doc = "Open ones come in the order of their due instants, others by age."},
    {.name = "promise", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Its name in the Code."},
    {.name = "key",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "Thread, customer or attribute under which the promise is kept."},
    {.name = "due_after",
     .place = FIELD_QUERY,
     .type = FIELD_MOMENT,
     .doc = "Due then or later; with state=open."},
    {.name = "due_before",
     .place = FIELD_QUERY,
     .type = FIELD_MOMENT,
     .doc = "Due before; with state=open."},
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
     .summary = "Obligations.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = 7,
     .reply = &obligation_shape,
     .reply_list = true,
     .handle = obligation_list},
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
     .path = "/api/v1/events",
     .scope = "events:read",
     .summary = "What happens to obligations, live (server-sent events), resumable by "
                "Last-Event-ID.",
     .kind = ROUTE_STREAM,
     .fields = stream_fields,
     .field_count = 3,
     .open = events_open},
};
