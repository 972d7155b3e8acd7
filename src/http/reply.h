/* Reply: what a handler writes. It goes out when the handler's work is done (for a write: when it
 * is durable); if that fails, the reply is thrown away and a problem document (RFC 9457) sent
 * instead.
 */
#ifndef TROTH_HTTP_REPLY_H
#define TROTH_HTTP_REPLY_H

#include "base/err.h"
#include "base/json.h"

enum { REPLY_HEADERS_MAX = 8 };

struct reply_header {
    const char *name; /* constant */
    struct text value;
};
struct reply {
    struct arena *arena; /* the request's */
    unsigned status;     /* 200 unless set; 204 without a body */
    const char *type;    /* constant content type */
    struct buf body;
    struct text constant; /* a body that lives as long as the program; instead of body */
    int file;             /* a descriptor whose file is sent instead of body, and closed; 0: none */
    struct reply_header headers[REPLY_HEADERS_MAX];
    size_t header_count;
};

/* Starts a JSON body. */
struct json_writer reply_json(struct reply *r, unsigned status);
/* Starts a body of that type ("text/html; charset=utf-8"); write into the buffer returned. */
struct buf *reply_body(struct reply *r, unsigned status, const char *type);
/* A body built into the program: a style sheet, a script. */
void reply_constant(struct reply *r, const char *type, struct text body);
/* A file, from its beginning, sent without being held in memory; the reply closes it. */
void reply_file(struct reply *r, const char *type, int file);
void reply_empty(struct reply *r); /* 204 */
/* 303, to a path of ours. */
void reply_redirect(struct reply *r, struct text location);
/* 303, to another server that the operator has named; never to what a request says. */
void reply_redirect_away(struct reply *r, struct text url);
/* The value is copied; CR, LF and NUL in it are our own mistake (assert). */
void reply_header(struct reply *r, const char *name, struct text value);
/* ETag "value"; a GET with an equal If-None-Match is then answered 304 by the server itself. */
void reply_etag(struct reply *r, int64_t version);
/* The status that belongs to an error. */
unsigned reply_status(enum err e);

#endif
