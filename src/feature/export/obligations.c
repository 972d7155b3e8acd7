#include "base/id.h"
#include "feature/export/export.h"
#include "feature/export/export_part.h"
#include "feature/ledger/obligation_walk.h"

enum { SLICE_ROWS = 2000, LOOK_MOST = 4000000, FIRST_MOMENT = 9, LAST_MOMENT = 12 };

struct exporting {
    struct database *db;
    const struct obligation_question *question;
    const struct export_file *file;
    struct sheet *sheet;
};

static void write_head(const struct exporting *x)
{
    for (size_t i = 0; i < OBLIGATION_COLUMNS; i++) {
        const char *words = x->file->words->obligation_columns[i];
        if (i >= FIRST_MOMENT && i <= LAST_MOMENT) {
            export_heading_moment(x->file, words);
        } else {
            export_heading(x->file, words);
        }
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
    sheet_text(s, text_of(x->file->words->states[row->state]));
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
    sheet_text(s, offset_of(x->file->zone, row->opened_us, arena));
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
    write_head(x);
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

enum err export_obligations(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct exports *self = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(self->publisher);
    struct obligation_question question;
    struct export_file file CLEANUP(export_close) = {0};
    enum err e = question_read(r, book, &question, info);
    e = e ? e : export_open(r, book, EXPORT_OBLIGATIONS, &file, info);
    e = e ? e : write_all(&(struct exporting){db, &question, &file, file.sheet}, info);
    return e ? e : export_reply(&file, EXPORT_OBLIGATIONS, reply, info);
}
