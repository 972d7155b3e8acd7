/* Inside of the server: how a suspended HTTP request becomes a job of the clerk or of the readers.
 */
#ifndef TROTH_SERVER_WORK_H
#define TROTH_SERVER_WORK_H

#include "http/server.h"
#include "server/labourers.h"
#include "store/clerk.h"
#include "store/readers.h"

/* What stands behind the executor. */
struct staff {
    struct clerk *clerk;
    struct readers *readers;
    struct labourers *labourers; /* reckon */
    struct labourers *callers;   /* wait for other servers */
};
/* http_executor.submit with a struct staff. */
bool staff_submit(void *staff, struct http_work *work, const struct route *route);

#endif
