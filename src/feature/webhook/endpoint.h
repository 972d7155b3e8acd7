/* Inside of this feature: endpoints in the database, how far each has heard, and all of them as
 * kept in memory. */
#ifndef TROTH_FEATURE_WEBHOOK_ENDPOINT_H
#define TROTH_FEATURE_WEBHOOK_ENDPOINT_H

#include "base/arena.h"
#include "feature/webhook/signature.h"
#include "store/database.h"

enum {
    ENDPOINTS_MAX = 50,
    ENDPOINT_URL_MOST = 1000,
    ENDPOINT_DESCRIPTION_MOST = 500,
    ENDPOINT_EVENTS_MOST = 1000
};
#define ENDPOINT_ROTATION_US (24 * HOUR_US) /* the secret before is good for so long */
#define ENDPOINT_PATIENCE_US (5 * DAY_US)   /* of failures, until it is disabled */

extern const struct statement_table endpoint_statements;

struct endpoint {
    int64_t id;
    struct text url, description, contact; /* contact: an address of mail, or empty */
    struct text events;                    /* words with one space between */
    struct text secret, secret_before;
    int64_t secret_before_until_us, created_us;
    int64_t failing_since_us; /* MOMENT_NEVER: it works */
    bool enabled;
    struct text disabled_why; /* empty: by hand */
};
struct endpoints {
    struct arena arena;
    struct endpoint *list;
    size_t count;
    bool any; /* an enabled one */
};

bool endpoint_wants(const struct endpoint *e, struct text event);

/* All; endpoints_free() them. */
enum err endpoints_read(struct database *db, struct endpoints **ret, struct err_info *info);
void endpoints_free(struct endpoints **endpoints);
const struct endpoint *endpoints_find(const struct endpoints *all, int64_t id);

/* The rest in a job of the clerk. ERR_LIMIT. Draws the id. */
enum err endpoint_add(struct database *db, struct endpoint *e, struct err_info *info);
enum err endpoint_find(struct database *db, int64_t id, struct arena *arena, struct endpoint *ret,
                       struct err_info *info);
/* Everything but id and created_us. */
enum err endpoint_change(struct database *db, const struct endpoint *e, struct err_info *info);
/* ERR_NOT_FOUND. */
enum err endpoint_remove(struct database *db, int64_t id, struct err_info *info);

/* -- how far it has heard: of each node that writes entries, and of ENDPOINT_CODE -- */

enum { ENDPOINT_CODE = -1 }; /* versions of the Code, instead of a node */

struct endpoint_place {
    int64_t endpoint_id, node, last;
};
/* From here on: everything before is passed over. */
enum err endpoint_place_begin(struct database *db, int64_t endpoint_id, int64_t node, int64_t last,
                              struct err_info *info);
/* As before where it has one, else from the first on. */
enum err endpoint_place_ensure(struct database *db, int64_t endpoint_id, int64_t node,
                               struct err_info *info);
enum err endpoint_place_move(struct database *db, const struct endpoint_place *place,
                             struct err_info *info);
/* Those of a node, held until the transaction ends; without those that another server holds. */
enum err endpoint_places_hold(struct database *db, int64_t node, struct arena *arena,
                              struct endpoint_place **ret, size_t *ret_count,
                              struct err_info *info);

#endif
