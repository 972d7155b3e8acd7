#include "feature/measure/standing.h"

#include "server/metrics.h"

static const struct statement decided = {
    "standing_decided",
    "SELECT CAST(coalesce(sum(kept), 0) AS BIGINT), CAST(coalesce(sum(broken), 0) AS BIGINT), "
    "CAST(coalesce(sum(excused), 0) AS BIGINT), CAST(coalesce(sum(void), 0) AS BIGINT) "
    "FROM tally_total",
    NULL};
static const struct statement undecided = {
    "standing_undecided",
    "SELECT CAST(coalesce(sum(open), 0) AS BIGINT), CAST(coalesce(sum(paused), 0) AS BIGINT) "
    "FROM tally_open",
    NULL};

static enum err read_sums(struct database *db, const struct statement *statement, int columns,
                          uint64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, statement);
    bool row;
    enum err e = query_row(&q, &row, info);
    for (int i = 0; i < columns && !e; i++) {
        ret[i] = (uint64_t)query_int(&q, i);
    }
    return e;
}

/* In the order of the states: open, paused, kept, broken, excused, void. */
static enum err read_all(struct standing *s, struct database *db, struct err_info *info)
{
    uint64_t counts[STANDING_STATES];
    enum err e = read_sums(db, &undecided, 2, counts, info);
    e = e ? e : read_sums(db, &decided, 4, counts + 2, info);
    if (!e) {
        pthread_mutex_lock(&s->lock);
        memcpy(s->counts, counts, sizeof(counts));
        s->read_us = database_clock();
        pthread_mutex_unlock(&s->lock);
    }
    return e;
}

static enum err run(struct read_job *job, struct database *db, struct err_info *info)
{
    return read_all((struct standing *)job, db, info);
}

static void done(struct read_job *job, enum err result, const struct err_info *info)
{
    (void)result, (void)info; /* what was read before stands, with its age */
    struct standing *s = (struct standing *)job;
    pthread_mutex_lock(&s->lock);
    s->asked = false;
    pthread_mutex_unlock(&s->lock);
}

enum err standing_begin(struct standing *s, struct server *server, struct database *db,
                        struct err_info *info)
{
    s->server = server;
    pthread_mutex_init(&s->lock, NULL);
    return read_all(s, db, info);
}

void standing_end(struct standing *s)
{
    pthread_mutex_destroy(&s->lock);
}

void standing_write(struct standing *s, struct buf *out)
{
    static const char *const states[STANDING_STATES] = {"open",   "paused",  "kept",
                                                        "broken", "excused", "void"};
    uint64_t counts[STANDING_STATES];
    pthread_mutex_lock(&s->lock);
    memcpy(counts, s->counts, sizeof(counts));
    int64_t age_us = database_clock() - s->read_us;
    bool ask = age_us > STANDING_AGE_US && !s->asked;
    s->asked = s->asked || ask;
    pthread_mutex_unlock(&s->lock);
    if (ask) {
        s->job = (struct read_job){.lane = READ_SLOW, .run = run, .done = done};
        if (!readers_submit(server_readers(s->server), &s->job)) {
            done(&s->job, ERR_BUSY, NULL);
        }
    }
    metric_head(out, "obligations", "gauge", "Obligations by state, from the ledger's counts.");
    for (int i = 0; i < STANDING_STATES; i++) {
        struct buf labels CLEANUP(buf_release) = {0};
        metric_label(&labels, "state", text_of(states[i]));
        metric_value(out, "obligations", labels.ptr, counts[i]);
    }
    metric_head(out, "obligations_age_seconds", "gauge", "How long ago those were read.");
    metric_value(out, "obligations_age_seconds", "", (uint64_t)(age_us / 1000000));
}
