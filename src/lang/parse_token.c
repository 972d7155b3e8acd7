/* What every part of the parser reads with: the window of tokens, names, texts and numbers. */
#include "lang/parse.h"

#include <stdio.h>
#include <string.h>

/* -- errors -- */

enum { SHOWN_MAX = 40 };

bool parse_fail(struct parser *p, const char *rule, struct span span, const char *format, ...)
{
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    diagnostic_add(p->d, SEVERITY_ERROR, rule, span, "%s", message);
    p->errors++;
    return false;
}

/* A token as an error shows it; long ones are cut between two characters. */
static struct text shown(const struct parser *p, struct token t)
{
    if (t.kind == TOKEN_END) {
        return TEXT("the end of the clause");
    }
    struct text source = parse_text_of(p, t);
    if (source.len > SHOWN_MAX) {
        source.len = SHOWN_MAX;
        while (((unsigned char)source.ptr[source.len] & 0xc0) == 0x80) {
            source.len--;
        }
    }
    return source;
}

bool parse_expected(struct parser *p, const char *what)
{
    struct token found = parse_peek(p);
    struct text words = shown(p, found);
    const char *quote = found.kind == TOKEN_END || found.kind == TOKEN_TEXT ? "" : "\"";
    return parse_fail(p, "expected", found.span, "expected %s, found %s%.*s%s", what, quote,
                      TEXT_ARG(words), quote);
}

void parse_unknown(struct parser *p, const char *rule, const char *what, struct span span,
                   const struct names *names)
{
    struct text name = {p->source.ptr + span.offset, span.length};
    diagnostic_add(p->d, SEVERITY_ERROR, rule, span, "there is no %s \"%.*s\"", what,
                   TEXT_ARG(name));
    diagnostic_suggest_name(p->d, name, names->list, names->count);
}

/* -- the window -- */

struct token parse_peek_ahead(const struct parser *p, size_t ahead)
{
    if (p->next + ahead < p->end) {
        return p->lexed->tokens[p->next + ahead];
    }
    struct span last = p->lexed->tokens[p->end - 1].span;
    struct text words = {p->source.ptr + last.offset, last.length};
    uint32_t columns = 0;
    for (size_t i = 0; i < words.len; i++) {
        columns += ((unsigned char)words.ptr[i] & 0xc0) != 0x80;
    }
    return (struct token){TOKEN_END,
                          {last.offset + last.length, 0, last.line, last.column + columns}};
}

struct token parse_peek(const struct parser *p)
{
    return parse_peek_ahead(p, 0);
}

struct token parse_take(struct parser *p)
{
    struct token t = parse_peek(p);
    p->next += t.kind != TOKEN_END;
    return t;
}

struct text parse_text_of(const struct parser *p, struct token t)
{
    return token_source(p->source, t);
}

bool parse_at_ahead(const struct parser *p, size_t ahead, const char *word)
{
    if (p->next + ahead >= p->end) {
        return false;
    }
    struct token t = p->lexed->tokens[p->next + ahead];
    return (t.kind == TOKEN_WORD || t.kind == TOKEN_SYMBOL) && text_is(parse_text_of(p, t), word);
}

bool parse_at(const struct parser *p, const char *word)
{
    return parse_at_ahead(p, 0, word);
}

bool parse_at_two(const struct parser *p, const char *first, const char *second)
{
    return parse_at(p, first) && parse_at_ahead(p, 1, second);
}

bool parse_at_end(const struct parser *p)
{
    return p->next >= p->end;
}

bool parse_accept(struct parser *p, const char *word)
{
    bool there = parse_at(p, word);
    p->next += there;
    return there;
}

bool parse_accept_two(struct parser *p, const char *first, const char *second)
{
    bool there = parse_at_two(p, first, second);
    p->next += there ? 2 : 0;
    return there;
}

bool parse_expect(struct parser *p, const char *word)
{
    if (parse_accept(p, word)) {
        return true;
    }
    struct text found = parse_text_of(p, parse_peek(p));
    char what[32];
    snprintf(what, sizeof(what), "\"%s\"", word);
    parse_expected(p, what);
    diagnostic_suggest_name(p->d, found, &(struct text){word, strlen(word)}, 1);
    return false;
}

