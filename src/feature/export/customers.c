#include "base/json.h"
#include "feature/export/export.h"
#include "feature/export/export_part.h"

enum {
    PAGE_ROWS = 200,
    PAGES_MOST = 5000, /* some have no row: what is hidden, and what a search only came past */
    LAST_TOUCH_COLUMN = 7
};

/* For people "plan: gold; city: Recife", for programs as it is kept. */
static void write_traits(const struct export_file *f, struct text traits, struct arena *arena)
{
    struct buf words CLEANUP(buf_release) = {0};
    const struct json *all = NULL;
    if (!f->is_for_people || json_parse(arena, traits, &json_default_limits, &all, NULL)) {
        sheet_text(f->sheet, traits);
        return;
    }
    for (const struct json *one = all->first; one; one = one->next) {
        buf_addf(&words, "%s%.*s: ", words.len ? "; " : "", TEXT_ARG(one->key));
        buf_add_text(&words, one->type == JSON_BOOL
                                 ? text_of(one->boolean ? f->words->yes : f->words->no)
                                 : one->text);
    }
    sheet_text(f->sheet, buf_text(&words));
}

static void write_row(const struct export_file *f, const struct customer_view *view,
                      struct arena *arena)
{
    const struct customer_row *row = &view->row;
    const struct text texts[] = {row->id, row->name, row->email, row->phone, row->note};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        sheet_text(f->sheet, texts[i]);
    }
    write_traits(f, row->traits, arena);
    sheet_text(f->sheet, view->merged_into);
    sheet_moment(f->sheet, view->last_us);
    sheet_text(f->sheet, view->last_channel);
    sheet_int(f->sheet, view->open);
    sheet_int(f->sheet, view->soon);
    sheet_int(f->sheet, view->broken);
    export_yes_no(f, !view->has_more);
}

static enum err write_head(const struct export_file *f, struct err_info *info)
{
    for (size_t i = 0; i < CUSTOMER_COLUMNS; i++) {
        const char *words = f->words->customer_columns[i];
        if (i == LAST_TOUCH_COLUMN) {
            export_heading_moment(f, words);
        } else {
            export_heading(f, words);
        }
    }
    return sheet_end_row(f->sheet, info);
}

static enum err write_page(const struct export_file *f, const struct customer_page *page,
                           struct arena *arena, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < page->count && !e; i++) {
        write_row(f, &page->views[i], arena);
        e = sheet_end_row(f->sheet, info);
    }
    return e;
}

/* The place of a page is in the arena of the page before. */
static enum err write_pages(const struct export_file *f, struct database *db,
                            struct customer_question *question, struct arena arenas[2],
                            struct err_info *info)
{
    struct exports *self = request_self(f->request);
    size_t rows = 0;
    enum err e = write_head(f, info);
    for (size_t number = 0; !e && number < PAGES_MOST; number++) {
        struct customer_page page;
        struct arena *arena = &arenas[number % 2];
        arena_clear(arena);
        e = customer_page_read(self->customers, db, question, arena, &page, info);
        e = e ? e : write_page(f, &page, arena, info);
        if (e || page.next.len == 0) {
            return e;
        }
        question->after = page.next;
        rows += page.count;
        if (rows >= EXPORT_ROWS_MOST) {
            break;
        }
    }
    return e ? e
             : err_set(info, ERR_LIMIT,
                       "That is more than %d customers. Search for fewer, and export in parts.",
                       (int)EXPORT_ROWS_MOST);
}

enum err export_customers(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct exports *self = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(self->publisher);
    struct export_file file CLEANUP(export_close) = {0};
    struct customer_question question = {
        .q = request_text(r, "q"), .most = PAGE_ROWS, .viewer = request_identity(r)};
    struct arena arenas[2] = {0};
    enum err e = export_open(r, book, EXPORT_CUSTOMERS, &file, info);
    e = e ? e : write_pages(&file, db, &question, arenas, info);
    arena_release(&arenas[0]);
    arena_release(&arenas[1]);
    return e ? e : export_reply(&file, EXPORT_CUSTOMERS, reply, info);
}
