#include "intake/mapping_parts.h"

#include <string.h>

#include "lang/diagnostic.h"

struct lexer {
    struct text source;
    size_t at;
    uint32_t line;
    size_t line_start;
    struct diagnostics *diagnostics;
    struct token *tokens;
    size_t token_count;
    char *texts; /* room for what decoded texts hold; together they are no longer than the source */
};

static char peek(const struct lexer *l)
{
    return l->at < l->source.len ? l->source.ptr[l->at] : '\n';
}

static struct span span_from(const struct lexer *l, size_t start)
{
    uint32_t column = 1;
    for (size_t i = l->line_start; i < start; i++) {
        column += ((unsigned char)l->source.ptr[i] & 0xc0) != 0x80;
    }
    return (struct span){(uint32_t)start, (uint32_t)(l->at - start), l->line, column};
}

static void add(struct lexer *l, enum token_kind kind, struct text text, struct span span)
{
    l->tokens[l->token_count++] = (struct token){kind, text, span};
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_.:-/", c)) || (unsigned char)c >= 0x80;
}

static void lex_word(struct lexer *l)
{
    size_t start = l->at;
    while (l->at < l->source.len && is_word_byte(l->source.ptr[l->at])) {
        l->at++;
    }
    add(l, TOKEN_WORD, (struct text){l->source.ptr + start, l->at - start}, span_from(l, start));
}

/* At the opening quote. Texts end on their line. */
static void lex_text(struct lexer *l)
{
    size_t start = l->at++;
    char *text = l->texts;
    size_t len = 0;
    while (peek(l) != '"') {
        char c = peek(l);
        if (c == '\n') {
            diagnostic_add(l->diagnostics, SEVERITY_ERROR, "unclosed-text", span_from(l, start),
                           "this text has no closing quote on its line");
            break;
        }
        l->at++;
        if (c == '\\') {
            c = peek(l);
            if (c != '"' && c != '\\' && c != 't') {
                l->at--;
                size_t backslash = l->at++;
                diagnostic_add(l->diagnostics, SEVERITY_ERROR, "unknown-escape",
                               span_from(l, backslash), "after \\ comes one of \" \\ t");
                continue;
            }
            l->at++;
            c = c == 't' ? '\t' : c;
        }
        text[len++] = c;
    }
    l->at += peek(l) == '"';
    l->texts += len;
    add(l, TOKEN_TEXT, (struct text){text, len}, span_from(l, start));
}

static void lex_sign(struct lexer *l)
{
    static const struct {
        char sign[3];
        enum token_kind kind;
    } signs[] = {{"!=", TOKEN_UNEQUAL}, {"=", TOKEN_EQUAL}, {",", TOKEN_COMMA},
                 {"(", TOKEN_OPEN},     {")", TOKEN_CLOSE}, {"+", TOKEN_PLUS}};
    struct text rest = {l->source.ptr + l->at, l->source.len - l->at};
    size_t start = l->at;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        struct text sign = text_of(signs[i].sign);
        if (text_starts(rest, sign)) {
            l->at += sign.len;
            add(l, signs[i].kind, sign, span_from(l, start));
            return;
        }
    }
    l->at++;
    diagnostic_add(l->diagnostics, SEVERITY_ERROR, "unknown-sign", span_from(l, start),
                   "a mapping does not use this character outside texts");
}

/* One line without its indentation, comment and end; leaves l->at on the newline. */
static void lex_line(struct lexer *l)
{
    while (peek(l) != '\n') {
        char c = peek(l);
        if (c == '#') {
            while (peek(l) != '\n') {
                l->at++;
            }
        } else if (c == ' ' || c == '\t' || c == '\r') {
            l->at++;
        } else if (c == '"') {
            lex_text(l);
        } else if (is_word_byte(c)) {
            lex_word(l);
        } else {
            lex_sign(l);
        }
    }
}

/* Width of the line's indentation. */
static size_t indentation(struct lexer *l)
{
    size_t start = l->at;
    bool tabs = false, spaces = false;
    while (peek(l) == ' ' || peek(l) == '\t') {
        tabs = tabs || peek(l) == '\t';
        spaces = spaces || peek(l) == ' ';
        l->at++;
    }
    if (tabs && spaces) {
        diagnostic_add(l->diagnostics, SEVERITY_ERROR, "mixed-indentation", span_from(l, start),
                       "tabs and spaces are mixed in this indentation: use one of them");
    }
    return l->at - start;
}

size_t mapping_lex(struct arena *arena, struct text source, const struct statement **ret,
                   struct diagnostics *d)
{
    struct lexer l = {.source = source, .line = 1, .diagnostics = d};
    /* no token is shorter than a byte, and each line adds at most one more: the end */
    l.tokens = ARENA_ARRAY(arena, struct token, 2 * source.len + 2);
    l.texts = arena_alloc(arena, source.len);
    struct statement *statements = ARENA_ARRAY(arena, struct statement, source.len + 1);
    size_t count = 0, body = 0; /* indentation of the block's lines; 0: not known yet */
    for (; l.at < source.len; l.at++, l.line++) {
        l.line_start = l.at;
        size_t indent = indentation(&l), first = l.token_count;
        lex_line(&l);
        if (l.token_count == first) {
            continue;
        }
        bool is_header = indent == 0;
        bool continues = !is_header && body != 0 && indent > body && count > 0;
        body = is_header ? 0 : body ? body : indent;
        if (continues) {
            /* over the end that closed the statement before */
            memmove(&l.tokens[first - 1], &l.tokens[first],
                    (l.token_count - first) * sizeof(struct token));
            l.token_count--;
        } else {
            statements[count++] = (struct statement){&l.tokens[first], is_header};
        }
        add(&l, TOKEN_END, TEXT("the end of the line"), span_from(&l, l.at));
    }
    *ret = statements;
    return count;
}
