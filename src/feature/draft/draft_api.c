/* Drafts in the API: made, read, changed by one at a time (If-Match), compared, discarded. */
#include "feature/code/difference_json.h"
#include "feature/draft/draft_part.h"

#include <sodium.h>

/* -- shapes -- */

const struct field draft_by_id[1] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "dra_…"},
};

static const struct field fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the draft."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "For people."},
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "open, sent (for approval), published or discarded."},
    {.name = "revision",
     .type = FIELD_INTEGER,
     .required = true,
     .doc = "Grows with each change; its ETag."},
    {.name = "made_from", .type = FIELD_TEXT, .doc = "The version it was made from."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "changed", .type = FIELD_MOMENT, .required = true, .doc = "When last."},
    {.name = "changed_by", .type = FIELD_TEXT, .required = true, .doc = "By whom last."},
    {.name = "note", .type = FIELD_TEXT, .required = true, .doc = "To those who approve."},
    {.name = "from", .type = FIELD_MOMENT, .doc = "In force from then on; null: at once."},
    {.name = "sent", .type = FIELD_MOMENT, .doc = "When for approval."},
    {.name = "sent_by", .type = FIELD_TEXT, .required = true, .doc = "By whom."},
    {.name = "decided", .type = FIELD_MOMENT, .doc = "When approved or sent back."},
    {.name = "decided_by", .type = FIELD_TEXT, .required = true, .doc = "By whom."},
    {.name = "reason", .type = FIELD_TEXT, .required = true, .doc = "Why it was sent back."},
    {.name = "version", .type = FIELD_TEXT, .doc = "What it was published as."},
    {.name = "authors", .type = FIELD_ARRAY, .doc = "Names of all who have written in it."},
    {.name = "is_author", .type = FIELD_BOOLEAN, .doc = "Whoever asks is one of them."},
    {.name = "source", .type = FIELD_TEXT, .doc = "The text; of a single draft only."},
    {.name = "files", .type = FIELD_OBJECT, .doc = "iCalendar files that it names, as texts."},
};
const struct shape draft_shape = {"Draft", fields, sizeof(fields) / sizeof(fields[0])};

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

static void write_members(struct json_writer *w, const struct draft *d)
{
    member_id(w, "id", "dra", d->id);
    member_text(w, "name", d->name);
    json_key(w, "state");
    json_str(w, draft_state_name(d->state));
    json_key(w, "revision");
    json_int(w, d->revision);
    member_id(w, "made_from", "ver", d->base_version_id);
    member_moment(w, "created", d->created_us);
    member_moment(w, "changed", d->changed_us);
    member_text(w, "changed_by", d->changed_by);
    member_text(w, "note", d->note);
    member_moment(w, "from", d->from_us);
    member_moment(w, "sent", d->sent_us);
    member_text(w, "sent_by", d->sent_by);
    member_moment(w, "decided", d->decided_us);
    member_text(w, "decided_by", d->decided_by);
    member_text(w, "reason", d->reason);
    member_id(w, "version", "ver", d->version_id);
}

static void write_digest(struct json_writer *w, const char *name, struct text t)
{
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];
    (void)crypto_generichash(hash, sizeof(hash), (const unsigned char *)t.ptr, t.len, NULL, 0);
    json_key(w, name);
    json_object_begin(w);
    json_key(w, "bytes");
    json_int(w, (int64_t)t.len);
    json_key(w, "blake2b");
    json_str(w, sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
    json_object_end(w);
}

static void write_noted(struct json_writer *w, const void *thing)
{
    const struct draft *d = thing;
    json_object_begin(w);
    write_members(w, d);
    write_digest(w, "source", d->source);
    write_digest(w, "files", d->files);
    json_object_end(w);
}

void draft_noted(struct request *r, const char *action, const struct draft *before,
                 const struct draft *after)
{
    static const struct noun noun = {"dra", write_noted};
    request_changed_thing(r, &noun, action, after->id, before, after);
}

