/* Obligations and their history in the database. */
#ifndef TROTH_FEATURE_LEDGER_LEDGER_ROW_H
#define TROTH_FEATURE_LEDGER_LEDGER_ROW_H

#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table ledger_row_statements;

#define LEDGER_ROW_COLUMNS                                                                      \
    "id, home_id, version_id, promise, key, opening_source, opening_id, n, thread, customer, "  \
    "channel, team, person, state, opened_us, due_us, warn_us, decided_us, fulfilled_us, day, " \
    "owed_minor, owed_currency, owed_count"
#define ENTRY_ROW_COLUMNS                                                                   \
    "id, obligation_id, kind, at_us, cause_source, cause_id, due_us, state, amount_minor, " \
    "currency, task, unit, home_id"

/* A row of obligation. */
struct ledger_row {
    int64_t id, home_id, version_id;
    struct text promise, key, opening_source, opening_id;
    uint32_t n;
    struct text thread, customer, channel, team, person;
    enum state state;
    int64_t opened_us, due_us, warn_us, decided_us, fulfilled_us; /* MOMENT_NEVER: none */
    bool has_day;
    int32_t day;
    int64_t owed_minor;
    struct text owed_currency;
    uint32_t owed_count; /* entries, tasks too */
};

/* Many at once, in few round trips. */
enum err ledger_rows_add(struct database *db, const struct ledger_row *const *rows, size_t count,
                         struct err_info *info);
/* Writes what changes over an obligation's life; id tells which. */
enum err ledger_rows_update(struct database *db, const struct ledger_row *const *rows, size_t count,
                            struct err_info *info);
/* Reads those of that id and home_id into `rows`; ERR_INTERNAL if one is not there. Texts in the
 * arena. */
enum err ledger_rows_read(struct database *db, struct ledger_row *rows, size_t count,
                          struct arena *arena, struct err_info *info);
/* By id alone, wherever it lives. ERR_NOT_FOUND. Texts in the arena. */
enum err ledger_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct ledger_row *ret, struct err_info *info);
/* The present row of a query for LEDGER_ROW_COLUMNS. */
void ledger_row_read(const struct query *q, struct arena *arena, struct ledger_row *ret);
/* All of a key, oldest first. */
enum err ledger_row_of_key(struct database *db, struct text key, struct arena *arena,
                           struct ledger_row **ret, size_t *ret_count, struct err_info *info);
/* The void ones of a key. */
enum err ledger_row_void(struct database *db, struct text key, struct arena *arena,
                         struct ledger_row **ret, size_t *ret_count, struct err_info *info);
enum err ledger_row_last(struct database *db, int64_t *ret,
                         struct err_info *info); /* largest id, 0 if none */

/* A row of obligation_entry. */
struct entry_row {
    int64_t id, obligation_id;
    enum entry_kind kind;
    int64_t at_us, due_us;
    enum state state;
    struct text cause_source, cause_id; /* empty: the clock */
    int64_t amount_minor;
    struct text currency, task;
    uint32_t unit;
    int64_t home_id; /* of its obligation */
};

enum err entry_rows_add(struct database *db, const struct entry_row *const *rows, size_t count,
                        struct err_info *info);
/* The present row of a query for ENTRY_ROW_COLUMNS. */
void entry_row_read(const struct query *q, struct arena *arena, struct entry_row *ret);
enum err entry_row_of(struct database *db, int64_t obligation_id, int64_t home_id,
                      struct arena *arena, struct entry_row **ret, size_t *ret_count,
                      struct err_info *info);
/* Puts it and its entries under other keys, in the database and in `row`. */
enum err ledger_row_move(struct database *db, struct ledger_row *row, struct text key,
                         struct text thread, struct text customer, struct err_info *info);
enum err entry_row_last(struct database *db, int64_t *ret, struct err_info *info);

#endif
