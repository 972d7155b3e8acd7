/* Expressions and conditions of a mapping. */
#include "intake/mapping_parts.h"

#include <stdarg.h>

#include "lang/diagnostic.h"

void parser_fail(struct parser *p, const char *rule, struct span span, const char *format, ...)
{
    if (p->failed) {
        return;
    }
    p->failed = true;
    struct buf words CLEANUP(buf_release) = {0};
    va_list args;
    va_start(args, format);
    buf_vaddf(&words, format, args);
    va_end(args);
    diagnostic_add(p->diagnostics, SEVERITY_ERROR, rule, span, "%s", words.ptr);
}

bool parser_take(struct parser *p, enum token_kind kind)
{
    if (p->at->kind != kind || kind == TOKEN_END) {
        return false;
    }
    p->at++;
    return true;
}

bool parser_word(struct parser *p, const char *word)
{
    if (p->at->kind != TOKEN_WORD || !text_is(p->at->text, word)) {
        return false;
    }
    p->at++;
    return true;
}

void parser_end(struct parser *p)
{
    if (p->at->kind != TOKEN_END) {
        parser_fail(p, "unexpected-word", p->at->span, "\"%.*s\" does not belong here",
                    TEXT_ARG(p->at->text));
    }
}

struct text parser_text(struct parser *p, const char *what)
{
    struct text text = p->at->text;
    if (!parser_take(p, TOKEN_TEXT)) {
        parser_fail(p, "expected-text", p->at->span, "expected %s in double quotes", what);
        return TEXT("");
    }
    return text;
}

const struct text *parser_texts(struct parser *p, size_t *ret_count)
{
    struct text *texts = NULL;
    size_t count = 0, room = 0;
    do {
        if (count == room) {
            room = room ? 2 * room : 4;
            texts = arena_grow(p->arena, texts, count, room, sizeof(*texts));
        }
        texts[count++] = parser_text(p, "a text");
    } while (parser_take(p, TOKEN_COMMA) && !p->failed);
    *ret_count = count;
    return texts;
}

size_t parser_note(struct parser *p, struct text reason, bool is_skip, struct span span)
{
    struct mapping *m = p->mapping;
    if (m->note_count == MAPPING_NOTES_MAX) {
        parser_fail(p, "too-many-notes", span, "more than %d skip lines and earliest times",
                    MAPPING_NOTES_MAX);
        return 0;
    }
    m->notes[m->note_count] = (struct mapping_note){reason, span.line, is_skip};
    return m->note_count++;
}

/* -- columns -- */

static bool is_keyword(struct text word)
{
    static const char *const keywords[] = {"through", "else", "at",       "and",  "or",   "not",
                                           "in",      "is",   "contains", "when", "named"};
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (text_is(word, keywords[i])) {
            return true;
        }
    }
    return false;
}

static size_t column_number(struct parser *p, const struct token *token)
{
    struct mapping *m = p->mapping;
    for (size_t i = 0; i < m->column_count; i++) {
        if (text_eq(m->columns[i], token->text)) {
            return i;
        }
    }
    if (m->column_count == MAPPING_COLUMNS_MAX) {
        parser_fail(p, "too-many-columns", token->span, "more than %d columns are named",
                    MAPPING_COLUMNS_MAX);
        return 0;
    }
    m->columns[m->column_count] = token->text;
    return m->column_count++;
}

size_t parser_column(struct parser *p)
{
    const struct token *token = p->at;
    if (token->kind == TOKEN_WORD && text_is(token->text, "column") &&
        token[1].kind == TOKEN_TEXT) {
        p->at += 2;
        return column_number(p, token + 1);
    }
    if (token->kind != TOKEN_WORD) {
        parser_fail(p, "expected-column", token->span, "expected the name of a column");
        return 0;
    }
    if (is_keyword(token->text)) {
        bool first = !p->failed;
        parser_fail(p, "expected-column", token->span,
                    "expected the name of a column before \"%.*s\"", TEXT_ARG(token->text));
        if (first) {
            diagnostic_suggest(p->diagnostics, "a column of that name is written column \"%.*s\"",
                               TEXT_ARG(token->text));
        }
        return 0;
    }
    p->at++;
    return column_number(p, token);
}

/* -- expressions -- */

static const struct values *values_named(struct parser *p)
{
    const struct token *token = p->at;
    if (!parser_take(p, TOKEN_WORD)) {
        parser_fail(p, "expected-values", token->span, "expected the name of a values block");
        return NULL;
    }
    struct text *names = ARENA_ARRAY(p->arena, struct text, p->values_count);
    for (size_t i = 0; i < p->values_count; i++) {
        if (text_eq(p->values[i]->name, token->text)) {
            return p->values[i];
        }
        names[i] = p->values[i]->name;
    }
    bool first = !p->failed;
    parser_fail(p, "unknown-values", token->span, "there is no values block \"%.*s\" above",
                TEXT_ARG(token->text));
    if (first) {
        diagnostic_suggest_name(p->diagnostics, token->text, names, p->values_count);
    }
    return NULL;
}

