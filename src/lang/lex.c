#include "lang/lex.h"

#include <stdlib.h>
#include <string.h>

enum { TAB_WIDTH = 8 };

struct lexer {
    struct arena *arena;
    struct diagnostics *d;
    struct lexed *out;
    struct token *tokens;
    size_t token_room, line_room;
    const char *start, *at, *end; /* of the source */
    uint32_t line;                /* from 1 */
    const char *line_start;
    const char *counted; /* columns are counted up to here … */
    uint32_t column;     /* … which is this column */
    /* the block being read */
    bool in_block;
    uint32_t block_indent; /* of its first clause; 0 before that */
    char block_blank;      /* ' ' or '\t', whichever its first clause is indented with */
    bool mixed_reported;
};

/* -- characters -- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word_char(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '/' || c == '+';
}

static char char_at(const struct lexer *x, size_t ahead)
{
    return (size_t)(x->end - x->at) > ahead ? x->at[ahead] : '\0';
}

static bool at_line_end(const struct lexer *x)
{
    return x->at == x->end || *x->at == '\n' || (*x->at == '\r' && char_at(x, 1) == '\n');
}

/* -- places -- */

static struct span span_between(struct lexer *x, const char *from, const char *until)
{
    if (from < x->counted) { /* back to the start of a text, after a finding inside it */
        x->counted = x->line_start;
        x->column = 1;
    }
    for (; x->counted < from; x->counted++) {
        x->column += ((unsigned char)*x->counted & 0xc0) != 0x80;
    }
    return (struct span){
        .offset = (uint32_t)(from - x->start),
        .length = (uint32_t)(until - from),
        .line = x->line,
        .column = x->column,
    };
}

static void bad(struct lexer *x)
{
    x->out->lines[x->out->line_count - 1].bad = true;
    x->out->errors++;
}

static void add_token(struct lexer *x, enum token_kind kind, const char *from)
{
    struct lexed *out = x->out;
    if (out->token_count == x->token_room) {
        size_t room = x->token_room ? x->token_room * 2 : 256;
        x->tokens = arena_grow(x->arena, x->tokens, out->token_count, room, sizeof(*x->tokens));
        out->tokens = x->tokens;
        x->token_room = room;
    }
    x->tokens[out->token_count++] = (struct token){kind, span_between(x, from, x->at)};
}

/* -- tokens -- */

static void lex_word(struct lexer *x)
{
    const char *from = x->at;
    while (is_word_char(char_at(x, 0)) ||
           (char_at(x, 0) == '.' && (is_letter(char_at(x, 1)) || is_digit(char_at(x, 1))))) {
        x->at++;
    }
    if (x->at - from > CODE_NAME_MAX) {
        diagnostic_add(x->d, SEVERITY_ERROR, "name-too-long", span_between(x, from, x->at),
                       "a name has at most %d letters", CODE_NAME_MAX);
        bad(x);
        return;
    }
    add_token(x, TOKEN_WORD, from);
}

static void lex_text(struct lexer *x)
{
    const char *from = x->at++;
    while (!at_line_end(x) && *x->at != '"') {
        if (*x->at == '\\') {
            char escaped = char_at(x, 1);
            if (escaped != '"' && escaped != '\\') {
                diagnostic_add(x->d, SEVERITY_ERROR, "bad-escape",
                               span_between(x, x->at, x->at + 1),
                               "a backslash in a text stands before \" or \\ only");
                diagnostic_suggest(x->d, "write \\\\ for a backslash");
                bad(x);
                x->at++;
                continue;
            }
            x->at++;
        } else if ((unsigned char)*x->at < 0x20 && *x->at != '\t') {
            diagnostic_add(x->d, SEVERITY_ERROR, "bad-character", span_between(x, x->at, x->at + 1),
                           "a text holds no control characters");
            bad(x);
        }
        x->at++;
    }
    if (at_line_end(x)) {
        diagnostic_add(x->d, SEVERITY_ERROR, "open-text", span_between(x, from, x->at),
                       "this text has no closing quote on its line");
        diagnostic_suggest(x->d, "close it with \"; a long text may go on in quotes of its own on "
                                 "the next line, indented deeper");
        bad(x);
        return;
    }
    x->at++;
    add_token(x, TOKEN_TEXT, from);
}

