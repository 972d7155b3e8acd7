/* The trail in the API: to read, to search, to export, to check; and to erase words of. */
#include "base/csv_cell.h"
#include "base/id.h"
#include "feature/audit/trail.h"
#include "feature/audit/verify.h"

enum { LIST_USUAL = 50, LIST_MOST = 500, EXPORT_MOST = 50000 };

static const char *const formats[] = {"csv", "ndjson", NULL};

#define FILTER_FIELDS                                                                       \
    {.name = "actor",                                                                       \
     .place = FIELD_QUERY,                                                                  \
     .type = FIELD_TEXT,                                                                    \
     .doc = "Who: stf_…, tok_…, \"command\", \"visitor\" or \"rule\"."},                    \
        {.name = "action",                                                                  \
         .place = FIELD_QUERY,                                                              \
         .type = FIELD_TEXT,                                                                \
         .doc = "What was done, exactly: \"team.renamed\"."},                               \
        {.name = "subject",                                                                 \
         .place = FIELD_QUERY,                                                              \
         .type = FIELD_TEXT,                                                                \
         .doc = "To what, exactly: an id."},                                                \
        {.name = "q",                                                                       \
         .place = FIELD_QUERY,                                                              \
         .type = FIELD_TEXT,                                                                \
         .most = 200,                                                                       \
         .doc = "Words in names, action, subject, before or after."},                       \
        {.name = "from", .place = FIELD_QUERY, .type = FIELD_MOMENT, .doc = "Since then."}, \
    {                                                                                       \
        .name = "until", .place = FIELD_QUERY, .type = FIELD_MOMENT, .doc = "Before then."  \
    }

static const struct field list_query[] = {
    FILTER_FIELDS,
    {.name = "after",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "The next of the page before."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = LIST_MOST,
     .doc = "How many; 50 if not given."},
};
static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "aud_…"},
};
static const struct field export_query[] = {
    FILTER_FIELDS,
    {.name = "format",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = formats,
     .doc = "csv (the usual) or ndjson."},
    {.name = "language",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = language_tags,
     .doc = "Of the headings; without it, the names that programs read."},
};
static const struct field record_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the record."},
    {.name = "at", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "actor",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "stf_…, tok_…, \"command\", \"visitor\" or \"rule\"."},
    {.name = "actor_name", .type = FIELD_TEXT, .doc = "At that time. Null: none, or erased."},
    {.name = "action", .type = FIELD_TEXT, .required = true, .doc = "What was done."},
    {.name = "subject", .type = FIELD_TEXT, .doc = "To what. Null: erased."},
    {.name = "before", .type = FIELD_JSON, .doc = "Null: there was nothing, or it was erased."},
    {.name = "after", .type = FIELD_JSON, .doc = "Null: there is nothing, or it was erased."},
    {.name = "erased", .type = FIELD_BOOLEAN, .required = true, .doc = "Its words were erased."},
};
static const struct shape record_shape = {"AuditRecord", record_fields,
                                          sizeof(record_fields) / sizeof(record_fields[0])};
static const struct field end_fields[] = {
    {.name = "node", .type = FIELD_INTEGER, .required = true, .doc = "Which server's chain."},
    {.name = "seq", .type = FIELD_INTEGER, .required = true, .doc = "Its last row."},
    {.name = "hash", .type = FIELD_TEXT, .required = true, .doc = "Of that row, hexadecimal."},
};
static const struct shape end_shape = {"AuditEnd", end_fields, 3};
static const struct field fault_fields[] = {
    {.name = "node", .type = FIELD_INTEGER, .required = true, .doc = "Which server's chain."},
    {.name = "seq", .type = FIELD_INTEGER, .required = true, .doc = "Which row."},
    {.name = "what", .type = FIELD_TEXT, .required = true, .doc = "What is wrong with it."},
};
static const struct shape fault_shape = {"AuditFault", fault_fields, 3};
static const struct field report_fields[] = {
    {.name = "whole", .type = FIELD_BOOLEAN, .required = true, .doc = "Nothing is wrong."},
    {.name = "rows", .type = FIELD_INTEGER, .required = true, .doc = "Checked."},
    {.name = "erased", .type = FIELD_INTEGER, .required = true, .doc = "Rows without words."},
    {.name = "ends",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &end_shape,
     .doc = "Where the chains end: write them down."},
    {.name = "fault_count", .type = FIELD_INTEGER, .required = true, .doc = "Of all faults."},
    {.name = "faults",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &fault_shape,
     .doc = "The first twenty."},
};
static const struct shape report_shape = {"AuditReport", report_fields, 6};
static const struct field erase_fields[] = {
    {.name = "subject",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 1,
     .most = 1000,
     .doc = "Whose words: an id as the records name it."},
};
static const struct field erased_fields[] = {
    {.name = "erased", .type = FIELD_INTEGER, .required = true, .doc = "So many records."},
};
static const struct shape erased_shape = {"AuditErased", erased_fields, 1};

