#include "feature/draft/approval.h"
#include "feature/version/version_part.h"

/* -- shapes -- */

static const struct field by_id[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "ver_…"},
};
static const struct field review_fields[] = {
    {.name = "note",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = REVIEW_NOTE_MAX,
     .doc = "What was looked at."},
};
static const struct field history_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the version."},
    {.name = "number", .type = FIELD_INTEGER, .required = true, .doc = "1 for the first."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "Of the Code."},
    {.name = "published", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "published_by", .type = FIELD_TEXT, .required = true, .doc = "By whom."},
    {.name = "in_force_from", .type = FIELD_MOMENT, .doc = "Null: ever since."},
    {.name = "in_force", .type = FIELD_BOOLEAN, .required = true, .doc = "Now."},
    {.name = "promises", .type = FIELD_INTEGER, .required = true, .doc = "How many it holds."},
    {.name = "draft", .type = FIELD_TEXT, .doc = "What it was approved as."},
    {.name = "sent_by", .type = FIELD_TEXT, .doc = "Who sent that for approval."},
    {.name = "approved_by", .type = FIELD_TEXT, .doc = "By whom; null: published directly."},
    {.name = "approved", .type = FIELD_MOMENT, .doc = "When."},
    {.name = "note", .type = FIELD_TEXT, .doc = "What its author said of it."},
    {.name = "reviewed", .type = FIELD_MOMENT, .doc = "When it was last looked at."},
    {.name = "reviewed_by", .type = FIELD_TEXT, .doc = "By whom."},
    {.name = "review_by", .type = FIELD_MOMENT, .doc = "When to look at it again."},
};
static const struct shape history_shape = {"CodeHistory", history_fields,
                                           sizeof(history_fields) / sizeof(history_fields[0])};
static const struct field signer_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the member of staff."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Theirs."},
    {.name = "signed", .type = FIELD_MOMENT, .doc = "When; null: not yet."},
};
static const struct shape signer_shape = {"SignOff", signer_fields, 3};
static const struct field sign_off_fields[] = {
    {.name = "version", .type = FIELD_TEXT, .required = true, .doc = "Which."},
    {.name = "signed", .type = FIELD_INTEGER, .required = true, .doc = "How many have."},
    {.name = "missing", .type = FIELD_INTEGER, .required = true, .doc = "How many have not."},
    {.name = "by_me", .type = FIELD_BOOLEAN, .required = true, .doc = "Whoever asks has."},
    {.name = "people",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &signer_shape,
     .doc = "All of the staff, those who have signed first."},
};
static const struct shape sign_off_shape = {"SignOffs", sign_off_fields, 5};
static const struct field reminded_fields[] = {
    {.name = "mails", .type = FIELD_INTEGER, .required = true, .doc = "How many leave."},
};
static const struct shape reminded_shape = {"Reminded", reminded_fields, 1};

/* -- writing -- */

static void member_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void member_moment(struct json_writer *w, const char *name, int64_t us)
{
    json_key(w, name);
    json_moment(w, us == MOMENT_BEFORE_ALL ? MOMENT_NEVER : us);
}

static void member_id(struct json_writer *w, const char *name, const char *prefix, int64_t id)
{
    char words[ID_TEXT_SIZE];
    json_key(w, name);
    json_str(w, id_format(id, prefix, words));
}

static void write_approval(struct json_writer *w, const struct approval *a)
{
    if (a) {
        member_id(w, "draft", "dra", a->draft_id);
        member_text(w, "sent_by", a->sent_by);
        member_text(w, "approved_by", a->approved_by);
        member_moment(w, "approved", a->approved_us);
        member_text(w, "note", a->note);
    }
}

struct past { /* all that is known beside the versions */
    struct approval *approvals;
    struct review *reviews;
    size_t approval_count, review_count;
};

static const struct approval *approval_of(const struct past *p, int64_t version_id)
{
    for (size_t i = 0; i < p->approval_count; i++) {
        if (p->approvals[i].version_id == version_id) {
            return &p->approvals[i];
        }
    }
    return NULL;
}

/* The last one. */
static const struct review *review_of(const struct past *p, int64_t version_id)
{
    for (size_t i = 0; i < p->review_count; i++) {
        if (p->reviews[i].version_id == version_id) {
            return &p->reviews[i];
        }
    }
    return NULL;
}

