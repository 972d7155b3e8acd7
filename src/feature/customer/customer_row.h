/* Every statement about customers, and the rows that the staff wrote. */
#ifndef TROTH_FEATURE_CUSTOMER_CUSTOMER_ROW_H
#define TROTH_FEATURE_CUSTOMER_CUSTOMER_ROW_H

#include "base/arena.h"
#include "base/json.h"
#include "store/database.h"

enum {
    CUSTOMER_FIND,
    CUSTOMER_WRITE,
    CUSTOMER_WORD_ADD,
    CUSTOMER_WORD_REMOVE,
    CUSTOMER_WORD_COUNT,
    CUSTOMER_BY_WORD,
    CUSTOMER_IDS,
    CUSTOMER_NEWEST,
    CUSTOMER_OBLIGATIONS,
    CUSTOMER_COUNTED,
    CUSTOMER_KEY_OBLIGATIONS,
    CUSTOMER_TOUCHES,
    CUSTOMER_THREADS,
    CUSTOMER_THREAD_TOUCHES,
    CUSTOMER_CAUSES,
    CUSTOMER_SAID_LAST,
    CUSTOMER_THREAD_NAMES,
    CUSTOMER_THREAD_NEWEST,
    CUSTOMER_KEYS_FROM,
    CUSTOMER_STATEMENTS
};
extern const struct statement customer_sql[CUSTOMER_STATEMENTS];
extern const struct statement_table customer_statements;

enum { CUSTOMER_NAME_MAX = 200, CUSTOMER_NOTE_MAX = 4000, CUSTOMER_TRAITS_MAX = 50 };

struct customer_row {
    struct text id, name, email, phone, note, traits; /* traits: a JSON object */
    int64_t revision;                                 /* 0: nothing was written yet */
    int64_t changed_us;                               /* MOMENT_NEVER while nothing was */
};

/* Each by its id; with revision 0 and empty texts where nothing was written. Texts in the arena. */
enum err customer_rows_find(struct database *db, struct customer_row *rows, size_t count,
                            struct arena *arena, struct err_info *info);
/* With the words by which it is found; before: as it was until now. */
enum err customer_row_write(struct database *db, const struct customer_row *before,
                            const struct customer_row *row, struct err_info *info);
/* The words by which these are found; those that are there already are left alone. */
enum err customer_words_add(struct database *db, const struct customer_row *rows, size_t count,
                            struct err_info *info);
/* No text that begins with the prefix is as large as this one. */
struct text customer_prefix_end(struct text prefix, struct arena *arena);
/* The members that the staff write: "name": …, for an object. */
void customer_row_members(struct json_writer *w, const struct customer_row *row);

#endif
