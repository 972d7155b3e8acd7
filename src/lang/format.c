/* The one layout of a Code. Works on lines and tokens, so that comments and the author's line
 * breaks stay; from the parser it takes how many tokens of a clause stand before the column.
 *
 *   - a blank line before each block (between groups only where there was one) and its comments
 *   - clauses two blanks in, what follows their keyword in one column; table rows likewise
 *   - lines that go on with a clause begin in that column
 *   - one blank between tokens, fewer around , ( ) .. % and the dash between times
 *   - comments after a clause behind two blanks; comments of their own at the left where they
 *     were at the left, else with the clauses */
#include "lang/parse.h"

#include <string.h>

enum { INDENT = 2 };

struct formatter {
    const struct lexed *lexed;
    struct buf *out;
    size_t line;      /* being written */
    uint32_t width;   /* of keywords in the block at hand */
    uint32_t go_on;   /* where continuations of the clause at hand begin */
    bool blank_above; /* in the source */
    bool after_group; /* the block above is a group */
};

/* -- tokens -- */

static struct text source_of(const struct formatter *f, size_t token)
{
    return token_source(f->lexed->source, f->lexed->tokens[token]);
}

static bool is_symbol(const struct formatter *f, size_t token, const char *symbol)
{
    return f->lexed->tokens[token].kind == TOKEN_SYMBOL && text_is(source_of(f, token), symbol);
}

/* Whether a blank stands between this token and the one before it. */
static bool blank_before(const struct formatter *f, size_t token)
{
    static const char *const tight[] = {",", ")", "%", "..", "-"};
    for (size_t i = 0; i < sizeof(tight) / sizeof(tight[0]); i++) {
        if (is_symbol(f, token, tight[i])) {
            return false;
        }
    }
    return !is_symbol(f, token - 1, "(") && !is_symbol(f, token - 1, "..") &&
           !is_symbol(f, token - 1, "-");
}

static uint32_t width_of(struct text t)
{
    uint32_t width = 0;
    for (size_t i = 0; i < t.len; i++) {
        width += ((unsigned char)t.ptr[i] & 0xc0) != 0x80;
    }
    return width;
}

/* Writes tokens [first, first + count) and returns their width. out NULL: only measures. */
static uint32_t put_tokens(const struct formatter *f, size_t first, size_t count, struct buf *out)
{
    uint32_t width = 0;
    for (size_t i = first; i < first + count; i++) {
        bool blank = i > first && blank_before(f, i);
        width += blank + width_of(source_of(f, i));
        if (out) {
            buf_add_str(out, blank ? " " : "");
            buf_add_text(out, source_of(f, i));
        }
    }
    return width;
}

static void put_blanks(struct buf *out, uint32_t count)
{
    while (count-- > 0) {
        buf_add_char(out, ' ');
    }
}

/* -- blocks -- */

static uint32_t label_count(const struct line *line)
{
    return line->label < line->count ? line->label : line->count;
}

/* Room for the longest label and one blank more, so that the gap is seen. */
static uint32_t label_width(const struct formatter *f)
{
    const struct line *lines = f->lexed->lines;
    uint32_t longest = 7;
    for (size_t i = f->line + 1; i < f->lexed->line_count && lines[i].kind != LINE_HEADER; i++) {
        if (lines[i].kind == LINE_CLAUSE) {
            uint32_t width = put_tokens(f, lines[i].first, label_count(&lines[i]), NULL);
            longest = width > longest ? width : longest;
        }
    }
    return longest + 1;
}

/* Width of the keywords in the block whose header is at hand. */
static uint32_t keyword_width(const struct formatter *f, struct text block)
{
    if (text_is(block, "table")) {
        return label_width(f);
    }
    return text_is(block, "calendar") ? 7 : 8;
}

/* -- lines -- */

static bool comment_of_header(const struct formatter *f)
{
    const struct line *lines = f->lexed->lines;
    size_t i = f->line;
    while (i < f->lexed->line_count && lines[i].kind == LINE_COMMENT && !lines[i].indented) {
        i++;
    }
    return i > f->line && i < f->lexed->line_count && lines[i].kind == LINE_HEADER;
}

