/* Inside of the HTTP server: for the files of this room only.
 *
 * The life of a request, all on its loop's thread except where said:
 *
 *   line read ─► RECEIVING ─► body complete and checked ─┬─ direct ──────────────► ANSWERED
 *                   │                                    └─► QUEUED (suspended) ─┬─► RETURNED ─►
 * ANSWERED └─ refused ─► ANSWERED                  (executor's thread)  └─► ABANDONED ─► ANSWERED
 *
 * QUEUED: suspended in libmicrohttpd, linked in the loop's registry, lent to the executor.
 * ABANDONED: it took too long, the client left or the server stops: the connection is answered or
 * closed at once, without touching what the executor may still use. A request is freed when neither
 * the connection nor the executor has it any more. A stream is a request that stays ANSWERED until
 * its connection ends; it is suspended whenever it has nothing to send. */
#ifndef TROTH_HTTP_INSIDE_H
#define TROTH_HTTP_INSIDE_H

#include "base/histogram.h"
#include "base/queue.h"
#include "http/server.h"
#include "http/stream.h"

#include <microhttpd.h>
#include <pthread.h>

enum {
    PATH_MAX_BYTES = 2048, /* of the whole request target */
    QUERY_FIELDS_MAX = 64, /* parameters of a query or a form */
    IDEMPOTENCY_KEY_MAX = 128,
    LAST_SEEN_MAX = 1024,
    HEADERS_MAX = 100,
    CONNECTION_MEMORY = 16384, /* of libmicrohttpd: the head of a request must fit */
    REQUEST_ID_LETTERS = 16
};

enum request_state {
    REQUEST_RECEIVING,
    REQUEST_QUEUED,
    REQUEST_RETURNED,
    REQUEST_ABANDONED,
    REQUEST_ANSWERED
};

/* A declared field's value as it came. */
struct given {
    bool present;
    struct text text;
    int64_t integer; /* also moment, choice */
    double number;
    bool boolean;
    const struct json *json;
};
struct header {
    struct text name, value;
};

/* What a loop's epoll tells of: each thing begins with one. */
enum watched { WATCHED_PEER, WATCHED_LINGERER, WATCHED_DAEMON, WATCHED_WAKE };

/* One connection of a client. */
struct peer {
    enum watched watched; /* first */
    int fd;
    bool lingers; /* refused while it still sends */
    bool left;    /* it closed its sending side, or is gone */
    struct request *request;
    char address[48];
};

struct problem_member { /* what a route adds to its problem documents; name NULL: nothing */
    const char *name;
    struct text json;
};

struct loop;
struct lingerer;
struct request {
    struct queue_link link; /* first: the way back to the loop */
    _Alignas(16) char space[HTTP_WORK_SPACE];
    struct loop *loop;
    struct MHD_Connection *connection;
    struct peer *peer;
    bool with_connection, with_executor;
    enum request_state state;
    const struct route *route;
    const struct route_table *table;
    struct arena arena;
    struct buf body;
    enum route_method method;
    bool head_only;
    char id[REQUEST_ID_LETTERS + 1];
    struct text target, path, query; /* as they came */
    struct header *headers;
    size_t header_count;
    struct text client, host; /* behind the proxies that are believed */
    bool secure;
    uint32_t retry_s;      /* request_try_again_in(); 0: not said */
    struct text *segments; /* decoded values of the path's parameters, in order */
    struct identity identity;
    struct given *given; /* one for each field of the route */
    struct reply reply;
    struct stream *stream;
    enum err result;
    struct err_info info;
    int64_t started_us, deadline_us;
    atomic_bool cancelled;
    struct request *older, *newer; /* the registry */
    void *kept;
    struct request_change *changes;
    bool is_quiet;
    struct identity shown; /* request_is_of_staff() */
    struct problem_member problem;
    unsigned answered_status;
};
struct http_work {
    struct request request;
};

enum { STATUS_CLASSES = 6 }; /* first digits, from 0 */

/* What a loop counts; read by other threads. */
struct counts {
    atomic_uint_fast64_t requests[6], body_bytes, suspended, streams, connections, streams_dropped,
        timeouts;
    struct histogram turns; /* of the loop, without its waiting */
    _Atomic(int64_t) longest_turn_us;
    struct histogram *took; /* STATUS_CLASSES for each route; those without one come last */
};

struct loop {
    struct http_server *server;
    struct MHD_Daemon *daemon;
    int listen, poll, wake;
    enum watched daemon_watched, wake_watched;
    pthread_t thread;
    bool running;
    atomic_bool doubts; /* what may be read has changed: streams show again who they are */
    bool resumed;       /* a connection, since MHD_run was last called */
    struct queue returned, published;
    atomic_uint returning; /* executors that have put into `returned` and are yet to wake us */
    struct request *oldest, *newest; /* suspended, by deadline */
    struct stream *first, *last;     /* by the next heartbeat */
    struct request *spare;
    unsigned spare_count;
    struct lingerer *oldest_lingerer, *newest_lingerer;
    size_t lingering;
    size_t suspended, streams;
    size_t lent;    /* with executors */
    size_t open;    /* with connections */
    uint64_t drawn; /* request ids */
    struct counts counts;
};

