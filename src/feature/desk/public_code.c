/* The page /code: the Code in force, and beneath each promise its record. */
#include "feature/comment/comment.h"
#include "feature/desk/desk_pages.h"
#include "feature/measure/measure.h"
#include "feature/page/code_page.h"
#include "feature/page/reader.h"

enum { COMMENTS_SHOWN = 200 };
enum { MONTHS = 13 }; /* the running one and twelve before it */

struct months { /* the first days of each month shown */
    struct date first[MONTHS];
};

static struct months months_until(struct date today)
{
    struct months m;
    int32_t year = today.year, month = today.month;
    for (int i = MONTHS - 1; i >= 0; i--) {
        m.first[i] = (struct date){year, month, 1};
        month = month == 1 ? 12 : month - 1;
        year -= month == 12;
    }
    return m;
}

static void add_paid(struct code_record *record, const struct measured *g, struct arena *arena)
{
    struct money *paid = ARENA_ARRAY(arena, struct money, g->remedy_count);
    for (size_t i = 0; i < g->remedy_count; i++) {
        if (g->remedies[i].paid > 0) {
            struct money *m = &paid[record->paid_count++];
            m->minor = g->remedies[i].paid;
            memcpy(m->currency, g->remedies[i].currency, sizeof(m->currency));
        }
    }
    record->paid = paid;
}

/* Groups come promise by promise, month after month. */
static struct code_record *record_of(struct code_page *page, struct code_record *records,
                                     struct tally_month **lists, struct text promise,
                                     const struct months *months, struct arena *arena)
{
    if (page->record_count && text_eq(records[page->record_count - 1].promise, promise)) {
        return &records[page->record_count - 1];
    }
    struct tally_month *list = ARENA_ARRAY(arena, struct tally_month, MONTHS);
    for (int i = 0; i < MONTHS; i++) {
        list[i].year = months->first[i].year;
        list[i].month = months->first[i].month;
    }
    lists[page->record_count] = list;
    struct code_record *record = &records[page->record_count++];
    *record = (struct code_record){.promise = promise, .months = list, .month_count = MONTHS};
    return record;
}

/* Months before a promise had any case are not shown. */
static void trim(struct code_page *page, struct code_record *records)
{
    for (size_t i = 0; i < page->record_count; i++) {
        struct code_record *r = &records[i];
        while (r->month_count > 2 && tally_n(r->months[0].tally) == 0 &&
               r->months[0].tally.excused == 0) {
            r->months++;
            r->month_count--;
        }
    }
}

static enum err add_records(struct code_page *page, struct database *db, const struct book *book,
                            struct arena *arena, struct err_info *info)
{
    struct months months = months_until(date_of_days(book_day(book, page->now_us)));
    struct measure_question question = {.by = MEASURE_BY_PROMISE_MONTH,
                                        .from_day = (int32_t)date_to_days(months.first[0]),
                                        .until_day = INT32_MAX};
    struct measured *groups;
    size_t count;
    enum err e = measure_read(db, book, &question, arena, &groups, &count, info);
    if (e) {
        return e;
    }
    struct code_record *records = ARENA_ARRAY(arena, struct code_record, count);
    struct tally_month **lists = ARENA_ARRAY(arena, struct tally_month *, count);
    for (size_t i = 0; i < count; i++) {
        const struct measured *g = &groups[i];
        struct code_record *record = record_of(page, records, lists, g->promise, &months, arena);
        for (int k = 0; k < MONTHS; k++) {
            if (date_to_days(months.first[k]) != g->day) {
                continue;
            }
            lists[record - records][k].tally =
                (struct tally){(uint64_t)g->kept, (uint64_t)g->broken, (uint64_t)g->excused};
            if (k == MONTHS - 2) {
                add_paid(record, g, arena);
            }
        }
    }
    trim(page, records);
    page->records = records;
    return ERR_NONE;
}

static enum err add_comments(struct code_page *page, struct database *db, struct arena *arena,
                             struct err_info *info)
{
    const struct comment_filter filter = {
        .state = COMMENT_STATES, .only_public = true, .before = INT64_MAX};
    struct comment *list = ARENA_ARRAY(arena, struct comment, COMMENTS_SHOWN);
    struct code_comment *shown = ARENA_ARRAY(arena, struct code_comment, COMMENTS_SHOWN);
    enum err e = comment_list(db, &filter, COMMENTS_SHOWN, arena, list, &page->comment_count, info);
    for (size_t i = 0; i < page->comment_count && !e; i++) {
        shown[i] =
            (struct code_comment){list[i].promise, list[i].name, list[i].words, list[i].answer};
    }
    page->comments = shown;
    return e;
}

enum err desk_code(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct desk *desk = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(desk->publisher);
    int64_t now_us = moment_now();
    enum language language = reader_language(r, request_text(r, "lang"), reply);
    const struct version *current = book_current(book, now_us);
    struct brand brand = brand_now(desk->brands, request_arena(r));
    struct text name = brand.is_own ? brand.name : (struct text){0};
    if (!current) {
        code_page_missing(language, name, brand.logo,
                          reply_body(reply, 404, "text/html; charset=utf-8"));
        return ERR_NONE;
    }
    struct code_page page = {
        .language = language,
        .code = current->code,
        .brand = name,
        .logo = brand.logo,
        .zone = book_zone(book),
        .published_us = current->published_us,
        .now_us = now_us,
    };
    for (size_t i = 0; i < book_version_count(book); i++) {
        page.version += book_version(book, i)->id <= current->id;
    }
    enum err e = add_records(&page, db, book, request_arena(r), info);
    e = e ? e : add_comments(&page, db, request_arena(r), info);
    if (!e) {
        code_page(&page, reply_body(reply, 200, "text/html; charset=utf-8"));
    }
    return e;
}
