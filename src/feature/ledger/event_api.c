/* The stream of what happens to obligations. An event's id says how far the stream has come: the id
 * of the ledger's entry, and where several servers share the database, the last entry of each
 * (places.h). A client that comes back with it, to any of them, misses nothing and hears nothing
 * twice. */
#include "feature/ledger/feed.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "store/readers.h"

enum { ENTRIES_AT_ONCE = 5000 }; /* looked at for one opening of the stream */

static const uint64_t topic_bits[] = {TOPIC_ALL, TOPIC_WARNINGS, TOPIC_VERDICTS};

/* What one opening of the stream is to make up for. */
struct missed {
    struct request *request;
    struct stream *stream;
    uint64_t topics;
    struct places places; /* heard, or passed over */
    struct places until;  /* live events come after these */
    bool has_until;
    struct arena arena; /* of the present entry */
};

/* False: no room for more. */
static bool send_event(const struct missed *m, const char *name, struct text data)
{
    struct buf id CLEANUP(buf_release) = {0};
    places_write(&m->places, &id);
    return stream_send(m->stream, buf_text(&id), name, data);
}

/* Whether it was heard before, or will be heard live. */
static bool is_foreign(const struct missed *m, int64_t id)
{
    uint32_t node = places_node(id);
    bool heard = (m->has_until || m->places.count > 1) && id <= places_of(&m->places, node);
    return heard || (m->has_until && id > places_of(&m->until, node));
}

/* Gives the entry with its obligation as it is now. *ret_full: there is no room for it. */
static enum err send_entry(struct missed *m, struct database *db, const struct entry_row *entry,
                           bool *ret_full, struct err_info *info)
{
    struct text key = request_text(m->request, "key");
    struct ledger_row row = {.id = entry->obligation_id, .home_id = entry->home_id};
    struct places before = m->places;
    places_pass(&m->places, entry->id);
    if ((ledger_event_topics(entry->kind) & m->topics) == 0) {
        return ERR_NONE;
    }
    enum err e = ledger_rows_read(db, &row, 1, &m->arena, info);
    if (e || (key.len && !text_eq(row.key, key)) ||
        !identity_sees_team(request_identity(m->request), row.team)) {
        return e;
    }
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    event_to_json(&w, entry, &row);
    *ret_full = !send_event(m, ledger_event_name(entry->kind), buf_text(&data));
    if (*ret_full) {
        m->places = before;
    }
    return ERR_NONE;
}

struct part {
    int64_t last; /* the entry that was looked at last */
    size_t looked_at, news;
    bool full;
};

static enum err send_part(struct missed *m, struct database *db, int64_t after, struct part *part,
                          struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[ENTRY_AFTER]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, ENTRIES_AT_ONCE);
    *part = (struct part){.last = after};
    bool row;
    enum err e;
    while (!part->full && !(e = query_row(&q, &row, info)) && row) {
        struct entry_row entry;
        arena_clear(&m->arena);
        entry_row_read(&q, &m->arena, &entry);
        part->looked_at++;
        part->last = entry.id;
        if (is_foreign(m, entry.id)) {
            continue;
        }
        part->news++;
        if ((e = send_entry(m, db, &entry, &part->full, info))) {
            return e;
        }
    }
    return part->full ? ERR_NONE : e;
}

/* Just before the first entry that was missed. A node that has written nothing for long is not
 * looked at from its last entry on. */
static enum err find_begin(const struct missed *m, struct database *db, int64_t *ret,
                           struct err_info *info)
{
    int64_t begin = m->has_until ? INT64_MAX : 0;
    for (size_t i = 0; !m->has_until && i < m->places.count; i++) {
        begin = i == 0 || m->places.last[i] < begin ? m->places.last[i] : begin;
    }
    for (size_t i = 0; m->has_until && i < m->until.count; i++) {
        uint32_t node = places_node(m->until.last[i]);
        struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[ENTRY_OF_NODE_AFTER]);
        query_bind_int(&q, 1, node);
        query_bind_int(&q, 2, places_of(&m->places, node));
        bool row = false;
        enum err e = query_row(&q, &row, info);
        if (e) {
            return e;
        }
        if (row && query_int(&q, 0) - 1 < begin) {
            begin = query_int(&q, 0) - 1;
        }
    }
    *ret = begin;
    return ERR_NONE;
}

static enum err send_missed(struct missed *m, struct database *db, struct err_info *info)
{
    struct part part = {0};
    enum err e = find_begin(m, db, &part.last, info);
    do {
        e = e ? e : send_part(m, db, part.last, &part, info);
    } while (!e && part.looked_at == ENTRIES_AT_ONCE && part.news == 0);
    if (!e && !part.full && part.looked_at == ENTRIES_AT_ONCE) {
        (void)send_event(m, "position", TEXT("{}")); /* the client comes back from here */
        stream_send_no_more(m->stream);
    }
    if (!m->has_until) {
        stream_seen(m->stream, part.last);
    }
    return e;
}

enum err events_open(struct request *r, struct database *db, struct stream *stream,
                     struct err_info *info)
{
    uint64_t topics = topic_bits[request_choice(r, "topic", 0)];
    struct text seen = stream_last_seen(stream);
    struct missed m = {.request = r, .stream = stream, .topics = topics};
    struct feed *feed = ledger_feed(request_self(r));
    if (seen.len && !places_read(seen, &m.places)) {
        return err_field(info, ERR_INVALID, "last_event_id",
                         "Last-Event-ID must be the id of an event of this stream.");
    }
    const struct identity *who = request_identity(r);
    stream_hear(stream, topics);
    stream_hide(stream, who->hidden_teams, who->hidden_team_count);
    if (who->restricted_team_count > who->hidden_team_count) {
        request_has_read(r, "events.heard", TEXT("events"));
    }
    if (request_has(r, "key")) {
        stream_hear_key(stream, request_text(r, "key"));
    }
    int64_t sequence = 0;
    enum err e = feed ? feed_now(feed, &m.until, &sequence, info) : ERR_NONE;
    if (feed && !e) {
        m.has_until = true;
        database_set_slice(db, READ_SLICE_US); /* it has waited for the feed until here */
        stream_seen(stream, sequence);
    }
    e = e || !seen.len ? e : send_missed(&m, db, info);
    arena_release(&m.arena);
    return e;
}