struct node; /* of the router */
struct http_server {
    struct http_config config;
    struct route_table *tables;
    struct arena arena; /* tables, router; constant after the start */
    struct node *root;
    size_t *first_route; /* number of each table's first route, among all */
    size_t route_count;
    uint16_t port;
    unsigned loop_count;
    struct loop *loops;
    atomic_bool stopping;
    _Atomic(int64_t) stop_by_us;
    uint64_t seed;
};

int64_t clock_us(void); /* monotonic */

/* router.c */
struct match {
    const struct route *route; /* NULL: none for this method */
    const struct route_table *table;
    unsigned allowed; /* bit of each method that the path knows; 0: no such path */
    struct text segments[16];
    size_t segment_count;
};
/* Aborts with words when two routes are the same or a table is wrong. */
struct node *router_build(struct arena *arena, const struct route_table *tables, size_t count);
/* ERR_INVALID: the path is not well-formed. */
enum err router_match(const struct node *root, struct arena *arena, struct text path,
                      enum route_method method, struct match *ret, struct err_info *info);
const char *method_name(enum route_method method);

/* fields.c */
/* Percent-decoding into the arena; plus: '+' is a space. False: not well-formed, NUL, not UTF-8. */
bool percent_decode(struct arena *arena, struct text in, bool plus, struct text *ret);
enum err fields_read_path(struct request *r, const struct match *match, struct err_info *info);
enum err fields_read_query(struct request *r, struct err_info *info);
enum err fields_read_body(struct request *r, struct err_info *info);
/* Every required field is there. */
enum err fields_check(const struct request *r, struct err_info *info);

/* answer.c: request and reply to and from libmicrohttpd */
void request_take_headers(struct request *r);
enum MHD_Result answer_send(struct request *r);
void answer_count(struct request *r, unsigned status); /* once for each request */
/* For an error; does not touch what an executor may still use. */
enum MHD_Result answer_problem(struct request *r, enum err e, const struct err_info *info,
                               unsigned status, const char *extra_name, const char *extra_value);

/* In the middle of a body, when libmicrohttpd takes no response any more: a problem straight to the
 * socket. The connection is to be closed. */
void answer_at_once(struct request *r, enum err e, const struct err_info *info);

/* reply.c: a problem for programs (RFC 9457), and as a page; stylesheet: of all pages, its address
 * or NULL */
void problem_write(struct buf *out, unsigned status, enum err e, const struct err_info *info,
                   enum language l, const struct problem_member *more, struct text id);
struct problem_look {
    const char *stylesheet;
    struct page_brand brand;
};
void problem_page(struct buf *out, const struct problem_look *look, enum err e,
                  const struct err_info *info, enum language l, struct text id);

/* begin.c: everything from the request line to the work */
enum MHD_Result request_begin(struct request *r, const char *method);
enum MHD_Result request_complete(struct request *r);
/* What it shows of who asks: views into its headers. */
struct credentials request_credentials(const struct request *r);
/* A part of the body. */
enum MHD_Result request_take_body(struct request *r, const char *bytes, size_t *size);

/* loop.c */
/* Starts libmicrohttpd on loop->listen; six: an IPv6 socket. */
bool loop_open(struct loop *loop, bool six);
void *loop_run(void *loop);
void loop_wake(struct loop *loop);
struct request *loop_request(struct loop *loop);
void loop_request_free(struct request *r);
/* Every resume goes through here: libmicrohttpd must run again soon. */
void loop_resume(struct request *r);
enum MHD_Result loop_submit(struct request *r);
void loop_abandon(struct request *r);

/* linger.c */
/* Goes on reading from the client of fd, which the caller closes. */
void linger_begin(struct loop *loop, int fd);
void linger_discard(struct loop *loop, struct lingerer *l); /* there is something to read */
void linger_end(struct loop *loop, struct lingerer *l);
/* Ends those whose time is up; returns when the next one's is. */
int64_t linger_check(struct loop *loop, int64_t now_us);

/* stream.c */
struct stream *stream_begin(struct request *r);
enum MHD_Result stream_answer(struct request *r); /* the opener went well: turn live */
void stream_end(struct stream *s);                /* no more is sent; the connection closes */
void stream_free(struct stream *s);               /* its connection is gone */
void streams_give(struct loop *loop);             /* what was published, to all of the loop */
void streams_doubt(struct loop *loop);            /* ends those of who may not hear them any more */
int64_t streams_beat(struct loop *loop,
                     int64_t now_us); /* heartbeats; returns when the next is due */

#endif
