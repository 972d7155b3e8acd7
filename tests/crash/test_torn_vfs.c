/* Durability by the layer that loses what was not synced: what was committed stays, with any seed,
 * and the same test over a connection that does not sync must lose it. */
#include "store/clerk.h"
#include "store/testing.h"
#include "torn_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { ADD, SUM, STATEMENTS };
static const struct statement statements[] = {
    [ADD] = {"item_add", "INSERT INTO item (bytes) VALUES ($1)", NULL},
    [SUM] = {"item_sum", "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM item", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

static struct database *open_at(const struct place *place, enum database_safety safety)
{
    struct database_config config = {
        .place = place->path, .mode = DATABASE_WRITE, .safety = safety};
    struct database *db = NULL;
    struct err_info info;
    if (database_open(&config, &db, &info) != ERR_NONE ||
        database_script(db, TEXT("CREATE TABLE IF NOT EXISTS item (bytes BLOB)"), &info) !=
            ERR_NONE) {
        fail_msg("%s %s", info.text, info.detail);
    }
    return db;
}

static enum err add(struct database *db, size_t bytes, struct err_info *info)
{
    static const char filling[10000];
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    if (!e) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
        query_bind_bytes(&q, 1, (struct text){filling, bytes});
        e = query_run(&q, info);
    }
    return e ? e : transaction_commit(&t, info);
}

static int64_t count(struct database *db)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SUM]);
    bool row;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    return query_int(&q, 0);
}

/* Commits `rows` rows, leaves one uncommitted, loses the power, comes back. */
static int64_t rows_after_power_cut(enum database_safety safety, uint64_t seed, int rows)
{
    struct place place CLEANUP(place_remove) = place_make();
    torn_vfs_install(seed != 0, seed);
    struct database *db = open_at(&place, DATABASE_DURABLE);
    database_close(&db); /* the table is there */
    db = open_at(&place, safety);
    for (int i = 0; i < rows; i++) {
        assert_int_equal(add(db, (size_t)(i * 37 % 9000), NULL), ERR_NONE);
    }
    struct transaction t = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(database_script(db, TEXT("INSERT INTO item VALUES (zeroblob(100000))"), NULL),
                     ERR_NONE);
    torn_vfs_cut_power();
    transaction_end(&t);
    database_close(&db);
    torn_vfs_restore_power();
    db = open_at(&place, DATABASE_DURABLE);
    int64_t found = count(db);
    database_close(&db);
    return found;
}

static void what_was_committed_survives_losing_and_tearing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        assert_int_equal(rows_after_power_cut(DATABASE_DURABLE, seed, 20), 20);
    }
}

static void without_syncing_the_same_test_loses_rows(void **state)
{
    (void)state;
    assert_true(rows_after_power_cut(DATABASE_UNSAFE, 0, 20) < 20);
}

static void a_kill_loses_what_was_not_synced_and_only_that(void **state)
{
    (void)state;
    for (int safety = DATABASE_DURABLE; safety <= DATABASE_UNSAFE; safety++) {
        struct place place CLEANUP(place_remove) = place_make();
        torn_vfs_install(true, 7);
        struct database *db = open_at(&place, DATABASE_DURABLE);
        database_close(&db);
        pid_t child = fork();
        if (child == 0) {
            db = open_at(&place, (enum database_safety)safety);
            for (int i = 0; i < 10; i++) {
                (void)!add(db, 5000, NULL);
            }
            kill(getpid(), SIGKILL);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        db = open_at(&place, DATABASE_DURABLE);
        if (safety == DATABASE_DURABLE) {
            assert_int_equal(count(db), 10);
        } else {
            assert_true(count(db) < 10);
        }
        database_close(&db);
    }
}

static void readers_see_what_is_committed_but_stands_aside(void **state)
{
    (void)state;
    struct place place CLEANUP(place_remove) = place_make();
    torn_vfs_install(false, 0);
    struct database *db CLEANUP(database_close) = open_at(&place, DATABASE_UNSAFE);
    struct database_config config = {.place = place.path, .mode = DATABASE_READ};
    struct database *reader CLEANUP(database_close) = NULL;
    assert_int_equal(database_open(&config, &reader, NULL), ERR_NONE);
    assert_int_equal(add(db, 5000, NULL), ERR_NONE);
    assert_true(torn_vfs_unsynced() > 0);
    assert_int_equal(count(reader), 1);
    assert_int_equal(database_script(db, TEXT("PRAGMA wal_checkpoint(TRUNCATE)"), NULL), ERR_NONE);
    assert_int_equal(add(db, 5000, NULL), ERR_NONE);
    assert_int_equal(count(reader), 2);
}

static void a_full_disk_is_said_and_passes(void **state)
{
    (void)state;
    struct place place CLEANUP(place_remove) = place_make();
    torn_vfs_install(false, 0);
    struct database *db CLEANUP(database_close) = open_at(&place, DATABASE_DURABLE);
    struct err_info info = {0};
    torn_vfs_set_room(20000);
    enum err e = ERR_NONE;
    int good = 0;
    while (!e && good < 100) {
        e = add(db, 5000, &info);
        good += !e;
    }
    assert_int_equal(e, ERR_STORAGE);
    assert_non_null(strstr(info.text, "disk is full"));
    assert_int_equal(count(db), good);
    torn_vfs_set_room(-1);
    assert_int_equal(add(db, 5000, &info), ERR_NONE);
    assert_int_equal(count(db), good + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_committed_survives_losing_and_tearing),
        cmocka_unit_test(without_syncing_the_same_test_loses_rows),
        cmocka_unit_test(a_kill_loses_what_was_not_synced_and_only_that),
        cmocka_unit_test(readers_see_what_is_committed_but_stands_aside),
        cmocka_unit_test(a_full_disk_is_said_and_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
