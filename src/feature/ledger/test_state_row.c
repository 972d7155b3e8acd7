/* States of keys, as several servers on one database lock them. */
#include "feature/ledger/state_row.h"

#include "store/migrate.h"
#include "store/sharing.h"
#include "store/testing.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

static struct database *open_server(void **state)
{
    struct database_config config = {
        .place = ((struct place *)*state)->path, .mode = DATABASE_WRITE, .shared = true};
    struct database *db = NULL;
    struct err_info info = {0};
    if (database_open(&config, &db, &info) != ERR_NONE) {
        fail_msg("%s %s", info.text, info.detail);
    }
    return db;
}

static int make_place(void **state)
{
    static struct place place;
    place = place_make();
    *state = &place;
    struct database_config config = {.place = place.path, .mode = DATABASE_WRITE};
    struct database *db CLEANUP(database_close) = NULL;
    enum err e = database_open(&config, &db, NULL);
    if ((e ? e : migrate(db, &schema_migrations, NULL)) != ERR_NONE) {
        return -1;
    }
    place_spread(&place);
    return 0;
}

static int remove_place(void **state)
{
    place_remove(*state);
    return 0;
}

static struct state_row row_of(const char *key, int64_t next_us, const char *state)
{
    return (struct state_row){
        .lane = TEXT("thread"), .key = text_of(key), .next_us = next_us, .state = text_of(state)};
}

static void begin(struct transaction *t, struct database *db)
{
    assert_int_equal(transaction_begin(t, db, NULL), ERR_NONE);
}

static void put(struct database *db, struct state_row *rows, size_t count)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    begin(&t, db);
    assert_int_equal(state_rows_put(db, rows, count, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
}

static void a_state_that_is_put_is_found_due_and_removed(void **state)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = open_server(state);
    struct state_row rows[] = {row_of("a", 30, "one"), row_of("b", 20, "two"),
                               row_of("c", MOMENT_NEVER, "three"), row_of("d", 10, "four")};
    put(db, rows, 4);
    struct state_row found[] = {row_of("b", 0, ""), row_of("x", 0, "")}, *due;
    size_t count;
    assert_int_equal(state_rows_read(db, found, 2, &arena, NULL), ERR_NONE);
    assert_true(found[0].found && text_is(found[0].state, "two") && !found[1].found);
    assert_int_equal(state_row_due(db, 30, 5, &arena, &due, &count, NULL), ERR_NONE);
    assert_int_equal(count, 2); /* before 30 */
    assert_true(text_is(due[0].key, "d") && text_is(due[1].key, "b"));
    struct transaction t CLEANUP(transaction_end) = {0};
    begin(&t, db);
    assert_int_equal(state_rows_remove(db, rows, 2, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(state_row_due(db, 40, 5, &arena, &due, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
}

struct other {
    struct database *db;
    struct arena arena;
    struct state_row rows[3];
    enum err result;
    atomic_bool has;
};

static void *lock_them(void *self)
{
    struct other *other = self;
    struct transaction t CLEANUP(transaction_end) = {0};
    other->result = transaction_begin(&t, other->db, NULL);
    if (!other->result) {
        other->result = state_rows_lock(other->db, other->rows, 3, &other->arena, NULL);
    }
    atomic_store(&other->has, true);
    return NULL;
}

static void wait_until_it_waits(void **state)
{
    PGconn *conn = PQconnectdb(((struct place *)*state)->path);
    for (bool waits = false; !waits;) {
        PGresult *result = PQexec(conn, "SELECT 1 FROM pg_locks WHERE NOT granted");
        waits = PQntuples(result) > 0;
        PQclear(result);
    }
    PQfinish(conn);
}

/* One key has a state, one gets one, one had none and gets none after all. */
static void who_locks_keys_waits_for_another_and_finds_what_that_one_left(void **state)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = open_server(state);
    struct other other = {.db = open_server(state),
                          .rows = {row_of("a", 0, ""), row_of("b", 0, ""), row_of("c", 0, "")}};
    struct state_row there = row_of("a", 5, "old");
    put(db, &there, 1);
    struct transaction t CLEANUP(transaction_end) = {0};
    begin(&t, db);
    struct state_row rows[] = {row_of("a", 0, ""), row_of("b", 0, ""), row_of("c", 0, "")};
    assert_int_equal(state_rows_lock(db, rows, 3, &arena, NULL), ERR_NONE);
    assert_true(rows[0].found && !rows[0].made && text_is(rows[0].state, "old"));
    assert_true(!rows[1].found && rows[1].made && !rows[2].found && rows[2].made);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, lock_them, &other), 0);
    wait_until_it_waits(state);
    assert_false(atomic_load(&other.has));
    struct state_row written[] = {row_of("a", 6, "new"), row_of("b", 6, "first")};
    assert_int_equal(state_rows_put(db, written, 2, NULL), ERR_NONE);
    assert_int_equal(state_rows_remove(db, &rows[2], 1, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    pthread_join(thread, NULL);
    assert_int_equal(other.result, ERR_NONE);
    assert_true(other.rows[0].found && text_is(other.rows[0].state, "new"));
    assert_true(other.rows[1].found && text_is(other.rows[1].state, "first"));
    assert_true(!other.rows[2].found && other.rows[2].made);
    arena_release(&other.arena);
    database_close(&other.db);
}

static void an_empty_row_that_was_made_is_gone_when_its_transaction_is(void **state)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = open_server(state);
    struct state_row row = row_of("a", 0, "");
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        begin(&t, db);
        assert_int_equal(state_rows_lock(db, &row, 1, &arena, NULL), ERR_NONE);
        assert_true(row.made);
    }
    row.found = false;
    assert_int_equal(state_rows_read(db, &row, 1, &arena, NULL), ERR_NONE);
    assert_false(row.found);
}

/* Nobody waits for what is due: another one takes the rest, and none is taken twice. */
static void what_is_due_is_claimed_by_one_alone(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    struct database *b CLEANUP(database_close) = open_server(state);
    struct state_row rows[] = {row_of("a", 10, "s"), row_of("b", 10, "s"), row_of("c", 50, "s")};
    put(a, rows, 3);
    struct state_row by_a[] = {row_of("a", 0, "")},
                     by_b[] = {row_of("a", 0, ""), row_of("b", 0, ""), row_of("c", 0, "")};
    struct transaction at_a CLEANUP(transaction_end) = {0}, at_b CLEANUP(transaction_end) = {0};
    begin(&at_a, a);
    begin(&at_b, b);
    assert_int_equal(state_rows_claim(a, by_a, 1, 20, NULL), ERR_NONE);
    assert_int_equal(state_rows_claim(b, by_b, 3, 20, NULL), ERR_NONE);
    assert_true(by_a[0].found);
    assert_true(!by_b[0].found && by_b[1].found && !by_b[2].found); /* c is not due */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest plain[] = {TEST(a_state_that_is_put_is_found_due_and_removed)};
    const struct CMUnitTest shared[] = {
        TEST(a_state_that_is_put_is_found_due_and_removed),
        TEST(who_locks_keys_waits_for_another_and_finds_what_that_one_left),
        TEST(an_empty_row_that_was_made_is_gone_when_its_transaction_is),
        TEST(what_is_due_is_claimed_by_one_alone),
    };
    return place_is_postgres() ? cmocka_run_group_tests(shared, NULL, NULL)
                               : cmocka_run_group_tests(plain, NULL, NULL);
}
