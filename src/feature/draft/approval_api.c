/* Sent for approval, taken back, sent back, approved: what is approved is published with it. */
#include "feature/draft/approval.h"
#include "feature/draft/approval_part.h"
#include "feature/draft/rehearsal.h"
#include "store/sharing.h"

/* -- what must be so -- */

static enum err must_be_sent(const struct draft *d, struct err_info *info)
{
    return d->state == DRAFT_SENT ? ERR_NONE
                                  : err_set(info, ERR_CONFLICT,
                                            "It was not sent for approval, or is decided already.");
}

static enum err has_read(struct request *r, struct database *db, int64_t rehearsal_id,
                         struct err_info *info)
{
    struct reading *list = NULL;
    size_t count = 0;
    enum err e = rehearsal_readings(db, rehearsal_id, request_arena(r), &list, &count, info);
    struct author asking = author_of(r);
    bool found = false;
    for (size_t i = 0; i < count && !e; i++) {
        found = found || list[i].by.id == asking.id;
    }
    return e || found
               ? e
               : err_set(info, ERR_CONFLICT, "Read first what the rehearsal found, then decide.");
}

/* A rehearsal of this very text against the version in force, which whoever asks has read. */
static enum err must_be_rehearsed(struct request *r, struct database *db, const struct draft *d,
                                  struct err_info *info)
{
    struct drafting *drafting = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(drafting->publisher);
    const struct version *current = book_current(book, moment_now());
    struct rehearsal h;
    bool found = false;
    enum err e = rehearsal_last(db, d->id, request_arena(r), &h, &found, info);
    if (e) {
        return e;
    }
    if (!found || h.state != REHEARSAL_DONE) {
        return err_set(info, ERR_CONFLICT, "Rehearse it first, so that you know what it changes.");
    }
    if (h.revision != d->revision) {
        return err_set(info, ERR_CONFLICT,
                       "It was changed since it was rehearsed. Rehearse again.");
    }
    if (h.version_id != (current ? current->id : 0)) {
        return err_set(
            info, ERR_CONFLICT,
            "Another version has come into force since it was rehearsed. Rehearse again.");
    }
    return has_read(r, db, h.id, info);
}

static enum err must_be_another(struct request *r, struct database *db, const struct draft *d,
                                struct err_info *info)
{
    struct approval_rule rule;
    struct author *authors = NULL, asking = author_of(r);
    size_t count = 0;
    enum err e = approval_rule(db, &rule, info);
    e = e ? e : draft_authors(db, d->id, request_arena(r), &authors, &count, info);
    for (size_t i = 0; i < count && !e && rule.is_needed; i++) {
        if (authors[i].id == asking.id) {
            e = err_set(info, ERR_FORBIDDEN,
                        "You wrote in it or sent it. A second person approves it.");
        }
    }
    return e;
}