enum err draft_answer(struct request *r, struct database *db, struct reply *reply, unsigned status,
                      const struct draft *d, struct err_info *info)
{
    struct author *authors = NULL, asking = author_of(r);
    size_t count = 0;
    enum err e = draft_authors(db, d->id, request_arena(r), &authors, &count, info);
    if (e) {
        return e;
    }
    bool is_author = false;
    struct json_writer w = reply_json(reply, status);
    json_object_begin(&w);
    write_members(&w, d);
    json_key(&w, "authors");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_text(&w, authors[i].name);
        is_author = is_author || authors[i].id == asking.id;
    }
    json_array_end(&w);
    json_key(&w, "is_author");
    json_bool(&w, is_author);
    member_text(&w, "source", d->source);
    json_key(&w, "files");
    json_raw(&w, d->files);
    json_object_end(&w);
    reply_etag(reply, d->revision);
    return ERR_NONE;
}

/* -- what requests bring -- */

int64_t draft_next_id(struct request *r)
{
    struct drafting *drafting = request_self(r);
    return keeper_next_id(ledger_keeper(drafting->ledger));
}

enum err draft_of_request(struct request *r, struct database *db, struct draft *ret,
                          struct err_info *info)
{
    int64_t id = 0; /* nobody's */
    id_parse(request_text(r, "id"), "dra", &id);
    return draft_find(db, id, request_arena(r), ret, info);
}

enum err draft_sent(struct arena *arena, const struct draft *d, struct sent *ret,
                    struct err_info *info)
{
    const struct json_limits limits = {SENT_BYTES_MAX, 3, 100};
    const struct json *files;
    *ret = (struct sent){.source = d->source};
    enum err e = json_parse(arena, d->files, &limits, &files, info);
    return e ? e : sent_take_files(files, ret, info);
}

static struct text files_text(struct arena *arena, const struct sent *sent)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    for (size_t i = 0; i < sent->file_count; i++) {
        json_key_text(&w, sent->files[i].name);
        json_text(&w, sent->files[i].bytes);
    }
    json_object_end(&w);
    return arena_text(arena, buf_text(&out));
}

/* The fields name, source and files, where given. */
static enum err take_fields(struct request *r, struct draft *d, struct err_info *info)
{
    struct sent sent = {0};
    enum err e = ERR_NONE;
    if (request_has(r, "name")) {
        d->name = text_trim(request_text(r, "name"));
    }
    if (request_has(r, "source")) {
        d->source = request_text(r, "source");
    }
    if (request_has(r, "files")) {
        e = sent_take_files(request_json(r, "files"), &sent, info);
        d->files = e ? d->files : files_text(request_arena(r), &sent);
    }
    if (!e && !d->name.len) {
        e = err_field(info, ERR_INVALID, "name", "Give the draft a name.");
    }
    return e;
}

static enum err must_be_open(const struct draft *d, struct err_info *info)
{
    static const char *const why[] = {
        [DRAFT_OPEN] = "",
        [DRAFT_SENT] = "It is with those who approve. Take it back to change it.",
        [DRAFT_PUBLISHED] = "It is published already. Make a new draft.",
        [DRAFT_DISCARDED] = "It was discarded. Take it up again to change it."};
    return d->state == DRAFT_OPEN ? ERR_NONE : err_set(info, ERR_CONFLICT, "%s", why[d->state]);
}

/* -- routes -- */

