/* Inside of this feature: what its routes share. */
#ifndef TROTH_FEATURE_VERSION_VERSION_PART_H
#define TROTH_FEATURE_VERSION_VERSION_PART_H

#include "base/id.h"
#include "feature/code/publisher.h"
#include "feature/ledger/ledger.h"
#include "feature/outbox/outbox.h"
#include "feature/version/version.h"

struct versions {
    struct server *server;
    struct publisher *publisher;
    struct ledger *ledger;
    struct outbox *outbox;
    _Atomic(const char *) url; /* NULL: not known; set while requests come already */
    int64_t told;              /* the clerk's: the newest version whose touch was given */
};

enum { VERSION_ROUTES = 5 };
extern const struct route version_routes[VERSION_ROUTES];

/* Gives the touch of that event, if the Code looks at it: who = by whom, id = unique. In a job. */
enum err version_tell(struct versions *versions, struct database *db, const struct book *book,
                      const struct version *v, const char *event, struct text id, struct text who,
                      int64_t at_us, struct err_info *info);

#endif
