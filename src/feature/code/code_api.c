/* Publishing and reading the Customer Code. A Code is sent as it is, a text; it is read and checked
 * before the clerk hears of it. */
#include "feature/code/code_api.h"

#include "base/id.h"
#include "feature/code/difference_json.h"
#include "feature/code/edit_api.h"
#include "feature/code/promise_api.h"
#include "feature/code/publisher.h"
#include "feature/code/sent.h"
#include "lang/code.h"
#include "store/sharing.h"

/* -- shapes -- */

static const struct field diagnostic_fields[] = {
    {.name = "severity", .type = FIELD_TEXT, .required = true, .doc = "error or warning."},
    {.name = "rule", .type = FIELD_TEXT, .required = true, .doc = "Which rule; stable."},
    {.name = "line", .type = FIELD_INTEGER, .required = true, .doc = "From 1."},
    {.name = "column", .type = FIELD_INTEGER, .required = true, .doc = "From 1, in letters."},
    {.name = "length", .type = FIELD_INTEGER, .required = true, .doc = "Bytes concerned."},
    {.name = "message", .type = FIELD_TEXT, .required = true, .doc = "What is wrong."},
    {.name = "suggestion", .type = FIELD_TEXT, .required = true, .doc = "What to write instead."},
};
static const struct shape diagnostic_shape = {"Diagnostic", diagnostic_fields, 7};

static const struct field finding_fields[] = {
    {.name = "valid", .type = FIELD_BOOLEAN, .required = true, .doc = "It may be published."},
    {.name = "promises", .type = FIELD_INTEGER, .required = true, .doc = "How many it holds."},
    {.name = "diagnostics",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &diagnostic_shape,
     .doc = "What was found, by place; at most 20."},
    {.name = "left_out", .type = FIELD_INTEGER, .required = true, .doc = "Found beyond those."},
};
static const struct shape finding_shape = {"CodeFindings", finding_fields, 4};

static const struct field version_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the version."},
    {.name = "number", .type = FIELD_INTEGER, .required = true, .doc = "1 for the first."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "Of the Code."},
    {.name = "published", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "published_by", .type = FIELD_TEXT, .required = true, .doc = "By whose token."},
    {.name = "in_force_from",
     .type = FIELD_MOMENT,
     .doc = "Null: ever since, or as its own dates say."},
    {.name = "promises", .type = FIELD_INTEGER, .required = true, .doc = "How many it holds."},
    {.name = "source", .type = FIELD_TEXT, .doc = "The text; of a single version only."},
};
static const struct shape version_shape = {"CodeVersion", version_fields, 8};

static const struct field by_id[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "ver_…"},
};
static const struct field list_fields[] = {
    {.name = "after",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "next of the page before: goes on behind it."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 500,
     .doc = "How many at most; 50 unless given."},
};

/* -- checking -- */

static enum err prepare_publish(struct request *r, struct err_info *info)
{
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    request_keep(r, sent);
    enum err e = sent_read(r, sent, info);
    return e ? e : sent_must_be_right(r, sent, info);
}

static enum err answer_check(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    (void)db;
    struct diagnostics *d = ARENA_NEW(request_arena(r), struct diagnostics);
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    enum err e = sent_read(r, sent, info);
    if (e) {
        return e;
    }
    const struct code *code = sent_check(request_arena(r), sent, d);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "valid");
    json_bool(&w, d->errors == 0);
    json_key(&w, "promises");
    json_int(&w, (int64_t)code->promise_count);
    json_key(&w, "diagnostics");
    diagnostics_json(d, request_language(r), &w);
    json_key(&w, "left_out");
    json_int(&w, (int64_t)d->left_out);
    json_object_end(&w);
    return ERR_NONE;
}

/* -- versions -- */

