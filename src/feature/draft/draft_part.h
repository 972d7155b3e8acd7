/* Inside of this feature: what its routes share. */
#ifndef TROTH_FEATURE_DRAFT_DRAFT_PART_H
#define TROTH_FEATURE_DRAFT_DRAFT_PART_H

#include "base/id.h"
#include "feature/code/publisher.h"
#include "feature/code/sent.h"
#include "feature/draft/author.h"
#include "feature/draft/rehearse.h"

struct drafting {
    struct server *server;
    struct publisher *publisher;
    struct ledger *ledger;
    struct rehearser *rehearser;
    bool wants_rehearser; /* the clerk's: to be told of the batch under way */
};

/* -- shapes -- */
extern const struct shape draft_shape;
extern const struct field draft_by_id[1];

/* -- routes -- */
route_handler draft_create, draft_get, draft_patch, draft_get_list, draft_get_differences,
    draft_discard, draft_restore;

/* The draft that the path names. ERR_NOT_FOUND. */
enum err draft_of_request(struct request *r, struct database *db, struct draft *ret,
                          struct err_info *info);
/* Its text and files, in the arena. */
enum err draft_sent(struct arena *arena, const struct draft *d, struct sent *ret,
                    struct err_info *info);
/* Writes it as the draft_shape, with its ETag. */
enum err draft_answer(struct request *r, struct database *db, struct reply *reply, unsigned status,
                      const struct draft *d, struct err_info *info);
/* The trail keeps of a text its digest and length: a published one is kept whole with its version.
 * Of two drafts, one before a change and one after it; NULL: there was none. */
void draft_noted(struct request *r, const char *action, const struct draft *before,
                 const struct draft *after);
int64_t draft_next_id(struct request *r);

#endif