/* A blank line where the source had one, and before every block and the comments above it. */
static void put_blank_line(struct formatter *f, bool forced)
{
    bool first = f->out->len == 0;
    if (!first && (forced || f->blank_above)) {
        buf_add_char(f->out, '\n');
    }
    f->blank_above = false;
}

static bool under_comment_of_header(const struct formatter *f)
{
    if (f->line == 0) {
        return false;
    }
    const struct line *above = &f->lexed->lines[f->line - 1];
    return above->kind == LINE_COMMENT && !above->indented;
}

static void put_comment(struct formatter *f, const struct line *line, const char *gap)
{
    struct text comment = {f->lexed->source.ptr + line->comment.offset, line->comment.length};
    if (comment.len) {
        buf_add_str(f->out, gap);
        buf_add_text(f->out, text_trim(comment));
    }
    buf_add_char(f->out, '\n');
}

static void put_comment_line(struct formatter *f, const struct line *line)
{
    put_blank_line(f, comment_of_header(f) && !under_comment_of_header(f));
    put_blanks(f->out, line->indented ? INDENT : 0);
    put_comment(f, line, "");
}

static void put_header(struct formatter *f, const struct line *line)
{
    struct text block = source_of(f, line->first);
    bool group = text_is(block, "group");
    put_blank_line(f, !under_comment_of_header(f) && !(group && f->after_group));
    f->after_group = group;
    f->width = keyword_width(f, block);
    f->go_on = INDENT * 2;
    put_tokens(f, line->first, line->count, f->out);
    put_comment(f, line, "  ");
}

static void put_clause(struct formatter *f, const struct line *line)
{
    uint32_t label = label_count(line);
    put_blank_line(f, false);
    put_blanks(f->out, INDENT);
    uint32_t width = put_tokens(f, line->first, label, f->out);
    if (label > 0 && label < line->count) {
        put_blanks(f->out, width < f->width ? f->width + 1 - width : 1);
    }
    f->go_on = line->label > 0 ? INDENT + f->width + 1 : INDENT * 2;
    put_tokens(f, line->first + label, line->count - label, f->out);
    put_comment(f, line, "  ");
}

static void put_continuation(struct formatter *f, const struct line *line)
{
    put_blank_line(f, false);
    put_blanks(f->out, f->go_on);
    put_tokens(f, line->first, line->count, f->out);
    put_comment(f, line, "  ");
}

static void put_line(struct formatter *f, const struct line *line)
{
    switch (line->kind) {
    case LINE_BLANK:
        f->blank_above = true;
        break;
    case LINE_COMMENT:
        put_comment_line(f, line);
        break;
    case LINE_HEADER:
        put_header(f, line);
        break;
    case LINE_CLAUSE:
        put_clause(f, line);
        break;
    case LINE_CONTINUATION:
        put_continuation(f, line);
        break;
    }
}

static enum err refuse(struct diagnostics *d, struct err_info *info)
{
    diagnostics_sort(d);
    const struct diagnostic *first = &d->items[0];
    enum err e = err_set(info, ERR_INVALID, "check the Code before it is laid out: %.*s",
                         TEXT_ARG(first->message));
    if (info) {
        info->line = first->span.line;
        info->column = first->span.column;
    }
    return e;
}

enum err code_format(struct arena *arena, struct text source, struct text *ret,
                     struct err_info *info)
{
    struct arena scratch CLEANUP(arena_release) = {0};
    struct diagnostics d = {.arena = &scratch};
    const struct lexed *lexed;
    size_t errors;
    code_read(&scratch, &scratch, source, &d, &lexed, &errors);
    if (errors) {
        return refuse(&d, info);
    }
    struct buf out CLEANUP(buf_release) = {0};
    struct formatter f = {.lexed = lexed, .out = &out};
    for (; f.line < lexed->line_count; f.line++) {
        put_line(&f, &lexed->lines[f.line]);
    }
    *ret = arena_text(arena, buf_text(&out));
    return ERR_NONE;
}
