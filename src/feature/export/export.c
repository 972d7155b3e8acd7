#include "feature/export/export.h"

#include "feature/export/export_part.h"
#include "feature/ledger/obligation_question.h"
#include "feature/measure/measure_question.h"
#include "feature/staff/staff_page.h"

#include <stdlib.h>

const char *const export_formats[] = {"csv", "xlsx", NULL};
static const char *const types[] = {
    "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
static const char *const subjects[EXPORT_TABLES] = {
    [EXPORT_OBLIGATIONS] = "obligations",
    [EXPORT_CUSTOMERS] = "customers",
    [EXPORT_ADHERENCE] = "adherence",
    [EXPORT_STAFF] = "staff",
};
static const char *const actions[EXPORT_TABLES] = {
    [EXPORT_OBLIGATIONS] = "obligations.exported",
    [EXPORT_CUSTOMERS] = "customers.exported",
    [EXPORT_ADHERENCE] = "adherence.exported",
    [EXPORT_STAFF] = "staff.exported",
};

static enum err read_zone(struct request *r, const struct book *book, const struct zone **ret,
                          struct err_info *info)
{
    struct text name = request_text(r, "time_zone");
    struct zone *zone = NULL;
    *ret = book_zone(book);
    if (name.len == 0) {
        return ERR_NONE;
    }
    if (zone_load(request_arena(r), name, &zone, info)) {
        return err_field(info, ERR_INVALID, "time_zone",
                         "time_zone must be a name such as America/Sao_Paulo.");
    }
    *ret = zone;
    return ERR_NONE;
}

enum err export_open(struct request *r, const struct book *book, enum export_table table,
                     struct export_file *ret, struct err_info *info)
{
    struct export_file f = {.request = r, .is_for_people = request_has(r, "language")};
    f.words = f.is_for_people ? export_words((enum language)request_choice(r, "language", 0))
                              : &export_names;
    enum sheet_kind kind = (enum sheet_kind)request_choice(r, "format", 0);
    enum err e = read_zone(r, book, &f.zone, info);
    e = e ? e : sheet_open(kind, f.words->pages[table], f.zone, &f.sheet, info);
    if (!e) {
        *ret = f;
    }
    return e;
}

void export_close(struct export_file *f)
{
    sheet_close(&f->sheet);
}

void export_heading(const struct export_file *f, const char *words)
{
    sheet_text(f->sheet, text_of(words));
}

void export_heading_moment(const struct export_file *f, const char *words)
{
    sheet_text(f->sheet, arena_printf(request_arena(f->request), "%s (%.*s)", words,
                                      TEXT_ARG(zone_name(f->zone))));
}

void export_yes_no(const struct export_file *f, bool value)
{
    sheet_text(f->sheet, text_of(value ? f->words->yes : f->words->no));
}

enum err export_reply(struct export_file *f, enum export_table table, struct reply *reply,
                      struct err_info *info)
{
    int file;
    size_t kind = request_choice(f->request, "format", 0);
    enum err e = sheet_finish(f->sheet, &file, info);
    if (!e) {
        request_has_read(f->request, actions[table], text_of(subjects[table]));
        reply_file(reply, types[kind], file);
        reply_header(reply, "Content-Disposition",
                     arena_printf(request_arena(f->request), "attachment; filename=\"%s.%s\"",
                                  f->words->files[table], export_formats[kind]));
    }
    return e;
}

static const struct field obligations_fields[] = {QUESTION_FIELDS, EXPORT_FIELDS};
static const struct field customers_fields[] = {
    {.name = "q",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .most = CUSTOMER_NAME_MAX,
     .doc = "Only those that the list finds by these words."},
    EXPORT_FIELDS,
};
static const struct field adherence_fields[] = {MEASURE_QUESTION_FIELDS, EXPORT_FIELDS};
static const struct field staff_fields[] = {STAFF_FILTER_FIELDS, EXPORT_FIELDS};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/exports/obligations",
     .scope = "ledger:read",
     .also = "export",
     .summary = "Obligations as a file, 100,000 at most, by the filters of their list.",
     .kind = ROUTE_SLOW,
     .fields = obligations_fields,
     .field_count = QUESTION_FIELD_COUNT + EXPORT_FIELD_COUNT,
     .handle = export_obligations},
    {.method = METHOD_GET,
     .path = "/api/v1/exports/customers",
     .scope = "customer:read",
     .also = "export",
     .summary = "Customers as a file, 100,000 at most, by the search of their list.",
     .kind = ROUTE_SLOW,
     .fields = customers_fields,
     .field_count = 1 + EXPORT_FIELD_COUNT,
     .answer_us = 60 * SECOND_US,
     .handle = export_customers},
    {.method = METHOD_GET,
     .path = "/api/v1/exports/adherence",
     .scope = "measure:read",
     .also = "export",
     .summary = "How often promises were kept, as a file, with n and intervals.",
     .kind = ROUTE_SLOW,
     .fields = adherence_fields,
     .field_count = MEASURE_QUESTION_FIELD_COUNT + EXPORT_FIELD_COUNT,
     .handle = export_adherence},
    {.method = METHOD_GET,
     .path = "/api/v1/exports/staff",
     .scope = "staff:read",
     .also = "export",
     .summary = "Members of staff as a file, by the filters of their list.",
     .kind = ROUTE_SLOW,
     .fields = staff_fields,
     .field_count = STAFF_FILTER_FIELD_COUNT + EXPORT_FIELD_COUNT,
     .handle = export_staff},
};

static enum err open_export(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    (void)db, (void)info;
    struct exports *self = calloc(1, sizeof(*self));
    if (!self) {
        abort();
    }
    self->publisher = server_module(server, "code");
    self->customers = server_module(server, "customer");
    *ret_self = self;
    return ERR_NONE;
}

static void close_export(void *self)
{
    free(self);
}

const struct module export_module = {
    .name = "export",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_export,
    .close = close_export,
};
