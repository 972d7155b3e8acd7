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
    /* Of the event stream, over all breaks: events that never came although a later one did, that
     * came again or out of order, and that came although the ledger does not have them. */
    uint64_t heard, missed, repeated, unfounded;
    int64_t last_event, last_heard; /* ids; 0: none */
    int64_t next_us;                /* when the clock acts next; MOMENT_NEVER */
    /* The first thing wrong with the database, the ledger or its counts; "": nothing, the ledger
     * equals the replay. */
    char wrong[JUDGE_WORDS];
};

struct judgement judge(const char *place, const struct sent *list, size_t count);
/* Adds what it finds of the events heard, whose ids are their places in the ledger. */
void judge_events(const char *place, const int64_t *heard, size_t count, struct judgement *j);

#endif