static void write_version(struct json_writer *w, const struct book *book, size_t i,
                          bool with_source)
{
    const struct version *v = book_version(book, i);
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(v->id, "ver", id));
    json_key(w, "number");
    json_int(w, (int64_t)i + 1);
    json_key(w, "title");
    json_text(w, v->code->title);
    json_key(w, "published");
    json_moment(w, v->published_us);
    json_key(w, "published_by");
    json_text(w, v->published_by);
    json_key(w, "in_force_from");
    json_moment(w, v->from_us == MOMENT_BEFORE_ALL ? MOMENT_NEVER : v->from_us);
    json_key(w, "promises");
    json_int(w, (int64_t)v->code->promise_count);
    if (with_source) {
        json_key(w, "source");
        json_text(w, v->code->source);
    }
    json_object_end(w);
}

static enum err answer_version(const struct book *book, size_t i, struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    write_version(&w, book, i, true);
    return ERR_NONE;
}

static enum err get_version(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    (void)db;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    int64_t id;
    if (id_parse(request_text(r, "id"), "ver", &id)) {
        for (size_t i = 0; i < book_version_count(book); i++) {
            if (book_version(book, i)->id == id) {
                return answer_version(book, i, reply);
            }
        }
    }
    return err_field(info, ERR_NOT_FOUND, "id",
                     "There is no such version. GET /api/v1/code/versions lists them.");
}

static enum err get_code(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    (void)db;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    const struct version *current = book_current(book, moment_now());
    for (size_t i = 0; current && i < book_version_count(book); i++) {
        if (book_version(book, i) == current) {
            return answer_version(book, i, reply);
        }
    }
    return err_set(info, ERR_NOT_FOUND,
                   "No Code is published yet. POST one to this address, as text/plain.");
}

/* Newest first. */
static enum err list_versions(struct request *r, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    (void)db;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    int64_t before = INT64_MAX, left = request_int(r, "limit", 50);
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "ver", &before)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    int64_t last = 0;
    bool more = false;
    for (size_t i = book_version_count(book); i-- > 0 && !more;) {
        if (book_version(book, i)->id >= before) {
            continue;
        }
        more = left-- == 0;
        if (!more) {
            write_version(&w, book, i, false);
            last = book_version(book, i)->id;
        }
    }
    json_array_end(&w);
    json_key(&w, "next");
    char id[ID_TEXT_SIZE];
    if (more) {
        json_str(&w, id_format(last, "ver", id));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return ERR_NONE;
}

/* Against the version before it. */
static enum err get_differences(struct request *r, struct database *db, struct reply *reply,
                                struct err_info *info)
{
    (void)db;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    int64_t id = 0;
    id_parse(request_text(r, "id"), "ver", &id);
    for (size_t i = 0; i < book_version_count(book); i++) {
        if (book_version(book, i)->id == id) {
            struct diagnostics none = {0};
            const struct code *before =
                i ? book_version(book, i - 1)->code : code_parse(request_arena(r), TEXT(""), &none);
            difference_answer(r, before, book_version(book, i)->code, reply);
            return ERR_NONE;
        }
    }
    return err_field(info, ERR_NOT_FOUND, "id",
                     "There is no such version. GET /api/v1/code/versions lists them.");
}

/* For the audit trail: the text itself is kept with the version. */
static void write_noted(struct json_writer *w, const void *thing)
{
    const struct version *v = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(v->id, "ver", id));
    json_key(w, "title");
    json_text(w, v->code->title);
    json_key(w, "published");
    json_moment(w, v->published_us);
    json_key(w, "promises");
    json_int(w, (int64_t)v->code->promise_count);
    json_object_end(w);
}

/* The version that was the newest before, and the one that is. */
static void note(struct request *r, const struct book *book, const struct published *published,
                 const struct sent *sent)
{
    static const struct noun noun = {"ver", write_noted};
    size_t count = book_version_count(book);
    struct diagnostics none = {0};
    const struct version now = {.id = published->id,
                                .published_us = published->published_us,
                                .code = code_parse(request_arena(r), sent->source, &none)};
    request_changed_thing(r, &noun, "code.published", now.id,
                          count ? book_version(book, count - 1) : NULL, &now);
}

