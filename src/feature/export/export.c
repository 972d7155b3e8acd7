#include "feature/export/export.h"

#include "base/id.h"
#include "feature/code/publisher.h"
#include "feature/export/export_words.h"
#include "feature/export/sheet.h"
#include "feature/ledger/obligation_walk.h"

#include <stdlib.h>

enum { SLICE_ROWS = 2000, LOOK_MOST = 4000000 };

struct self {
    struct publisher *publisher;
};

static const char *const formats[] = {"csv", "xlsx", NULL};
static const char *const types[] = {
    "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};

struct exporting {
    struct database *db;
    const struct obligation_question *question;
    struct sheet *sheet;
    const struct zone *zone;
    const struct export_words *words;
};

static void write_head(const struct exporting *x, struct arena *arena)
{
    for (size_t i = 0; i < EXPORT_COLUMNS; i++) {
        const char *name = x->words->columns[i];
        bool is_moment = i >= 9 && i <= 12;
        sheet_text(x->sheet,
                   is_moment ? arena_printf(arena, "%s (%.*s)", name, TEXT_ARG(zone_name(x->zone)))
                             : text_of(name));
    }
}

static struct text offset_of(const struct zone *zone, int64_t us, struct arena *arena)
{
    int32_t seconds = zone_offset(zone, us, NULL);
    int32_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
    return arena_printf(arena, "UTC%c%02d:%02d", seconds < 0 ? '-' : '+', (int)(minutes / 60),
                        (int)(minutes % 60));
}

/* An amount and its currency, or neither. */
static void write_owed(struct sheet *s, const struct ledger_row *row)
{
    struct money money = {.minor = row->owed_minor};
    if (row->owed_currency.len == 3) {
        memcpy(money.currency, row->owed_currency.ptr, 3);
        sheet_money(s, money);
    } else {
        sheet_text(s, TEXT(""));
    }
    sheet_text(s, text_of(money.currency));
}

static void write_row(const struct exporting *x, const struct ledger_row *row, struct arena *arena)
{
    char id[ID_TEXT_SIZE];
    struct sheet *s = x->sheet;
    sheet_text(s, text_of(id_format(row->id, "obl", id)));
    sheet_text(s, row->promise);
    sheet_text(s, text_of(x->words->states[row->state]));
    const struct text texts[] = {row->key,     row->thread, row->customer,
                                 row->channel, row->team,   row->person};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        sheet_text(s, texts[i]);
    }
    sheet_moment(s, row->opened_us);
    sheet_moment(s, row->due_us);
    sheet_moment(s, row->decided_us);
    sheet_moment(s, row->fulfilled_us);
    write_owed(s, row);
    sheet_int(s, row->owed_count);
    sheet_text(s, offset_of(x->zone, row->opened_us, arena));
}

static enum err too_many(struct err_info *info)
{
    return err_set(info, ERR_LIMIT,
                   "That is more than %d obligations. Narrow the filters, say to a month, and "
                   "export in parts.",
                   (int)EXPORT_ROWS_MOST);
}

static enum err write_slice(const struct exporting *x, struct walk_place *place,
                            struct arena *arena, struct walk_page *page, struct err_info *info)
{
    const struct walk_bounds bounds = {SLICE_ROWS, LOOK_MOST, INT64_MAX};
    enum err e = obligation_walk(x->db, x->question, place, &bounds, arena, page, info);
    for (size_t i = 0; !e && i < page->count; i++) {
        write_row(x, &page->rows[i], arena);
        e = sheet_end_row(x->sheet, info);
    }
    if (!e) {
        *place = page->place;
    }
    return e;
}

static enum err write_slices(const struct exporting *x, struct arena arenas[2],
                             struct err_info *info)
{
    struct walk_place place = {0}; /* its key is in the arena of the slice before */
    write_head(x, &arenas[0]);
    enum err e = sheet_end_row(x->sheet, info);
    for (size_t rows = 0, looked = 0, slice = 1; !e; slice++) {
        struct walk_page page;
        arena_clear(&arenas[slice % 2]);
        e = write_slice(x, &place, &arenas[slice % 2], &page, info);
        if (e || page.ended) {
            return e;
        }
        rows += page.count;
        looked += page.looked;
        if (rows >= EXPORT_ROWS_MOST || looked >= LOOK_MOST) {
            return too_many(info);
        }
    }
    return e;
}

static enum err write_all(const struct exporting *x, struct err_info *info)
{
    struct arena arenas[2] = {0};
    enum err e = write_slices(x, arenas, info);
    arena_release(&arenas[0]);
    arena_release(&arenas[1]);
    return e;
}

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

static enum err export_obligations(struct request *r, struct database *db, struct reply *reply,
                                   struct err_info *info)
{
    struct book *book CLEANUP(book_drop) =
        publisher_book(((struct self *)request_self(r))->publisher);
    struct obligation_question question;
    enum sheet_kind kind = (enum sheet_kind)request_choice(r, "format", 0);
    const struct export_words *words =
        request_has(r, "language") ? export_words((enum language)request_choice(r, "language", 0))
                                   : &export_names;
    struct exporting x = {.db = db, .question = &question, .words = words};
    struct sheet *sheet CLEANUP(sheet_close) = NULL;
    enum err e = question_read(r, book, &question, info);
    e = e ? e : read_zone(r, book, &x.zone, info);
    e = e ? e : sheet_open(kind, words->page, x.zone, &sheet, info);
    x.sheet = sheet;
    e = e ? e : write_all(&x, info);
    int file;
    e = e ? e : sheet_finish(sheet, &file, info);
    if (!e) {
        request_has_read(r, "obligations.exported", TEXT("obligations"));
        reply_file(reply, types[kind], file);
        reply_header(reply, "Content-Disposition",
                     arena_printf(request_arena(r), "attachment; filename=\"%s.%s\"", words->file,
                                  formats[kind]));
    }
    return e;
}

static const struct field fields[] = {
    QUESTION_FIELDS,
    {.name = "format",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = formats,
     .doc = "csv unless given."},
    {.name = "language",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = language_tags,
     .doc = "Headings and states in words; without it, the names that programs read."},
    QUESTION_FIELD("time_zone", TEXT, "Of the times; the company's unless given."),
};
static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/exports/obligations",
     .scope = "export",
     .summary = "Obligations as a file, 100,000 at most, by the filters of their list.",
     .kind = ROUTE_SLOW,
     .fields = fields,
     .field_count = QUESTION_FIELD_COUNT + 3,
     .handle = export_obligations},
};

static enum err open_export(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    (void)db, (void)info;
    struct self *self = calloc(1, sizeof(*self));
    if (!self) {
        abort();
    }
    self->publisher = server_module(server, "code");
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
