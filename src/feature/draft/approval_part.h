/* Inside of this feature: the routes of approval. */
#ifndef TROTH_FEATURE_DRAFT_APPROVAL_PART_H
#define TROTH_FEATURE_DRAFT_APPROVAL_PART_H

#include "feature/draft/approval.h"
#include "feature/draft/draft_part.h"

route_handler approval_send, approval_take_back, approval_send_back, approval_approve,
    approval_get_rule, approval_put_rule;

#endif
