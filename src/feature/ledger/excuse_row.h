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
    int64_t change_id;   /* of the ids that the ledger's entries have; 0: of before */
};

/* *ret_added is false where one waits for that obligation already. */
enum err excuse_row_add(struct database *db, const struct excuse_row *row, bool *ret_added,
                        struct err_info *info);
/* From that state to row->state, with who and why; *ret_done is false where it was not in it any
 * more. Where several servers share a database, the first of them holds it until its commit. */
enum err excuse_row_answer(struct database *db, const struct excuse_row *row,
                           enum excuse_state from, bool *ret_done, struct err_info *info);
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
/* Those that somebody asked for, whatever became of them, latest first, before that id. */
enum err excuse_row_asked(struct database *db, enum identity_kind kind, int64_t asker_id,
                          int64_t before, size_t most, struct arena *arena, struct excuse_rows *ret,
                          struct err_info *info);
/* What the server of that node changed, behind that change. */
enum err excuse_row_changed(struct database *db, uint32_t node, int64_t after, size_t most,
                            struct arena *arena, struct excuse_rows *ret, struct err_info *info);
/* The last of them; 0: none. */
enum err excuse_row_last_change(struct database *db, uint32_t node, int64_t *ret,
                                struct err_info *info);

/* Who made that token. */
struct excuse_maker {
    struct text name;        /* empty: not known */
    enum identity_kind kind; /* IDENTITY_NONE: not known, or the command line */
    int64_t id;
};
enum err excuse_token_maker(struct database *db, int64_t token_id, struct arena *arena,
                            struct excuse_maker *ret, struct err_info *info);

#endif
