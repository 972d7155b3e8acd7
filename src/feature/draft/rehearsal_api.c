/* Rehearsals in the API: asked for, followed, cancelled, read, and gone through one obligation
 * after the other. */
#include "base/json.h"
#include "engine/engine.h"
#include "feature/draft/rehearsal_part.h"
#include "feature/draft/rehearsal_result.h"
#include "words/said.h"

static const struct field fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the rehearsal."},
    {.name = "draft", .type = FIELD_TEXT, .required = true, .doc = "Of which draft."},
    {.name = "revision", .type = FIELD_INTEGER, .required = true, .doc = "Of the draft."},
    {.name = "against", .type = FIELD_TEXT, .doc = "The version that it is held against."},
    {.name = "from", .type = FIELD_MOMENT, .required = true, .doc = "Touches from then on."},
    {.name = "until", .type = FIELD_MOMENT, .required = true, .doc = "And before then."},
    {.name = "asked", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "asked_by", .type = FIELD_TEXT, .required = true, .doc = "By whom."},
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "waiting, running, done, failed or cancelled."},
    {.name = "share", .type = FIELD_NUMBER, .required = true, .doc = "Done so far, 0 to 1."},
    {.name = "touches", .type = FIELD_INTEGER, .required = true, .doc = "Judged by both sides."},
    {.name = "ended", .type = FIELD_MOMENT, .doc = "When."},
    {.name = "trouble", .type = FIELD_TEXT, .required = true, .doc = "Why it failed."},
    {.name = "readers", .type = FIELD_ARRAY, .doc = "Who has read the result: name, read."},
    {.name = "read_by_me", .type = FIELD_BOOLEAN, .doc = "Whoever asks has."},
    {.name = "result",
     .type = FIELD_OBJECT,
     .doc = "Promise by promise before and after, and where the changes lie; once it is done."},
};
const struct shape rehearsal_shape = {"Rehearsal", fields, sizeof(fields) / sizeof(fields[0])};

static const struct field change_fields[] = {
    {.name = "promise", .type = FIELD_TEXT, .required = true, .doc = "Its name."},
    {.name = "key", .type = FIELD_TEXT, .required = true, .doc = "The thread or customer."},
    {.name = "source", .type = FIELD_TEXT, .required = true, .doc = "Of the opening touch."},
    {.name = "opening", .type = FIELD_TEXT, .required = true, .doc = "The opening touch's id."},
    {.name = "opened", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "team", .type = FIELD_TEXT, .required = true, .doc = "Of the opening; may be empty."},
    {.name = "weekday", .type = FIELD_INTEGER, .required = true, .doc = "0 is Monday."},
    {.name = "hour", .type = FIELD_INTEGER, .required = true, .doc = "In the company's zone."},
    {.name = "current", .type = FIELD_TEXT, .required = true, .doc = "How it ended; or none."},
    {.name = "draft", .type = FIELD_TEXT, .required = true, .doc = "How it would; or none."},
};
const struct shape rehearsed_shape = {"Rehearsed", change_fields, 10};

/* -- writing -- */

static void member_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void member_moment(struct json_writer *w, const char *name, int64_t us)
{
    json_key(w, name);
    json_moment(w, us);
}

static void member_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
}

static void member_id(struct json_writer *w, const char *name, const char *prefix, int64_t id)
{
    char words[ID_TEXT_SIZE];
    json_key(w, name);
    if (id) {
        json_str(w, id_format(id, prefix, words));
    } else {
        json_null(w);
    }
}

static void write_readers(struct json_writer *w, const struct reading *list, size_t count,
                          struct author asking)
{
    bool by_me = false;
    json_key(w, "readers");
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(w);
        member_text(w, "name", list[i].by.name);
        member_moment(w, "read", list[i].read_us);
        json_object_end(w);
        by_me = by_me || list[i].by.id == asking.id;
    }
    json_array_end(w);
    json_key(w, "read_by_me");
    json_bool(w, by_me);
}

static void write_state(struct json_writer *w, enum language l, const struct rehearsal *h)
{
    member_id(w, "id", "reh", h->id);
    member_id(w, "draft", "dra", h->draft_id);
    member_int(w, "revision", h->revision);
    member_id(w, "against", "ver", h->version_id);
    member_moment(w, "from", h->from_us);
    member_moment(w, "until", h->until_us);
    member_moment(w, "asked", h->asked_us);
    member_text(w, "asked_by", h->asked_by);
    member_text(w, "state", text_of(rehearsal_state_name(h->state)));
    json_key(w, "share");
    json_number(w, (double)h->done_ppm / 1e6);
    member_int(w, "touches", h->touches);
    member_moment(w, "ended", h->ended_us);
    json_key(w, "trouble");
    say_json(w, l, h->trouble);
}

static void write_noted(struct json_writer *w, const void *thing)
{
    json_object_begin(w);
    write_state(w, LANGUAGE_ENGLISH, thing);
    json_object_end(w);
}

static const struct noun rehearsal_noun = {"reh", write_noted};