/* Whether the text at hand looks like the pattern, in which 0 stands for any digit. */
static bool looks_like(const struct lexer *x, const char *pattern)
{
    for (size_t i = 0; pattern[i]; i++) {
        char c = char_at(x, i);
        if (pattern[i] == '0' ? !is_digit(c) : c != pattern[i]) {
            return false;
        }
    }
    return true;
}

static void bad_date(struct lexer *x, const char *from, const char *rule, const char *message)
{
    diagnostic_add(x->d, SEVERITY_ERROR, rule, span_between(x, from, x->at), "%s", message);
    bad(x);
}

static void lex_date(struct lexer *x)
{
    const char *from = x->at;
    struct date date;
    int64_t us;
    x->at += strlen("0000-00-00");
    bool is_moment = char_at(x, 0) == 'T';
    while (is_word_char(char_at(x, 0)) || char_at(x, 0) == ':' ||
           (char_at(x, 0) == '.' && is_digit(char_at(x, 1)))) {
        x->at++;
    }
    struct text written = {from, (size_t)(x->at - from)};
    if (is_moment && !moment_parse(written, &us)) {
        bad_date(x, from, "no-such-date", "this is no moment");
        diagnostic_suggest(x->d, "write it as 2015-01-19T08:30:00Z or 2015-01-19T08:30:00-05:00");
    } else if (!is_moment && !date_parse(written, &date)) {
        bad_date(x, from, "no-such-date", "there is no such date");
        diagnostic_suggest(x->d, "dates are written year-month-day: 2015-01-19");
    } else {
        add_token(x, is_moment ? TOKEN_MOMENT : TOKEN_DATE, from);
    }
}

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

static void lex_month_day(struct lexer *x)
{
    const char *from = x->at;
    x->at += strlen("00-00");
    /* a leap year, so that 02-29 is one */
    struct date date = {2000, two_digits(from), two_digits(from + 3)};
    if (!date_valid(date)) {
        bad_date(x, from, "no-such-date", "there is no such day of the year");
        diagnostic_suggest(x->d, "days of the year are written month-day: 12-25");
        return;
    }
    add_token(x, TOKEN_MONTH_DAY, from);
}

static void lex_time(struct lexer *x)
{
    const char *from = x->at;
    x->at += strlen("00:00");
    int hour = two_digits(from), minute = two_digits(from + 3), second = 0;
    if (looks_like(x, ":00")) {
        second = two_digits(x->at + 1);
        x->at += strlen(":00");
    }
    bool midnight = hour == 24 && minute == 0 && second == 0;
    if (!midnight && (hour > 23 || minute > 59 || second > 59)) {
        bad_date(x, from, "no-such-time", "there is no such time of day");
        diagnostic_suggest(x->d, "times run from 00:00 to 24:00");
        return;
    }
    add_token(x, TOKEN_TIME, from);
}

static const char *number_advice(struct text written)
{
    if (memchr(written.ptr, ':', written.len)) {
        return "times are written 08:30";
    }
    if (memchr(written.ptr + 1, '-', written.len - 1) || memchr(written.ptr, '/', written.len)) {
        return "dates are written year-month-day: 2015-01-19";
    }
    return "put a blank between a number and its unit (4 hours), and anything else that begins "
           "with "
           "a digit in quotes";
}

static void lex_plain_number(struct lexer *x)
{
    const char *from = x->at++;
    while (is_digit(char_at(x, 0)) || (char_at(x, 0) == '.' && is_digit(char_at(x, 1)))) {
        x->at++;
    }
    bool glued = is_word_char(char_at(x, 0)) || char_at(x, 0) == ':';
    while (is_word_char(char_at(x, 0)) || char_at(x, 0) == ':') {
        x->at++;
    }
    struct text written = {from, (size_t)(x->at - from)};
    const char *point = memchr(from, '.', written.len);
    if (glued || (point && memchr(point + 1, '.', (size_t)(x->at - point - 1)))) {
        bad_date(x, from, "bad-number", "this is neither a number nor a name");
        diagnostic_suggest(x->d, "%s", number_advice(written));
        return;
    }
    add_token(x, TOKEN_NUMBER, from);
}