static void write_version(struct json_writer *w, const struct book *book, size_t i,
                          const struct past *past, bool is_in_force)
{
    const struct version *v = book_version(book, i);
    const struct review *review = review_of(past, v->id);
    int64_t since_us = v->published_us > v->from_us ? v->published_us : v->from_us;
    json_object_begin(w);
    member_id(w, "id", "ver", v->id);
    json_key(w, "number");
    json_int(w, (int64_t)i + 1);
    member_text(w, "title", v->code->title);
    member_moment(w, "published", v->published_us);
    member_text(w, "published_by", v->published_by);
    member_moment(w, "in_force_from", v->begins_us);
    json_key(w, "in_force");
    json_bool(w, is_in_force);
    json_key(w, "promises");
    json_int(w, (int64_t)v->code->promise_count);
    write_approval(w, approval_of(past, v->id));
    if (review) {
        member_moment(w, "reviewed", review->reviewed_us);
        member_text(w, "reviewed_by", review->reviewed_by);
        since_us = review->reviewed_us;
    }
    member_moment(w, "review_by", review_due(book, v, since_us));
    json_object_end(w);
}

/* -- what the trail keeps -- */

static void write_signer(struct json_writer *w, const void *thing)
{
    const struct signer *s = thing;
    json_object_begin(w);
    member_id(w, "staff", "stf", s->id);
    member_text(w, "name", s->name);
    member_moment(w, "signed", s->signed_us);
    json_object_end(w);
}

static void write_mails(struct json_writer *w, const void *thing)
{
    json_object_begin(w);
    json_key(w, "mails");
    json_int(w, *(const int64_t *)thing);
    json_object_end(w);
}

static void write_review(struct json_writer *w, const void *thing)
{
    const struct review *review = thing;
    json_object_begin(w);
    member_id(w, "id", "rev", review->id);
    member_moment(w, "reviewed", review->reviewed_us);
    member_text(w, "note", review->note);
    json_object_end(w);
}

static const struct noun signed_noun = {"ver", write_signer}, reminded_noun = {"ver", write_mails},
                         reviewed_noun = {"ver", write_review};

/* -- routes -- */

static enum err get_history(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct versions *versions = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *current = book_current(book, moment_now());
    struct past past = {0};
    enum err e = approval_list(db, request_arena(r), &past.approvals, &past.approval_count, info);
    e = e ? e : review_list(db, request_arena(r), &past.reviews, &past.review_count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = book_version_count(book); i-- > 0;) {
        write_version(&w, book, i, &past, book_version(book, i) == current);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

static enum err version_of_request(struct request *r, const struct book *book,
                                   const struct version **ret, struct err_info *info)
{
    int64_t id = 0;
    id_parse(request_text(r, "id"), "ver", &id);
    for (size_t i = 0; i < book_version_count(book); i++) {
        if (book_version(book, i)->id == id) {
            *ret = book_version(book, i);
            return ERR_NONE;
        }
    }
    return err_field(info, ERR_NOT_FOUND, "id",
                     "There is no such version. GET /api/v1/code/versions lists them.");
}

/* NULL: not of the staff that may sign in. */
static const struct signer *asking(const struct request *r, const struct signer *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].id == request_identity(r)->staff_id) {
            return &list[i];
        }
    }
    return NULL;
}

static void answer_sign_offs(struct request *r, int64_t version_id, const struct signer *list,
                             size_t count, struct reply *reply)
{
    size_t have = 0;
    bool by_me = false;
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    member_id(&w, "version", "ver", version_id);
    json_key(&w, "people");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        bool has = list[i].signed_us != MOMENT_NEVER;
        have += has;
        by_me = by_me || (has && list[i].id == request_identity(r)->staff_id);
        json_object_begin(&w);
        member_id(&w, "id", "stf", list[i].id);
        member_text(&w, "name", list[i].name);
        member_moment(&w, "signed", list[i].signed_us);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "signed");
    json_int(&w, (int64_t)have);
    json_key(&w, "missing");
    json_int(&w, (int64_t)(count - have));
    json_key(&w, "by_me");
    json_bool(&w, by_me);
    json_object_end(&w);
}

static enum err get_sign_offs(struct request *r, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    struct versions *versions = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *v = NULL;
    struct signer *list = NULL;
    size_t count = 0;
    enum err e = version_of_request(r, book, &v, info);
    e = e ? e : sign_off_list(db, v->id, request_arena(r), &list, &count, info);
    if (!e) {
        answer_sign_offs(r, v->id, list, count, reply);
    }
    return e;
}