static enum err answer(struct request *r, struct database *db, struct reply *reply, unsigned status,
                       const struct rehearsal *h, struct err_info *info)
{
    struct reading *list = NULL;
    size_t count = 0;
    enum err e = rehearsal_readings(db, h->id, request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, status);
    json_object_begin(&w);
    write_state(&w, request_language(r), h);
    write_readers(&w, list, count, author_of(r));
    json_key(&w, "result");
    if (h->result.len) {
        e = rehearsal_result_for(request_identity(r), h->result, request_arena(r), &w, info);
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return e;
}

/* -- routes -- */

static enum err of_request(struct request *r, struct database *db, struct rehearsal *ret,
                           struct err_info *info)
{
    int64_t id = 0; /* nobody's */
    id_parse(request_text(r, "id"), "reh", &id);
    return rehearsal_find(db, id, request_arena(r), ret, info);
}

static enum err must_be_right(struct request *r, const struct draft *d, struct err_info *info)
{
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    struct diagnostics found = {0};
    enum err e = draft_sent(request_arena(r), d, sent, info);
    if (!e) {
        sent_check(request_arena(r), sent, &found);
    }
    return e || !found.errors ? e
                              : err_set(info, ERR_INVALID,
                                        "The draft has mistakes, the first: %.*s. Mend them first.",
                                        TEXT_ARG(found.items[0].message));
}

enum err rehearsal_begin(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct draft d;
    struct drafting *drafting = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(drafting->publisher);
    int64_t now_us = moment_now(), months = request_int(r, "months", 12);
    const struct version *current = book_current(book, now_us);
    enum err e = draft_of_request(r, db, &d, info);
    if (!e && d.state != DRAFT_OPEN && d.state != DRAFT_SENT) {
        e = err_set(info, ERR_CONFLICT, "It is no longer a draft.");
    }
    e = e ? e : must_be_right(r, &d, info);
    struct rehearsal h = {.id = draft_next_id(r),
                          .draft_id = d.id,
                          .revision = d.revision,
                          .version_id = current ? current->id : 0,
                          .from_us = now_us - months * 365 * DAY_US / 12,
                          .until_us = now_us,
                          .asked_us = now_us,
                          .asked_by = request_identity(r)->name,
                          .ended_us = MOMENT_NEVER};
    e = e ? e : rehearsal_add(db, &h, info);
    request_changed_thing(r, &rehearsal_noun, "rehearsal.asked", h.id, NULL, &h);
    drafting->wants_rehearser = true;
    return e ? e : answer(r, db, reply, 202, &h, info);
}

enum err rehearsal_get(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct rehearsal h;
    enum err e = of_request(r, db, &h, info);
    return e ? e : answer(r, db, reply, 200, &h, info);
}

enum err rehearsal_get_last(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct draft d;
    struct rehearsal h;
    bool found = false;
    enum err e = draft_of_request(r, db, &d, info);
    e = e ? e : rehearsal_last(db, d.id, request_arena(r), &h, &found, info);
    if (!e && !found) {
        e = err_set(info, ERR_NOT_FOUND, "This draft was not rehearsed yet.");
    }
    return e ? e : answer(r, db, reply, 200, &h, info);
}

enum err rehearsal_stop(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct rehearsal before, h;
    enum err e = of_request(r, db, &before, info);
    e = e ? e : rehearsal_cancel(db, before.id, moment_now(), info);
    e = e ? e : of_request(r, db, &h, info);
    if (!e) {
        request_changed_thing(r, &rehearsal_noun, "rehearsal.cancelled", h.id, &before, &h);
    }
    return e ? e : answer(r, db, reply, 200, &h, info);
}

enum err rehearsal_read(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct rehearsal h;
    enum err e = of_request(r, db, &h, info);
    if (!e && h.state != REHEARSAL_DONE) {
        e = err_set(info, ERR_CONFLICT, "There is no result to read yet.");
    }
    e = e ? e : rehearsal_note_read(db, h.id, author_of(r), moment_now(), info);
    if (!e) {
        request_changed_thing(r, &rehearsal_noun, "rehearsal.read", h.id, NULL, &h);
    }
    return e ? e : answer(r, db, reply, 200, &h, info);
}

static const char *state_words(int64_t state)
{
    return state < 0 ? "none" : state_name((enum state)state);
}

static void write_change(struct json_writer *w, const struct rehearsed *c)
{
    json_object_begin(w);
    member_text(w, "promise", c->promise);
    member_text(w, "key", c->key);
    member_text(w, "source", c->opening_source);
    member_text(w, "opening", c->opening_id);
    member_moment(w, "opened", c->opened_us);
    member_text(w, "team", c->team);
    member_int(w, "weekday", c->weekday);
    member_int(w, "hour", c->hour);
    member_text(w, "current", text_of(state_words(c->before)));
    member_text(w, "draft", text_of(state_words(c->after)));
    json_object_end(w);
}

enum err rehearsal_get_changes(struct request *r, struct database *db, struct reply *reply,
                               struct err_info *info)
{
    struct rehearsal h;
    int64_t after = 0;
    size_t most = (size_t)request_int(r, "limit", 50), count = 0;
    if (request_has(r, "after") && !text_to_int64(request_text(r, "after"), &after)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    const struct rehearsed_filter filter = {.promise = request_text(r, "promise"),
                                            .by_team = request_has(r, "team"),
                                            .team = request_text(r, "team"),
                                            .hour = request_int(r, "hour", -1)};
    struct rehearsed *list = ARENA_ARRAY(request_arena(r), struct rehearsed, most + 1);
    enum err e = of_request(r, db, &h, info);
    e = e ? e
          : rehearsal_changes(db, h.id, &filter, after, most + 1, request_arena(r), list, &count,
                              info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count && i < most; i++) {
        if (identity_sees_team(request_identity(r), list[i].team)) {
            write_change(&w, &list[i]);
        }
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (count > most) {
        json_text(&w, arena_printf(request_arena(r), "%lld", (long long)list[most - 1].number));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return ERR_NONE;
}
