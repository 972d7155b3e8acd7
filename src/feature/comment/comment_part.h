/* Inside of this feature: what its routes share. */
#ifndef TROTH_FEATURE_COMMENT_COMMENT_PART_H
#define TROTH_FEATURE_COMMENT_COMMENT_PART_H

#include "base/id.h"
#include "feature/code/publisher.h"
#include "feature/comment/comment.h"
#include "feature/ledger/ledger.h"

/* How much of late came from one address, and in all: so that nobody floods those who read it. */
enum { POSTS_KEPT = 64, POSTS_OF_ONE = 5 };
#define POSTS_TIME_US HOUR_US
struct post {
    uint64_t address; /* hash */
    int64_t at_us;
};
struct comments {
    struct publisher *publisher;
    struct ledger *ledger;
    struct post posts[POSTS_KEPT]; /* the clerk's; the oldest is overwritten */
    size_t next;
};

/* The promise of that name in the version in force; NULL. */
const struct promise *comments_promise(const struct book *book, struct text name,
                                       const struct version **ret_version);

extern const struct noun comment_noun; /* for the audit trail */

route_handler comment_get_list, comment_post, comment_patch, comment_form, comment_public_post;

#endif