static enum err read_filter(const struct request *r, struct trail_filter *f, struct err_info *info)
{
    *f = (struct trail_filter){
        .actor = request_text(r, "actor"),
        .action = request_text(r, "action"),
        .subject = request_text(r, "subject"),
        .words = request_text(r, "q"),
        .from_us = request_moment(r, "from", MOMENT_BEFORE_ALL),
        .until_us = request_moment(r, "until", MOMENT_NEVER),
    };
    return trail_check(f, info);
}

static struct sight sight_of(struct request *r)
{
    return (struct sight){request_identity(r), audit_customers(request_self(r))};
}

/* -- lists -- */

struct list {
    struct json_writer *w;
    struct buf *lines; /* CSV */
    struct arena *arena;
    size_t count;
};

static void value(struct json_writer *w, const char *name, struct text json)
{
    json_key(w, name);
    if (json.len) {
        json_raw(w, json);
    } else {
        json_null(w);
    }
}

static void text_or_null(struct json_writer *w, const char *name, struct text t)
{
    json_key(w, name);
    if (t.len) {
        json_text(w, t);
    } else {
        json_null(w);
    }
}

static void write_record(struct json_writer *w, const struct chain_link *link, struct arena *arena)
{
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(link->id, "aud", id));
    json_key(w, "at");
    json_moment(w, link->at_us);
    json_key(w, "actor");
    json_text(w, trail_actor(link, arena));
    text_or_null(w, "actor_name", link->actor);
    json_key(w, "action");
    json_text(w, link->action);
    text_or_null(w, "subject", link->subject);
    value(w, "before", link->before);
    value(w, "after", link->after);
    json_key(w, "erased");
    json_bool(w, !link->has_words);
    json_object_end(w);
}

static void add_record(void *self, const struct chain_link *link)
{
    struct list *list = self;
    write_record(list->w, link, list->arena);
}

static enum err list(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct trail_filter filter;
    enum err e = read_filter(r, &filter, info);
    struct text after = request_text(r, "after");
    if (!e && after.len && !id_parse(after, "aud", &filter.before_id)) {
        e = err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    struct list list = {.w = &w, .arena = request_arena(r)};
    int64_t next = 0;
    struct sight sight = sight_of(r);
    e = trail_read(db, &filter, &sight, (size_t)request_int(r, "limit", LIST_USUAL), list.arena,
                   add_record, &list, &next, info);
    json_array_end(&w);
    char id[ID_TEXT_SIZE];
    text_or_null(&w, "next", next ? text_of(id_format(next, "aud", id)) : TEXT(""));
    json_object_end(&w);
    return e;
}

static enum err show(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct chain_link link;
    int64_t id;
    if (!id_parse(request_text(r, "id"), "aud", &id)) {
        id = 0;
    }
    struct sight sight = sight_of(r);
    enum err e = trail_find(db, &sight, id, request_arena(r), &link, info);
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        write_record(&w, &link, request_arena(r));
    }
    return e;
}

/* -- export -- */

static void add_line(void *self, const struct chain_link *link)
{
    struct list *list = self;
    char at[MOMENT_TEXT_SIZE];
    const struct text cells[] = {text_of(moment_format(link->at_us, at)),
                                 trail_actor(link, list->arena),
                                 link->actor,
                                 link->action,
                                 link->subject,
                                 link->before,
                                 link->after};
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        if (i) {
            buf_add_char(list->lines, ',');
        }
        csv_cell(list->lines, cells[i]);
    }
    buf_add_str(list->lines, "\r\n");
    list->count++;
}

static void add_ndjson(void *self, const struct chain_link *link)
{
    struct list *list = self;
    struct json_writer w = json_writer(list->lines);
    write_record(&w, link, list->arena);
    buf_add_char(list->lines, '\n');
    list->count++;
}

static const char *const file_head = "at,actor,actor_name,action,subject,before,after\r\n";
static const char *const file_heads[LANGUAGES] = {
    "At,Actor,Name,Action,About,Before,After\r\n",
    "Quando,Quem,Nome,Ação,Sobre,Antes,Depois\r\n",
    "Cuándo,Quién,Nombre,Acción,Sobre,Antes,Después\r\n",
};

