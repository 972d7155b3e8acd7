/* Looks at a database after the server has stopped: is every touch that was acknowledged there,
 * once, and is the ledger what a replay of all touches gives? */
#ifndef TROTH_TESTS_CRASH_JUDGE_H
#define TROTH_TESTS_CRASH_JUDGE_H

#include "sender.h"

enum { JUDGE_WORDS = 1024 };

struct judgement {
    uint64_t stored;  /* touches of the sender in the database */
    uint64_t lost;    /* acknowledged, not there */
    uint64_t doubled; /* there more than once */
    uint64_t altered; /* there with other content, or never sent */
    uint64_t obligations, entries, corrected;
    int64_t next_us; /* when the clock acts next; MOMENT_NEVER */
    /* The first thing wrong with the database, the ledger or its counts; "": nothing, the ledger
     * equals the replay. */
    char wrong[JUDGE_WORDS];
};

struct judgement judge(const char *place, const struct sent *list, size_t count);

#endif