static void lex_number(struct lexer *x)
{
    if (looks_like(x, "0000-00-00")) {
        lex_date(x);
    } else if (looks_like(x, "00-00") && !is_word_char(char_at(x, 5))) {
        lex_month_day(x);
    } else if (looks_like(x, "00:00")) {
        lex_time(x);
    } else {
        lex_plain_number(x);
    }
}

/* The sign of a number, rather than the dash between two times. */
static bool at_sign(const struct lexer *x)
{
    return *x->at == '-' && is_digit(char_at(x, 1)) && x->at > x->line_start &&
           strchr(" \t(,=<>", x->at[-1]);
}

static bool lex_symbol(struct lexer *x)
{
    static const char *const symbols[] = {"!=", "<=", ">=", "..", "=", "<",
                                          ">",  "(",  ")",  ",",  "%", "-"};
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        size_t len = strlen(symbols[i]);
        if ((size_t)(x->end - x->at) >= len && memcmp(x->at, symbols[i], len) == 0) {
            const char *from = x->at;
            x->at += len;
            add_token(x, TOKEN_SYMBOL, from);
            return true;
        }
    }
    return false;
}

/* One whole character that begins no token. */
static void lex_unknown(struct lexer *x)
{
    const char *from = x->at++;
    while (x->at < x->end && ((unsigned char)*x->at & 0xc0) == 0x80) {
        x->at++;
    }
    struct span span = span_between(x, from, x->at);
    struct text c = {from, (size_t)(x->at - from)};
    if (text_is(c, "“") || text_is(c, "”") || text_is(c, "„") || text_is(c, "«") ||
        text_is(c, "»") || text_is(c, "'")) {
        diagnostic_add(x->d, SEVERITY_ERROR, "bad-character", span,
                       "texts stand in straight double quotes");
        diagnostic_suggest(x->d, "write \" instead of %.*s", TEXT_ARG(c));
        while (!at_line_end(x)) { /* where that text ends cannot be told */
            x->at++;
        }
    } else if ((unsigned char)*from < 0x20 || *from == 0x7f) {
        diagnostic_add(x->d, SEVERITY_ERROR, "bad-character", span,
                       "a control character (byte %d) does not belong here", *from);
    } else {
        diagnostic_add(x->d, SEVERITY_ERROR, "bad-character", span, "\"%.*s\" does not belong here",
                       TEXT_ARG(c));
        diagnostic_suggest(x->d, "names are written with a to z, 0 to 9 and -; anything else goes "
                                 "in double quotes");
    }
    bad(x);
}

static void lex_token(struct lexer *x)
{
    char c = *x->at;
    if (is_letter(c)) {
        lex_word(x);
    } else if (is_digit(c) || at_sign(x)) {
        lex_number(x);
    } else if (c == '"') {
        lex_text(x);
    } else if (!lex_symbol(x)) {
        lex_unknown(x);
    }
}

/* -- lines -- */

static void bad_indentation(struct lexer *x, const char *from, const char *rule,
                            const char *message, const char *suggestion)
{
    const char *until = x->at > from ? x->at : from + (from < x->end);
    diagnostic_add(x->d, SEVERITY_ERROR, rule, span_between(x, from, until), "%s", message);
    diagnostic_suggest(x->d, "%s", suggestion);
    x->out->errors++; /* the clause itself can still be read */
}

/* Skips the indentation and returns its width. */
static uint32_t lex_indentation(struct lexer *x)
{
    uint32_t width = 0;
    for (; x->at < x->end && (*x->at == ' ' || *x->at == '\t'); x->at++) {
        width += *x->at == '\t' ? TAB_WIDTH - width % TAB_WIDTH : 1;
    }
    return width;
}