bool parse_expect_end(struct parser *p)
{
    if (parse_at_end(p)) {
        return true;
    }
    static const struct text may_follow[] = {{"where", 5},    {"within", 6},   {"until", 5},
                                             {"anywhere", 8}, {"counting", 8}, {"before", 6},
                                             {"after", 5},    {"under", 5},    {"and", 3}};
    struct text words = shown(p, parse_peek(p));
    parse_fail(p, "unexpected", parse_peek(p).span,
               "\"%.*s\" does not fit here: the clause could end before it", TEXT_ARG(words));
    struct text near = name_nearest(words, may_follow, sizeof may_follow / sizeof may_follow[0]);
    if (text_is(words, ",")) {
        diagnostic_suggest(p->d, "between events and conditions write \"or\" or \"and\"");
    } else if (text_is(words, "or")) {
        diagnostic_suggest(p->d, "write all events first, with \"or\" between them, then the limit "
                                 "or the key");
    } else if (text_is(words, "of")) {
        diagnostic_suggest(p->d, "working time is written: 2 working days of CALENDAR; to count "
                                 "from a moment write: by 2 hours after MOMENT");
    } else if (near.len && !text_eq(near, words)) { /* not the right word in the wrong place */
        diagnostic_suggest(p->d, "did you mean \"%.*s\"?", TEXT_ARG(near));
    }
    return false;
}

struct span parse_last_span(const struct parser *p)
{
    return p->lexed->tokens[p->next - 1].span;
}

struct span parse_span_from(const struct parser *p, size_t first)
{
    return span_join(p->lexed->tokens[first].span, parse_last_span(p));
}

struct text parse_words_from(struct parser *p, size_t first)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = first; i < p->next; i++) {
        if (i > first) {
            buf_add_char(&out, ' ');
        }
        buf_add_text(&out, parse_text_of(p, p->lexed->tokens[i]));
    }
    return arena_text(p->arena, buf_text(&out));
}

void *parse_list_grow(struct parser *p, const void *list, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) {
        return arena_grow(p->arena, list, count, count ? count * 2 : 1, size);
    }
    return (void *)(uintptr_t)list; /* made by this function: not constant */
}

/* -- names and texts -- */

bool parse_is_event_name(struct text t)
{
    return t.len && memchr(t.ptr, '.', t.len) != NULL;
}

bool parse_name(struct parser *p, const char *what, struct text *ret)
{
    struct token t = parse_peek(p);
    struct text name = parse_text_of(p, t);
    if (t.kind != TOKEN_WORD) {
        return parse_expected(p, what);
    }
    if (memchr(name.ptr, '.', name.len)) {
        parse_expected(p, what);
        diagnostic_suggest(p->d, "names with a dot are events, such as message.received");
        return false;
    }
    p->next++;
    *ret = name;
    return true;
}

bool parse_event_name(struct parser *p, struct text *ret)
{
    struct token t = parse_peek(p);
    struct text name = parse_text_of(p, t);
    if (t.kind != TOKEN_WORD || !parse_is_event_name(name)) {
        parse_expected(p, "an event such as message.received");
        if (t.kind == TOKEN_WORD) {
            diagnostic_suggest(p->d, "events are named noun.verb");
        }
        return false;
    }
    p->next++;
    *ret = name;
    return true;
}

bool parse_quoted(struct parser *p, const char *what, struct text *ret)
{
    if (parse_peek(p).kind != TOKEN_TEXT) {
        return parse_expected(p, what);
    }
    struct text first = token_unquoted(p->arena, p->source, parse_take(p));
    if (parse_peek(p).kind != TOKEN_TEXT) {
        *ret = first;
        return true;
    }
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_text(&out, first);
    while (parse_peek(p).kind == TOKEN_TEXT) {
        buf_add_char(&out, ' ');
        buf_add_text(&out, token_unquoted(p->scratch, p->source, parse_take(p)));
    }
    *ret = arena_text(p->arena, buf_text(&out));
    return true;
}

/* -- numbers -- */

enum { COUNT_MAX = 1000000, MILLION = 1000000 };