static enum err must_be_right(struct request *r, const struct draft *d, struct sent *sent,
                              struct err_info *info)
{
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

/* -- routes -- */

enum err approval_send(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct draft d;
    struct author by = author_of(r);
    int64_t now_us = moment_now(), from_us = request_moment(r, "from", MOMENT_NEVER);
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    enum err e = draft_of_request(r, db, &d, info);
    if (!e && d.state != DRAFT_OPEN) {
        e = err_set(info, ERR_CONFLICT, "It is not open.");
    }
    if (!e && from_us < now_us) {
        e = err_field(info, ERR_INVALID, "from",
                      "A promise cannot be made for the past. Choose a time to come, or none.");
    }
    e = e ? e : must_be_right(r, &d, sent, info);
    e = e ? e : must_be_rehearsed(r, db, &d, info);
    e = e ? e : draft_add_author(db, d.id, by, info);
    if (e) {
        return e;
    }
    const struct draft before = d;
    d.state = DRAFT_SENT;
    d.note = request_text(r, "note");
    d.from_us = from_us;
    d.sent_us = now_us;
    d.sent_by = by.name;
    d.reason = d.decided_by = (struct text){0};
    d.decided_us = MOMENT_NEVER;
    e = draft_move(db, &d, info);
    draft_noted(r, "draft.sent", &before, &d);
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

enum err approval_take_back(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct draft d;
    enum err e = draft_of_request(r, db, &d, info);
    e = e ? e : must_be_sent(&d, info);
    if (e) {
        return e;
    }
    const struct draft before = d;
    d.state = DRAFT_OPEN;
    e = draft_move(db, &d, info);
    draft_noted(r, "draft.taken_back", &before, &d);
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

enum err approval_send_back(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct draft d;
    enum err e = draft_of_request(r, db, &d, info);
    e = e ? e : must_be_sent(&d, info);
    if (!e && !text_trim(request_text(r, "reason")).len) {
        e = err_field(info, ERR_INVALID, "reason", "Say why, so that it can be mended.");
    }
    if (e) {
        return e;
    }
    const struct draft before = d;
    d.state = DRAFT_OPEN;
    d.reason = text_trim(request_text(r, "reason"));
    d.decided_us = moment_now();
    d.decided_by = author_of(r).name;
    e = draft_move(db, &d, info);
    draft_noted(r, "draft.sent_back", &before, &d);
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

struct approving {
    struct draft *draft;
    struct author by;
};

/* What is written with the new version. */
static enum err note_approval(void *context, struct database *db, int64_t version_id,
                              struct err_info *info)
{
    struct approving *a = context;
    struct draft *d = a->draft;
    d->state = DRAFT_PUBLISHED;
    d->version_id = version_id;
    d->decided_us = database_now(db);
    d->decided_by = a->by.name;
    d->reason = (struct text){0};
    const struct approval approval = {.version_id = version_id,
                                      .draft_id = d->id,
                                      .sent_by = d->sent_by,
                                      .approved_by = a->by.name,
                                      .approved_us = d->decided_us,
                                      .note = d->note};
    enum err e = approval_add(db, &approval, info);
    return e ? e : draft_move(db, d, info);
}

enum err approval_approve(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct drafting *drafting = request_self(r);
    struct draft d;
    struct published published = {0};
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    struct approving approving = {&d, author_of(r)};
    enum err e = draft_of_request(r, db, &d, info);
    e = e ? e : request_if_match(r, d.revision, true, info);
    e = e ? e : must_be_sent(&d, info);
    e = e ? e : must_be_another(r, db, &d, info);
    e = e ? e : must_be_right(r, &d, sent, info);
    e = e ? e : must_be_rehearsed(r, db, &d, info);
    if (e) {
        return e;
    }
    int64_t now_us = database_now(db);
    const struct publishing publishing = {
        .what = {.source = sent->source,
                 .files = sent->files,
                 .file_count = sent->file_count,
                 .published_by = approving.by.name,
                 .now_us = now_us,
                 .from_us = d.from_us != MOMENT_NEVER && d.from_us > now_us ? d.from_us : now_us},
        .with = note_approval,
        .context = &approving,
    };
    const struct draft before = d;
    e = draft_answer(r, db, reply, 200, &d, info); /* nothing may fail once it is published */
    e = e ? e : publisher_publish(drafting->publisher, db, &publishing, &published, info);
    if (!e && !published.is_new) {
        e = err_set(info, ERR_CONFLICT, "It says the same as the newest version.");
    }
    draft_noted(r, "draft.approved", &before, &d);
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

/* -- whether a second person is needed -- */

static void write_rule(struct json_writer *w, const void *thing)
{
    const struct approval_rule *rule = thing;
    json_object_begin(w);
    json_key(w, "second_person");
    json_str(w, second_person_names[rule->setting]);
    json_key(w, "approvers");
    json_int(w, rule->approvers);
    json_key(w, "needed");
    json_bool(w, rule->is_needed);
    json_object_end(w);
}

static enum err answer_rule(struct database *db, struct reply *reply, struct approval_rule *ret,
                            struct err_info *info)
{
    enum err e = approval_rule(db, ret, info);
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        write_rule(&w, ret);
    }
    return e;
}

enum err approval_get_rule(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    (void)r;
    struct approval_rule rule;
    return answer_rule(db, reply, &rule, info);
}

enum err approval_put_rule(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    static const struct noun noun = {"settings/approval", write_rule};
    struct approval_rule before, after;
    enum err e = approval_rule(db, &before, info);
    e = e ? e
          : approval_set_rule(
                db, (enum second_person)request_choice(r, "second_person", SECOND_AUTO), info);
    e = e ? e : answer_rule(db, reply, &after, info);
    if (!e) {
        request_changed_thing(r, &noun, "approval.set", 0, &before, &after);
    }
    return e;
}
