/* A job of the clerk that another thread waits for. */
#ifndef TROTH_FEATURE_DRAFT_ERRAND_H
#define TROTH_FEATURE_DRAFT_ERRAND_H

#include "store/clerk.h"

typedef enum err errand_run(void *context, struct database *db, struct err_info *info);
/* Not from the clerk's thread. ERR_BUSY: the clerk takes nothing at the moment. */
enum err errand(struct clerk *clerk, errand_run *run, void *context, struct err_info *info);

#endif
