/* Who asks, as drafts, rehearsals and approvals remember them. */
#ifndef TROTH_FEATURE_DRAFT_AUTHOR_H
#define TROTH_FEATURE_DRAFT_AUTHOR_H

#include "feature/draft/draft.h"
#include "http/request.h"

struct author author_of(const struct request *r);

#endif
