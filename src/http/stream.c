/* Streams. One that opens collects every event while its opener, on a reader's thread, writes what
 * was missed; then it turns live and hears its topics only. The opener touches `out`, `topics`,
 * `key`, `seen` and `overfull`; the loop everything else, and those after the opener has come back.
 */
#include "http/stream.h"

#include "http/inside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RING_FIRST = 8, BLOCK = 64 };

/* One event for all loops, written once. */
struct published {
    atomic_uint references;
    int64_t position;
    uint64_t topics;
    struct text key, team;
    struct text wire;
    char bytes[];
};
struct delivery { /* to one loop */
    struct queue_link link;
    struct published *event;
};

struct stream {
    struct request *request;
    struct text last_seen;
    /* The opener's: */
    uint64_t topics;
    struct text key;
    struct buf key_bytes; /* not in the arena, which a live stream has no longer */
    struct arena hidden_arena;
    struct text *hidden; /* teams */
    size_t hidden_count;
    int64_t seen;
    struct buf out;
    bool overfull;
    /* Who it is for, to ask again: */
    struct arena who_arena;
    struct credentials shown;
    struct identity who;
    /* The loop's: */
    bool listed, live, suspended, ended;
    size_t out_at;
    struct published **ring;
    unsigned ring_cap, ring_first, ring_count;
    struct published *sending;
    size_t sending_at;
    int64_t beat_us;
    struct stream *older, *newer;
};

struct text stream_last_seen(const struct stream *s)
{
    return s->last_seen;
}

void stream_hear(struct stream *s, uint64_t topics)
{
    s->topics = topics;
}

void stream_hear_key(struct stream *s, struct text key)
{
    buf_clear(&s->key_bytes);
    buf_add_text(&s->key_bytes, key);
    s->key = buf_text(&s->key_bytes);
}

void stream_hide(struct stream *s, const struct text *teams, size_t count)
{
    arena_clear(&s->hidden_arena);
    s->hidden = count ? ARENA_ARRAY(&s->hidden_arena, struct text, count) : NULL;
    for (size_t i = 0; i < count; i++) {
        s->hidden[i] = arena_text(&s->hidden_arena, teams[i]);
    }
    s->hidden_count = count;
}

void stream_seen(struct stream *s, int64_t position)
{
    s->seen = position;
}

static void write_event(struct buf *out, struct text id, const char *name, struct text data)
{
    if (id.len) {
        buf_add_str(out, "id: ");
        buf_add_text(out, id);
        buf_add_char(out, '\n');
    }
    buf_addf(out, "event: %s\n", name);
    do {
        const char *feed = data.len ? memchr(data.ptr, '\n', data.len) : NULL;
        size_t len = feed ? (size_t)(feed - data.ptr) : data.len;
        buf_add_str(out, "data: ");
        buf_add(out, data.ptr, len);
        buf_add_char(out, '\n');
        size_t step = len + (feed != NULL);
        data = (struct text){data.ptr + step, data.len - step};
    } while (data.len);
    buf_add_char(out, '\n');
}

bool stream_send(struct stream *s, struct text id, const char *event, struct text data)
{
    if (s->overfull || s->out.len + id.len + data.len > STREAM_BACKLOG_MAX) {
        s->overfull = true;
        return false;
    }
    write_event(&s->out, id, event, data);
    return true;
}

void stream_send_no_more(struct stream *s)
{
    s->overfull = true;
}

static void published_drop(struct published *event)
{
    if (atomic_fetch_sub(&event->references, 1) == 1) {
        free(event);
    }
}

static struct published *published_make(const struct stream_event *from, unsigned references)
{
    struct buf wire CLEANUP(buf_release) = {0};
    write_event(&wire, from->id, from->name, from->data);
    size_t key_at = wire.len, team_at = key_at + from->key.len;
    struct published *event = malloc(sizeof(*event) + team_at + from->team.len);
    if (!event) {
        abort();
    }
    memcpy(event->bytes, wire.ptr, wire.len);
    if (from->key.len) {
        memcpy(event->bytes + key_at, from->key.ptr, from->key.len);
    }
    if (from->team.len) {
        memcpy(event->bytes + team_at, from->team.ptr, from->team.len);
    }
    event->references = references;
    event->position = from->position;
    event->topics = from->topics;
    event->wire = (struct text){event->bytes, wire.len};
    event->key = (struct text){event->bytes + key_at, from->key.len};
    event->team = (struct text){event->bytes + team_at, from->team.len};
    return event;
}

