#include "feature/ledger/ledger.h"

#include "feature/ledger/excuse_row.h"
#include "feature/ledger/feed.h"
#include "feature/ledger/hours.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/node_row.h"
#include "feature/ledger/obligation_walk.h"
#include "feature/ledger/state_row.h"
#include "feature/ledger/tally.h"
#include "feature/ledger/touch_list.h"
#include "feature/ledger/touch_order.h"
#include "feature/ledger/touch_row.h"
#include "feature/ledger/waking.h"
#include "store/sharing.h"

#include <stdlib.h>
#include <unistd.h>

enum { NEWS_MAX = 256 };
struct news { /* an excuse was asked for or answered, by a write that is not committed yet */
    int64_t obligation_id;
    struct text key, team;
};
struct ledger {
    struct server *server;
    struct publisher *publisher;
    struct keeper *keeper;
    struct feed *feed; /* NULL: the keeper tells itself what happens */
    char host[256];    /* the machine's name */
    struct news news[NEWS_MAX];
    size_t news_count;
    struct arena news_arena;
};

struct keeper *ledger_keeper(struct ledger *l)
{
    return l->keeper;
}

struct publisher *ledger_publisher(struct ledger *l)
{
    return l->publisher;
}

struct feed *ledger_feed(struct ledger *l)
{
    return l->feed;
}

/* -- events -- */

static const struct {
    const char *name;
    uint64_t topics;
} events[] = {
    [ENTRY_OPENED] = {"obligation.opened", TOPIC_ALL},
    [ENTRY_PAUSED] = {"obligation.paused", TOPIC_ALL},
    [ENTRY_RESUMED] = {"obligation.resumed", TOPIC_ALL},
    [ENTRY_EXTENDED] = {"obligation.extended", TOPIC_ALL},
    [ENTRY_WARNED] = {"obligation.warned", TOPIC_ALL | TOPIC_WARNINGS},
    [ENTRY_KEPT] = {"obligation.kept", TOPIC_ALL | TOPIC_VERDICTS},
    [ENTRY_BROKEN] = {"obligation.broken", TOPIC_ALL | TOPIC_VERDICTS},
    [ENTRY_EXCUSED] = {"obligation.excused", TOPIC_ALL | TOPIC_VERDICTS},
    [ENTRY_VOID] = {"obligation.void", TOPIC_ALL | TOPIC_VERDICTS},
    [ENTRY_FULFILLED] = {"obligation.fulfilled", TOPIC_ALL},
    [ENTRY_OWED] = {"obligation.owed", TOPIC_ALL},
    [ENTRY_NOT_OWED] = {"obligation.not-owed", TOPIC_ALL},
    [ENTRY_WITHDRAWN] = {"obligation.withdrawn", TOPIC_ALL},
    [ENTRY_CORRECTED] = {"obligation.corrected", TOPIC_ALL | TOPIC_VERDICTS},
    [ENTRY_COUNTED] = {"obligation.counted", TOPIC_ALL},
};

const char *ledger_event_name(enum entry_kind kind)
{
    return events[kind].name;
}

uint64_t ledger_event_topics(enum entry_kind kind)
{
    return events[kind].topics;
}

/* The clerk's thread, after the commit. */
static void tell(void *self, const struct keeper_event *told)
{
    struct ledger *l = self;
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    event_to_json(&w, told->entry, told->row);
    char id[ID_TEXT_SIZE];
    id_format(told->entry->id, "ent", id);
    server_publish(l->server,
                   &(struct stream_event){.position = told->entry->id,
                                          .topics = ledger_event_topics(told->entry->kind),
                                          .key = told->row->key,
                                          .team = told->row->team,
                                          .id = text_of(id),
                                          .name = ledger_event_name(told->entry->kind),
                                          .data = buf_text(&data)});
}

static bool is_heard(void *self)
{
    struct ledger *l = self;
    if (l->feed) {
        feed_tell(l->feed); /* it reads what was committed, with what others have written */
        return false;
    }
    return server_is_heard(l->server);
}

/* That something was asked for or answered is told without an id: who comes back to the stream
 * looks anew. */
void ledger_tell_excuse(struct ledger *l, const struct ledger_row *row)
{
    if (l->news_count == NEWS_MAX) {
        return; /* so much at once that the pages have heard of it */
    }
    struct arena *arena = &l->news_arena;
    l->news[l->news_count++] =
        (struct news){row->id, arena_text(arena, row->key), arena_text(arena, row->team)};
}

void ledger_publish_excuse(struct server *server, int64_t position, int64_t obligation_id,
                           struct text key, struct text team)
{
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    char id[ID_TEXT_SIZE];
    json_object_begin(&w);
    json_key(&w, "obligation");
    json_str(&w, id_format(obligation_id, "obl", id));
    json_object_end(&w);
    server_publish(server, &(struct stream_event){.position = position,
                                                  .topics = TOPIC_ALL,
                                                  .key = key,
                                                  .team = team,
                                                  .name = "excuse.changed",
                                                  .data = buf_text(&data)});
}

