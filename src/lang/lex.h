/* A Code's text as lines of tokens. Used inside this room.
 *
 * Lines carry the structure: a header stands at the start of its line, the deeper-indented lines
 * under it are its clauses, and lines deeper than the first of those go on with the clause above.
 * Tokens of one clause, and of one block, stand side by side in the array. */
#ifndef TROTH_LANG_LEX_H
#define TROTH_LANG_LEX_H

#include "lang/diagnostic.h"

enum token_kind {
    TOKEN_END,       /* not in the array: what the parser sees behind the last token of a clause */
    TOKEN_WORD,      /* promise, request.opened, America/New_York */
    TOKEN_TEXT,      /* "…", the quotes included */
    TOKEN_NUMBER,    /* 10, 50.00, -3 */
    TOKEN_DATE,      /* 2015-01-19 */
    TOKEN_MONTH_DAY, /* 12-25 */
    TOKEN_MOMENT,    /* 2015-01-19T08:30:00Z */
    TOKEN_TIME,      /* 08:30 */
    TOKEN_SYMBOL     /* = != < <= > >= ( ) , .. % - */
};

struct token {
    enum token_kind kind;
    struct span span;
};

enum line_kind { LINE_BLANK, LINE_COMMENT, LINE_HEADER, LINE_CLAUSE, LINE_CONTINUATION };

struct line {
    enum line_kind kind;
    bool indented;
    bool bad;              /* holds something that is no token; already reported */
    uint32_t first, count; /* tokens */
    uint32_t label;        /* tokens that the formatter puts before the column; set by the parser */
    struct span comment;   /* from # to the end of the line; length 0 where there is none */
};

struct lexed {
    struct text source;
    const struct token *tokens;
    size_t token_count;
    struct line *lines;
    size_t line_count;
    size_t errors;
};

/* Splits source, which must be UTF-8 and must outlive the result. Reports what is no token, and
 * indentation that cannot be understood. */
struct lexed *lex(struct arena *arena, struct text source, struct diagnostics *d);

/* The bytes of a token as written. */
struct text token_source(struct text source, struct token t);
/* The words of a TOKEN_TEXT: quotes and backslashes removed. A view where nothing was escaped. */
struct text token_unquoted(struct arena *arena, struct text source, struct token t);

#endif