static void check_blanks(struct lexer *x, const char *from)
{
    if (x->block_indent == 0) {
        x->block_blank = *from;
    }
    for (const char *p = from; p < x->at && !x->mixed_reported; p++) {
        if (*p != x->block_blank) {
            x->mixed_reported = true;
            bad_indentation(x, from, "mixed-indentation",
                            "this block is indented with both tabs and spaces",
                            "use one of them in a whole block");
        }
    }
}

static enum line_kind classify(struct lexer *x, const char *from, uint32_t width)
{
    if (width == 0) {
        x->in_block = true;
        x->block_indent = 0;
        x->mixed_reported = false;
        return LINE_HEADER;
    }
    if (!x->in_block) {
        bad_indentation(x, from, "bad-indentation", "there is no block that this line could be in",
                        "begin the block's first line, such as \"promise answer\", at the left");
        x->in_block = true;
        return LINE_HEADER;
    }
    check_blanks(x, from);
    if (x->block_indent == 0) {
        x->block_indent = width;
    }
    if (width < x->block_indent) {
        bad_indentation(x, from, "bad-indentation",
                        "this clause is indented less than the first one of its block",
                        "indent all clauses of a block alike");
    }
    return width > x->block_indent ? LINE_CONTINUATION : LINE_CLAUSE;
}

static void begin_line(struct lexer *x)
{
    struct lexed *out = x->out;
    if (out->line_count == x->line_room) {
        size_t room = x->line_room ? x->line_room * 2 : 256;
        out->lines = arena_grow(x->arena, out->lines, out->line_count, room, sizeof(*out->lines));
        x->line_room = room;
    }
    out->line_count++;
    x->line++;
    x->line_start = x->counted = x->at;
    x->column = 1;
}

static void lex_tokens_of_line(struct lexer *x, struct line *line)
{
    while (!at_line_end(x)) {
        if (*x->at == ' ' || *x->at == '\t') {
            x->at++;
        } else if (*x->at == '#') {
            const char *from = x->at;
            while (!at_line_end(x)) {
                x->at++;
            }
            line->comment = span_between(x, from, x->at);
        } else {
            lex_token(x);
        }
    }
}

static void lex_line(struct lexer *x)
{
    begin_line(x);
    struct line *line = &x->out->lines[x->out->line_count - 1];
    const char *from = x->at;
    uint32_t width = lex_indentation(x);
    line->indented = width > 0;
    line->first = (uint32_t)x->out->token_count;
    if (at_line_end(x)) {
        line->kind = LINE_BLANK;
    } else if (*x->at == '#') {
        line->kind = LINE_COMMENT;
    } else {
        line->kind = classify(x, from, width);
    }
    lex_tokens_of_line(x, line);
    line->count = (uint32_t)x->out->token_count - line->first;
    if (x->at < x->end) {
        x->at += *x->at == '\r' ? 2 : 1;
    }
}

struct lexed *lex(struct arena *arena, struct text source, struct diagnostics *d)
{
    struct lexed *out = ARENA_NEW(arena, struct lexed);
    out->source = source;
    struct lexer x = {
        .arena = arena,
        .d = d,
        .out = out,
        .start = source.ptr,
        .at = source.ptr,
        .end = source.ptr + source.len,
    };
    if (text_starts(source, TEXT("\xef\xbb\xbf"))) {
        x.at += 3; /* some editors begin UTF-8 with a byte order mark */
    }
    while (x.at < x.end) {
        lex_line(&x);
    }
    return out;
}

struct text token_source(struct text source, struct token t)
{
    return (struct text){source.ptr + t.span.offset, t.span.length};
}

struct text token_unquoted(struct arena *arena, struct text source, struct token t)
{
    struct text quoted = token_source(source, t);
    struct text inside = {quoted.ptr + 1, quoted.len - 2};
    if (!memchr(inside.ptr, '\\', inside.len)) {
        return inside;
    }
    char *out = arena_alloc(arena, inside.len);
    size_t len = 0;
    for (size_t i = 0; i < inside.len; i++) {
        i += inside.ptr[i] == '\\';
        out[len++] = inside.ptr[i];
    }
    return (struct text){out, len};
}