static void tell_excuses(struct ledger *l)
{
    if (l->feed && l->news_count) {
        feed_tell(l->feed); /* it reads them, as what others have written */
        return;
    }
    for (size_t i = 0; i < l->news_count; i++) {
        const struct news *n = &l->news[i];
        ledger_publish_excuse(l->server, INT64_MAX, n->obligation_id, n->key, n->team);
    }
}

static void forget_excuses(struct ledger *l)
{
    l->news_count = 0;
    arena_clear(&l->news_arena);
}

/* -- the module -- */

static enum err heard_of_book(void *self, struct database *db, struct book *book,
                              bool is_published_here, struct err_info *info)
{
    struct ledger *l = self;
    return is_published_here ? keeper_set_book(l->keeper, db, book, info)
                             : keeper_follow_book(l->keeper, db, book, info);
}

static enum err next_id(void *self, struct database *db, int64_t *ret, struct err_info *info)
{
    struct ledger *l = self;
    return keeper_version_id(l->keeper, db, ret, info);
}

/* So that a mistake in one shows at the start, not in the middle of work. */
static enum err prepare_statements(struct database *db, struct err_info *info)
{
    const struct statement_table *const tables[] = {
        &ledger_row_statements,       &state_row_statements,   &tally_statements,
        &touch_list_statements,       &touch_order_statements, &touch_row_statements,
        &waking_statements,           &node_row_statements,    &obligation_walk_statements,
        &obligation_count_statements, &hours_statements,       &excuse_row_statements};
    enum err e = ERR_NONE;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !e; i++) {
        e = database_prepare(db, tables[i], info);
    }
    return e;
}

static enum err open_ledger(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    struct publisher *publisher = server_module(server, "code");
    struct book *book CLEANUP(book_drop) = publisher_book(publisher);
    struct ledger *l = calloc(1, sizeof(*l));
    if (!l) {
        abort();
    }
    l->server = server;
    if (gethostname(l->host, sizeof(l->host) - 1) != 0) {
        l->host[0] = '\0';
    }
    l->publisher = publisher;
    struct keeper_config config = {
        .book = book, .host = l->host, .tell = tell, .is_heard = is_heard, .tell_self = l};
    enum err e = prepare_statements(db, info);
    e = e ? e : keeper_open(db, &config, &l->keeper, info);
    e = e || !database_is_shared(db) ? e
                                     : feed_start(server, server_database(server), &l->feed, info);
    if (e) {
        keeper_close(&l->keeper);
        free(l);
        return e;
    }
    const struct publisher_listener listener = {l, heard_of_book, next_id};
    publisher_listen(publisher, &listener);
    *ret_self = l;
    return ERR_NONE;
}

static void stop_ledger(void *self)
{
    struct ledger *l = self;
    feed_stop(&l->feed);
}

static void close_ledger(void *self)
{
    struct ledger *l = self;
    feed_stop(&l->feed);
    keeper_close(&l->keeper);
    arena_release(&l->news_arena);
    free(l);
}

static enum err begun(void *self, struct database *db, struct err_info *info)
{
    struct ledger *l = self;
    return keeper_begun(l->keeper, db, info);
}

static int64_t due(void *self)
{
    struct ledger *l = self;
    return keeper_due(l->keeper);
}

static enum err tick(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    struct ledger *l = self;
    return keeper_tick(l->keeper, db, now_us, info);
}

static void undone(void *self)
{
    struct ledger *l = self;
    keeper_undone(l->keeper);
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    struct ledger *l = self;
    return keeper_before_commit(l->keeper, db, info);
}

static void committed(void *self)
{
    struct ledger *l = self;
    keeper_committed(l->keeper);
    tell_excuses(l);
    forget_excuses(l);
}

static void rolled_back(void *self)
{
    struct ledger *l = self;
    keeper_rolled_back(l->keeper);
    forget_excuses(l);
}

static size_t gathered(void *self)
{
    struct ledger *l = self;
    return keeper_gathered(l->keeper);
}

static enum err take_gathered(void *self, struct database *db, struct err_info *info)
{
    struct ledger *l = self;
    return keeper_take_gathered(l->keeper, db, database_now(db), info);
}

static const struct clerk_hook hook = {
    .begun = begun,
    .due = due,
    .tick = tick,
    .undone = undone,
    .before_commit = before_commit,
    .committed = committed,
    .rolled_back = rolled_back,
    .gathered = gathered,
    .take_gathered = take_gathered,
};

const struct module ledger_module = {
    .name = "ledger",
    .routes = ledger_routes,
    .route_count = LEDGER_ROUTES,
    .statements = &ledger_api_statements,
    .open = open_ledger,
    .stop = stop_ledger,
    .close = close_ledger,
    .hook = &hook,
};
