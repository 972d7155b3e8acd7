/* One promise of the story, "delivered", computed by SQL: what one would write without Troth. */
#ifndef TROTH_BENCH_SQL_H
#define TROTH_BENCH_SQL_H

#include "story.h"

struct sql_counts {
    uint64_t kept, broken, open;
};

/* Seconds of the query alone: the touches lie in a table in memory already, indexed. */
double sql_delivered(const struct story *s, struct sql_counts *ret);

#endif
