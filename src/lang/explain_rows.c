/* The explanation of a promise as rows: the lines of its layout (explain.c) taken apart again, so
 * that there is one place only that says what a promise means. */
#include "lang/explain_part.h"

#include <string.h>

enum { ROWS_MAX = 64, INDENT = 2, WORDS_AT = 12 };

static struct text cut_line(struct text *rest)
{
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    struct text line = {rest->ptr, len};
    size_t used = len + (end != NULL);
    *rest = (struct text){rest->ptr + used, rest->len - used};
    return line;
}

static void take_row(struct arena *arena, struct text line, struct explained_row *row,
                     struct buf *words)
{
    struct text label = text_trim((struct text){line.ptr + INDENT, WORDS_AT - INDENT});
    if (label.len) {
        row->about = arena_text(arena, label);
        buf_clear(words);
    } else if (words->len) {
        buf_add_char(words, ' ');
    }
    buf_add_text(words, (struct text){line.ptr + WORDS_AT, line.len - WORDS_AT});
    row->words = arena_text(arena, buf_text(words));
}

size_t explain_rows(struct arena *arena, const struct code *code, const struct promise *p,
                    struct explained_row **ret)
{
    const struct example none = {0};
    struct buf told CLEANUP(buf_release) = {0}, words CLEANUP(buf_release) = {0};
    explain_promise(&told, code, p, &none);
    struct text rest = buf_text(&told);
    while (rest.len && cut_line(&rest).len) {
        /* name and published words stand before the first blank line */
    }
    struct explained_row *rows = ARENA_ARRAY(arena, struct explained_row, ROWS_MAX);
    size_t count = 0;
    while (rest.len) {
        struct text line = cut_line(&rest);
        bool is_row = line.len > WORDS_AT && line.ptr[0] == ' ';
        bool is_new = is_row && line.ptr[INDENT] != ' ';
        if (!is_row || (is_new && count == ROWS_MAX) || (!is_new && count == 0)) {
            continue;
        }
        count += is_new;
        take_row(arena, line, &rows[count - 1], &words);
    }
    *ret = rows;
    return count;
}
