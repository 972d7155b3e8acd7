/* Inside of this feature: the routes of rehearsals. */
#ifndef TROTH_FEATURE_DRAFT_REHEARSAL_PART_H
#define TROTH_FEATURE_DRAFT_REHEARSAL_PART_H

#include "feature/draft/draft_part.h"
#include "feature/draft/rehearsal.h"

extern const struct shape rehearsal_shape, rehearsed_shape;
route_handler rehearsal_begin, rehearsal_get, rehearsal_get_last, rehearsal_stop, rehearsal_read,
    rehearsal_get_changes;

#endif
