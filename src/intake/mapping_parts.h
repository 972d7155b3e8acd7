/* What a mapping consists of, for the files of this room that parse and use it. */
#ifndef TROTH_INTAKE_MAPPING_PARTS_H
#define TROTH_INTAKE_MAPPING_PARTS_H

#include "intake/mapping.h"

/* -- the parsed mapping -- */

struct term { /* of an expression: a column or a text */
    bool is_column;
    size_t column; /* index into mapping.columns */
    struct text text;
};

enum values_else { VALUES_REFUSE, VALUES_KEEP, VALUES_MISSING, VALUES_TEXT };
struct values_row {
    struct text from, to;
};
struct values {
    struct text name;
    struct values_row *rows; /* sorted by from */
    size_t row_count;
    enum values_else otherwise;
    struct text otherwise_text;
};

struct expression {
    const struct term *terms; /* joined */
    size_t term_count;
    const struct values *through; /* NULL: none */
    bool has_otherwise;           /* `else "TEXT"`, where it is missing */
    struct text otherwise;
};

enum test_kind {
    TEST_AND,
    TEST_OR,
    TEST_NOT, /* left only */
    TEST_GIVEN,
    TEST_MISSING,
    TEST_EQUAL,
    TEST_UNEQUAL,
    TEST_IN,
    TEST_CONTAINS
};
struct test {
    enum test_kind kind;
    const struct test *left, *right;
    size_t column;
    const struct text *texts;
    size_t text_count;
};

struct skip {
    const struct test *when;
    size_t note;
};

struct attribute_line {
    struct text name;
    enum value_type type;
    struct expression from;
};

/* Fields of a touch that an expression may give; the first three are needed. */
enum touch_line {
    LINE_ID,
    LINE_OCCURRED,
    LINE_EVENT,
    LINE_THREAD,
    LINE_CUSTOMER,
    LINE_CHANNEL,
    LINE_ACTOR,
    LINE_PERSON,
    LINE_ROLE,
    LINE_TEAM,
    LINE_COUNT
};
extern const struct text touch_line_names[LINE_COUNT];

struct touch_block {
    const struct expression *lines[LINE_COUNT]; /* NULL: not given */
    const struct expression *earliest;          /* NULL: none */
    size_t earliest_note;
    const struct test *when; /* NULL: always */
    const struct attribute_line *attributes;
    size_t attribute_count;
};

enum { MAPPING_FORMATS_MAX = 16, MAPPING_MISSING_MAX = 64 };

struct mapping {
    struct text source; /* the text of the mapping */
    struct text title, touch_source, zone_name;
    const struct zone *zone;
    struct text formats[MAPPING_FORMATS_MAX];
    size_t format_count;
    struct text missing[MAPPING_MISSING_MAX];
    size_t missing_count;
    size_t key[MAPPING_TERMS_MAX]; /* indexes into columns */
    size_t key_count;
    const struct text *declared; /* `columns`: those of a file without a header */
    size_t declared_count;
    char delimiter, quote;
    bool is_latin1;
    struct text columns[MAPPING_COLUMNS_MAX]; /* all that the mapping names, each once */
    size_t column_count;
    struct skip skips[MAPPING_NOTES_MAX];
    size_t skip_count;
    struct touch_block touches[MAPPING_TOUCHES_MAX];
    size_t touch_count;
    struct mapping_note notes[MAPPING_NOTES_MAX];
    size_t note_count;
};

/* -- tokens -- */

enum token_kind {
    TOKEN_WORD,
    TOKEN_TEXT, /* text is decoded */
    TOKEN_COMMA,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_PLUS,
    TOKEN_EQUAL,
    TOKEN_UNEQUAL,
    TOKEN_END /* of every statement */
};
struct token {
    enum token_kind kind;
    struct text text;
    struct span span;
};

/* A line with the deeper-indented lines that continue it. */
struct statement {
    const struct token *tokens;
    bool is_header; /* not indented: begins a block */
};

/* Splits a mapping into statements; says what is malformed and goes on. */
size_t mapping_lex(struct arena *arena, struct text source, const struct statement **ret,
                   struct diagnostics *d);

/* -- parser, in two files -- */

struct parser {
    struct arena *arena;
    struct mapping *mapping;
    struct diagnostics *diagnostics;
    const struct token *at; /* next token of the statement */
    const struct values **values;
    size_t values_count;
    bool failed; /* this statement is wrong: said once */
};

/* Says what is wrong at a token, once a statement. */
void parser_fail(struct parser *p, const char *rule, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool parser_word(struct parser *p, const char *word); /* takes it if it is next */
bool parser_take(struct parser *p, enum token_kind kind);
struct text parser_text(struct parser *p, const char *what); /* a text in quotes is next */
/* A column by name: a bare word, or `column "NAME"`. */
size_t parser_column(struct parser *p);
size_t parser_note(struct parser *p, struct text reason, bool is_skip, struct span span);
const struct expression *parser_expression(struct parser *p);
/* "…", "…": at least one. */
const struct text *parser_texts(struct parser *p, size_t *ret_count);
const struct test *parser_test(struct parser *p);
void parser_end(struct parser *p); /* nothing else may follow */
/* "a touch has no line "thraed"", with the name that was probably meant. */
void parser_unknown_line(struct parser *p, struct span span, struct text word, const char *where,
                         const struct text *names, size_t count);
/* A line of the block `mapping`; seen: a bit for each line that may stand once. */
void mapping_setting(struct parser *p, unsigned *seen);

#endif
