/* Blocks clause by clause: the window over each, its keyword, and what is missing in the end. */
#include "lang/parse.h"

#include <string.h>

/* -- clauses -- */

void parse_label(struct parser *p)
{
    struct line *line = &p->lexed->lines[p->clause_line];
    line->label = (uint32_t)(p->next - line->first);
}

static bool parse_clause(struct parser *p, struct clauses *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct clause_kind *kind = &c->kinds[i];
        struct span span = parse_peek(p).span;
        if (!(kind->second ? parse_accept_two(p, kind->keyword, kind->second)
                           : parse_accept(p, kind->keyword))) {
            continue;
        }
        parse_label(p);
        if (kind->once && c->seen[i]) {
            parse_fail(p, "duplicate-clause", span,
                       "\"%s\" stands already on line %u of this block", kind->keyword, c->seen[i]);
            bool duty = text_is(text_of(kind->keyword), "must");
            diagnostic_suggest(p->d, duty ? "a promise has one duty: make a second promise"
                                          : "remove one of the two");
            return false;
        }
        c->seen[i] = span.line;
        return kind->parse(p, c->context) && parse_expect_end(p);
    }
    bool is_word = parse_peek(p).kind == TOKEN_WORD;
    if (c->other && (!is_word || c->count == 0)) {
        return c->other(p, c->context) && parse_expect_end(p);
    }
    struct text word = parse_text_of(p, parse_peek(p));
    struct text known[CLAUSE_KINDS_MAX];
    for (size_t i = 0; i < c->count; i++) {
        known[i] = text_of(c->kinds[i].keyword);
    }
    parse_fail(p, "unknown-clause", parse_peek(p).span, "\"%.*s\" begins no clause of %s",
               TEXT_ARG(word), c->of);
    diagnostic_suggest_name(p->d, word, known, c->count);
    return false;
}

bool parse_set_window(struct parser *p, size_t first, size_t end)
{
    const struct line *lines = p->lexed->lines;
    bool bad = false;
    p->next = p->end = lines[first].first;
    p->clause_line = first;
    for (size_t i = first; i < end; i++) {
        bad |= lines[i].bad;
        p->end += lines[i].count;
    }
    return !bad && p->end > p->next;
}

static size_t clause_end(const struct parser *p, size_t line, size_t end)
{
    do {
        line++;
    } while (line < end && p->lexed->lines[line].kind != LINE_CLAUSE);
    return line;
}

void parse_clauses(struct parser *p, struct block *b, struct clauses *c)
{
    size_t line = clause_end(p, b->header, b->end);
    while (line < b->end) {
        size_t next = clause_end(p, line, b->end);
        if (!parse_set_window(p, line, next) || !parse_clause(p, c)) {
            b->broken = true;
        }
        line = next;
    }
}

void parse_missing(struct parser *p, const struct block *b, const char *what,
                   const char *suggestion)
{
    if (b->broken) {
        return;
    }
    parse_fail(p, "missing-clause", b->name_span, "\"%.*s\" lacks %s", TEXT_ARG(b->name), what);
    diagnostic_suggest(p->d, "%s", suggestion);
}

/* -- headers -- */

static bool is_kebab(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        bool dash = c == '-' && i > 0 && i + 1 < t.len && t.ptr[i - 1] != '-';
        if (!letter && !dash && !(digit && i > 0)) {
            return false;
        }
    }
    return true;
}

static bool parse_block_name(struct parser *p, struct block *b)
{
    b->name_span = parse_peek(p).span;
    if (!parse_name(p, "a name such as first-answer", &b->name)) {
        return false;
    }
    if (!is_kebab(b->name)) {
        parse_fail(p, "bad-name", b->name_span,
                   "names here are written in small letters, with - between words");
        diagnostic_suggest(p->d, "such as: first-answer");
        return false;
    }
    return true;
}

void parse_begin_block(struct parser *p, size_t header_end, bool named, struct block *b)
{
    bool ok = parse_set_window(p, b->header, header_end);
    b->name_span = p->lexed->tokens[p->next].span;
    p->next++;
    b->broken = !ok || (named && !parse_block_name(p, b));
}
