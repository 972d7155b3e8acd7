/* Finding what was asked for by walking an index in the order of the list: the rows that the other
 * filters refuse are looked at and left behind. So an unselective filter costs what it looks at,
 * and that is bounded: a page may come back short, with the place where the search stands, to go on
 * from there. */
#ifndef TROTH_FEATURE_LEDGER_OBLIGATION_WALK_H
#define TROTH_FEATURE_LEDGER_OBLIGATION_WALK_H

#include "feature/ledger/ledger_row.h"
#include "feature/ledger/obligation_question.h"

extern const struct statement_table obligation_walk_statements;

/* How far a walk has come: behind that row, looked at or told. */
struct walk_place {
    int section; /* 0: from the beginning */
    int64_t number, id;
    struct text key;
};
struct walk_bounds {
    size_t most;      /* rows told */
    size_t look_most; /* rows looked at */
    int64_t until_us; /* on database_clock() */
};
struct walk_page {
    struct ledger_row *rows;
    size_t count, looked;
    bool ended; /* there is nothing behind the place */
    struct walk_place place;
};

enum err obligation_walk(struct database *db, const struct obligation_question *q,
                         const struct walk_place *from, const struct walk_bounds *bounds,
                         struct arena *arena, struct walk_page *ret, struct err_info *info);

/* A place as the text of a cursor, and back; false: it is none. */
struct text walk_place_write(const struct walk_place *place, struct arena *arena);
bool walk_place_read(struct text cursor, struct arena *arena, struct walk_place *ret);

#endif