const struct expression *parser_expression(struct parser *p)
{
    struct expression *e = ARENA_NEW(p->arena, struct expression);
    struct term *terms = ARENA_ARRAY(p->arena, struct term, MAPPING_TERMS_MAX);
    do {
        if (e->term_count == MAPPING_TERMS_MAX) {
            parser_fail(p, "too-many-terms", p->at->span, "more than %d parts are joined",
                        MAPPING_TERMS_MAX);
            break;
        }
        struct term *term = &terms[e->term_count++];
        term->text = p->at->text;
        if (!parser_take(p, TOKEN_TEXT)) {
            term->is_column = true;
            term->column = parser_column(p);
        }
    } while (parser_take(p, TOKEN_PLUS) && !p->failed);
    e->terms = terms;
    if (parser_word(p, "through")) {
        e->through = values_named(p);
    }
    if (parser_word(p, "else")) {
        e->has_otherwise = true;
        e->otherwise = parser_text(p, "what to take when it is missing");
    }
    return e;
}

/* -- conditions -- */

static const struct test *any_of(struct parser *p, unsigned depth);

static void texts_of(struct parser *p, struct test *t, enum test_kind kind)
{
    t->kind = kind;
    struct text *text = ARENA_NEW(p->arena, struct text);
    *text = parser_text(p, "what to compare with");
    t->texts = text;
    t->text_count = 1;
}

static const struct test *comparison(struct parser *p)
{
    struct test *t = ARENA_NEW(p->arena, struct test);
    t->column = parser_column(p);
    if (parser_word(p, "is")) {
        t->kind = TEST_GIVEN;
        if (parser_word(p, "missing")) {
            t->kind = TEST_MISSING;
        } else if (!parser_word(p, "given")) {
            parser_fail(p, "expected-comparison", p->at->span, "after is comes given or missing");
        }
    } else if (parser_take(p, TOKEN_EQUAL)) {
        texts_of(p, t, TEST_EQUAL);
    } else if (parser_take(p, TOKEN_UNEQUAL)) {
        texts_of(p, t, TEST_UNEQUAL);
    } else if (parser_word(p, "contains")) {
        texts_of(p, t, TEST_CONTAINS);
    } else if (parser_word(p, "in")) {
        t->kind = TEST_IN;
        bool open = parser_take(p, TOKEN_OPEN);
        t->texts = parser_texts(p, &t->text_count);
        if (!open || !parser_take(p, TOKEN_CLOSE)) {
            parser_fail(p, "expected-bracket", p->at->span,
                        "texts after in stand in brackets: in (\"a\", \"b\")");
        }
    } else {
        parser_fail(p, "expected-comparison", p->at->span,
                    "expected is given, is missing, =, !=, in or contains after the column");
    }
    return t;
}

static const struct test *one(struct parser *p, unsigned depth)
{
    if (depth > CODE_NESTING_MAX) {
        parser_fail(p, "nested-too-deep", p->at->span, "conditions are nested deeper than %d",
                    CODE_NESTING_MAX);
        return NULL;
    }
    if (parser_word(p, "not")) {
        struct test *t = ARENA_NEW(p->arena, struct test);
        t->kind = TEST_NOT;
        t->left = one(p, depth + 1);
        return t;
    }
    if (!parser_take(p, TOKEN_OPEN)) {
        return comparison(p);
    }
    const struct test *inner = any_of(p, depth + 1);
    if (!parser_take(p, TOKEN_CLOSE)) {
        parser_fail(p, "expected-bracket", p->at->span, "expected ) to close the bracket");
    }
    return inner;
}

static const struct test *joined(struct parser *p, enum test_kind kind, const struct test *left,
                                 const struct test *right)
{
    struct test *t = ARENA_NEW(p->arena, struct test);
    *t = (struct test){.kind = kind, .left = left, .right = right};
    return t;
}

static const struct test *all_of(struct parser *p, unsigned depth)
{
    const struct test *left = one(p, depth);
    while (!p->failed && parser_word(p, "and")) {
        left = joined(p, TEST_AND, left, one(p, depth));
    }
    return left;
}

static const struct test *any_of(struct parser *p, unsigned depth)
{
    const struct test *left = all_of(p, depth);
    while (!p->failed && parser_word(p, "or")) {
        left = joined(p, TEST_OR, left, all_of(p, depth));
    }
    return left;
}

const struct test *parser_test(struct parser *p)
{
    return any_of(p, 0);
}
