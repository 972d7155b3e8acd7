#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/moment.h"
#include "store/postgres.h"

enum {
    CONNECT_US = 3000000,   /* until the server has let us in */
    REST_FIRST_US = 100000, /* between two attempts to connect: doubled each time */
    REST_MOST_US = 5000000, /* up to this */
    SILENCE_US = 60000000,  /* a server that says nothing for so long is taken for dead */
    GRACE_US = 1000000,     /* for the server to end by itself what is over its slice */
    LOOK_AROUND_MS = 50,    /* how soon a query that nobody wants any more is noticed */
    OLDEST_VERSION = 140000 /* client_connection_check_interval */
};

const char postgres_by_index[] =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
    "SET plan_cache_mode = force_generic_plan";
const char postgres_by_cost[] =
    "RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin; RESET plan_cache_mode";

void postgres_drop(struct postgres_database *d)
{
    if (d->conn) {
        PQfinish(d->conn);
        d->conn = NULL;
        log_say(LOG_WARNING, "database_lost", "%s", d->name.ptr);
    }
    d->sent_count = 0;
}

int64_t postgres_patience(const struct postgres_database *d)
{
    const struct database *db = &d->head;
    int64_t end = database_clock() + SILENCE_US;
    if (db->slice_us) {
        int64_t over = db->slice_end_us + GRACE_US;
        return over < end ? over : end;
    }
    return db->deadline_us && db->deadline_us < end ? db->deadline_us : end;
}

/* Nobody waits for the running query any more, or it took too long. */
static enum err give_up(struct postgres_database *d, struct err_info *info)
{
    bool ours = connection_is_over(&d->head);
    postgres_drop(d);
    return ours ? err_set(info, ERR_BUSY, "This took longer than allowed. Ask for less at once.")
                : err_set(info, ERR_STORAGE,
                          "The database server does not answer. See that it runs and can be "
                          "reached; no restart of Troth is needed.");
}

enum err postgres_wait(struct postgres_database *d, int64_t end_us, struct err_info *info)
{
    for (;;) {
        int unsent = PQflush(d->conn);
        if (unsent < 0) {
            break;
        }
        if (!PQisBusy(d->conn)) {
            return ERR_NONE;
        }
        int64_t left_us = end_us - database_clock();
        bool unwanted = d->head.cancel && !d->head.slice_us && atomic_load(d->head.cancel);
        if (left_us <= 0 || unwanted) {
            return give_up(d, info);
        }
        bool look_around = d->head.cancel || left_us > SILENCE_US;
        int timeout = look_around ? LOOK_AROUND_MS : (int)((left_us + 999) / 1000);
        struct pollfd fd = {PQsocket(d->conn), (short)(POLLIN | (unsent ? POLLOUT : 0)), 0};
        int ready = poll(&fd, 1, timeout);
        if (ready > 0 && (fd.revents & ~POLLOUT) && PQconsumeInput(d->conn) != 1) {
            break;
        }
    }
    postgres_drop(d);
    return postgres_lost_error(d, info);
}

/* -- connecting -- */

static void stay_silent(void *self, const char *message)
{
    (void)self, (void)message;
}

/* Lets libpq connect, within the time it has. */
static bool connect_within(PGconn *conn, int64_t end_us)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (PQstatus(conn) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
           next != PGRES_POLLING_FAILED) {
        struct pollfd fd = {PQsocket(conn), next == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
        int64_t left_us = end_us - database_clock();
        if (left_us <= 0 || poll(&fd, 1, (int)((left_us + 999) / 1000)) == 0) {
            return false;
        }
        next = PQconnectPoll(conn);
    }
    return PQstatus(conn) == CONNECTION_OK && next == PGRES_POLLING_OK;
}

/* The simple protocol, several statements; outside of pipeline mode. ret: the first value of the
 * last row; it stays as it is where there is none. */
