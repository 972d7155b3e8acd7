/* Stories for the naive evaluator: a few clauses of a Code, touches, and the ledger that must come
 * out. All in January 2026 (the 5th is a Monday), in UTC unless said. */
#ifndef TROTH_TESTS_STORY_H
#define TROTH_TESTS_STORY_H

#include "naive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* One touch of a story; the n-th has the id tN. */
struct told {
    const char *at; /* "05T10:00:00" of January 2026 */
    const char *event;
    const char *who; /* "staff", "customer", … or a person of the staff */
    const char *attributes;
    const char *thread, *customer; /* "1" and "ana" unless given; "" for none */
};

/* Fails unless the obligations (of that promise, or of all for NULL) read as expected: one line
 * each, KEY/OPENING[/N] STATE [MOMENT] [, due MOMENT] [, warned MOMENT] [, fulfilled MOMENT] [;
 * owed WHAT [at MOMENT]]. What falls on the instant of the verdict is not repeated. */
void story_check(const char *clauses, const struct told *told, size_t count, const char *until,
                 const char *promise, const char *expected);
/* For stories that need more than that. */
int64_t story_moment(const char *at);
const struct code *story_code(struct arena *arena, const char *clauses);
struct touch *story_touches(struct arena *arena, const struct told *told, size_t count);

#define AT(moment, what, ...)                          \
    {                                                  \
        .at = (moment), .event = (what), ##__VA_ARGS__ \
    }

/* CHECK(Code, until, expected, touches…) */
#define CHECK_OF(promise, clauses, until, expected, ...)                                        \
    story_check(clauses, (const struct told[]){__VA_ARGS__},                                    \
                sizeof(const struct told[]){__VA_ARGS__} / sizeof(struct told), until, promise, \
                expected)
#define CHECK(clauses, until, expected, ...) CHECK_OF(NULL, clauses, until, expected, __VA_ARGS__)

#define PROMISE(clauses) "promise p under care\n  \"Words.\"\n" clauses

#endif
