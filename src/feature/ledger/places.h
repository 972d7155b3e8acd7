/* How far someone has heard the ledger's entries: of each server that wrote some (the node in their
 * ids), the last one. Entries of one node are committed in the order of their ids, those of several
 * are not. */
#ifndef TROTH_FEATURE_LEDGER_PLACES_H
#define TROTH_FEATURE_LEDGER_PLACES_H

#include "base/text.h"

enum { PLACES_MAX = 64 }; /* nodes; numbers are used again, so there are few */

struct places {
    int64_t last[PLACES_MAX];
    size_t count;
};

/* 0: nothing of that node. */
int64_t places_of(const struct places *p, uint32_t node);
uint32_t places_node(int64_t id);
/* It has been heard up to this entry. */
void places_pass(struct places *p, int64_t id);
/* For Last-Event-ID: "ent_…", and "~…" for each further node. */
void places_write(const struct places *p, struct buf *out);
bool places_read(struct text t, struct places *ret);

#endif