enum err draft_create(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct drafting *drafting = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(drafting->publisher);
    const struct version *current = book_current(book, moment_now());
    struct sent sent = {0};
    enum err e = ERR_NONE;
    if (current) {
        sent.source = current->code->source;
        e = book_files(db, current->id, request_arena(r), sent.files, SENT_FILES_MAX,
                       &sent.file_count, info);
    }
    struct draft d = {.id = draft_next_id(r),
                      .revision = 1,
                      .base_version_id = current ? current->id : 0,
                      .source = sent.source,
                      .files = files_text(request_arena(r), &sent),
                      .created_us = moment_now(),
                      .from_us = MOMENT_NEVER,
                      .sent_us = MOMENT_NEVER,
                      .decided_us = MOMENT_NEVER};
    struct author by = author_of(r);
    d.changed_us = d.created_us;
    d.changed_by = by.name;
    e = e ? e : take_fields(r, &d, info);
    e = e ? e : draft_add(db, &d, by, info);
    e = e ? e : draft_answer(r, db, reply, 201, &d, info);
    if (!e) {
        char words[ID_TEXT_SIZE];
        draft_noted(r, "draft.made", NULL, &d);
        reply_header(
            reply, "Location",
            arena_printf(request_arena(r), "/api/v1/drafts/%s", id_format(d.id, "dra", words)));
    }
    return e;
}

enum err draft_get(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct draft d;
    enum err e = draft_of_request(r, db, &d, info);
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

enum err draft_patch(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct draft d = {0};
    enum err e = draft_of_request(r, db, &d, info);
    e = e ? e : request_if_match(r, d.revision, true, info);
    e = e ? e : must_be_open(&d, info);
    const struct draft before = d;
    e = e ? e : take_fields(r, &d, info);
    struct author by = author_of(r);
    int64_t now_us = moment_now();
    e = e ? e : draft_change(db, &d, by, now_us, info);
    d.revision++;
    d.changed_us = now_us;
    d.changed_by = by.name;
    if (!e) {
        draft_noted(r, "draft.changed", &before, &d);
    }
    return e ? e : draft_answer(r, db, reply, 200, &d, info);
}

enum err draft_get_list(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    int64_t before = INT64_MAX;
    size_t most = (size_t)request_int(r, "limit", 50), count = 0;
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "dra", &before)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    struct draft *list = ARENA_ARRAY(request_arena(r), struct draft, most + 1);
    enum err e = draft_list(db, (enum draft_state)request_choice(r, "state", DRAFT_STATES), before,
                            most + 1, request_arena(r), list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count && i < most; i++) {
        json_object_begin(&w);
        write_members(&w, &list[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    member_id(&w, "next", "dra", count > most ? list[most - 1].id : 0);
    json_object_end(&w);
    return ERR_NONE;
}

enum err draft_get_differences(struct request *r, struct database *db, struct reply *reply,
                               struct err_info *info)
{
    struct draft d;
    struct drafting *drafting = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(drafting->publisher);
    enum err e = draft_of_request(r, db, &d, info);
    if (e) {
        return e;
    }
    const struct version *current = book_current(book, moment_now());
    struct diagnostics before = {0}, after = {0};
    const struct code *published =
        current ? current->code : code_parse(request_arena(r), TEXT(""), &before);
    difference_answer(r, published, code_parse(request_arena(r), d.source, &after), reply);
    return ERR_NONE;
}

static enum err move(struct request *r, struct database *db, struct reply *reply, struct draft *d,
                     enum draft_state to, struct err_info *info)
{
    const struct draft before = *d;
    d->state = to;
    enum err e = draft_move(db, d, info);
    draft_noted(r, to == DRAFT_OPEN ? "draft.restored" : "draft.discarded", &before, d);
    return e ? e : draft_answer(r, db, reply, 200, d, info);
}

enum err draft_discard(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct draft d;
    enum err e = draft_of_request(r, db, &d, info);
    if (!e && d.state == DRAFT_PUBLISHED) {
        e = must_be_open(&d, info);
    }
    return e ? e : move(r, db, reply, &d, DRAFT_DISCARDED, info);
}

enum err draft_restore(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct draft d;
    enum err e = draft_of_request(r, db, &d, info);
    if (!e && d.state != DRAFT_DISCARDED) {
        e = err_set(info, ERR_CONFLICT, "It is not discarded.");
    }
    return e ? e : move(r, db, reply, &d, DRAFT_OPEN, info);
}
