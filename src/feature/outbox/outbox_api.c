/* What is to be sent, was sent, and failed; to try again, or to leave it. A mail's words are never
 * shown: they may hold a link that lets in. */
#include "feature/outbox/outbox_api.h"

#include "base/id.h"
#include "base/moment.h"
#include "feature/outbox/outbox_inside.h"
#include "feature/outbox/outbox_json.h"

#include <stdlib.h>

static const char *const kinds[] = {"mail", "webhook", NULL};
static const char *const states[] = {"waiting", "sent", "failed", "cancelled", NULL};

enum { LIST_USUAL = 100, LIST_MOST = 500 };

static const struct field list_fields[] = {
    {.name = "state",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = states,
     .doc = "Only these."},
    {.name = "kind",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = kinds,
     .doc = "Only these."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = LIST_MOST,
     .doc = "How many at most; 100."},
    {.name = "after",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "The next of a page before."},
};
static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "out_…"},
};
static const char *const languages[] = {"en", "pt-BR", "es", NULL};
static const struct field test_fields[] = {
    {.name = "to",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 3,
     .most = 300,
     .doc = "The address."},
    {.name = "language",
     .place = FIELD_BODY,
     .type = FIELD_CHOICE,
     .choices = languages,
     .doc = "English, unless given."},
};
static const struct field try_fields[] = {
    {.name = "at", .type = FIELD_MOMENT, .required = true, .doc = "When it began."},
    {.name = "took", .type = FIELD_NUMBER, .required = true, .doc = "Seconds."},
    {.name = "code", .type = FIELD_INTEGER, .doc = "Of SMTP or HTTP; null: there was no answer."},
    {.name = "answer", .type = FIELD_TEXT, .required = true, .doc = "Its beginning."},
};
static const struct shape try_shape = {"Try", try_fields, 4};
static const struct field item_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "out_…"},
    {.name = "kind", .type = FIELD_CHOICE, .required = true, .choices = kinds, .doc = "Of what."},
    {.name = "state",
     .type = FIELD_CHOICE,
     .required = true,
     .choices = states,
     .doc = "How far it is."},
    {.name = "to", .type = FIELD_TEXT, .required = true, .doc = "The address."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "Subject, or event."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When its cause was."},
    {.name = "tries", .type = FIELD_INTEGER, .required = true, .doc = "So far."},
    {.name = "next", .type = FIELD_MOMENT, .doc = "The next try; null: none."},
    {.name = "sending", .type = FIELD_BOOLEAN, .required = true, .doc = "At this moment."},
    {.name = "ended", .type = FIELD_MOMENT, .doc = "When it was sent, failed or cancelled."},
    {.name = "reason", .type = FIELD_TEXT, .doc = "Why it was not sent; null: nothing is known."},
    {.name = "log", .type = FIELD_ARRAY, .shape = &try_shape, .doc = "The tries; of one alone."},
    {.name = "content", .type = FIELD_TEXT, .doc = "What a webhook is sent; of one alone."},
};
const struct shape outbox_item_shape = {"OutboxItem", item_fields, 13};

static const char no_mail_server[] =
    "No mail server is named: start Troth with --mail-from and --smtp.";

static void write_state(struct json_writer *w, const struct outbox *o, const struct outbox_row *row)
{
    bool waits = row->state == OUTBOX_WAITING;
    bool held = waits && row->kind == OUTBOX_MAIL && !outbox_has_mail(o);
    bool sending = waits && row->lease && row->next_us > moment_now();
    json_key(w, "next");
    json_moment(w, waits && !held && !sending ? row->next_us : MOMENT_NEVER);
    json_key(w, "sending");
    json_bool(w, sending);
    json_key(w, "ended");
    json_moment(w, row->done_us);
    json_key(w, "reason");
    if (held) {
        json_str(w, no_mail_server);
    } else if (row->error.len) {
        json_text(w, row->error);
    } else {
        json_null(w);
    }
}

static void write_row(struct json_writer *w, const struct outbox *o, const struct outbox_row *row)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(row->id, "out", id));
    json_key(w, "kind");
    json_str(w, kinds[row->kind]);
    json_key(w, "state");
    json_str(w, states[row->state]);
    json_key(w, "to");
    json_text(w, row->target);
    json_key(w, "title");
    json_text(w, row->title);
    json_key(w, "created");
    json_moment(w, id_moment(row->id));
    json_key(w, "tries");
    json_int(w, row->tries);
    write_state(w, o, row);
}