static void begin_file(struct request *r, bool csv, struct reply *reply)
{
    struct buf *out =
        reply_body(reply, 200, csv ? "text/csv; charset=utf-8" : "application/x-ndjson");
    reply_header(reply, "Content-Disposition",
                 csv ? TEXT("attachment; filename=\"audit.csv\"")
                     : TEXT("attachment; filename=\"audit.ndjson\""));
    if (csv) {
        buf_add_str(out, request_has(r, "language") ? file_heads[request_choice(r, "language", 0)]
                                                    : file_head);
    }
}

static enum err export_trail(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    struct trail_filter filter;
    enum err e = read_filter(r, &filter, info);
    if (e) {
        return e;
    }
    bool csv = request_choice(r, "format", 0) == 0;
    struct list list = {.arena = request_arena(r), .lines = &reply->body};
    struct sight sight = sight_of(r);
    begin_file(r, csv, reply);
    do {
        e = trail_read(db, &filter, &sight, EXPORT_MOST - list.count + 1, list.arena,
                       csv ? add_line : add_ndjson, &list, &filter.before_id, info);
    } while (!e && filter.before_id && list.count <= EXPORT_MOST);
    if (!e && list.count > EXPORT_MOST) {
        e = err_field(info, ERR_LIMIT, "from",
                      "That is more than %d records. Export a shorter time: from and until.",
                      EXPORT_MOST);
    }
    if (!e) {
        request_has_read(r, "audit.exported", TEXT("audit"));
    }
    return e;
}

/* -- check and erase -- */

static void write_faults(struct json_writer *w, const struct audit_report *report)
{
    json_array_begin(w);
    for (size_t i = 0; i < report->fault_count && i < AUDIT_FAULTS_MAX; i++) {
        json_object_begin(w);
        json_key(w, "node");
        json_int(w, report->faults[i].node);
        json_key(w, "seq");
        json_int(w, report->faults[i].seq);
        json_key(w, "what");
        json_text(w, report->faults[i].what);
        json_object_end(w);
    }
    json_array_end(w);
}

void audit_report_write(struct json_writer *w, const struct audit_report *report)
{
    json_object_begin(w);
    json_key(w, "whole");
    json_bool(w, report->fault_count == 0);
    json_key(w, "rows");
    json_int(w, report->rows);
    json_key(w, "erased");
    json_int(w, report->erased);
    json_key(w, "ends");
    audit_ends_write(w, report->ends, report->end_count, -1);
    json_key(w, "fault_count");
    json_int(w, (int64_t)report->fault_count);
    json_key(w, "faults");
    write_faults(w, report);
    json_object_end(w);
}

static enum err check(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct audit_report report;
    enum err e = audit_check(db, NULL, 0, request_arena(r), &report, info);
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        audit_report_write(&w, &report);
    }
    return e;
}

static enum err erase(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    int64_t count = 0;
    enum err e = audit_erase(db, request_text(r, "subject"), &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "erased");
    json_int(&w, count);
    json_object_end(&w);
    /* Not whose: that was to be erased. */
    request_changed(
        r, &(struct request_change){
               .action = "audit.erased",
               .subject = TEXT("audit"),
               .after = arena_printf(request_arena(r), "{\"records\":%lld}", (long long)count)});
    return ERR_NONE;
}

const struct route audit_routes[AUDIT_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/audit",
     .scope = "audit:read",
     .summary = "Who changed what, and who read what is not open to all; the newest first.",
     .kind = ROUTE_SLOW,
     .fields = list_query,
     .field_count = sizeof(list_query) / sizeof(list_query[0]),
     .reply = &record_shape,
     .reply_list = true,
     .handle = list},
    {.method = METHOD_GET,
     .path = "/api/v1/audit/export",
     .scope = "audit:read",
     .summary = "The same as a file, up to 50,000 records. The export is noted itself.",
     .kind = ROUTE_SLOW,
     .fields = export_query,
     .field_count = sizeof(export_query) / sizeof(export_query[0]),
     .answer_us = 60 * SECOND_US,
     .handle = export_trail},
    {.method = METHOD_GET,
     .path = "/api/v1/audit/check",
     .scope = "audit:read",
     .summary = "Whether every row is as it was written and none is missing.",
     .kind = ROUTE_SLOW,
     .answer_us = 60 * SECOND_US,
     .reply = &report_shape,
     .handle = check},
    {.method = METHOD_GET,
     .path = "/api/v1/audit/{id}",
     .scope = "audit:read",
     .summary = "One record.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &record_shape,
     .handle = show},
    {.method = METHOD_POST,
     .path = "/api/v1/audit/erase",
     .scope = "admin",
     .summary = "Erase the words of all records about one subject. The chain still holds.",
     .kind = ROUTE_WRITE,
     .fields = erase_fields,
     .field_count = 1,
     .body = BODY_FIELDS,
     .reply = &erased_shape,
     .handle = erase},
};
