/* The show: a server that tells the story of an invented shop (src/feature/demo), its past at the
 * start and then as it happens. For trying Troth out. */
#ifndef TROTH_FEATURE_SHOW_SHOW_H
#define TROTH_FEATURE_SHOW_SHOW_H

#include "server/server.h"

struct show;

extern const struct module show_module; /* "show"; behind "code", "ledger" and "customer" */

/* Before the server runs: if that database holds no Code yet, publishes the shop's and takes the
 * touches of the last thirteen months, the clock following them. progress: share from 0 to 1; may
 * be NULL. ERR_CONFLICT: it holds another Code. */
enum err show_load(const char *database, int64_t now_us,
                   void (*progress)(void *context, double share), void *context,
                   struct err_info *info);
/* The code of a link that signs in as the shop's administrator; empty: it could not be written. */
const char *show_link(const struct show *show);
/* From now on, touches arrive. Once, when the server is ready. */
void show_start(struct show *show);

#endif