static enum err ask_simply(struct postgres_database *d, const char *sql, int64_t end_us,
                           int64_t *ret, struct err_info *info)
{
    enum err first = ERR_NONE;
    if (PQsendQuery(d->conn, sql) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    for (;;) {
        enum err e = postgres_wait(d, end_us, info);
        if (e) {
            return e;
        }
        PGresult *result = PQgetResult(d->conn);
        if (!result) {
            return first;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_FATAL_ERROR && !first) {
            first = postgres_error(result, "script", info);
        } else if (ret && status == PGRES_TUPLES_OK && PQntuples(result) > 0) {
            (void)text_to_int64(text_of(PQgetvalue(result, 0, 0)), ret);
        }
        PQclear(result);
    }
}

static enum err simple(struct postgres_database *d, const char *sql, int64_t end_us,
                       struct err_info *info)
{
    return ask_simply(d, sql, end_us, NULL, info);
}

static enum err check_server(struct postgres_database *d, struct err_info *info)
{
    const char *encoding = PQparameterStatus(d->conn, "server_encoding");
    if (PQserverVersion(d->conn) < OLDEST_VERSION) {
        return err_set(info, ERR_STORAGE,
                       "The database server is PostgreSQL %d; Troth needs 14 or later.",
                       PQserverVersion(d->conn) / 10000);
    }
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        return err_set(info, ERR_STORAGE,
                       "The database is kept in %s. Make one in UTF-8: createdb -T template0 -E "
                       "UTF8 NAME.",
                       encoding ? encoding : "an unknown encoding");
    }
    return ERR_NONE;
}

/* Servers share the lock of the place; a command that writes by itself has it alone, as on SQLite.
 * The session of one that was killed may outlive it for a moment. */
static enum err lock_place(struct postgres_database *d, int64_t end_us, struct err_info *info)
{
    char sql[160];
    snprintf(sql, sizeof(sql),
             "SET lock_timeout = '1500ms'; SELECT pg_advisory_lock%s(1416787048, 1); "
             "SET lock_timeout = '5s'",
             d->head.shared ? "_shared" : "");
    enum err e = simple(d, sql, end_us, info);
    return e == ERR_BUSY
               ? err_set(
                     info, ERR_BUSY,
                     "Another process uses %s. Stop it first, or name another database with --db.",
                     d->name.ptr)
               : e;
}

/* The number it had, or else the smallest that no session holds. The lock before it tells the
 * others that there is one more (sharing.c). */
static enum err take_node(struct postgres_database *d, int64_t end_us, struct err_info *info)
{
    char sql[320];
    snprintf(sql, sizeof(sql),
             "SELECT pg_advisory_lock_shared(1416787048, 4); "
             "SELECT n FROM (SELECT %u AS n UNION ALL SELECT generate_series(1, 1023)) AS number "
             "WHERE n > 0 AND pg_try_advisory_lock(1416787049, n) LIMIT 1",
             d->head.node);
    int64_t node = 0;
    enum err e = ask_simply(d, sql, end_us, &node, info);
    if (!e && node == 0) {
        e = err_set(info, ERR_LIMIT, "1023 servers use %s: there is no room for another.",
                    d->name.ptr);
    }
    if (!e) {
        d->head.node = (uint32_t)node;
        d->head.session = d->generation;
        d->head.only = false; /* until seen */
    }
    return e;
}

/* On Citus no statement but an INSERT may be about several homes and lock or look closely. */
static enum err look_whether_apart(struct postgres_database *d, int64_t end_us,
                                   struct err_info *info)
{
    int64_t count = 0;
    enum err e = ask_simply(d, "SELECT count(*) FROM pg_extension WHERE extname = 'citus'", end_us,
                            &count, info);
    d->head.apart = count > 0;
    return e;
}

static enum err begin_session(struct postgres_database *d, int64_t end_us, struct err_info *info)
{
    bool writes = d->head.mode == DATABASE_WRITE;
    char sql[512];
    snprintf(sql, sizeof(sql),
             "SET synchronous_commit = %s; SET default_transaction_read_only = %s; "
             "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '%s'; "
             "SET client_connection_check_interval = '1s'; SET jit = off; SET TimeZone = 'UTC'; "
             "SET statement_timeout = 0; SET client_min_messages = error",
             d->durable ? "on" : "off", writes ? "off" : "on",
             d->head.shared ? "30s" : "5min"); /* others wait for what a shared one has locked */
    enum err e = check_server(d, info);
    e = e ? e : simple(d, sql, end_us, info);
    if (!e && writes) {
        e = lock_place(d, end_us, info);
        e = e ? e : look_whether_apart(d, end_us, info);
    }
    if (!e && d->head.shared) {
        e = take_node(d, end_us, info);
        e = e ? e : simple(d, postgres_by_index, end_us, info);
    }
    d->session_slice_us = 0;
    if (!e && PQenterPipelineMode(d->conn) != 1) {
        e = postgres_lost_error(d, info);
    }
    return e;
}

