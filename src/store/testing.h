/* For tests: a database of their own, on SQLite in a folder, or, where TROTH_TEST_DB=postgresql, on
 * the server that scripts/postgres has started (TROTH_TEST_POSTGRES). The same tests run on both.
 */
#ifndef TROTH_STORE_TESTING_H
#define TROTH_STORE_TESTING_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static inline void place_make_postgres(struct place *p)
{
    static unsigned made;
    const char *server = place_server();
    const char *rest = strchr(server, '?');
    snprintf(p->name, sizeof(p->name), "troth_%ld_%u", (long)getpid(), ++made);
    snprintf(p->path, sizeof(p->path), "postgresql:///%s%s", p->name, rest);
    char sql[128];
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0", p->name);
    place_command(server, sql);
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
        char sql[128];
        snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", p->name);
        place_command(place_server(), sql);
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