static enum err publish(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    const struct sent *sent = request_kept(r);
    const struct publishing publishing = {.what = {.source = sent->source,
                                                   .files = sent->files,
                                                   .file_count = sent->file_count,
                                                   .published_by = request_identity(r)->name,
                                                   .now_us = database_now(db)}};
    struct published published;
    struct book *before CLEANUP(book_drop) = publisher_book(request_self(r));
    bool is_person = request_identity(r)->kind == IDENTITY_STAFF;
    enum err e = is_person ? publisher_ask_guard(request_self(r), db, info) : ERR_NONE;
    e = e ? e : publisher_publish(request_self(r), db, &publishing, &published, info);
    if (e) {
        return e;
    }
    if (published.is_new) {
        note(r, before, &published, sent);
    } else {
        request_changed_nothing(r);
    }
    char words[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, published.is_new ? 201 : 200);
    json_object_begin(&w);
    json_key(&w, "id");
    json_str(&w, id_format(published.id, "ver", words));
    json_key(&w, "published");
    json_moment(&w, published.published_us);
    json_object_end(&w);
    reply_header(reply, "Location",
                 arena_printf(request_arena(r), "/api/v1/code/versions/%s", words));
    return ERR_NONE;
}

static const struct field published_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the version."},
    {.name = "published", .type = FIELD_MOMENT, .required = true, .doc = "When."},
};
static const struct shape published_shape = {"CodePublished", published_fields, 2};

const struct route code_routes[CODE_ROUTES] = {
    {.method = METHOD_POST,
     .path = "/api/v1/code",
     .scope = "code:write",
     .summary =
         "Publish a Customer Code. One with mistakes is refused with its diagnostics; the newest "
         "version once more is answered with itself, 200.",
     .kind = ROUTE_WRITE,
     .body = BODY_RAW,
     .body_most = SENT_BYTES_MAX,
     .body_types = sent_types,
     .reply = &published_shape,
     .reply_code = 201,
     .prepare = prepare_publish,
     .handle = publish},
    {.method = METHOD_POST,
     .path = "/api/v1/code/check",
     .scope = "code:read",
     .summary = "Find the mistakes in a Code without publishing it.",
     .kind = ROUTE_DIRECT,
     .body = BODY_RAW,
     .body_most = SENT_BYTES_MAX,
     .body_types = sent_types,
     .reply = &finding_shape,
     .handle = answer_check},
    {.method = METHOD_POST,
     .path = "/api/v1/code/format",
     .scope = "code:read",
     .summary = "A Code in the one layout, comments kept.",
     .kind = ROUTE_DIRECT,
     .body = BODY_RAW,
     .body_most = SENT_BYTES_MAX,
     .body_types = sent_types,
     .reply = &formatted_shape,
     .handle = edit_format},
    {.method = METHOD_POST,
     .path = "/api/v1/code/vocabulary",
     .scope = "code:read",
     .summary = "Words and names that may come next in a Code, for an editor.",
     .kind = ROUTE_DIRECT,
     .body = BODY_RAW,
     .body_most = SENT_BYTES_MAX,
     .body_types = sent_types,
     .reply = &vocabulary_shape,
     .handle = edit_vocabulary},
    {.method = METHOD_GET,
     .path = "/api/v1/code",
     .scope = "code:read",
     .summary = "The version in force, with its text.",
     .reply = &version_shape,
     .handle = get_code},
    {.method = METHOD_GET,
     .path = "/api/v1/code/promises",
     .scope = "code:read",
     .summary = "The version in force to be read: its promises in their words, and what they mean.",
     .reply = &readable_shape,
     .handle = readable_code},
    {.method = METHOD_GET,
     .path = "/api/v1/code/versions",
     .scope = "code:read",
     .summary = "All published versions, the newest first.",
     .fields = list_fields,
     .field_count = 2,
     .reply = &version_shape,
     .reply_list = true,
     .handle = list_versions},
    {.method = METHOD_GET,
     .path = "/api/v1/code/versions/{id}",
     .scope = "code:read",
     .summary = "One version, with its text.",
     .fields = by_id,
     .field_count = 1,
     .reply = &version_shape,
     .handle = get_version},
    {.method = METHOD_GET,
     .path = "/api/v1/code/versions/{id}/differences",
     .scope = "code:read",
     .summary = "What a version changed in the one before it, promise by promise, in words.",
     .fields = by_id,
     .field_count = 1,
     .reply = &differences_shape,
     .handle = get_differences},
};