void http_server_publish(struct http_server *server, const struct stream_event *from)
{
    struct published *event = published_make(from, server->loop_count);
    for (unsigned i = 0; i < server->loop_count; i++) {
        struct delivery *delivery = calloc(1, sizeof(*delivery));
        if (!delivery) {
            abort();
        }
        delivery->event = event;
        if (queue_put(&server->loops[i].published, &delivery->link)) {
            loop_wake(&server->loops[i]);
        }
    }
}

static void list_add(struct loop *loop, struct stream *s)
{
    s->older = loop->last;
    s->newer = NULL;
    *(loop->last ? &loop->last->newer : &loop->first) = s;
    loop->last = s;
    s->listed = true;
}

static void list_remove(struct loop *loop, struct stream *s)
{
    *(s->older ? &s->older->newer : &loop->first) = s->newer;
    *(s->newer ? &s->newer->older : &loop->last) = s->older;
    s->listed = false;
}

static void count_streams(struct loop *loop, int change)
{
    loop->streams += (size_t)(ssize_t)change;
    atomic_store(&loop->counts.streams, loop->streams); /* before its opener looks */
}

bool http_server_is_heard(struct http_server *server)
{
    for (unsigned i = 0; i < server->loop_count; i++) {
        if (atomic_load(&server->loops[i].counts.streams)) {
            return true;
        }
    }
    return false;
}

/* The header, or where a route declares it, the query parameter last_event_id. */
static struct text find_last_seen(struct request *r)
{
    struct text seen = request_header(r, "Last-Event-ID");
    for (size_t i = 0; i < r->route->field_count && seen.len == 0; i++) {
        if (strcmp(r->route->fields[i].name, "last_event_id") == 0 && r->given[i].present) {
            seen = r->given[i].text;
        }
    }
    return seen.len <= LAST_SEEN_MAX ? seen : TEXT("");
}

/* Views of the request are copied: a live stream has none any more. */
static void keep_who(struct stream *s, const struct request *r)
{
    const struct identity *who = &r->identity;
    struct arena *arena = &s->who_arena;
    struct text *hidden = ARENA_ARRAY(arena, struct text, who->hidden_team_count + 1);
    for (size_t i = 0; i < who->hidden_team_count; i++) {
        hidden[i] = arena_text(arena, who->hidden_teams[i]);
    }
    s->who = (struct identity){.kind = who->kind,
                               .id = who->id,
                               .scopes = arena_text(arena, who->scopes),
                               .hidden_teams = hidden,
                               .hidden_team_count = who->hidden_team_count};
    s->shown = request_credentials(r);
    s->shown.bearer = arena_text(arena, s->shown.bearer);
    s->shown.cookie = arena_text(arena, s->shown.cookie);
    s->shown.client = (struct text){0};
}

static bool is_same(const struct identity *a, const struct identity *b)
{
    bool same = a->kind == b->kind && a->id == b->id && text_eq(a->scopes, b->scopes) &&
                a->hidden_team_count == b->hidden_team_count;
    for (size_t i = 0; i < a->hidden_team_count && same; i++) {
        same = text_eq(a->hidden_teams[i], b->hidden_teams[i]);
    }
    return same;
}

/* Whether who asked for it would be let in now as they were then. */
static bool is_theirs(const struct stream *s)
{
    const struct http_config *config = &s->request->loop->server->config;
    struct arena arena CLEANUP(arena_release) = {0};
    struct identity now;
    return s->who.kind == IDENTITY_NONE || !config->authenticate ||
           (config->authenticate(config->authenticate_self, &s->shown, &arena, &now, NULL) ==
                ERR_NONE &&
            is_same(&s->who, &now));
}

