/* No statement of the server walks through a whole table that grows with use, or sorts its rows.
 * The plans are read over an empty database, over that of a company with a past (SQLite knows no
 * more of it than in production: nothing is analysed), and over the same with its indexes made
 * anew, as after a restore: between plans that look alike to it, their order decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "company/company.h"
#include "plans/statements.h"
#include "store/sqlite_handle.h"
#include "store/testing.h"

enum { TOUCHES = 1000 };

static sqlite3 *open_empty(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite_add_functions(db), SQLITE_OK);
    for (size_t i = 0; i < schema_migrations.count; i++) {
        char sql[65536];
        snprintf(sql, sizeof(sql), "%.*s", TEXT_ARG(schema_migrations.list[i].sql));
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    return db;
}

static sqlite3 *open_file(const struct place *place)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite_add_functions(db), SQLITE_OK);
    return db;
}

/* The number that a question is answered with. */
static int count_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int count = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return count;
}

/* In the order of ids, though only some states are wanted: that walks over all others. */
static bool skips_states(const char *detail, const char *sql)
{
    return strstr(detail, "(rowid>?)") && strstr(sql, "WHERE state");
}

/* Does the statement call the table so: by its name, or as in "FROM touch t JOIN"? */
static bool is_called(const char *table, const char *word, size_t len, const char *sql)
{
    char alias[96];
    snprintf(alias, sizeof(alias), " %s %.*s ", table, (int)len, word);
    return (strlen(table) == len && strncmp(table, word, len) == 0) || strstr(sql, alias);
}

/* "SCAN touch", "SCAN t USING …": the first or last row of an index is one step all the same. */
static bool walks_through(const char *detail, const char *sql)
{
    if (strncmp(detail, "SCAN ", 5) != 0 || strstr(sql, "LIMIT 1")) {
        return false;
    }
    const char *word = detail + 5;
    for (size_t i = 0; i < LARGE_TABLES; i++) {
        if (is_called(large_tables[i], word, strcspn(word, " "), sql)) {
            return true;
        }
    }
    return false;
}

static bool has_large_table(const char *sql)
{
    for (size_t i = 0; i < LARGE_TABLES; i++) {
        char from[64];
        snprintf(from, sizeof(from), "FROM %s ", large_tables[i]);
        if (strstr(sql, from)) {
            return true;
        }
    }
    return false;
}

static size_t look_at(sqlite3 *db, const struct statement *statement)
{
    char sql[8192];
    size_t faults = 0;
    sqlite3_stmt *plan;
    snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", statement->sql);
    if (sqlite3_prepare_v2(db, sql, -1, &plan, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", statement->name, sqlite3_errmsg(db));
        return 1;
    }
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        bool sorts = strstr(detail, "TEMP B-TREE") != NULL && has_large_table(statement->sql) &&
                     !may_sort(statement);
        bool walks = walks_through(detail, statement->sql) || skips_states(detail, statement->sql);
        if ((walks || sorts) && !may_walk(statement)) {
            print_error("%s: %s\n", statement->name, detail);
            faults++;
        }
    }
    sqlite3_finalize(plan);
    return faults;
}

static void read_all(sqlite3 *db)
{
    const struct statement_table *tables[TABLES_MAX];
    size_t table_count = all_statements(tables), faults = 0, seen = 0;
    for (size_t i = 0; i < table_count; i++) {
        for (size_t k = 0; k < tables[i]->count; k++, seen++) {
            faults += look_at(db, &tables[i]->statements[k]);
        }
    }
    assert_true(seen > 40);
    assert_int_equal(faults, 0);
}

static void every_list_of_a_new_database_is_covered_by_an_index(void **state)
{
    (void)state;
    sqlite3 *db = open_empty();
    read_all(db);
    sqlite3_close(db);
}

