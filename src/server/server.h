/* The server: brings the list of modules, the database and HTTP together, and stops cleanly on
 * SIGTERM and SIGINT. */
#ifndef TROTH_SERVER_SERVER_H
#define TROTH_SERVER_SERVER_H

#include "http/server.h"
#include "http/stream.h"
#include "store/clerk.h"
#include "store/migrate.h"
#include "store/readers.h"

struct server;

/* One feature, as a constant. */
struct module {
    const char *name;
    const struct route *routes;
    size_t route_count;
    const struct statement_table *statements; /* may be NULL */
    /* Before anything runs, with the migrated writing connection: build what is kept in memory.
     * ret_self comes back everywhere. May be NULL. */
    enum err (*open)(struct server *server, struct database *db, void **ret_self,
                     struct err_info *info);
    /* A stop has begun and no request comes any more, but the clerk still works: end threads of its
     * own. May be NULL. */
    void (*stop)(void *self);
    void (*close)(void *self); /* after everything has stopped. May be NULL. */
    /* Added to the clerk's work; hook.self is set to the module's own. May be NULL. */
    const struct clerk_hook *hook;
    /* Prometheus lines of its own, any thread. May be NULL. */
    void (*metrics)(void *self, struct buf *out);
    /* Who asks; at most one module has it. May be NULL. */
    http_authenticate *authenticate;
    http_admit *admit;
    http_audit *audit; /* what is changed, in the order of modules. May be NULL. */
    http_brand *brand; /* whose pages these are; at most one module has it */
};

struct server_config {
    const char *database; /* path */
    const char *address;  /* NULL: 127.0.0.1 */
    uint16_t port;        /* 0: any free one */
    unsigned loops;
    enum database_safety safety;
    const char *session_cookie;
    const struct proxy_network *proxies; /* whose X-Forwarded-… are believed */
    size_t proxy_count;
    const char *stylesheet; /* address, for problems told as a page */
    const char *version;
    /* Called once listening, with "http://127.0.0.1:8080". May be NULL. */
    void (*ready)(void *self, struct server *server, const char *url, uint16_t port);
    void *ready_self;
};

/* The server's own routes (/healthz, /readyz, /metrics, /api/v1/openapi.json), for openapi_write().
 */
extern const struct route_table server_routes;

/* Runs until SIGTERM or SIGINT (or server_stop()); returns when everything acknowledged is durable
 * and everything is closed. Blocks those signals in the calling thread meanwhile, and for good
 * where one of them ended it: the process is to end then, and who asks twice does not kill it. */
enum err server_run(const struct server_config *config, const struct module *const *modules,
                    size_t module_count, struct err_info *info);
/* Any thread, and the ready() callback. */
void server_stop(struct server *server);

struct clerk *server_clerk(struct server *server);
const char *server_database(struct server *server); /* its place */
struct readers *server_readers(struct server *server);
struct http_server *server_http(struct server *server); /* NULL until it listens */
/* Any thread. False: nobody would hear what was committed before this call. */
bool server_is_heard(struct server *server);
/* Any thread; dropped silently before the server listens. */
void server_publish(struct server *server, const struct stream_event *event);
/* Any thread: who may come in, or what they may read, has changed; see http_server_doubt(). */
void server_doubt(struct server *server);
/* The self of another module, by name; NULL if there is none. For a module's open(): only of
 * modules before it in the list. */
void *server_module(struct server *server, const char *name);

#endif
