/* A Customer Code, parsed and resolved: what the parser makes, the checker judges, the explainer
 * tells and the engine compiles. Everything lives in the arena given to code_parse(). References
 * between parts are indexes into the arrays of struct code, -1 where there is none. Grammar and
 * meaning: docs/language.md. */
#ifndef TROTH_LANG_CODE_H
#define TROTH_LANG_CODE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/moment.h"
#include "lang/value.h"
#include "words/language.h"

enum {
    CODE_BYTES_MAX = 1 << 20,
    CODE_PROMISES_MAX = 2000,
    CODE_NESTING_MAX = 32, /* brackets in a condition */
    CODE_DIAGNOSTICS_MAX = 20,
    CODE_NAME_MAX = 64 /* bytes of a name */
};

struct span {
    uint32_t offset, length; /* bytes of the source */
    uint32_t line, column;   /* from 1; column in code points */
};

/* -- moments and limits -- */

enum moment_kind {
    MOMENT_NONE,
    MOMENT_LITERAL, /* a date (midnight in the Code's zone) or RFC 3339 moment, written in the Code
                     */
    MOMENT_ATTRIBUTE, /* of the opening touch; in `on`, `must be`: of the touch at hand. "occurred"
                         is one */
    MOMENT_OPENING /* when the opening touch occurred (implied in `must have E at least D before`)
                    */
};

struct moment {
    enum moment_kind kind;
    struct text attribute;
    int64_t literal_us;
    bool literal_is_local; /* written as a date: literal_us is wall-clock time in the Code's zone,
                              not UTC */
    int shift;             /* -1: `D before M`; +1: `D after M`; 0: M itself */
    struct duration by;
    struct span span;
};

enum limit_kind { LIMIT_NONE, LIMIT_DURATION, LIMIT_TABLE };

/* `[end of] D|TABLE [counting from next opening of C]` */
struct limit {
    enum limit_kind kind;
    struct duration duration; /* LIMIT_DURATION */
    int table;                /* LIMIT_TABLE: a table of durations */
    bool end_of;
    int from_next_opening_of; /* calendar or -1 */
    struct span span;
};

/* -- conditions and events -- */

enum cond_kind {
    COND_AND,
    COND_OR,
    COND_NOT,      /* left only */
    COND_COMPARE,  /* field op operand */
    COND_IN,       /* field in (values) or in GROUP (expanded into values) */
    COND_CONTAINS, /* field contains "text": text, no difference of case for ASCII */
    COND_GIVEN,
    COND_MISSING,
    COND_OPENS_THREAD,
    COND_AT_LEAST_BEFORE, /* `at least D before M`: the touch at hand lies D or more before M */
    COND_WITHIN /* `within L [of M]`: the touch at hand is no later than L after M (default: the
                   opening) */
};

