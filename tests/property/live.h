/* A small driver of folds, as a server would be: takes touches one by one, keeps a fold for each
 * key, lets the clock run, passes verdict touches on, stops and starts again. */
#ifndef TROTH_TESTS_LIVE_H
#define TROTH_TESTS_LIVE_H

#include "outcome.h"
#include "random.h"

struct live;

struct live *live_new(const struct trial *t, struct outcome *outcome);
void live_free(struct live *l);
/* Takes a touch now, or puts it by until the clock runs. Not earlier than where the clock is. */
void live_give(struct live *l, const struct touch *t, bool at_once);
/* Lets the clock run to that instant: decides everything before it. */
void live_advance(struct live *l, int64_t now_us);
/* Saves every fold, forgets it, and loads it again; not once touches heard anywhere came out of
 * order, since that makes what was saved stale. */
void live_restart(struct live *l);
/* True if every fold in which something happened after the touch refuses it, and stays as it is. */
bool live_refuses(struct live *l, const struct touch *t);

#endif
