/* The ledger as CSV: every obligation, one a row. */
#ifndef TROTH_CLI_REPLAY_LEDGER_H
#define TROTH_CLI_REPLAY_LEDGER_H

#include <stdio.h>

#include "report/tally.h"

struct ledger {
    FILE *file;
    const struct tally *tally;
    struct buf row;
};

/* "-" is standard output. False: errno says why. */
bool ledger_begin(struct ledger *l, const char *name, const struct tally *t);
/* For replay_options.each, which gives them in order. */
void ledger_add(void *context, const struct obligation *o);
/* Closes; false if not all of it was written. */
bool ledger_end(struct ledger *l);

#endif
