/* The same on PostgreSQL, where a plan depends on what is in the tables: they are filled with a
 * small company's past (some threads with a few touches each, most promises kept) and analysed, and
 * every statement is asked for its generic plan, the one that holds for any parameters. Sequential
 * scans stay allowed, so that one that is chosen is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plans/statements.h"
#include "store/migrate.h"
#include "store/testing.h"

enum { SORTED_MOST = 1000 /* rows; few that an index has found may be sorted */ };

struct office {
    struct place place;
    struct database *db;
    PGconn *conn;
};

static const struct text filling = TEXT(
    "INSERT INTO touch SELECT i, i, 'shop', 'ext-' || i, 'event.' || i % 9, i, i, 'thread-' || i / "
    "5, "
    "'customer-' || i / 12, 'chat', 1, NULL, NULL, 'team', NULL FROM generate_series(1, 30000) i;"
    "INSERT INTO touch_key SELECT 'order', 'o-' || i / 4, i, i, i / 4, i FROM generate_series(1, "
    "20000) i;"
    "INSERT INTO key_state SELECT 'thread', 'thread-' || i, i, CASE WHEN i % 10 = 0 THEN i END, "
    "''::bytea FROM generate_series(1, 20000) i;"
    "INSERT INTO obligation SELECT i, i, 1, 'promise-' || i % 7, 'thread-' || i / 2, 'shop', "
    "'ext-' || i, 0, 'thread-' || i / 2, NULL, 'chat', 'team', NULL, "
    "CASE WHEN i % 50 = 0 THEN 0 WHEN i % 50 < 3 THEN i % 50 * 2 - 1 WHEN i % 50 = 3 THEN 4 "
    "WHEN i % 50 = 4 THEN 5 ELSE 2 END, i, i + 5, i + 4, i, i, i / 100, 0, NULL, 0 "
    "FROM generate_series(1, 30000) i;"
    "INSERT INTO obligation_entry SELECT i, i / 2, 1, i, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, "
    "i / 2 "
    "FROM generate_series(1, 40000) i;"
    "INSERT INTO customer_word SELECT 'word-' || i % 3000, 'customer-' || i, i FROM "
    "generate_series(1, 20000) i;"
    "ANALYZE");

static int open_office(void **state)
{
    static struct office office;
    struct err_info info = {0};
    office.place = place_make();
    struct database_config config = {.place = office.place.path, .mode = DATABASE_WRITE};
    enum err e = database_open(&config, &office.db, &info);
    e = e ? e : migrate(office.db, &schema_migrations, &info);
    e = e ? e : database_script(office.db, filling, &info);
    if (e) {
        print_error("%s %s\n", info.text, info.detail);
        return -1;
    }
    office.conn = PQconnectdb(office.place.path);
    PQclear(PQexec(office.conn, "SET plan_cache_mode = force_generic_plan; SET jit = off"));
    *state = &office;
    return 0;
}

static int close_office(void **state)
{
    struct office *office = *state;
    PQfinish(office->conn);
    database_close(&office->db);
    place_remove(&office->place);
    return 0;
}

static bool names_large_table(const char *line, const char *before)
{
    for (size_t i = 0; i < LARGE_TABLES; i++) {
        char words[96];
        size_t len = (size_t)snprintf(words, sizeof(words), "%s on %s", before, large_tables[i]);
        const char *at = strstr(line, words);
        if (at && (at[len] == ' ' || !at[len])) {
            return true;
        }
    }
    return false;
}

/* "Index Scan using touch_pkey on touch" without a condition walks through all of the index. */
static bool walks_index(const char *line, const char *next, bool first_only)
{
    const char *at = strstr(line, "Index Scan using ");
    at = at ? at : strstr(line, "Index Only Scan using ");
    const char *on = at ? strstr(at, " on ") : NULL;
    bool bounded = next && strstr(next, "Index Cond");
    return on && !bounded && !first_only && names_large_table(on, "");
}

