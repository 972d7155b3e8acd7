#include "feature/ledger/feed.h"

#include "base/log.h"
#include "feature/ledger/excuse_row.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/node_row.h"
#include "store/listen.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 500, LOOK_MS = 1000, PATIENCE_S = 3, REST_MS = 100 };

struct feed {
    struct server *server;
    struct database *db; /* the thread's */
    pthread_t thread;
    int wake;
    atomic_bool stopping, told;
    bool current;          /* the thread's: `seen` is where live events go on */
    struct places excuses; /* the thread's: so far it has told what became of them */

    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t looked;
    struct places seen;
    int64_t sequence;
    uint64_t asked, answered;
    enum err result; /* of the last look */
    struct err_info info;
};

enum { ENTRIES_OF_NODE, LAST_OF_NODE, STATEMENTS };
static const struct statement statements[] = {
    [ENTRIES_OF_NODE] = {"feed_entries",
                         "SELECT " ENTRY_ROW_COLUMNS " FROM obligation_entry "
                         "WHERE ((id >> 12) & 1023) = $1 AND id > $2 ORDER BY id LIMIT $3",
                         NULL},
    [LAST_OF_NODE] = {"feed_last",
                      "SELECT id FROM obligation_entry WHERE ((id >> 12) & 1023) = $1 "
                      "ORDER BY id DESC LIMIT 1",
                      NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* -- looking -- */

struct looking {
    struct arena arena;
    uint32_t *nodes;
    size_t node_count;
    struct entry_row *entries;
    size_t count;
    bool more;
};

/* Nobody has listened: it goes on from the last entry of each node. */
static enum err begin_anew(struct feed *f, const struct looking *l, struct err_info *info)
{
    enum err e = ERR_NONE;
    struct places seen = {0}, excuses = {0};
    for (size_t i = 0; i < l->node_count && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(f->db, &statements[LAST_OF_NODE]);
        query_bind_int(&q, 1, l->nodes[i]);
        bool row = false;
        e = query_row(&q, &row, info);
        if (!e && row) {
            places_pass(&seen, query_int(&q, 0));
        }
        int64_t changed = 0;
        e = e ? e : excuse_row_last_change(f->db, l->nodes[i], &changed, info);
        places_pass(&excuses, changed);
    }
    if (!e) {
        f->excuses = excuses;
        pthread_mutex_lock(&f->lock);
        f->seen = seen;
        pthread_mutex_unlock(&f->lock);
    }
    return e;
}

static enum err read_node(struct feed *f, struct looking *l, uint32_t node, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(f->db, &statements[ENTRIES_OF_NODE]);
    query_bind_int(&q, 1, node);
    query_bind_int(&q, 2, places_of(&f->seen, node));
    query_bind_int(&q, 3, AT_ONCE);
    bool row;
    enum err e;
    size_t read = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        entry_row_read(&q, &l->arena, &l->entries[l->count++]);
        read++;
    }
    l->more = l->more || read == AT_ONCE;
    return e;
}

static int by_id(const void *a, const void *b)
{
    const struct entry_row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void publish(struct feed *f, const struct entry_row *entry, const struct ledger_row *row)
{
    struct buf data CLEANUP(buf_release) = {0}, id CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    event_to_json(&w, entry, row);
    pthread_mutex_lock(&f->lock);
    places_pass(&f->seen, entry->id);
    places_write(&f->seen, &id);
    server_publish(f->server, &(struct stream_event){.position = ++f->sequence,
                                                     .topics = ledger_event_topics(entry->kind),
                                                     .key = row->key,
                                                     .team = row->team,
                                                     .id = buf_text(&id),
                                                     .name = ledger_event_name(entry->kind),
                                                     .data = buf_text(&data)});
    pthread_mutex_unlock(&f->lock);
}

/* What became of excuses that need a second person, at all servers. */
static enum err look_for_excuses(struct feed *f, struct looking *l, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < l->node_count && !e; i++) {
        struct excuse_rows rows;
        uint32_t node = l->nodes[i];
        e = excuse_row_changed(f->db, node, places_of(&f->excuses, node), AT_ONCE, &l->arena, &rows,
                               info);
        for (size_t n = 0; n < rows.count && !e; n++) {
            struct ledger_row about;
            e = ledger_row_find(f->db, rows.list[n].obligation_id, &l->arena, &about, info);
            if (!e) {
                pthread_mutex_lock(&f->lock);
                ledger_publish_excuse(f->server, ++f->sequence, about.id, about.key, about.team);
                pthread_mutex_unlock(&f->lock);
            }
            e = e == ERR_NOT_FOUND ? ERR_NONE : e;
            if (!e) {
                places_pass(&f->excuses, rows.list[n].change_id);
            }
        }
        l->more = l->more || (!e && rows.count == AT_ONCE);
    }
    return e;
}

/* The next entries of all nodes, each with its obligation as it is now. */
static enum err look_once(struct feed *f, struct looking *l, struct err_info *info)
{
    enum err e = node_row_list(f->db, &l->arena, &l->nodes, &l->node_count, info);
    if (!e && !f->current) {
        e = begin_anew(f, l, info);
        f->current = !e;
        return e;
    }
    l->entries = ARENA_ARRAY(&l->arena, struct entry_row, e ? 1 : l->node_count * AT_ONCE);
    for (size_t i = 0; i < l->node_count && !e; i++) {
        e = read_node(f, l, l->nodes[i], info);
    }
    qsort(l->entries, l->count, sizeof(*l->entries), by_id);
    struct ledger_row *rows = ARENA_ARRAY(&l->arena, struct ledger_row, l->count);
    for (size_t i = 0; i < l->count; i++) {
        rows[i].id = l->entries[i].obligation_id;
        rows[i].home_id = l->entries[i].home_id;
    }
    e = e || !l->count ? e : ledger_rows_read(f->db, rows, l->count, &l->arena, info);
    for (size_t i = 0; i < l->count && !e; i++) {
        publish(f, &l->entries[i], &rows[i]);
    }
    return e ? e : look_for_excuses(f, l, info);
}

static enum err look(struct feed *f, struct err_info *info)
{
    bool more = true;
    enum err e = ERR_NONE;
    if (!server_is_heard(f->server)) {
        f->current = false;
        return ERR_NONE;
    }
    while (more && !e) {
        struct looking l = {0};
        e = look_once(f, &l, info);
        more = l.more;
        arena_release(&l.arena);
    }
    return e;
}

/* -- the thread -- */

static void answer(struct feed *f, uint64_t asked, enum err e, const struct err_info *info)
{
    pthread_mutex_lock(&f->lock);
    f->answered = asked;
    f->result = e;
    f->info = *info;
    pthread_cond_broadcast(&f->looked);
    pthread_mutex_unlock(&f->lock);
}

static void *feed_run(void *self)
{
    struct feed *f = self;
    bool failed = false;
    while (!atomic_load(&f->stopping)) {
        struct err_info info = {0};
        pthread_mutex_lock(&f->lock);
        uint64_t asked = f->asked;
        pthread_mutex_unlock(&f->lock);
        enum err e = database_listen(f->db, &info); /* first: what comes after the look wakes us */
        if (!e && atomic_exchange(&f->told, false)) {
            e = database_notify(f->db, &info);
        }
        e = e ? e : look(f, &info);
        if (e && !failed) { /* once, until it works again */
            log_say(LOG_WARNING, "feed_failed", "%s %s", info.text, info.detail);
        }
        failed = e != ERR_NONE;
        answer(f, asked, e, &info);
        database_wait(f->db, f->wake, e ? REST_MS : LOOK_MS);
    }
    return NULL;
}

static void poke(struct feed *f)
{
    uint64_t one = 1;
    ssize_t n = write(f->wake, &one, sizeof(one));
    (void)n; /* a full counter has been told before */
}

void feed_tell(struct feed *feed)
{
    if (!atomic_exchange(&feed->told, true)) {
        poke(feed);
    }
}

enum err feed_now(struct feed *f, struct places *ret, int64_t *ret_sequence, struct err_info *info)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&f->lock);
    uint64_t wanted = ++f->asked;
    poke(f);
    int code = 0;
    while (f->answered < wanted && code != ETIMEDOUT) {
        code = pthread_cond_timedwait(&f->looked, &f->lock, &until);
    }
    enum err e = f->answered < wanted ? ERR_STORAGE : f->result;
    if (e) {
        e = err_set(info, ERR_STORAGE, "The database does not answer. Try again in a moment.");
    } else {
        *ret = f->seen;
        *ret_sequence = f->sequence;
    }
    pthread_mutex_unlock(&f->lock);
    return e;
}

enum err feed_start(struct server *server, const char *place, struct feed **ret,
                    struct err_info *info)
{
    struct database_config config = {.place = place, .mode = DATABASE_READ};
    struct database *db = NULL;
    enum err e = database_open(&config, &db, info);
    if (e) {
        return e;
    }
    struct feed *f = calloc(1, sizeof(*f));
    if (!f) {
        abort();
    }
    f->server = server;
    f->db = db;
    f->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->looked, NULL);
    if (f->wake < 0 || pthread_create(&f->thread, NULL, feed_run, f) != 0) {
        database_close(&f->db);
        free(f);
        return err_set(info, ERR_IO,
                       "A thread cannot be started. Raise the limits of the process.");
    }
    *ret = f;
    return ERR_NONE;
}

void feed_stop(struct feed **feed)
{
    struct feed *f = *feed;
    if (!f) {
        return;
    }
    atomic_store(&f->stopping, true);
    poke(f);
    pthread_join(f->thread, NULL);
    database_close(&f->db);
    close(f->wake);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->looked);
    free(f);
    *feed = NULL;
}