/* libpq's own words about an address that it cannot read repeat it, password and all. */
static enum err check_place(const struct postgres_database *d, struct err_info *info)
{
    PQconninfoOption *options = PQconninfoParse(d->place, NULL);
    PQconninfoFree(options);
    return options ? ERR_NONE
                   : err_set(info, ERR_STORAGE,
                             "The address of the database cannot be read. Check --db: "
                             "postgresql://USER:PASSWORD@HOST:PORT/NAME, other letters and signs "
                             "as %%XX.");
}

static enum err connect_now(struct postgres_database *d, struct err_info *info)
{
    static const char *const keys[] = {"application_name", "client_encoding", "keepalives_idle",
                                       "tcp_user_timeout", "dbname",          NULL};
    const char *values[] = {"troth", "UTF8", "30", "60000", d->place, NULL};
    enum err e = check_place(d, info);
    if (e) {
        return e;
    }
    int64_t end_us = database_clock() + CONNECT_US;
    PGconn *conn = PQconnectStartParams(keys, values, 1);
    if (!conn) {
        abort();
    }
    PQsetNoticeProcessor(conn, stay_silent, NULL);
    if (!connect_within(conn, end_us) || PQsetnonblocking(conn, 1) != 0) {
        e = postgres_connect_error(d, conn, info);
        PQfinish(conn);
        return e;
    }
    d->conn = conn;
    d->generation++;
    e = begin_session(d, end_us, info);
    if (e && d->conn) {
        PQfinish(d->conn);
        d->conn = NULL;
    }
    return e;
}

/* What came while nobody looked: the server may have closed the connection. */
static bool is_alive(struct postgres_database *d)
{
    struct pollfd fd = {PQsocket(d->conn), POLLIN, 0};
    while (poll(&fd, 1, 0) > 0) { /* its last words, then the end */
        if (PQconsumeInput(d->conn) != 1) {
            postgres_drop(d);
            return false;
        }
    }
    return true;
}

/* The server ends what is over its slice. */
static enum err set_slice(struct postgres_database *d, struct err_info *info)
{
    if (d->session_slice_us == d->head.slice_us) {
        return ERR_NONE;
    }
    char sql[64];
    snprintf(sql, sizeof(sql), "SET statement_timeout = %d",
             (int)((d->head.slice_us + 999) / 1000));
    d->session_slice_us = d->head.slice_us;
    return postgres_script(d, text_of(sql), info);
}

enum err postgres_ready(struct postgres_database *d, struct err_info *info)
{
    if (d->head.in_transaction) {
        return d->conn ? ERR_NONE : postgres_lost_error(d, info);
    }
    if (d->conn && is_alive(d)) {
        return set_slice(d, info);
    }
    int64_t now_us = database_clock();
    if (now_us < d->retry_at_us) {
        return postgres_connect_error(d, NULL, info);
    }
    enum err e = connect_now(d, info);
    if (e) {
        int64_t rest_us = d->rest_us ? d->rest_us * 2 : REST_FIRST_US;
        d->rest_us = rest_us < REST_MOST_US ? rest_us : REST_MOST_US;
        d->retry_at_us = database_clock() + d->rest_us;
        return e;
    }
    if (d->generation > 1) {
        log_say(LOG_INFO, "database_back", "%s", d->name.ptr);
    }
    d->rest_us = d->retry_at_us = 0;
    return set_slice(d, info);
}

enum err postgres_script(struct postgres_database *d, struct text sql, struct err_info *info)
{
    enum err e = d->sent_count ? postgres_settle(d, 0, NULL, NULL, info) : ERR_NONE;
    if (e) {
        return e;
    }
    if (PQexitPipelineMode(d->conn) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    struct buf translated CLEANUP(buf_release) = {0};
    postgres_translate(sql, &translated);
    e = simple(d, translated.ptr ? translated.ptr : "", INT64_MAX, info);
    if (d->conn && PQenterPipelineMode(d->conn) != 1) {
        postgres_drop(d);
    }
    return e;
}
