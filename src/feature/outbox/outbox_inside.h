/* Inside of this feature. */
#ifndef TROTH_FEATURE_OUTBOX_OUTBOX_INSIDE_H
#define TROTH_FEATURE_OUTBOX_OUTBOX_INSIDE_H

#include "feature/outbox/outbox.h"

/* In a job of the clerk: once it is durable, the worker looks. */
void outbox_changed(struct outbox *o);

#endif