static int make_company(void **state)
{
    static struct place place;
    place = place_make();
    company_make(place.path, TOUCHES, 1);
    struct database *db = company_open(place.path);
    struct err_info info = {0};
    company_must(database_script(db,
                                 TEXT("INSERT INTO customer_word (word, customer, home_id) SELECT "
                                      "DISTINCT customer, customer, 0 FROM touch WHERE customer "
                                      "IS NOT NULL"),
                                 &info),
                 &info);
    database_close(&db);
    *state = &place;
    return 0;
}

static int remove_company(void **state)
{
    place_remove(*state);
    return 0;
}

static void every_list_of_a_company_is_covered_by_an_index(void **state)
{
    sqlite3 *db = open_file(*state);
    assert_true(count_of(db, "SELECT count(*) FROM touch") >= TOUCHES); /* and verdicts */
    for (size_t i = 0; i < LARGE_TABLES; i++) {
        char sql[96];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", large_tables[i]);
        assert_true(count_of(db, sql) > 0);
    }
    assert_int_equal(count_of(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE "
                                  "'sqlite_stat%'"),
                     0);
    read_all(db);
    sqlite3_close(db);
}

static void make_indexes_anew(sqlite3 *db)
{
    struct buf drop CLEANUP(buf_release) = {0}, make CLEANUP(buf_release) = {0};
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' "
                                        "AND sql IS NOT NULL ORDER BY name DESC",
                                        -1, &s, NULL),
                     SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        buf_addf(&drop, "DROP INDEX %s;", (const char *)sqlite3_column_text(s, 0));
        buf_addf(&make, "%s;", (const char *)sqlite3_column_text(s, 1));
    }
    sqlite3_finalize(s);
    assert_int_equal(sqlite3_exec(db, drop.ptr, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, make.ptr, NULL, NULL, NULL), SQLITE_OK);
}

static void every_list_is_covered_after_the_indexes_were_made_anew(void **state)
{
    sqlite3 *db = open_file(*state);
    make_indexes_anew(db);
    read_all(db); /* in the connection that made them */
    sqlite3_close(db);
    db = open_file(*state);
    read_all(db); /* and in one that reads them from the file */
    sqlite3_close(db);
}

/* The test itself sees what it looks for. */
static void a_walk_and_a_sort_are_seen(void **state)
{
    sqlite3 *db = open_file(*state);
    const struct statement walk = {"walk", "SELECT id FROM touch WHERE event = $1", NULL};
    const struct statement other_name = {
        "other_name", "SELECT t.id FROM touch t CROSS JOIN touch_anywhere a ON a.touch_id = t.id",
        NULL};
    /* Few rows of a small table, one would think; SQLite walks through the large one. */
    const struct statement join = {
        "join",
        "SELECT t.id, event FROM touch_anywhere a JOIN touch t ON t.id = a.touch_id "
        "ORDER BY t.occurred_us, t.id",
        NULL};
    const struct statement sort = {
        "sort", "SELECT id FROM obligation WHERE key = $1 ORDER BY opened_us", NULL};
    const struct statement skip = {
        "skip", "SELECT id FROM obligation WHERE state = 3 AND id > $1 ORDER BY id", NULL};
    const struct statement good = {"good", "SELECT id FROM obligation WHERE key = $1 ORDER BY id",
                                   NULL};
    assert_int_equal(look_at(db, &walk), 1);
    assert_int_equal(look_at(db, &other_name), 1);
    assert_true(look_at(db, &join) > 0);
    assert_int_equal(look_at(db, &sort), 1);
    assert_int_equal(look_at(db, &skip), 1);
    assert_int_equal(look_at(db, &good), 0);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_of_a_new_database_is_covered_by_an_index),
        cmocka_unit_test(every_list_of_a_company_is_covered_by_an_index),
        cmocka_unit_test(every_list_is_covered_after_the_indexes_were_made_anew),
        cmocka_unit_test(a_walk_and_a_sort_are_seen),
    };
    return cmocka_run_group_tests(tests, make_company, remove_company);
}
