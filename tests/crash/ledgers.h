/* Two ledgers side by side: that of the database and that of a replay. */
#ifndef TROTH_TESTS_CRASH_LEDGERS_H
#define TROTH_TESTS_CRASH_LEDGERS_H

#include "base/arena.h"
#include "base/err.h"
#include "feature/code/book.h"

struct ledger_line {     /* an obligation */
    const char *name;    /* promise, key, opening touch, n */
    const char *outcome; /* state, instants, what is owed */
    const char *history; /* its entries, sorted, a line each; NULL: corrected, not to be compared */
    bool taken_back;     /* perhaps: a late touch may have shown that it was never opened */
};
struct ledger_lines {
    struct ledger_line *lines; /* by name */
    size_t count, capacity;
    uint64_t entries, corrected;
    struct arena arena;
};
void ledger_lines_release(struct ledger_lines *l);

enum err ledger_lines_stored(struct database *db, struct ledger_lines *ret, struct err_info *info);
/* Of all touches from that source, as far as until_us. */
enum err ledger_lines_replayed(struct database *db, const struct book *book, const char *source,
                               int64_t until_us, struct ledger_lines *ret, struct err_info *info);
/* True when equal; else the first difference in words. */
bool ledger_lines_equal(const struct ledger_lines *stored, const struct ledger_lines *replayed,
                        char *ret_words, size_t size);

#endif