enum compare_op { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

enum operand_kind {
    OPERAND_VALUE, /* a literal; a bare name after = and != is text */
    OPERAND_FIELD, /* a bare name after < <= > >=: another field of the same touch */
    OPERAND_MOMENT /* `D before|after M`, or a literal moment */
};

struct operand {
    enum operand_kind kind;
    struct value value;
    struct text field;
    struct moment moment;
};

struct cond {
    enum cond_kind kind;
    struct span span;
    const struct cond *left, *right;
    struct text field; /* an attribute, or one of: source id thread customer channel actor person
                          role team occurred */
    enum compare_op op;
    struct operand operand;
    const struct value *values; /* COND_IN */
    size_t value_count;
    struct moment moment; /* COND_AT_LEAST_BEFORE, COND_WITHIN */
    struct limit limit;   /* COND_WITHIN; for COND_AT_LEAST_BEFORE a plain duration */
};

enum by_kind {
    BY_ANYONE,
    BY_STAFF,
    BY_CUSTOMER,
    BY_BOT,
    BY_SYSTEM,
    BY_ROLE,          /* the touch's role is `role` */
    BY_ANOTHER_PERSON /* the touch's person is given and differs from that of the opening touch, or
                         `than` */
};

/* One alternative of an event pattern; `or` links to the next. */
struct event {
    struct span span;
    struct text name; /* noun.verb */
    enum by_kind by;
    struct text role;
    struct text than; /* event name for `by another person than EVENT`, else empty */
    const struct cond
        *where; /* with a bound (`at least D before M`, `within D`) joined by and; NULL: always */
    bool anywhere;
    const struct event * or ;
};

/* -- tables -- */

enum table_by { TABLE_BY_TEXT, TABLE_BY_NUMBER, TABLE_BY_DAY };
enum table_gives { TABLE_DURATIONS, TABLE_AMOUNTS, TABLE_SHARES };

struct table_row {
    struct span span;
    struct text text;   /* TABLE_BY_TEXT */
    bool inclusive;     /* TABLE_BY_NUMBER: `up to` (true) or `under` */
    struct value bound; /* TABLE_BY_NUMBER: number, duration or money */
    unsigned days;      /* TABLE_BY_DAY: bit 0 Monday … bit 6 Sunday */
    bool is_else;       /* the last row */
    struct duration duration;
    bool end_of; /* `end of D` in a table of durations */
    struct money money;
    int32_t share_ppm; /* parts per million: 25 % is 250000 */
};

struct table {
    struct text name;
    struct span span;
    enum table_by by;
    enum table_gives gives;
    struct text attribute;        /* unless TABLE_BY_DAY */
    const struct table_row *rows; /* rows are tried in order; the first that fits counts */
    size_t row_count;
};

/* -- calendars -- */

struct spell {
    unsigned days;           /* bit 0 Monday … bit 6 Sunday */
    int32_t from_s, until_s; /* seconds of the local day, half-open; until_s may be 86400 */
    bool has_from_date;      /* `from DATE`: from that day on, these replace all earlier spells */
    struct date from_date;
    struct span span;
};

struct closure {
    bool yearly;
    struct date date; /* year 0 when yearly */
    struct date last; /* `closed A..B`: last day, else same as date; never with yearly */
    struct text reason;
    struct span span;
};

struct calendar_def {
    struct text name;
    struct span span;
    struct text zone;      /* IANA name, the Code's where not given */
    struct span zone_span; /* of the clause; line 0 where not given */
    const struct spell *spells;
    size_t spell_count;
    const struct closure *closures;
    size_t closure_count;
    const struct text
        *ics_files; /* `closed from "holidays.ics"`: names, resolved by whoever compiles the plan */
    size_t ics_count;
    bool always; /* `open always` */
};

/* -- promises -- */

enum duty_kind {
    DUTY_WITHIN,  /* must E within L | must E by end of D */
    DUTY_BETWEEN, /* must E [from M] by M */
    DUTY_EVERY,   /* must E every L until E */
    DUTY_BEFORE,  /* must have E at least D before */
    DUTY_BE,      /* must be CONDITION */
    DUTY_NOT,     /* must not E [for L | from L] [until E] */
    DUTY_AT_MOST, /* at most N E per KEY [WINDOW] */
    DUTY_AT_LEAST /* [on E] at least N E per KEY WINDOW [until E] */
};

enum window_kind {
    WINDOW_NONE,
    WINDOW_ROLLING,
    WINDOW_DAY,
    WINDOW_WEEK,
    WINDOW_MONTH,
    WINDOW_QUARTER,
    WINDOW_YEAR
};

struct window {
    enum window_kind kind;
    struct duration rolling; /* `in any 7 days` */
    int32_t month, day;      /* `each year from 04-01`; 1, 1 by default */
};

struct duty {
    enum duty_kind kind;
    struct span span;
    const struct event *event;
    struct limit limit;        /* within, every, before (duration), not for, not from */
    bool limit_is_start;       /* DUTY_NOT: `from L` rather than `for L` */
    struct moment from, by;    /* DUTY_BETWEEN */
    const struct cond *be;     /* DUTY_BE */
    const struct event *until; /* every, not, at least; NULL: none */
    int64_t count;             /* at most, at least */
    struct window window;
};

enum key_kind { KEY_THREAD, KEY_CUSTOMER, KEY_ATTRIBUTE };
struct key {
    enum key_kind kind;
    struct text attribute;
};

enum remedy_kind { REMEDY_NONE, REMEDY_CREDIT, REMEDY_TASK };
enum amount_kind { AMOUNT_NONE, AMOUNT_FIXED, AMOUNT_TABLE, AMOUNT_SHARE, AMOUNT_TABLE_SHARE };

struct amount {
    enum amount_kind kind;
    struct money money;    /* FIXED */
    int table;             /* TABLE (of amounts), TABLE_SHARE (of shares) */
    int32_t share_ppm;     /* SHARE */
    struct text attribute; /* SHARE, TABLE_SHARE: the opening touch's money */
};

struct remedy {
    enum remedy_kind kind;
    struct span span;
    struct text task;     /* REMEDY_TASK */
    struct amount amount; /* owed at the verdict; AMOUNT_NONE for `otherwise plus …` alone */
    bool accrues;         /* `plus AMOUNT per D [up to AMOUNT]` */
    struct money step;
    struct duration step_per;
    bool has_cap;
    struct money cap; /* of base and accrual together */
    int64_t most;     /* `at most N WINDOW`: 0 = no such cap */
    struct window most_window;
    bool if_claimed; /* `if claimed within D`, counted from the verdict */
    struct duration claim_within;
};

struct dates { /* half-open, midnights in the Code's zone; BEFORE_ALL / NEVER where not given */
    bool has_from, has_until;
    struct date from, until;
};

enum pair_kind { PAIR_PAUSE, PAIR_EXCUSE };
struct pair { /* pause / excused while START until END [for at most D] */
    enum pair_kind kind;
    struct span span;
    const struct event *start, *end; /* end may be NULL for excused and pause: for good */
    bool has_most;
    struct duration most;
};

struct extension {
    struct span span;
    struct duration by;
    int64_t times; /* `once` 1, `3 times` 3, neither: 0 = any number */
    const struct event *when;
};

struct promise {
    struct text name;
    struct span span;
    bool is_expectation; /* `expect`: asked of customers */
    int principle;
    struct text words; /* the published sentence */
    struct dates applies;
    const struct event *on; /* NULL for at most, and at least without on */
    bool on_every;          /* `on every E` */
    struct key key;
    struct duty duty;
    const struct pair *pairs;
    size_t pair_count;
    const struct event *void_when; /* alternatives of all void clauses joined */
    const struct extension *extensions;
    size_t extension_count;
    struct remedy remedy;
    bool has_target;
    struct span target_span;
    int32_t target_ppm;
    struct window target_window;
    bool has_warn;
    struct span warn_span;
    int32_t warn_ppm;
    bool second_person; /* `excuses need a second person` */
    struct span second_person_span;
};

struct grant { /* a line under `allow` */
    struct span span;
    struct text act; /* "refund" */
    struct money up_to;
    struct key key;
    struct text role; /* "agent" */
};
struct permission {
    struct text name;
    struct text words;
    struct span span;
    const struct grant *grants;
    size_t grant_count;
};

struct principle {
    struct text name, title, words;
    struct span span;
};

struct group {
    struct text name;
    struct span span;
    const struct text *members;
    size_t member_count;
};

struct code {
    struct text source; /* the whole text, in the arena */
    struct span span;   /* of the `code` header; line 1 where there is none */
    struct text title, owner, contact, scope, zone;
    struct span zone_span, channels_span; /* of those clauses; line 0 where not given */
    const struct text *channels;
    size_t channel_count;
    struct dates applies;
    bool has_review;
    struct duration review;
    bool second_person; /* `excuses need a second person`: for every promise */
    const struct calendar_def *calendars;
    size_t calendar_count;
    const struct group *groups;
    size_t group_count;
    const struct table *tables;
    size_t table_count;
    const struct principle *principles;
    size_t principle_count;
    const struct promise
        *promises; /* expectations too; in the order of the text. One name may stand several times
                      with `applies` dates that do not overlap: a promise's successive forms */
    size_t promise_count;
    const struct permission *permissions;
    size_t permission_count;
};

/* -- diagnostics -- */

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct diagnostic {
    enum severity severity;
    const char *rule; /* stable, kebab-case: "unknown-calendar" */
    struct span span;
    struct text message;    /* what is wrong */
    struct text suggestion; /* what to write instead, or empty */
};

struct diagnostics {
    struct arena *arena; /* holds the words; set by code_parse() */
    struct diagnostic items[CODE_DIAGNOSTICS_MAX];
    size_t count;
    size_t left_out; /* found beyond the bound */
    size_t errors;
};

/* Parses and checks. Always returns a Code with what could be read; it may be compiled and
 * published only if ret_diagnostics->errors is 0. source is copied. Bounds above are diagnostics
 * too. */
struct code *code_parse(struct arena *arena, struct text source,
                        struct diagnostics *ret_diagnostics);

/* Prints diagnostics for people: "FILE:LINE:COLUMN: error: …", the line, a caret line, the
 * suggestion. */
void diagnostics_print(const struct diagnostics *d, struct text file, struct text source,
                       struct buf *out);
/* The same as a JSON array of {severity, rule, line, column, length, message, suggestion}, the last
 * two in that language. */
struct json_writer;
void diagnostics_json(const struct diagnostics *d, enum language l, struct json_writer *w);

/* The source in the one layout (idempotent; comments kept). Needs a source without syntax errors:
 * else ERR_INVALID. */
enum err code_format(struct arena *arena, struct text source, struct text *ret,
                     struct err_info *info);

/* Asks when the limit of `promise` runs out for a clock started at start_us; false when it cannot
 * tell. Gives both instants as the wall clock of the Code's zone shows them. Given by a higher
 * floor. */
typedef bool explain_due_fn(void *context, const struct code *code, const struct promise *promise,
                            int64_t start_us, int64_t *ret_local_start_us,
                            int64_t *ret_local_due_us);
struct explain_example {
    explain_due_fn *due; /* NULL: no example */
    void *context;
    int64_t start_us;
};
/* Plain words, in that language, for a promise (every form), principle, table, calendar, group or
 * permission of that name, with a worked example for promises that have a limit. ERR_NOT_FOUND with
 * a "did you mean". */
enum err code_explain(const struct code *code, struct text name, enum language language,
                      const struct explain_example *example, struct buf *out,
                      struct err_info *info);

#endif
