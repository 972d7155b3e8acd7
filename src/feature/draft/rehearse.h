/* The worker that makes rehearsals: a thread with a reading connection of its own, whose reads are
 * short slices, and jobs of the clerk for what it writes. It never keeps the clerk from its work.
 *
 * Bounds: REHEARSE_TOUCHES_MAX touches in memory (some 250 bytes each, for both sides); beyond that
 * a rehearsal fails and says to choose a shorter time. */
#ifndef TROTH_FEATURE_DRAFT_REHEARSE_H
#define TROTH_FEATURE_DRAFT_REHEARSE_H

#include "feature/code/publisher.h"
#include "feature/ledger/ledger.h"

enum { REHEARSE_TOUCHES_MAX = 5000000 };

struct rehearser;

/* A server that has the database to itself begins at once what an earlier one has left. */
enum err rehearser_start(struct server *server, struct publisher *publisher, struct ledger *ledger,
                         struct rehearser **ret, struct err_info *info);
/* One was asked for or cancelled. Any thread. */
void rehearser_wake(struct rehearser *r);
void rehearser_stop(struct rehearser **r); /* ends what is under way; it begins again later */

#endif
