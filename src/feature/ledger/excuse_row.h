/* Inside of this feature: excuses that wait for a second person, in the database. */
#ifndef TROTH_FEATURE_LEDGER_EXCUSE_ROW_H
#define TROTH_FEATURE_LEDGER_EXCUSE_ROW_H

#include "http/request.h"
#include "store/database.h"

extern const struct statement_table excuse_row_statements;

enum excuse_state {
    EXCUSE_WAITING,
    EXCUSE_CONFIRMED,
    EXCUSE_DECLINED,
    EXCUSE_WITHDRAWN,
    EXCUSE_CLOSED, /* the obligation was decided before anybody answered */
    EXCUSE_STATES
};
const char *excuse_state_name(enum excuse_state state);

struct excuse_row {
    int64_t id, obligation_id;
    struct text reason;
    int64_t asked_us;
    struct text asked_by;
    enum identity_kind asker_kind;
    int64_t asker_id;
    enum excuse_state state;
    struct text answer, answered_by;
    int64_t answered_us; /* MOMENT_NEVER: not yet */
};

/* *ret_added is false where one waits for that obligation already. */
enum err excuse_row_add(struct database *db, const struct excuse_row *row, bool *ret_added,
                        struct err_info *info);
/* From waiting to row->state, with who and why; *ret_done is false where it waited no more. */
enum err excuse_row_answer(struct database *db, const struct excuse_row *row, bool *ret_done,
                           struct err_info *info);
/* ERR_NOT_FOUND. Texts in the arena, here and below. */
enum err excuse_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct excuse_row *ret, struct err_info *info);
struct excuse_rows {
    struct excuse_row *list;
    size_t count;
};
/* All of an obligation, oldest first. */
enum err excuse_row_of(struct database *db, int64_t obligation_id, struct arena *arena,
                       struct excuse_rows *ret, struct err_info *info);
/* Those that wait, oldest first, behind that id. */
enum err excuse_row_waiting(struct database *db, int64_t after, size_t most, struct arena *arena,
                            struct excuse_rows *ret, struct err_info *info);
/* The name of who made that token; empty: not known. */
enum err excuse_token_maker(struct database *db, int64_t token_id, struct arena *arena,
                            struct text *ret, struct err_info *info);

#endif
