/* A ledger as rows: one an obligation, written as expected.csv has them. */
#ifndef TROTH_TESTS_ROWS_H
#define TROTH_TESTS_ROWS_H

#include "base/arena.h"
#include "engine/engine.h"

struct row {
    struct text promise, key, opening;
    size_t order; /* of the promise in the Code */
    uint32_t n;
    int64_t opened_us, due_us, decided_us, fulfilled_us;
    enum state state;
    struct money owed;
    bool has_task;
};

struct rows {
    struct arena *arena;
    struct row *items;
    size_t count;
};

/* A new row at the end; NULL is never returned. */
struct row *rows_add(struct rows *rows);
/* The row of that obligation, or NULL. */
struct row *rows_find(const struct rows *rows, struct text promise, struct text key,
                      struct text opening, uint32_t n);
/* By opened, promise in the order of the Code, key, opening, n. */
void rows_sort(struct rows *rows);
/* With the header line. */
struct text rows_write(const struct rows *rows);
/* Prints the lines of each text that the other lacks: - expected, + got. */
void rows_print_difference(struct text expected, struct text got);

/* Cuts the next line off *rest; false when there is none. */
bool next_line(struct text *rest, struct text *ret);

#endif
