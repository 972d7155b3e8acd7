/* Several servers on one database; and that one which has a database to itself is always alone. */
#include "base/moment.h"
#include "store/migrate.h"
#include "store/sharing.h"
#include "store/testing.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

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
    return (e ? e : migrate(db, &schema_migrations, NULL)) == ERR_NONE ? 0 : -1;
}

static int remove_place(void **state)
{
    place_remove(*state);
    return 0;
}

static void join(struct transaction *t, struct database *db, bool alone)
{
    assert_int_equal(transaction_begin(t, db, NULL), ERR_NONE);
    assert_int_equal(database_join(db, alone, NULL), ERR_NONE);
}

static void who_has_a_database_to_himself_is_always_alone(void **state)
{
    struct database *db CLEANUP(database_close) = open_server(state);
    struct transaction t CLEANUP(transaction_end) = {0};
    join(&t, db, false);
    assert_false(database_is_shared(db));
    assert_true(database_is_alone(db));
    assert_int_equal(database_node(db), 0);
    assert_int_equal(mark_move(db, "code", NULL), ERR_NONE);
    assert_int_equal(mark_value(db, "code"), 0);
}

static void each_server_has_a_number_and_leaves_it_to_the_next(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    struct database *b = open_server(state);
    assert_int_equal(database_node(a), 1);
    assert_int_equal(database_node(b), 2);
    database_close(&b);
    struct database *c CLEANUP(database_close) = open_server(state);
    assert_int_equal(database_node(c), 2);
}

/* Its number is another's meanwhile: who comes back is told apart by its session. */
static void a_server_that_was_cut_off_begins_another_session(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    uint32_t session = database_session(a);
    place_command(((struct place *)*state)->path,
                  "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                  "WHERE application_name = 'troth' AND datname = current_database()");
    struct database *b CLEANUP(database_close) = open_server(state);
    assert_int_equal(database_node(b), 1);
    struct transaction t CLEANUP(transaction_end) = {0};
    join(&t, a, false);
    assert_int_not_equal(database_session(a), session);
    assert_int_equal(database_node(a), 2);
}

static void a_mark_that_one_moves_is_seen_by_the_others_after_the_commit(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    struct database *b CLEANUP(database_close) = open_server(state);
    struct transaction at_a CLEANUP(transaction_end) = {0};
    join(&at_a, a, false);
    int64_t before = mark_value(a, "code");
    assert_int_equal(mark_move(a, "code", NULL), ERR_NONE);
    assert_int_equal(mark_value(a, "code"), before + 1);
    {
        struct transaction at_b CLEANUP(transaction_end) = {0};
        join(&at_b, b, false);
        assert_int_equal(mark_value(b, "code"), before);
        assert_int_equal(mark_value(b, "another"), 0);
    }
    assert_int_equal(transaction_commit(&at_a, NULL), ERR_NONE);
    struct transaction at_b CLEANUP(transaction_end) = {0};
    join(&at_b, b, false);
    assert_int_equal(mark_value(b, "code"), before + 1);
}

struct loner {
    struct database *db;
    atomic_bool is_alone;
    int64_t seen;
};

static void *be_alone(void *self)
{
    struct loner *loner = self;
    struct transaction t CLEANUP(transaction_end) = {0};
    if (transaction_begin(&t, loner->db, NULL) == ERR_NONE &&
        database_join(loner->db, true, NULL) == ERR_NONE) {
        atomic_store(&loner->is_alone, true);
        loner->seen = mark_value(loner->db, "code");
    }
    return NULL;
}

/* Until the thread's session waits for a lock. */
static void wait_until_it_waits(void **state)
{
    PGconn *conn = PQconnectdb(((struct place *)*state)->path);
    for (bool waits = false; !waits;) {
        PGresult *result = PQexec(conn, "SELECT 1 FROM pg_locks WHERE NOT granted AND "
                                        "locktype = 'advisory'");
        waits = PQntuples(result) > 0;
        PQclear(result);
    }
    PQfinish(conn);
}

static void who_must_be_alone_waits_for_those_at_work_and_sees_what_they_did(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    struct database *b CLEANUP(database_close) = open_server(state);
    struct transaction at_a CLEANUP(transaction_end) = {0};
    join(&at_a, a, false);
    assert_false(database_is_alone(a));
    assert_int_equal(mark_move(a, "code", NULL), ERR_NONE);
    int64_t moved = mark_value(a, "code");
    struct loner loner = {.db = b};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, be_alone, &loner), 0);
    wait_until_it_waits(state);
    assert_false(atomic_load(&loner.is_alone));
    assert_int_equal(transaction_commit(&at_a, NULL), ERR_NONE);
    pthread_join(thread, NULL);
    assert_true(atomic_load(&loner.is_alone));
    assert_int_equal(loner.seen, moved);
}

static bool joins_alone(struct database *db)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    join(&t, db, false);
    bool alone = database_is_alone(db);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    return alone;
}

static void the_only_server_is_alone_until_another_comes(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    assert_false(joins_alone(a)); /* it looks around first */
    assert_true(joins_alone(a));
    struct database *b = open_server(state);
    (void)joins_alone(a); /* until it has seen the other one */
    assert_false(joins_alone(a));
    {
        struct transaction at_a CLEANUP(transaction_end) = {0}, at_b CLEANUP(transaction_end) = {0};
        join(&at_a, a, false);
        join(&at_b, b, false);
        assert_false(database_is_alone(a));
        assert_false(database_is_alone(b));
    }
    database_close(&b);
    while (!joins_alone(a)) { /* its session ends a moment later */
    }
}

static void who_finds_out_late_that_it_must_be_alone_says_so(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        join(&t, a, false);
        assert_false(database_wants_alone(a));
        assert_int_equal(database_want_alone(a, NULL), ERR_BUSY);
        assert_true(database_wants_alone(a));
    }
    struct transaction t CLEANUP(transaction_end) = {0};
    join(&t, a, true);
    assert_false(database_wants_alone(a)); /* it begins anew */
    assert_true(database_is_alone(a));
}

/* All servers have one clock, whatever their own shows. */
static void the_clock_is_the_databases(void **state)
{
    struct database *a CLEANUP(database_close) = open_server(state);
    struct transaction t CLEANUP(transaction_end) = {0};
    join(&t, a, false);
    PGconn *conn = PQconnectdb(((struct place *)*state)->path);
    PGresult *result =
        PQexec(conn, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)");
    int64_t there_us = 0;
    assert_true(text_to_int64(text_of(PQgetvalue(result, 0, 0)), &there_us));
    PQclear(result);
    PQfinish(conn);
    assert_true(llabs(database_now(a) - there_us) < MINUTE_US);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest alone[] = {TEST(who_has_a_database_to_himself_is_always_alone)};
    const struct CMUnitTest shared[] = {
        TEST(each_server_has_a_number_and_leaves_it_to_the_next),
        TEST(a_server_that_was_cut_off_begins_another_session),
        TEST(a_mark_that_one_moves_is_seen_by_the_others_after_the_commit),
        TEST(who_must_be_alone_waits_for_those_at_work_and_sees_what_they_did),
        TEST(the_only_server_is_alone_until_another_comes),
        TEST(who_finds_out_late_that_it_must_be_alone_says_so),
        TEST(the_clock_is_the_databases),
    };
    return place_is_postgres() ? cmocka_run_group_tests(shared, NULL, NULL)
                               : cmocka_run_group_tests(alone, NULL, NULL);
}