bool parse_count(struct parser *p, const char *what, int64_t *ret)
{
    struct token t = parse_peek(p);
    int64_t n;
    if (t.kind != TOKEN_NUMBER) {
        return parse_expected(p, what);
    }
    if (!text_to_int64(parse_text_of(p, t), &n) || n < 0 || n > COUNT_MAX) {
        return parse_fail(p, "bad-count", t.span, "this must be a whole number from 0 to %d",
                          COUNT_MAX);
    }
    p->next++;
    *ret = n;
    return true;
}

/* Digits with at most `digits` decimals, as that many times ten. */
static bool decimal(struct text t, int digits, int64_t *ret)
{
    int64_t n = 0;
    int decimals = -1;
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '.') {
            decimals = 0;
        } else if (t.ptr[i] == '-' || __builtin_mul_overflow(n, 10, &n) ||
                   __builtin_add_overflow(n, t.ptr[i] - '0', &n)) {
            return false;
        } else {
            decimals += decimals >= 0;
        }
    }
    for (int missing = digits - (decimals < 0 ? 0 : decimals); missing != 0; missing--) {
        if (missing < 0 || __builtin_mul_overflow(n, 10, &n)) {
            return false;
        }
    }
    *ret = n;
    return true;
}

bool parse_percent(struct parser *p, int32_t *ret_ppm)
{
    struct token t = parse_peek(p);
    int64_t ppm;
    if (t.kind != TOKEN_NUMBER) {
        return parse_expected(p, "a share such as 95%");
    }
    if (!decimal(parse_text_of(p, t), 4, &ppm) || ppm > MILLION) {
        return parse_fail(p, "bad-share", t.span,
                          "a share lies between 0%% and 100%%, with at most 4 decimals");
    }
    p->next++;
    *ret_ppm = (int32_t)ppm;
    return parse_expect(p, "%");
}

bool parse_at_money(const struct parser *p)
{
    struct token t = parse_peek_ahead(p, 1);
    if (parse_peek(p).kind != TOKEN_NUMBER || t.kind != TOKEN_WORD || t.span.length != 3) {
        return false;
    }
    struct text currency = parse_text_of(p, t);
    for (size_t i = 0; i < 3; i++) {
        if (currency.ptr[i] < 'A' || currency.ptr[i] > 'Z') {
            return false;
        }
    }
    return true;
}

bool parse_money(struct parser *p, struct money *ret)
{
    if (!parse_at_money(p)) {
        return parse_expected(p, "an amount such as 10.00 EUR");
    }
    size_t first = p->next;
    p->next += 2;
    struct text written = parse_words_from(p, first);
    struct money m;
    if (!money_parse(written, &m) || m.minor < 0) {
        char currency[4] = {0};
        memcpy(currency, written.ptr + written.len - 3, 3);
        return parse_fail(p, "bad-money", parse_span_from(p, first),
                          "an amount in %s is a number that is not negative, with %d decimals or "
                          "none",
                          currency, money_digits(currency));
    }
    *ret = m;
    return true;
}

bool parse_date(struct parser *p, struct date *ret)
{
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_DATE || !date_parse(parse_text_of(p, t), ret)) {
        return parse_expected(p, "a date such as 2015-01-19");
    }
    p->next++;
    return true;
}

bool parse_dates(struct parser *p, struct dates *ret)
{
    size_t first = p->next;
    ret->has_from = parse_accept(p, "from");
    if (ret->has_from && !parse_date(p, &ret->from)) {
        return false;
    }
    ret->has_until = parse_accept(p, "until");
    if (ret->has_until && !parse_date(p, &ret->until)) {
        return false;
    }
    if (!ret->has_from && !ret->has_until) {
        return parse_expected(p, "\"from\" and a date, \"until\" and a date, or both");
    }
    if (ret->has_from && ret->has_until && date_to_days(ret->until) <= date_to_days(ret->from)) {
        parse_fail(p, "empty-dates", parse_span_from(p, first),
                   "these dates end before they begin");
        diagnostic_suggest(p->d, "write the earlier day first; \"until\" names the first day on "
                                 "which it no longer applies");
        return false;
    }
    return true;
}
