/* The parser's own interface, shared by its files: parse.c (blocks), one file a noun. Used inside
 * this room.
 *
 * A clause is read from a window of tokens, by functions that return false after reporting the
 * first thing that does not fit; the clause is then left and the next one is read. Names that are
 * not known are reported too, but reading goes on. */
#ifndef TROTH_LANG_PARSE_H
#define TROTH_LANG_PARSE_H

#include "lang/lex.h"
#include "lang/names.h"

struct parser {
    struct arena *arena;   /* the Code's */
    struct arena *scratch; /* freed when parsing is over */
    struct diagnostics *d;
    struct lexed *lexed;
    struct text source;
    size_t next, end;   /* the window: the token at hand and the one behind the last */
    size_t clause_line; /* on which the window begins */
    size_t errors;      /* of form; names that are not known do not count */
    int nesting;
    size_t code_blocks;
    bool too_many;       /* promises; reported */
    bool heard_anywhere; /* the event at hand, without saying so itself */
    struct names calendars, groups, tables, principles, promises, permissions;
    struct code *code;
    /* the arrays of code, while they are being filled */
    struct calendar_def *calendar_list;
    struct group *group_list;
    struct table *table_list;
    struct principle *principle_list;
    struct promise *promise_list;
    struct permission *permission_list;
};

/* Lines of a block: the header's and those under it. */
struct block {
    size_t header, end;
    struct span name_span;
    struct text name;
    bool broken; /* a clause of it could not be read: what seems missing may have been there */
};

/* -- errors: always return false -- */