struct stream *stream_begin(struct request *r)
{
    struct stream *s = calloc(1, sizeof(*s));
    if (!s) {
        abort();
    }
    s->request = r;
    s->seen = INT64_MIN;
    s->last_seen = find_last_seen(r);
    s->beat_us = clock_us() + STREAM_HEARTBEAT_US;
    keep_who(s, r);
    list_add(r->loop, s);
    count_streams(r->loop, 1);
    return s;
}

static void resume(struct stream *s)
{
    if (s->suspended) {
        s->suspended = false;
        loop_resume(s->request);
    }
}

void stream_end(struct stream *s)
{
    s->ended = true;
    if (s->listed) {
        list_remove(s->request->loop, s);
        count_streams(s->request->loop, -1);
    }
    if (s->request->with_connection) {
        resume(s);
    }
}

void stream_free(struct stream *s)
{
    for (unsigned i = 0; i < s->ring_count; i++) {
        published_drop(s->ring[(s->ring_first + i) % s->ring_cap]);
    }
    if (s->sending) {
        published_drop(s->sending);
    }
    free(s->ring);
    buf_release(&s->out);
    buf_release(&s->key_bytes);
    arena_release(&s->hidden_arena);
    arena_release(&s->who_arena);
    free(s);
}

static bool is_hidden(const struct stream *s, struct text team)
{
    for (size_t i = 0; i < s->hidden_count; i++) {
        if (text_eq(s->hidden[i], team)) {
            return true;
        }
    }
    return false;
}

static bool hears(const struct stream *s, const struct published *event)
{
    return (s->topics & event->topics) != 0 && event->position > s->seen &&
           (s->key.len == 0 || text_eq(s->key, event->key)) && !is_hidden(s, event->team);
}

static void ring_grow(struct stream *s)
{
    unsigned cap = s->ring_cap ? s->ring_cap * 2 : RING_FIRST;
    struct published **ring = calloc(cap, sizeof(struct published *));
    if (!ring) {
        abort();
    }
    for (unsigned i = 0; i < s->ring_count; i++) {
        ring[i] = s->ring[(s->ring_first + i) % s->ring_cap];
    }
    free(s->ring);
    s->ring = ring;
    s->ring_cap = cap;
    s->ring_first = 0;
}

/* Too slow: cut off at the socket, because a full one does not ask for more. */
static void drop(struct stream *s)
{
    struct request *r = s->request;
    atomic_fetch_add_explicit(&r->loop->counts.streams_dropped, 1, memory_order_relaxed);
    if (s->live && r->peer) {
        (void)shutdown(r->peer->fd, SHUT_RDWR);
    }
    stream_end(s);
}

static void give(struct stream *s, struct published *event)
{
    if (s->live && !hears(s, event)) {
        return;
    }
    if (s->ring_count == STREAM_QUEUE_MAX) {
        drop(s);
        return;
    }
    if (s->ring_count == s->ring_cap) {
        ring_grow(s);
    }
    atomic_fetch_add(&event->references, 1);
    s->ring[(s->ring_first + s->ring_count++) % s->ring_cap] = event;
    resume(s);
}

void streams_give(struct loop *loop)
{
    struct queue_link *link = queue_take(&loop->published);
    while (link) {
        struct delivery *delivery = (struct delivery *)link;
        link = link->next;
        for (struct stream *s = loop->first, *next; s; s = next) {
            next = s->newer;
            give(s, delivery->event);
        }
        published_drop(delivery->event);
        free(delivery);
    }
}

void http_server_doubt(struct http_server *server)
{
    for (unsigned i = 0; i < server->loop_count; i++) {
        atomic_store(&server->loops[i].doubts, true);
        loop_wake(&server->loops[i]);
    }
}

void streams_doubt(struct loop *loop)
{
    if (!atomic_exchange(&loop->doubts, false)) {
        return;
    }
    for (struct stream *s = loop->first, *next; s; s = next) {
        next = s->newer;
        if (!is_theirs(s)) {
            stream_end(s);
        }
    }
}

