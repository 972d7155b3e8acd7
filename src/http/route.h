/* Routes as constant tables. From them come the router, the checks of what comes in, the OpenAPI
 * document and the permission matrix. */
#ifndef TROTH_HTTP_ROUTE_H
#define TROTH_HTTP_ROUTE_H

#include "http/reply.h"
#include "http/request.h"

struct database; /* store/database.h; only handed through here */
struct stream;   /* http/stream.h */

enum route_kind {
    ROUTE_DIRECT, /* on the loop, without a database: constants and memory; database is NULL */
    ROUTE_READ,   /* quick read, one transaction of at most 250 ms */
    ROUTE_SLOW,   /* slow read, each statement at most 250 ms; dropped when the client leaves */
    ROUTE_WRITE,  /* by the clerk; the reply goes out when it is durable */
    ROUTE_STREAM  /* server-sent events: open() writes what was missed, then live */
};
enum route_look {
    LOOK_API, /* problems as application/problem+json; needs a bearer token unless public */
    LOOK_PAGE /* HTML: strict Content-Security-Policy, problems as a small page */
};
enum route_method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE };

enum field_place { FIELD_PATH, FIELD_QUERY, FIELD_BODY };
enum field_type {
    FIELD_TEXT,    /* least, most: bytes. UTF-8 without control characters except tab, CR, LF */
    FIELD_INTEGER, /* least, most: value */
    FIELD_NUMBER,  /* least, most: value */
    FIELD_BOOLEAN, /* true, false */
    FIELD_MOMENT,  /* RFC 3339 */
    FIELD_CHOICE,  /* one of choices */
    FIELD_OBJECT,  /* with the fields of shape, if it has one */
    FIELD_ARRAY,   /* least, most: elements; each of shape, if it has one */
    FIELD_JSON     /* anything */
};
struct shape;
struct field {
    const char *name;
    enum field_place place;
    enum field_type type;
    bool required;
    int64_t least, most;        /* both 0: the type's widest (texts: 0 to 1,000 bytes) */
    const char *const *choices; /* NULL-terminated */
    const struct shape *shape;
    const char *doc; /* one sentence */
};
/* A named object of the API: what a reply looks like (place is of no meaning there). */
struct shape {
    const char *name; /* "Obligation" */
    const struct field *fields;
    size_t field_count;
};

enum body_kind {
    BODY_NONE,   /* a body is refused */
    BODY_FIELDS, /* JSON object, or a form, with the FIELD_BODY fields of the table; others refused
                  */
    BODY_RAW     /* the handler's business; content type is one of body_types */
};
enum { BODY_MOST = 1 << 20, BODY_MOST_EVER = 64 << 20 };

/* Does the work and writes the reply. On an error: info says what is wrong and what to do; the
 * reply is thrown away. */
typedef enum err route_handler(struct request *request, struct database *db, struct reply *reply,
                               struct err_info *info);
/* ROUTE_STREAM: sets what the stream is to hear (stream_hear()), then writes what was missed since
 * stream_last_seen() with stream_send(). It hears live events from before this call on, so nothing
 * falls between. Runs as a quick read. */
typedef enum err route_opener(struct request *request, struct database *db, struct stream *stream,
                              struct err_info *info);

struct route {
    enum route_method method;
    const char *path;    /* "/api/v1/obligations/{id}"; a parameter is a whole segment, or at the
                            end {name...}: the rest of the path, never empty */
    const char *scope;   /* needed; NULL: public */
    const char *also;    /* needed as well; NULL: nothing */
    const char *summary; /* one line */
    enum route_kind kind;
    enum route_look look;
    const struct field *fields;
    size_t field_count;
    bool any_query; /* query fields that are not in the table are the page's own business */
    enum body_kind body;
    size_t body_most;              /* bytes; 0: BODY_MOST */
    const char *const *body_types; /* NULL-terminated; BODY_RAW only */
    const struct shape *reply;     /* NULL: no JSON, or free */
    unsigned reply_code;           /* of success, for the documents; 0: 200 */
    bool reply_list;               /* {"items": [shape…], "next": cursor or null} */
    int64_t answer_us;             /* how long it may take; 0: as the server says */
    /* Why the audit trail does not note it ("touches are their own record"); NULL: it does. */
    const char *unnoted;
    bool sure; /* ROUTE_WRITE: never fails after it changed a row (no savepoint) */
    /* ROUTE_WRITE: handle() changes nothing and writes no reply; it leaves its work with a module,
     * which does that of several requests at once. Then answer() is needed. */
    bool gathers;
    /* On the loop, before queueing: parse and check, so that the clerk need not. May be NULL. */
    enum err (*prepare)(struct request *request, struct err_info *info);
    /* ROUTE_WRITE, before handle(): what takes long and needs no database (a password's hash) is
     * done by one of few threads kept for it, never on the loop or by the clerk; look_up() (may be
     * NULL) is a quick read before it. Both keep what they find with request_kept(). */
    enum err (*look_up)(struct request *request, struct database *db, struct err_info *info);
    enum err (*labour)(struct request *request, struct err_info *info);
    bool calls; /* labour() waits for another server: it has threads of its own for that */
    route_handler *handle;
    route_opener *open;
    /* On the loop, once the work is done and durable: writes the reply, or gives an error. NULL:
     * handle() did. */
    enum err (*answer)(struct request *request, struct reply *reply, struct err_info *info);
};
struct route_table {
    const struct route *routes;
    size_t count;
    void *self; /* request_self() */
};

/* The OpenAPI 3.1 document (JSON) of all routes of LOOK_API. */
void openapi_write(const struct route_table *tables, size_t table_count, const char *version,
                   struct buf *out);

#endif
