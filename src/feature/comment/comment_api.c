/* Comments for the staff: read, written, released, answered, closed. */
#include "feature/comment/comment_part.h"

static void member_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_comment(struct json_writer *w, const void *thing)
{
    const struct comment *c = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    member_text(w, "id", text_of(id_format(c->id, "com", id)));
    member_text(w, "version", text_of(id_format(c->version_id, "ver", id)));
    member_text(w, "promise", c->promise);
    json_key(w, "by_customer");
    json_bool(w, c->by_customer);
    member_text(w, "name", c->name);
    member_text(w, "contact", c->contact);
    member_text(w, "words", c->words);
    json_key(w, "written");
    json_moment(w, c->written_us);
    member_text(w, "state", text_of(comment_state_names[c->state]));
    json_key(w, "public");
    json_bool(w, c->is_public);
    member_text(w, "answer", c->answer);
    member_text(w, "answered_by", c->answered_by);
    json_key(w, "answered");
    json_moment(w, c->answered_us);
    json_object_end(w);
}

const struct noun comment_noun = {"com", write_comment};

static enum err answer(struct reply *reply, unsigned status, const struct comment *c)
{
    struct json_writer w = reply_json(reply, status);
    write_comment(&w, c);
    return ERR_NONE;
}

const struct promise *comments_promise(const struct book *book, struct text name,
                                       const struct version **ret_version)
{
    const struct version *v = book_current(book, moment_now());
    for (size_t i = 0; v && i < v->code->promise_count; i++) {
        if (text_eq(v->code->promises[i].name, name)) {
            *ret_version = v;
            return &v->code->promises[i];
        }
    }
    return NULL;
}

enum err comment_get_list(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct comment_filter filter = {
        .state = (enum comment_state)request_choice(r, "state", COMMENT_STATES),
        .promise = request_text(r, "promise"),
        .before = INT64_MAX};
    size_t most = (size_t)request_int(r, "limit", 50), count = 0;
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "com", &filter.before)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    struct comment *list = ARENA_ARRAY(request_arena(r), struct comment, most + 1);
    enum err e = comment_list(db, &filter, most + 1, request_arena(r), list, &count, info);
    if (e) {
        return e;
    }
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count && i < most; i++) {
        write_comment(&w, &list[i]);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (count > most) {
        json_str(&w, id_format(list[most - 1].id, "com", id));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return ERR_NONE;
}

enum err comment_post(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct comments *comments = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(comments->publisher);
    const struct version *v = NULL;
    const struct promise *p = comments_promise(book, request_text(r, "promise"), &v);
    struct text words = text_trim(request_text(r, "words"));
    if (!p) {
        return err_field(info, ERR_NOT_FOUND, "promise",
                         "The version in force has no such promise.");
    }
    if (!words.len) {
        return err_field(info, ERR_INVALID, "words", "Say something.");
    }
    const struct comment c = {.id = keeper_next_id(ledger_keeper(comments->ledger)),
                              .version_id = v->id,
                              .promise = p->name,
                              .name = request_identity(r)->name,
                              .words = words,
                              .written_us = moment_now(),
                              .state = COMMENT_OPEN,
                              .answered_us = MOMENT_NEVER};
    enum err e = comment_add(db, &c, info);
    request_changed_thing(r, &comment_noun, "comment.written", c.id, NULL, &c);
    return e ? e : answer(reply, 201, &c);
}

/* Releasing shows it; a held one that is closed is not shown. */
static void take_state(struct comment *c, enum comment_state to)
{
    if (c->by_customer && c->state == COMMENT_HELD) {
        c->is_public = to == COMMENT_OPEN || to == COMMENT_ANSWERED;
    }
    c->state = to;
}

enum err comment_patch(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct comment c;
    int64_t id = 0, now_us = moment_now();
    id_parse(request_text(r, "id"), "com", &id);
    enum err e = comment_find(db, id, request_arena(r), &c, info);
    if (e) {
        return e;
    }
    const struct comment before = c;
    if (request_has(r, "answer")) {
        c.answer = text_trim(request_text(r, "answer"));
        c.answered_by = request_identity(r)->name;
        c.answered_us = now_us;
        take_state(&c, COMMENT_ANSWERED);
    }
    if (request_has(r, "state")) {
        take_state(&c, (enum comment_state)request_choice(r, "state", c.state));
    }
    c.is_public = request_bool(r, "public", c.is_public) && c.state != COMMENT_HELD;
    e = comment_change(db, &c, now_us, info);
    request_changed_thing(r, &comment_noun, "comment.changed", c.id, &before, &c);
    return e ? e : answer(reply, 200, &c);
}
