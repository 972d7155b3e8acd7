/* Adherence as a file. Which columns there are depends on what is asked; a column is described
 * once, for its heading and for its cells. */
#include "feature/export/export_part.h"
#include "feature/measure/measure_question.h"
#include "feature/measure/measure_target.h"
#include "stat/interval.h"
#include "words/pattern.h"

#include <stdio.h>
#include <string.h>

struct exporting {
    const struct export_file *file;
    const struct book *book;
    const struct measure_question *question;
    char (*currencies)[4]; /* of all lines, by their letters: two columns each */
    size_t currency_count;
};

/* One group, or one hour of the week. */
struct line {
    const struct measured *group;
    struct measure_target target;
    int hour_of_week;
    int64_t n;
    double low, high;
};

static bool is_by_promise(const struct measure_question *q)
{
    return q->by == MEASURE_BY_PROMISE || q->by == MEASURE_BY_PROMISE_MONTH;
}

static bool has_title(const struct measure_question *q)
{
    return is_by_promise(q) || q->by == MEASURE_BY_PRINCIPLE;
}

/* What the day of a group is the first of; MEASURE_PER_ALL: it has none. */
static enum measure_per period_of(const struct measure_question *q)
{
    return q->by == MEASURE_BY_DAY                                          ? MEASURE_PER_DAY
           : q->by == MEASURE_BY_MONTH || q->by == MEASURE_BY_PROMISE_MONTH ? MEASURE_PER_MONTH
                                                                            : q->per;
}

static bool has_open(const struct measure_question *q)
{
    return !measure_is_fine(q) && q->per == MEASURE_PER_ALL &&
           (q->by == MEASURE_BY_PROMISE || q->by == MEASURE_BY_PRINCIPLE);
}

static bool has_remedies(const struct measure_question *q)
{
    return !measure_is_fine(q) && q->by != MEASURE_BY_HOUR;
}

static void add_currency(struct exporting *x, const char currency[4])
{
    size_t at = 0;
    while (at < x->currency_count && strcmp(x->currencies[at], currency) < 0) {
        at++;
    }
    if (at < x->currency_count && strcmp(x->currencies[at], currency) == 0) {
        return;
    }
    struct arena *arena = request_arena(x->file->request);
    x->currencies = arena_grow(arena, x->currencies, x->currency_count, x->currency_count + 1,
                               sizeof x->currencies[0]);
    memmove(x->currencies[at + 1], x->currencies[at],
            (x->currency_count - at) * sizeof x->currencies[0]);
    memcpy(x->currencies[at], currency, sizeof x->currencies[0]);
    x->currency_count++;
}

static void find_currencies(struct exporting *x, const struct measured *groups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < groups[i].remedy_count; k++) {
            add_currency(x, groups[i].remedies[k].currency);
        }
    }
}

static void write_remedy_head(const struct exporting *x)
{
    const struct export_words *words = x->file->words;
    for (size_t i = 0; i < x->currency_count; i++) {
        for (size_t k = 0; k < REMEDY_COLUMNS; k++) {
            struct buf heading CLEANUP(buf_release) = {0};
            pattern_fill(&heading, words->remedy_columns[k],
                         (const struct text[]){text_of(x->currencies[i])});
            export_heading(x->file, heading.ptr);
        }
    }
    export_heading(x->file, words->tasks);
}

static void write_head(const struct exporting *x)
{
    const struct measure_question *q = x->question;
    const struct export_words *words = x->file->words;
    enum measure_per per = period_of(q);
    if (q->by == MEASURE_BY_HOUR) {
        export_heading(x->file, words->weekday);
        export_heading(x->file, words->hour);
    } else if (q->by != MEASURE_BY_DAY && q->by != MEASURE_BY_MONTH) {
        export_heading(x->file, words->by[is_by_promise(q) ? MEASURE_BY_PROMISE : q->by]);
    }
    if (has_title(q)) {
        export_heading(x->file, words->in_words);
    }
    if (per != MEASURE_PER_ALL) {
        export_heading(x->file, words->per[per]);
    }
    for (size_t i = 0; i < COUNT_COLUMNS; i++) {
        if (i == COUNT_OPEN && !has_open(q)) {
            i += 2;
        }
        export_heading(x->file, words->count_columns[i]);
    }
    for (size_t i = 0; i < TARGET_COLUMNS && is_by_promise(q); i++) {
        export_heading(x->file, words->target_columns[i]);
    }
    if (has_remedies(q)) {
        write_remedy_head(x);
    }
}

static void write_day(struct sheet *s, int32_t day, bool is_month)
{
    struct date d = date_of_days(day);
    char words[32];
    snprintf(words, sizeof(words), "%04d-%02d-%02d", (int)d.year, (int)d.month, (int)d.day);
    words[is_month ? 7 : 10] = '\0';
    sheet_text(s, text_of(words));
}