static enum err sign(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct versions *versions = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *v = NULL;
    struct signer *before = NULL, *after = NULL;
    size_t were = 0, count = 0;
    struct arena *arena = request_arena(r);
    enum err e = version_of_request(r, book, &v, info);
    e = e ? e : sign_off_list(db, v->id, arena, &before, &were, info);
    e = e ? e : sign_off_add(db, v->id, request_identity(r)->staff_id, moment_now(), info);
    e = e ? e : sign_off_list(db, v->id, arena, &after, &count, info);
    if (!e) {
        request_changed_thing(r, &signed_noun, "code.signed_off", v->id, asking(r, before, were),
                              asking(r, after, count));
        answer_sign_offs(r, v->id, after, count, reply);
    }
    return e;
}

static enum err remind(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct versions *versions = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *v = NULL;
    struct signer *list = NULL;
    size_t count = 0;
    int64_t mails = 0;
    enum err e = version_of_request(r, book, &v, info);
    const char *url = versions->url;
    if (!e && (!url || !outbox_has_mail(versions->outbox))) {
        e = err_set(info, ERR_CONFLICT,
                    "This server sends no mail, or does not know its own address: the operator "
                    "starts it with --url, --smtp and --mail-from.");
    }
    if (e || !v) {
        return e;
    }
    e = sign_off_list(db, v->id, request_arena(r), &list, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].signed_us != MOMENT_NEVER) {
            continue;
        }
        const struct outbox_mail mail = {
            .letter = LETTER_SIGN_OFF,
            .language = list[i].language,
            .to = list[i].email,
            .to_name = list[i].name,
            .who = request_identity(r)->name,
            .subject = v->code->title,
            .link = arena_printf(request_arena(r), "%s/console/code", url)};
        int64_t id;
        e = outbox_add_mail(versions->outbox, db, &mail, &id, info);
        mails++;
    }
    if (e) {
        return e;
    }
    request_changed_thing(r, &reminded_noun, "code.reminded", v->id, NULL, &mails);
    struct json_writer w = reply_json(reply, 202);
    json_object_begin(&w);
    json_key(&w, "mails");
    json_int(&w, mails);
    json_object_end(&w);
    return ERR_NONE;
}

static enum err review(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct versions *versions = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *current = book_current(book, moment_now());
    if (!current) {
        return err_set(info, ERR_NOT_FOUND, "No Code is in force yet.");
    }
    char id[ID_TEXT_SIZE];
    const struct review done = {.id = keeper_next_id(ledger_keeper(versions->ledger)),
                                .version_id = current->id,
                                .reviewed_us = moment_now(),
                                .reviewed_by = request_identity(r)->name,
                                .note = request_text(r, "note")};
    enum err e = review_add(db, &done, info);
    e = e ? e
          : version_tell(versions, db, book, current, "code.reviewed",
                         text_of(id_format(done.id, "rev", id)), done.reviewed_by, done.reviewed_us,
                         info);
    if (!e) {
        request_changed_thing(r, &reviewed_noun, "code.reviewed", current->id, NULL, &done);
    }
    return e ? e : get_history(r, db, reply, info);
}

const struct route version_routes[VERSION_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/code/history",
     .scope = "code:read",
     .summary = "All versions, the newest first: who approved them, and when to look again.",
     .kind = ROUTE_READ,
     .reply = &history_shape,
     .reply_list = true,
     .handle = get_history},
    {.method = METHOD_POST,
     .path = "/api/v1/code/reviews",
     .scope = "code:approve",
     .summary = "Note that the version in force was looked at and found good.",
     .kind = ROUTE_WRITE,
     .fields = review_fields,
     .field_count = 1,
     .body = BODY_FIELDS,
     .reply = &history_shape,
     .reply_list = true,
     .handle = review},
    {.method = METHOD_GET,
     .path = "/api/v1/code/versions/{id}/sign-offs",
     .scope = "code:read",
     .summary = "Who of the staff has signed a version off, and who has not.",
     .kind = ROUTE_READ,
     .fields = by_id,
     .field_count = 1,
     .reply = &sign_off_shape,
     .handle = get_sign_offs},
    {.method = METHOD_POST,
     .path = "/api/v1/code/versions/{id}/sign-off",
     .scope = "self",
     .summary = "Sign a version off: you have read it and will keep it.",
     .kind = ROUTE_WRITE,
     .fields = by_id,
     .field_count = 1,
     .reply = &sign_off_shape,
     .handle = sign},
    {.method = METHOD_POST,
     .path = "/api/v1/code/versions/{id}/reminders",
     .scope = "code:approve",
     .summary = "Send a mail to everyone of the staff who has not signed a version off.",
     .kind = ROUTE_WRITE,
     .fields = by_id,
     .field_count = 1,
     .reply = &reminded_shape,
     .reply_code = 202,
     .handle = remind},
};
