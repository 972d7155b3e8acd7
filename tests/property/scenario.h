/* A random case: one or two Codes as text, touches in order of occurrence, and until when. Parts
 * can be dropped one by one, to find the smallest case that still fails. */
#ifndef TROTH_TESTS_SCENARIO_H
#define TROTH_TESTS_SCENARIO_H

#include "engine/touch.h"
#include "lang/code.h"

enum {
    SCENARIO_CLAUSES_MAX = 12,
    SCENARIO_CODES_MAX = 2,
    SCENARIO_PROMISES_MAX = 16,
    SCENARIO_PARTS = 8 /* calendar, group, tables and principle that promises may name */
};

struct clause {
    struct text text;
    bool must_stay; /* words, trigger, duty, dates */
    bool is_dropped;
};

struct wording {
    struct text name;
    size_t code;
    struct clause clauses[SCENARIO_CLAUSES_MAX];
    size_t clause_count;
    bool is_dropped;
};

struct scenario {
    struct text zone;
    size_t code_count;
    struct text applies[SCENARIO_CODES_MAX]; /* "applies from DATE" or empty */
    bool is_part_dropped[SCENARIO_PARTS];
    struct wording wordings[SCENARIO_PROMISES_MAX];
    size_t wording_count;
    struct touch *touches; /* in fold order */
    bool *is_dropped;
    size_t touch_count;
    int64_t until_us;
};

/* The same scenario for the same seed. Everything lives in the arena. */
struct scenario scenario_generate(struct arena *arena, uint64_t seed);

/* Text of a Code, of what is not dropped. */
struct text scenario_code(struct arena *arena, const struct scenario *s, size_t code);
/* Parses the Codes; false (with the findings in ret_findings) if one has errors. */
bool scenario_parse(struct arena *arena, const struct scenario *s,
                    const struct code *ret_codes[SCENARIO_CODES_MAX], struct buf *ret_findings);
/* The touches that are not dropped. */
struct touch *scenario_touches(struct arena *arena, const struct scenario *s, size_t *ret_count);
/* Codes and touches (NDJSON), to be read by people and by `troth replay`. */
void scenario_print(const struct scenario *s, struct buf *out);

#endif