int64_t streams_beat(struct loop *loop, int64_t now_us)
{
    while (loop->first && loop->first->beat_us <= now_us) {
        struct stream *s = loop->first;
        if (!is_theirs(s)) {
            stream_end(s);
            continue;
        }
        if (s->suspended) {
            buf_add_str(&s->out, ":\n\n");
            resume(s);
        }
        list_remove(loop, s);
        s->beat_us = now_us + STREAM_HEARTBEAT_US;
        list_add(loop, s);
    }
    return loop->first ? loop->first->beat_us : INT64_MAX;
}

/* The next event that is for this stream becomes `sending`; false: none waits. */
static bool take_event(struct stream *s)
{
    while (!s->sending && s->ring_count) {
        struct published *event = s->ring[s->ring_first];
        s->ring_first = (s->ring_first + 1) % s->ring_cap;
        s->ring_count--;
        if (hears(s, event)) {
            s->sending = event;
            s->sending_at = 0;
        } else {
            published_drop(event);
        }
    }
    return s->sending != NULL;
}

static size_t copy_out(struct stream *s, char *to, size_t room)
{
    size_t left = s->out.len - s->out_at;
    size_t n = left < room ? left : room;
    memcpy(to, s->out.ptr + s->out_at, n);
    s->out_at += n;
    if (s->out_at == s->out.len) {
        buf_release(&s->out); /* an idle stream keeps nothing */
        s->out_at = 0;
    }
    return n;
}

static size_t copy_event(struct stream *s, char *to, size_t room)
{
    size_t left = s->sending->wire.len - s->sending_at;
    size_t n = left < room ? left : room;
    memcpy(to, s->sending->wire.ptr + s->sending_at, n);
    s->sending_at += n;
    if (s->sending_at == s->sending->wire.len) {
        published_drop(s->sending);
        s->sending = NULL;
    }
    return n;
}

/* libmicrohttpd asks for more to send. */
static ssize_t on_more(void *self, uint64_t position, char *to, size_t room)
{
    (void)position;
    struct stream *s = self;
    size_t n = 0;
    while (n < room) {
        if (s->out.len) {
            n += copy_out(s, to + n, room - n);
        } else if (!s->ended && !s->overfull && take_event(s)) {
            n += copy_event(s, to + n, room - n);
        } else {
            break;
        }
    }
    if (n) {
        return (ssize_t)n;
    }
    if (s->ended || s->overfull) {
        return s->request->peer->left ? MHD_CONTENT_READER_END_WITH_ERROR
                                      : MHD_CONTENT_READER_END_OF_STREAM;
    }
    s->suspended = true;
    MHD_suspend_connection(s->request->connection);
    return 0;
}

/* What only the opener needed. Thousands of streams are open at once, idle for hours. */
static void forget_request(struct request *r)
{
    r->headers = NULL;
    r->header_count = 0;
    r->given = NULL;
    r->segments = NULL;
    r->target = r->path = r->query = r->client = (struct text){0};
    r->identity = (struct identity){0};
    r->stream->last_seen = (struct text){0};
    arena_release(&r->arena);
    buf_release(&r->body);
    buf_release(&r->reply.body);
}

enum MHD_Result stream_answer(struct request *r)
{
    struct stream *s = r->stream;
    s->live = true;
    if (!is_theirs(s)) { /* any more: it was opening meanwhile */
        stream_end(s);
    }
    if (s->out.len == 0) {
        buf_add_str(&s->out, ":\n\n"); /* something at once: proxies and browsers see it open */
    }
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_more, s, NULL);
    if (!response) {
        abort();
    }
    (void)MHD_add_response_header(response, "Content-Type", "text/event-stream");
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    (void)MHD_add_response_header(response, "X-Accel-Buffering", "no");
    (void)MHD_add_response_header(response, "X-Request-Id", r->id);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    r->state = REQUEST_ANSWERED;
    answer_count(r, 200);
    enum MHD_Result result = MHD_queue_response(r->connection, 200, response);
    MHD_destroy_response(response);
    forget_request(r);
    return result;
}