void outbox_reply_list(struct reply *reply, const struct outbox *o, const struct outbox_rows *rows,
                       size_t most)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    size_t shown = rows->count < most ? rows->count : most;
    for (size_t i = 0; i < shown; i++) {
        json_object_begin(&w);
        write_row(&w, o, &rows->list[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (rows->count > most) {
        char id[ID_TEXT_SIZE];
        json_str(&w, id_format(rows->list[most - 1].id, "out", id));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

/* -- the list: of each kind and state apart, from one index, then put together -- */

static int newest_first(const void *a, const void *b)
{
    const struct outbox_row *x = a, *y = b;
    return x->id > y->id ? -1 : x->id < y->id;
}

static enum err gather(struct request *r, struct database *db, int64_t before_id, size_t most,
                       struct outbox_rows *ret, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    size_t kind = request_choice(r, "kind", OUTBOX_KINDS);
    size_t state = request_choice(r, "state", OUTBOX_STATES);
    struct outbox_rows all = {
        ARENA_ARRAY(arena, struct outbox_row, most * OUTBOX_KINDS * OUTBOX_STATES), 0};
    enum err e = ERR_NONE;
    for (size_t i = 0; i < (size_t)OUTBOX_KINDS * OUTBOX_STATES && !e; i++) {
        size_t k = i / OUTBOX_STATES, s = i % OUTBOX_STATES;
        if ((kind != OUTBOX_KINDS && kind != k) || (state != OUTBOX_STATES && state != s)) {
            continue;
        }
        struct outbox_rows some = {0};
        e = outbox_row_list(db, (enum outbox_kind)k, (enum outbox_state)s, before_id, most, arena,
                            &some, info);
        for (size_t n = 0; n < some.count; n++) {
            all.list[all.count++] = some.list[n];
        }
    }
    qsort(all.list, all.count, sizeof(*all.list), newest_first);
    *ret = all;
    return e;
}

static enum err list(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    int64_t before_id = INT64_MAX;
    size_t most = (size_t)request_int(r, "limit", LIST_USUAL);
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "out", &before_id)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    struct outbox_rows rows;
    enum err e = gather(r, db, before_id, most + 1, &rows, info);
    if (e) {
        return e;
    }
    outbox_reply_list(reply, request_self(r), &rows, most);
    return ERR_NONE;
}

/* -- one -- */

static int64_t id_of(const struct request *r)
{
    int64_t id;
    return id_parse(request_text(r, "id"), "out", &id) ? id : 0;
}

static enum err reply_item(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    struct outbox_row row;
    struct outbox_try *tries;
    size_t count;
    enum err e = outbox_row_find(db, id_of(r), request_arena(r), &row, info);
    e = e ? e : outbox_row_tries(db, row.id, request_arena(r), &tries, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_row(&w, request_self(r), &row);
    json_key(&w, "log");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&w);
        json_key(&w, "at");
        json_moment(&w, tries[i].at_us);
        json_key(&w, "took");
        json_number(&w, (double)tries[i].took_us / (double)SECOND_US);
        json_key(&w, "code");
        if (tries[i].code) {
            json_int(&w, tries[i].code);
        } else {
            json_null(&w);
        }
        json_key(&w, "answer");
        json_text(&w, tries[i].answer);
        json_object_end(&w);
    }
    json_array_end(&w);
    if (row.kind == OUTBOX_WEBHOOK) {
        json_key(&w, "content");
        json_text(&w, row.content);
    }
    json_object_end(&w);
    return ERR_NONE;
}

/* For the audit trail. */
struct noted {
    const struct outbox *outbox;
    struct outbox_row row;
};

static void write_noted(struct json_writer *w, const void *thing)
{
    const struct noted *n = thing;
    json_object_begin(w);
    write_row(w, n->outbox, &n->row);
    json_object_end(w);
}

static const struct noun noun = {"out", write_noted};

/* One change of the item that the path names, and what came of it. */
static enum err change_item(struct request *r, struct database *db, const char *action,
                            enum err (*change)(struct database *db, int64_t id,
                                               struct err_info *info),
                            struct reply *reply, struct err_info *info)
{
    struct noted before = {.outbox = request_self(r)}, after = before;
    enum err e = outbox_row_find(db, id_of(r), request_arena(r), &before.row, info);
    e = e ? e : change(db, before.row.id, info);
    e = e ? e : outbox_row_find(db, before.row.id, request_arena(r), &after.row, info);
    if (e) {
        return e;
    }
    outbox_changed(request_self(r));
    request_changed_thing(r, &noun, action, before.row.id, &before, &after);
    return reply_item(r, db, reply, info);
}

static enum err retry(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    return change_item(r, db, "outbox.retried", outbox_row_retry, reply, info);
}

static enum err cancel(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    return change_item(r, db, "outbox.cancelled", outbox_row_cancel, reply, info);
}

/* A mail to see that mails arrive. */
static enum err send_test(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    const struct outbox_mail mail = {.letter = LETTER_TEST,
                                     .language =
                                         text_of(languages[request_choice(r, "language", 0)]),
                                     .to = request_text(r, "to")};
    struct outbox_row row;
    int64_t id;
    enum err e = outbox_add_mail(request_self(r), db, &mail, &id, info);
    e = e ? e : outbox_row_find(db, id, request_arena(r), &row, info);
    if (e) {
        return e;
    }
    const struct noted made = {request_self(r), row};
    request_changed_thing(r, &noun, "mail.tested", row.id, NULL, &made);
    struct json_writer w = reply_json(reply, 202);
    json_object_begin(&w);
    write_row(&w, request_self(r), &row);
    json_object_end(&w);
    return ERR_NONE;
}

const struct route outbox_routes[OUTBOX_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/outbox",
     .scope = "settings:write",
     .summary = "Mails and webhooks that wait, were sent, failed or were cancelled, the newest "
                "first; kept for 30 days.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = 4,
     .reply = &outbox_item_shape,
     .reply_list = true,
     .handle = list},
    {.method = METHOD_GET,
     .path = "/api/v1/outbox/{id}",
     .scope = "settings:write",
     .summary = "One of them, with its tries.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &outbox_item_shape,
     .handle = reply_item},
    {.method = METHOD_POST,
     .path = "/api/v1/outbox/{id}/retry",
     .scope = "settings:write",
     .summary = "Send it now, though it failed, was cancelled or is to wait.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &outbox_item_shape,
     .handle = retry},
    {.method = METHOD_POST,
     .path = "/api/v1/outbox/{id}/cancel",
     .scope = "settings:write",
     .summary = "Do not send it any more.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &outbox_item_shape,
     .handle = cancel},
    {.method = METHOD_POST,
     .path = "/api/v1/outbox/test-mail",
     .scope = "settings:write",
     .summary = "Send a mail that says that mails arrive.",
     .kind = ROUTE_WRITE,
     .fields = test_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &outbox_item_shape,
     .reply_code = 202,
     .handle = send_test},
};