bool parse_fail(struct parser *p, const char *rule, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "expected WHAT, found …" at the token at hand. */
bool parse_expected(struct parser *p, const char *what);
/* The place of a name that nothing is called. Reading goes on. */
void parse_unknown(struct parser *p, const char *rule, const char *what, struct span span,
                   const struct names *names);

/* -- tokens -- */

struct token parse_peek(const struct parser *p);
struct token parse_peek_ahead(const struct parser *p, size_t ahead);
struct token parse_take(struct parser *p);
struct text parse_text_of(const struct parser *p, struct token t);
/* Whether the token at hand (ahead: behind it) is that word or symbol, and not a text. */
bool parse_at(const struct parser *p, const char *word);
bool parse_at_ahead(const struct parser *p, size_t ahead, const char *word);
bool parse_at_two(const struct parser *p, const char *first, const char *second);
bool parse_at_end(const struct parser *p);
bool parse_accept(struct parser *p, const char *word);
bool parse_accept_two(struct parser *p, const char *first, const char *second);
bool parse_expect(struct parser *p, const char *word);
/* The token before the one at hand. */
struct span parse_last_span(const struct parser *p);
/* From the token at `first` up to the one before that at hand. */
struct span parse_span_from(const struct parser *p, size_t first);
/* The same tokens, a blank between each two. */
struct text parse_words_from(struct parser *p, size_t first);
/* What stands before this place is the clause's keyword, for the formatter. */
void parse_label(struct parser *p);

/* -- lists: room for one more behind count items; doubles at powers of two -- */
void *parse_list_grow(struct parser *p, const void *list, size_t count, size_t size);

/* -- names, texts and numbers -- */

/* A name without dots: an attribute, a role, a calendar. what: "a name such as …". */
bool parse_name(struct parser *p, const char *what, struct text *ret);
bool parse_event_name(struct parser *p, struct text *ret);
bool parse_is_event_name(struct text t);
/* One text, or several side by side joined by a blank. */
bool parse_quoted(struct parser *p, const char *what, struct text *ret);
bool parse_count(struct parser *p, const char *what, int64_t *ret);
bool parse_percent(struct parser *p, int32_t *ret_ppm);
bool parse_money(struct parser *p, struct money *ret);
bool parse_at_money(const struct parser *p);
bool parse_date(struct parser *p, struct date *ret);
/* `applies from DATE [until DATE]`, behind the keyword. */
bool parse_dates(struct parser *p, struct dates *ret);

/* `excuses need a second person`, behind the keyword. */
bool parse_second_person(struct parser *p);

/* A zone's name; whether there is such a zone is for higher floors to say. */
bool parse_zone_name(struct parser *p, struct text *ret, struct span *ret_span);

/* -- time: parse_time.c -- */

enum duration_form { DURATION_COUNTED, DURATION_OR_UNIT /* "per day" is "per 1 day" */ };
bool parse_duration(struct parser *p, enum duration_form form, struct duration *ret);
/* Whether a duration stands here rather than a plain number or money. */
bool parse_at_duration(const struct parser *p);
/* Durations of fixed length only, as attributes have them: "3 hours", "2 days" of 24 hours. */
bool parse_fixed_duration(struct parser *p, int64_t *ret_us);
bool parse_limit(struct parser *p, enum duration_form form, struct limit *ret);
bool parse_moment(struct parser *p, struct moment *ret);
/* Behind a shift `D before|after`. */
bool parse_moment_base(struct parser *p, struct moment *ret);
/* `in any D`, `each year from 04-01` … */
bool parse_at_window(const struct parser *p);
bool parse_window(struct parser *p, struct window *ret);
bool parse_each(struct parser *p, struct window *ret);
/* `per thread|customer|ATTRIBUTE`, behind `per`. */
bool parse_key(struct parser *p, struct key *ret);

/* -- conditions and events -- */

/* -- conditions: parse_cond.c -- */
bool parse_cond(struct parser *p, const struct cond **ret);
/* The condition at hand is `at least D before M` or `within L [of M]`. */
bool parse_at_bound(const struct parser *p);
bool parse_bound(struct parser *p, const struct cond **ret);
const struct cond *parse_cond_and(struct parser *p, const struct cond *a, const struct cond *b);

enum event_form {
    EVENT_FREE,
    EVENT_OF_DUTY /* `within`, `at least … before` and a last `by M` belong to the duty */
};
/* An event and its alternatives. */
bool parse_event(struct parser *p, enum event_form form, const struct event **ret);
/* The same, when more alternatives may be joined to the last. */
bool parse_event_chain(struct parser *p, enum event_form form, struct event **ret_first,
                       struct event **ret_last);

/* -- clauses, by table -- */

enum { CLAUSE_KINDS_MAX = 16 };
struct clause_kind {
    const char *keyword, *second; /* second: NULL for one word */
    bool once;
    bool (*parse)(struct parser *p, void *context); /* behind the keyword */
};
struct clauses {
    const struct clause_kind *kinds;
    size_t count;
    const char *of;                                 /* "a promise", for messages */
    bool (*other)(struct parser *p, void *context); /* what begins with no keyword; may be NULL */
    void *context;
    uint32_t seen[CLAUSE_KINDS_MAX]; /* line of the first of each kind */
};
/* Reads every clause of the block. */
void parse_clauses(struct parser *p, struct block *b, struct clauses *c);
/* An error at the header, unless a clause could not be read. */
void parse_missing(struct parser *p, const struct block *b, const char *what,
                   const char *suggestion);
bool parse_expect_end(struct parser *p);

/* The tokens of lines [first, end) become the window; false when one of them holds what is no
 * token, or when there is none. */
bool parse_set_window(struct parser *p, size_t first, size_t end);
/* Sets the window of the header and reads its keyword and, if named, its name. */
void parse_begin_block(struct parser *p, size_t header_end, bool named, struct block *b);

/* -- blocks, behind the header's name; where that could not be read (b->broken), the rest of the
 * header is left alone and the clauses are still tried -- */

void parse_code_block(struct parser *p, struct block *b);
void parse_calendar_block(struct parser *p, struct block *b, struct calendar_def *calendar);
void parse_group_block(struct parser *p, struct block *b, struct group *group);
void parse_table_block(struct parser *p, struct block *b, struct table *table);
void parse_principle_block(struct parser *p, struct block *b, struct principle *principle);
void parse_permission_block(struct parser *p, struct block *b, struct permission *permission);
void parse_promise_block(struct parser *p, struct block *b, struct promise *promise);

/* The Code without the checker's judgement. ret_lexed lives in scratch; ret_errors counts those of
 * form, not names that are not known. */
struct code *code_read(struct arena *arena, struct arena *scratch, struct text source,
                       struct diagnostics *d, const struct lexed **ret_lexed, size_t *ret_errors);

/* -- the duty and remedy of a promise, behind the keyword -- */

struct promise_reading {
    struct promise *promise;
    bool has_key;
    struct event *last_void; /* the alternative to which the next void clause is joined */
};

bool parse_must(struct parser *p, void *promise_reading);
bool parse_at_most(struct parser *p, void *promise_reading);
bool parse_at_least(struct parser *p, void *promise_reading);
/* `per KEY` behind `per`, after `on` or in the duty: once, or twice the same. */
bool parse_promise_key(struct parser *p, struct promise_reading *reading);
bool parse_otherwise(struct parser *p, void *promise_reading);

#endif
