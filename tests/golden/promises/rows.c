#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* cmocka wants the headers above before its own */
#include <cmocka.h>

struct row *rows_add(struct rows *rows)
{
    /* Few rows: copying all of them each time does no harm. */
    rows->items =
        arena_grow(rows->arena, rows->items, rows->count, rows->count + 1, sizeof(struct row));
    struct row *row = &rows->items[rows->count++];
    *row = (struct row){.fulfilled_us = MOMENT_NEVER};
    return row;
}

struct row *rows_find(const struct rows *rows, struct text promise, struct text key,
                      struct text opening, uint32_t n)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct row *row = &rows->items[i];
        if (text_eq(row->promise, promise) && text_eq(row->key, key) &&
            text_eq(row->opening, opening) && row->n == n)
            return row;
    }
    return NULL;
}

static int row_compare(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->opened_us != b->opened_us)
        return a->opened_us < b->opened_us ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    int by_key = text_compare(a->key, b->key);
    if (by_key != 0)
        return by_key;
    int by_opening = text_compare(a->opening, b->opening);
    return by_opening != 0 ? by_opening : (a->n > b->n) - (a->n < b->n);
}

void rows_sort(struct rows *rows)
{
    if (rows->count > 1)
        qsort(rows->items, rows->count, sizeof(struct row), row_compare);
}

static void add_moment(struct buf *out, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    if (us != MOMENT_NEVER)
        buf_add_str(out, moment_format(us, text));
    buf_add_char(out, ',');
}

static void add_row(struct buf *out, const struct row *row)
{
    buf_addf(out, "%.*s,%.*s,%.*s,%u,", TEXT_ARG(row->promise), TEXT_ARG(row->key),
             TEXT_ARG(row->opening), row->n);
    add_moment(out, row->opened_us);
    add_moment(out, row->due_us);
    buf_addf(out, "%s,", state_name(row->state));
    add_moment(out, row->decided_us);
    if (row->state == STATE_BROKEN && row->fulfilled_us != MOMENT_NEVER)
        buf_addf(out, "%lld", (long long)((row->fulfilled_us - row->due_us) / SECOND_US));
    buf_add_char(out, ',');
    if (row->has_task)
        buf_add_str(out, "task");
    else if (row->owed.minor != 0)
        money_format(out, row->owed);
    buf_add_char(out, '\n');
}

struct text rows_write(const struct rows *rows)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, "promise,key,opening,n,opened,due,state,decided,late_seconds,owed\n");
    for (size_t i = 0; i < rows->count; i++)
        add_row(&out, &rows->items[i]);
    return arena_text(rows->arena, buf_text(&out));
}

bool next_line(struct text *rest, struct text *ret)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t length = end == NULL ? rest->len : (size_t)(end - rest->ptr);
    size_t taken = end == NULL ? length : length + 1;
    *ret = (struct text){rest->ptr, length};
    *rest = (struct text){rest->ptr + taken, rest->len - taken};
    return true;
}

static bool has_line(struct text all, struct text wanted)
{
    struct text line;
    while (next_line(&all, &line)) {
        if (text_eq(line, wanted))
            return true;
    }
    return false;
}

static void print_missing(const char *sign, struct text from, struct text in)
{
    struct text line;
    while (next_line(&from, &line)) {
        if (!has_line(in, line))
            print_message("  %s %.*s\n", sign, TEXT_ARG(line));
    }
}

void rows_print_difference(struct text expected, struct text got)
{
    print_missing("-", expected, got);
    print_missing("+", got, expected);
}