static bool sorts_many(const char *line)
{
    const char *rows = strstr(line, "rows=");
    return strstr(line, "Sort  (") && rows && strtol(rows + 5, NULL, 10) > SORTED_MOST;
}

static size_t count_parameters(const char *sql)
{
    size_t known = 0;
    for (const char *at = strchr(sql, '$'); at; at = strchr(at + 1, '$')) {
        size_t number = strtoul(at + 1, NULL, 10);
        known = number > known ? number : known;
    }
    return known;
}

static PGresult *plan_of(PGconn *conn, const char *sql)
{
    struct buf words CLEANUP(buf_release) = {0};
    buf_addf(&words, "DEALLOCATE ALL; PREPARE wanted AS %s; EXPLAIN EXECUTE wanted", sql);
    size_t parameters = count_parameters(sql);
    for (size_t i = 0; i < parameters; i++) {
        buf_addf(&words, "%sNULL", i ? ", " : "(");
    }
    buf_add_str(&words, parameters ? ")" : "");
    return PQexec(conn, words.ptr);
}

static size_t look_at(PGconn *conn, const struct statement *statement)
{
    const char *sql = statement->postgres ? statement->postgres : statement->sql;
    PGresult *plan = plan_of(conn, sql);
    size_t faults = 0;
    if (PQresultStatus(plan) != PGRES_TUPLES_OK) {
        print_error("%s: %s\n", statement->name, PQerrorMessage(conn));
        faults = 1;
    }
    for (int i = 0; i < PQntuples(plan) && !may_walk(statement); i++) {
        const char *line = PQgetvalue(plan, i, 0);
        const char *next = i + 1 < PQntuples(plan) ? PQgetvalue(plan, i + 1, 0) : NULL;
        if (names_large_table(line, "Seq Scan") || sorts_many(line) ||
            walks_index(line, next, strstr(sql, "LIMIT 1") != NULL)) {
            print_error("%s: %s\n", statement->name, line);
            faults++;
        }
    }
    PQclear(plan);
    return faults;
}

static void every_statement_is_prepared(void **state)
{
    struct office *o = *state;
    const struct statement_table *tables[TABLES_MAX];
    size_t count = all_statements(tables), seen = 0;
    tables[count++] = &gathered_statements;
    for (size_t i = 0; i < count; i++) {
        struct err_info info = {0};
        if (database_prepare(o->db, tables[i], &info) != ERR_NONE) {
            fail_msg("%s %s", info.text, info.detail);
        }
        seen += tables[i]->count;
    }
    assert_true(seen > 40);
}

static void every_list_is_covered_by_an_index(void **state)
{
    struct office *o = *state;
    const struct statement_table *tables[TABLES_MAX];
    size_t count = all_statements(tables), faults = 0;
    tables[count++] = &gathered_statements;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < tables[i]->count; k++) {
            faults += look_at(o->conn, &tables[i]->statements[k]);
        }
    }
    assert_int_equal(faults, 0);
}

/* The test itself sees what it looks for. */
static void a_walk_and_a_sort_are_seen(void **state)
{
    struct office *o = *state;
    const struct statement walk = {"walk", "SELECT id FROM touch WHERE actor = $1", NULL};
    const struct statement sort = {
        "sort", "SELECT id FROM obligation WHERE id > $1 ORDER BY fulfilled_us LIMIT $2", NULL};
    const struct statement whole = {"whole", "SELECT id FROM touch ORDER BY id", NULL};
    const struct statement good = {"good", "SELECT id FROM obligation WHERE key = $1 ORDER BY id",
                                   NULL};
    assert_int_equal(look_at(o->conn, &walk), 1);
    assert_true(look_at(o->conn, &sort) > 0);
    assert_true(look_at(o->conn, &whole) > 0);
    assert_int_equal(look_at(o->conn, &good), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_is_prepared),
        cmocka_unit_test(every_list_is_covered_by_an_index),
        cmocka_unit_test(a_walk_and_a_sort_are_seen),
    };
    return cmocka_run_group_tests(tests, open_office, close_office);
}
