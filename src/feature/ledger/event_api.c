/* The stream of what happens to obligations. Its positions are the ids of the ledger's entries, so
 * a client that comes back with the last one it saw misses nothing. */
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"

enum { ENTRIES_AT_ONCE = 5000 }; /* looked at for one opening of the stream */

static const uint64_t topic_bits[] = {TOPIC_ALL, TOPIC_WARNINGS, TOPIC_VERDICTS};

/* An entry with its obligation as it is now. False: no room for more. */
static bool send_entry(struct stream *stream, const struct entry_row *entry,
                       const struct ledger_row *row)
{
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    event_to_json(&w, entry, row);
    char id[ID_TEXT_SIZE];
    id_format(entry->id, "ent", id);
    return stream_send(stream, text_of(id), ledger_event_name(entry->kind), buf_text(&data));
}

static enum err send_missed(struct request *r, struct database *db, struct stream *stream,
                            int64_t after, uint64_t topics, struct err_info *info)
{
    struct text key = request_text(r, "key");
    struct query q CLEANUP(query_end) = query_begin(db, &ledger_api_list[ENTRY_AFTER]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, ENTRIES_AT_ONCE);
    struct arena arena CLEANUP(arena_release) = {0};
    bool row;
    enum err e;
    int64_t seen = 0, last = after;
    while (!(e = query_row(&q, &row, info)) && row) {
        struct entry_row entry;
        struct ledger_row obligation;
        arena_clear(&arena);
        entry_row_read(&q, &arena, &entry);
        seen++;
        bool wanted = (ledger_event_topics(entry.kind) & topics) != 0;
        if (wanted) {
            obligation.id = entry.obligation_id;
            obligation.home_id = entry.home_id;
            e = ledger_rows_read(db, &obligation, 1, &arena, info);
            wanted = key.len == 0 || text_eq(obligation.key, key);
        }
        if (e || (wanted && !send_entry(stream, &entry, &obligation))) {
            return e;
        }
        last = entry.id;
    }
    if (!e && seen == ENTRIES_AT_ONCE) { /* more than one look: the client comes back from here */
        char id[ID_TEXT_SIZE];
        (void)stream_send(stream, text_of(id_format(last, "ent", id)), "position", TEXT("{}"));
        stream_send_no_more(stream);
    }
    stream_seen(stream, last);
    return e;
}

enum err events_open(struct request *r, struct database *db, struct stream *stream,
                     struct err_info *info)
{
    uint64_t topics = topic_bits[request_choice(r, "topic", 0)];
    struct text seen = stream_last_seen(stream);
    int64_t after;
    if (seen.len && !id_parse(seen, "ent", &after)) {
        return err_field(info, ERR_INVALID, "last_event_id",
                         "Last-Event-ID must be the id of an event of this stream.");
    }
    stream_hear(stream, topics);
    if (request_has(r, "key")) {
        stream_hear_key(stream, request_text(r, "key"));
    }
    return seen.len ? send_missed(r, db, stream, after, topics, info) : ERR_NONE;
}
