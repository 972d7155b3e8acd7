/* The HTTP server: one loop a core, each a thread with its own SO_REUSEPORT socket and
 * libmicrohttpd daemon, driven from outside (poll on its descriptor and our eventfd, then MHD_run).
 * A loop parses, checks and routes; it never touches a database. Requests that need one are
 * suspended and handed to an executor (the readers, the clerk) and resumed when they come back. */
#ifndef TROTH_HTTP_SERVER_H
#define TROTH_HTTP_SERVER_H

#include "base/histogram.h"
#include "http/proxy.h"
#include "http/route.h"

struct http_server;

/* Who does the work of suspended requests. submit() must not block; when the work is done, on any
 * thread, it calls http_work_done() exactly once. False: full, the request is answered 503. */
struct http_work; /* one suspended request */
struct http_executor {
    void *self;
    bool (*submit)(void *self, struct http_work *work, const struct route *route);
};
/* Room for the executor's own job, inside the request. */
enum { HTTP_WORK_SPACE = 192 };
void *http_work_space(struct http_work *work); /* HTTP_WORK_SPACE bytes, zeroed, aligned to 16 */
struct http_work *http_work_of(void *space);
/* Runs the route's handler with this connection; called by the executor on its thread. Before it,
 * where the route has them, its look_up() on a reader and its labour() on a labourer. */
enum err http_work_look_up(struct http_work *work, struct database *db, struct err_info *info);
enum err http_work_labour(struct http_work *work, struct err_info *info);
enum err http_work_run(struct http_work *work, struct database *db, struct err_info *info);
/* Hands the request back. result: what http_work_run() gave, or the executor's own failure. */
void http_work_done(struct http_work *work, enum err result, const struct err_info *info);
/* True when nobody waits for the answer any more (the client left, or it took too long). */
const _Atomic(bool) *http_work_cancelled(const struct http_work *work);

/* What comes with a request to show who asks. */
struct credentials {
    struct text bearer; /* after "Authorization: Bearer "; empty if absent */
    struct text cookie; /* of the session, http_config.session_cookie; empty if absent */
    struct text client; /* address */
    enum route_method method;
};
/* On a loop: must not block or touch a database. ERR_UNAUTHENTICATED for wrong credentials; texts
 * of ret are to be allocated in the arena. Not called when there are neither bearer nor cookie. */
typedef enum err http_authenticate(void *self, const struct credentials *credentials,
                                   struct arena *arena, struct identity *ret,
                                   struct err_info *info);
/* On a loop, before the body is read. False: too many; 429 with Retry-After. */
typedef bool http_admit(void *self, const struct request *request, uint32_t *ret_retry_s);

/* On the executor's thread, in the transaction of a write that went well (or after a read that
 * noted something): the audit trail. An error undoes the write. */
typedef enum err http_audit(void *self, struct request *request, struct database *db,
                            struct err_info *info);

/* Whose pages these are, for problems told as a page. The texts live as long as the arena. */
struct page_brand {
    struct text name;        /* not empty */
    struct text logo, style; /* addresses; empty: none */
};
typedef struct page_brand http_brand(void *self, struct arena *arena); /* any thread */

struct http_config {
    const char *address; /* "localhost" (127.0.0.1), "::1", "0.0.0.0"; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    unsigned loops;      /* 0: one a core */
    const struct route_table *tables;
    size_t table_count;
    struct http_executor executor; /* may be empty if all routes are ROUTE_DIRECT */
    http_authenticate *authenticate;
    void *authenticate_self;
    http_admit *admit;
    void *admit_self;
    http_audit *audit; /* may be NULL */
    void *audit_self;
    const char *session_cookie;          /* name; "__Host-" before it behind https; NULL: none */
    const struct proxy_network *proxies; /* whose X-Forwarded-… are believed */
    size_t proxy_count;
    const char *stylesheet; /* address, for problems told as a page; NULL: none */
    http_brand *brand;      /* of these pages; NULL: Troth's own */
    void *brand_self;
    unsigned connections_max; /* for each loop; 0: 16,384 */
    unsigned suspended_max;   /* for each loop; 0: 8,192; streams not counted */
    int64_t idle_us;          /* a connection without a request; 0: 30 s */
    int64_t answer_us;        /* a suspended request; 0: 15 s */
};

/* Checks the tables (duplicate routes abort: our own mistake), listens, starts the loops. *ret is
 * set before the first request is handled; NULL on an error. */
enum err http_server_start(const struct http_config *config, struct http_server **ret,
                           struct err_info *info);
uint16_t http_server_port(const struct http_server *server);
/* Stops listening, ends the streams, answers what is suspended when the executor hands it back (or
 * 503 after grace_us), then ends the loops. The executor must still run meanwhile. */
void http_server_stop(struct http_server **server, int64_t grace_us);

struct http_figures {
    uint64_t requests[6];                     /* by first digit of the status; 0: dropped */
    uint64_t bodies_bytes;                    /* received */
    uint64_t suspended, streams, connections; /* now */
    uint64_t streams_dropped, timeouts;
    struct histogram_figures turns; /* of the loops: how long one works before it listens again */
    int64_t longest_turn_us;        /* since the start */
};
struct http_figures http_figures(const struct http_server *server); /* any thread */
/* Requests of one route that ended with one class of status: 0 dropped, 2 for 2xx, … */
struct http_route_figures {
    const struct route *route; /* NULL: what no route took */
    unsigned status_class;
    struct histogram_figures took; /* from the request line to the reply */
};
/* All of them for n from 0; false after the last. Any thread. */
bool http_route_figures(const struct http_server *server, size_t n, struct http_route_figures *ret);

#endif
