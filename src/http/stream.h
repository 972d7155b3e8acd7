/* Streams of server-sent events. A hub takes what happened from any thread and gives it to every
 * stream that hears its topic. Each stream has a bounded queue; a client too slow to empty it is
 * dropped (it comes back with Last-Event-ID), never waited for. Heartbeats keep idle ones alive. */
#ifndef TROTH_HTTP_STREAM_H
#define TROTH_HTTP_STREAM_H

#include "base/text.h"

enum {
    STREAM_QUEUE_MAX = 256,          /* live events waiting for one client */
    STREAM_BACKLOG_MAX = 256 * 1024, /* bytes that an opener may send */
    STREAM_HEARTBEAT_US = 15000000
};

struct http_server;
struct stream;

/* The positions that the client has seen: the text of Last-Event-ID (header, or query parameter
 * last_event_id where declared); empty: it starts afresh. At most 1,024 bytes. */
struct text stream_last_seen(const struct stream *s);
/* Which topics (bits) are heard from now on; 0 (the start): none. */
void stream_hear(struct stream *s, uint64_t topics);
/* Only events with this key are heard (copied); empty: all. */
void stream_hear_key(struct stream *s, struct text key);
/* Events with such a key of their own (stream_event.team) are not heard: what is hidden from who
 * asks. Copied. */
void stream_hide(struct stream *s, const struct text *teams, size_t count);
/* Live events up to this position are left out: they were sent as missed ones. */
void stream_seen(struct stream *s, int64_t position);
/* Only in the opener: one missed event. False: over STREAM_BACKLOG_MAX; stop and let the client
 * come back with the last id (the stream ends after what was sent). id may be empty. */
bool stream_send(struct stream *s, struct text id, const char *event, struct text data);

/* Only in the opener: there is more than it wants to send at once; the client comes back for it
 * with the last id. */
void stream_send_no_more(struct stream *s);

struct stream_event {
    int64_t position; /* grows; compared with stream_seen() */
    uint64_t topics;  /* bits */
    struct text key;  /* may be empty */
    struct text team; /* whose it is; may be empty */
    struct text id;   /* for Last-Event-ID */
    const char *name; /* "obligation.kept"; constant */
    struct text data; /* usually JSON; line feeds are split into several data: lines */
};
/* Any thread. False: no stream is open or opening, so what was committed before this call needs not
 * be published: whoever comes later finds it in the database. */
bool http_server_is_heard(struct http_server *server);
/* Tokens, sessions or permissions have changed: streams of those who would not be let in any more,
 * or would be let in to read other things, end at once; the client comes back as who it is now. The
 * same is looked at with every heartbeat, so one ends with its session, too. Any thread. */
void http_server_doubt(struct http_server *server);
/* Any thread; never blocks. Everything is copied. */
void http_server_publish(struct http_server *server, const struct stream_event *event);

#endif