static void write_name(const struct exporting *x, const struct line *l)
{
    const struct measure_question *q = x->question;
    struct sheet *s = x->file->sheet;
    enum measure_per per = period_of(q);
    if (q->by == MEASURE_BY_HOUR) {
        int weekday = l->hour_of_week / 24;
        if (x->file->is_for_people) {
            sheet_text(s, text_of(language_weekday(x->file->words->language, weekday)));
        } else {
            sheet_int(s, weekday + 1);
        }
        sheet_int(s, l->hour_of_week % 24);
    } else if (q->by != MEASURE_BY_DAY && q->by != MEASURE_BY_MONTH) {
        sheet_text(s, is_by_promise(q) ? l->group->promise : l->group->name);
    }
    if (has_title(q)) {
        sheet_text(s, is_by_promise(q) ? l->target.words
                                       : measure_principle_title(l->group->name, x->book));
    }
    if (per != MEASURE_PER_ALL) {
        write_day(s, l->group->day, per == MEASURE_PER_MONTH);
    }
}

static void write_counts(const struct exporting *x, const struct line *l)
{
    struct sheet *s = x->file->sheet;
    const struct measured *g = l->group;
    sheet_int(s, g->kept);
    sheet_int(s, g->broken);
    sheet_int(s, g->excused);
    sheet_int(s, g->void_);
    if (has_open(x->question)) {
        sheet_int(s, g->open);
        sheet_int(s, g->paused);
    }
    sheet_int(s, l->n);
    if (l->n) {
        sheet_share(s, (double)g->kept / (double)l->n);
    } else {
        sheet_text(s, TEXT(""));
    }
    sheet_share(s, l->low);
    sheet_share(s, l->high);
    export_yes_no(x->file, l->n < MEASURE_LEAST_N);
}

static void int_or_nothing(struct sheet *s, int64_t value)
{
    if (value < 0) {
        sheet_text(s, TEXT(""));
    } else {
        sheet_int(s, value);
    }
}

static void write_target(const struct exporting *x, const struct line *l)
{
    struct sheet *s = x->file->sheet;
    if (!l->target.has_target) {
        for (size_t i = 0; i < TARGET_COLUMNS; i++) {
            sheet_text(s, TEXT(""));
        }
        return;
    }
    sheet_share(s, l->target.target_ppm / 1e6);
    if (l->n < MEASURE_LEAST_N) {
        sheet_text(s, TEXT(""));
    } else {
        export_yes_no(x->file, l->target.is_met);
    }
    int_or_nothing(s, l->target.may_break);
    int_or_nothing(s, l->target.must_keep);
}

static void write_remedies(const struct exporting *x, const struct measured *g)
{
    struct sheet *s = x->file->sheet;
    for (size_t i = 0; i < x->currency_count; i++) {
        struct remedies r = {0};
        for (size_t k = 0; k < g->remedy_count; k++) {
            r = strcmp(g->remedies[k].currency, x->currencies[i]) == 0 ? g->remedies[k] : r;
        }
        struct money owed = {.minor = r.owed}, paid = {.minor = r.paid};
        memcpy(owed.currency, x->currencies[i], sizeof owed.currency);
        memcpy(paid.currency, x->currencies[i], sizeof paid.currency);
        sheet_money(s, owed);
        sheet_money(s, paid);
    }
    sheet_int(s, g->tasks);
}

static enum err write_line(const struct exporting *x, const struct measured *g, int hour_of_week,
                           struct err_info *info)
{
    struct line l = {.group = g, .hour_of_week = hour_of_week, .n = g->kept + g->broken};
    l.target = measure_target_of(g, x->book);
    wilson((uint64_t)g->kept, (uint64_t)l.n, &l.low, &l.high);
    write_name(x, &l);
    write_counts(x, &l);
    if (is_by_promise(x->question)) {
        write_target(x, &l);
    }
    if (has_remedies(x->question)) {
        write_remedies(x, g);
    }
    return sheet_end_row(x->file->sheet, info);
}

static enum err write_lines(struct exporting *x, struct database *db, struct arena *arena,
                            struct err_info *info)
{
    struct measured *groups = NULL;
    size_t count = WEEK_HOURS;
    enum err e;
    if (x->question->by == MEASURE_BY_HOUR) {
        groups = ARENA_ARRAY(arena, struct measured, WEEK_HOURS);
        e = measure_read_hours(db, x->book, x->question, groups, info);
    } else {
        e = measure_read(db, x->book, x->question, arena, &groups, &count, info);
    }
    find_currencies(x, groups, has_remedies(x->question) && !e ? count : 0);
    write_head(x);
    e = e ? e : sheet_end_row(x->file->sheet, info);
    for (size_t i = 0; i < count && !e; i++) {
        e = write_line(x, &groups[i], (int)i, info);
    }
    return e;
}

enum err export_adherence(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct exports *self = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(self->publisher);
    struct measure_question question;
    struct text chosen[2];
    struct export_file file CLEANUP(export_close) = {0};
    struct exporting x = {.file = &file, .book = book, .question = &question};
    enum err e = measure_question_read(r, book, &question, chosen, info);
    e = e ? e : export_open(r, book, EXPORT_ADHERENCE, &file, info);
    e = e ? e : write_lines(&x, db, request_arena(r), info);
    return e ? e : export_reply(&file, EXPORT_ADHERENCE, reply, info);
}
