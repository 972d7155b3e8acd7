/* For tests: a database of their own, on SQLite in a folder, or, where TROTH_TEST_DB=postgresql, on
 * the server that scripts/postgres has started (TROTH_TEST_POSTGRES). The same tests run on both,
 * and, with TROTH_TEST_PARTITIONS, on tables spread over partitions. */
#ifndef TROTH_STORE_TESTING_H
#define TROTH_STORE_TESTING_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/spread.h"

enum { PLACE_SKIPPED = 77 /* what ctest takes for "skipped" */ };

struct place {
    char folder[64]; /* for what else the test writes */
    char path[256];
    char name[64]; /* of PostgreSQL's database; empty: SQLite */
};

static inline bool place_is_postgres(void)
{
    const char *wanted = getenv("TROTH_TEST_DB");
    return wanted && strcmp(wanted, "postgresql") == 0;
}

/* Has the test's PostgreSQL server do something, by a connection of its own. */
static inline void place_command(const char *place, const char *sql)
{
    PGconn *conn = PQconnectdb(place);
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(conn));
        abort();
    }
    PQclear(result);
    PQfinish(conn);
}

static inline const char *place_server(void)
{
    const char *server = getenv("TROTH_TEST_POSTGRES");
    if (!server || !strstr(server, "///postgres?")) {
        fprintf(stderr, "skipped: no PostgreSQL server; scripts/postgres COMMAND starts one\n");
        exit(PLACE_SKIPPED);
    }
    return server;
}

/* A database that an earlier test of this program has left, emptied, or a new one: making one costs
 * more than most tests. They go with their server. */
enum { PLACES_KEPT = 16 };
struct places {
    char kept[PLACES_KEPT][64];
    unsigned kept_count, made;
};
static inline struct places *places_of_program(void)
{
    static struct places places;
    return &places;
}

static inline void place_make_postgres(struct place *p)
{
    struct places *places = places_of_program();
    const char *server = place_server();
    bool is_new = places->kept_count == 0;
    if (is_new) {
        snprintf(p->name, sizeof(p->name), "troth_%ld_%u", (long)getpid(), ++places->made);
        char sql[128];
        snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0", p->name);
        place_command(server, sql);
    } else {
        memcpy(p->name, places->kept[--places->kept_count], sizeof(p->name));
    }
    snprintf(p->path, sizeof(p->path), "postgresql:///%s%s", p->name, strchr(server, '?'));
}

static inline void place_keep_postgres(const struct place *p)
{
    struct places *places = places_of_program();
    place_command(p->path, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    place_command(p->path, "SET client_min_messages = error; DROP SCHEMA public CASCADE; "
                           "CREATE SCHEMA public");
    if (places->kept_count < PLACES_KEPT) {
        memcpy(places->kept[places->kept_count++], p->name, sizeof(p->name));
    }
}

static inline struct place place_make(void)
{
    struct place p = {.folder = "/tmp/troth-test-XXXXXX"};
    if (place_is_postgres()) {
        place_make_postgres(&p);
    }
    if (!mkdtemp(p.folder)) {
        abort();
    }
    if (!p.name[0]) {
        snprintf(p.path, sizeof(p.path), "%s/troth.db", p.folder);
    }
    return p;
}

/* After migrating: with TROTH_TEST_PARTITIONS=N, PostgreSQL's large tables go over N partitions. */
static inline void place_spread(const struct place *p)
{
    const char *partitions = getenv("TROTH_TEST_PARTITIONS");
    if (!p->name[0] || !partitions) {
        return;
    }
    struct spread how = {.pieces = (uint32_t)strtoul(partitions, NULL, 10)};
    struct buf sql CLEANUP(buf_release) = {0};
    buf_add_str(&sql, "BEGIN; SET LOCAL client_min_messages = error;");
    spread_sql(&how, &sql);
    buf_add_str(&sql, "COMMIT");
    place_command(p->path, sql.ptr);
}

/* For one connection alone. */
static inline struct place place_make_light(void)
{
    if (place_is_postgres()) {
        return place_make();
    }
    return (struct place){.path = ":memory:"};
}

static inline void place_remove(struct place *p)
{
    if (p->name[0]) {
        place_keep_postgres(p);
    }
    if (!p->folder[0]) {
        return;
    }
    static const char *const ends[] = {"", "-wal", "-shm", "-lock", "-journal"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char path[sizeof(p->path) + 16];
        snprintf(path, sizeof(path), "%s%s", p->path, ends[i]);
        unlink(path);
    }
    rmdir(p->folder);
}

#endif
