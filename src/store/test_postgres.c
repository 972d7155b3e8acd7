/* What only PostgreSQL does: connections that are lost, servers that hang, statements under way. */
#include "store/clerk.h"
#include "store/migrate.h"
#include "store/postgres.h"
#include "store/testing.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { ADD, COUNT, PID, SUMS, STATEMENTS };
static const struct statement statements[] = {
    [ADD] = {"item_add", "INSERT INTO item (id, word) VALUES ($1, $2)", NULL},
    [COUNT] = {"item_count", "SELECT count(*) FROM item", NULL},
    [PID] = {"pid", "SELECT pg_backend_pid()", NULL},
    [SUMS] = {"sums",
              "SELECT sum(n), sum(-n), sum(n) / 8.0, sum(n) * 0, sum(n * 1000) FROM (VALUES "
              "(9223372036854775000::bigint / 10000), (7::bigint)) AS v (n)",
              NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

static struct database *open_at(void **state, enum database_mode mode)
{
    struct database_config config = {.place = ((struct place *)*state)->path, .mode = mode};
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
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    return database_script(db, TEXT("CREATE TABLE item (id BIGINT PRIMARY KEY, word TEXT)"),
                           NULL) == ERR_NONE
               ? 0
               : -1;
}

static int remove_place(void **state)
{
    place_remove(*state);
    return 0;
}

static int64_t ask(struct database *db, int statement, enum err wanted)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    bool row = false;
    assert_int_equal(query_row(&q, &row, NULL), wanted);
    return wanted == ERR_NONE ? query_int(&q, 0) : 0;
}

static enum err add(struct database *db, int64_t id, bool send, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, id);
    query_bind_text(&q, 2, TEXT("word"));
    return send ? query_send(&q, info) : query_run(&q, info);
}

/* -- places and words -- */

static void a_password_is_never_shown(void **state)
{
    (void)state;
    static const struct {
        const char *place, *shown;
    } names[] = {
        {"postgresql://ana:hunter2@db.example:5433/shop",
         "postgresql://ana@/shop?host=db.example&port=5433"},
        {"postgres:///shop?user=ana&password=hunter2&host=/run/pg",
         "postgresql://ana@/shop?host=/run/pg"},
        {"postgresql://ana:hunter2@[::1/shop", "postgresql://..."},
        {"shop.db", "shop.db"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct buf shown CLEANUP(buf_release) = {0};
        database_name(names[i].place, &shown);
        assert_string_equal(shown.ptr, names[i].shown);
    }
    static const char *const dead[] = {"postgresql://ana:hunter2@127.0.0.1:1/shop",
                                       "postgresql://ana:hunter2@[::1/shop",
                                       "postgresql://ana:hunter2@127.0.0.1:1/shop?no_such_option=1",
                                       "postgresql:///shop?password=hunter2&host=/no/such/folder"};
    for (size_t i = 0; i < sizeof(dead) / sizeof(dead[0]); i++) {
        struct database_config config = {.place = dead[i], .mode = DATABASE_READ};
        struct database *db = NULL;
        struct err_info info = {0};
        assert_int_equal(database_open(&config, &db, &info), ERR_STORAGE);
        assert_null(strstr(info.text, "hunter2"));
        assert_null(strstr(info.detail, "hunter2"));
        assert_non_null(strstr(info.text, "Check --db"));
    }
}

static void the_schema_is_said_in_postgresqls_words(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = {0};
    postgres_translate(TEXT("CREATE TABLE a (id INTEGER PRIMARY KEY, TEXTURE BLOB, b TEXT, c REAL "
                            "DEFAULT 'BLOB' -- TEXT\n, d BLOB)"),
                       &out);
    assert_string_equal(
        out.ptr, "CREATE TABLE a (id BIGINT PRIMARY KEY, TEXTURE BYTEA, b TEXT COLLATE \"C\", "
                 "c DOUBLE PRECISION DEFAULT 'BLOB' -- TEXT\n, d BYTEA)");
}

static void errors_are_told_in_our_words(void **state)
{
    static const struct {
        const char *state;
        enum err e;
        const char *words;
    } told[] = {
        {"23505", ERR_CONFLICT, "there already"},
        {"40001", ERR_BUSY, "busy"},
        {"40P01", ERR_BUSY, "busy"},
        {"55P03", ERR_BUSY, "busy"},
        {"53100", ERR_STORAGE, "is full"},
        {"25006", ERR_STORAGE, "read-only"},
        {"58030", ERR_STORAGE, "disk"},
        {"XX001", ERR_STORAGE, "damaged"},
        {"53300", ERR_STORAGE, "max_connections"},
        {"22003", ERR_LIMIT, "too large"},
        {"P0001", ERR_INTERNAL, "mistake"},
    };
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        char sql[128];
        struct err_info info = {0};
        snprintf(sql, sizeof(sql),
                 "DO $$ BEGIN RAISE EXCEPTION 'said' USING ERRCODE = '%s'; END $$", told[i].state);
        assert_int_equal(database_script(db, text_of(sql), &info), told[i].e);
        assert_non_null(strstr(info.text, told[i].words));
        assert_non_null(strstr(info.detail, told[i].state));
    }
}

static void sums_are_read_as_numbers(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SUMS]);
    bool row = false;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    int64_t sum = INT64_C(9223372036854775000) / 10000 + 7;
    assert_true(query_int(&q, 0) == sum);
    assert_true(query_int(&q, 1) == -sum);
    assert_true(query_real(&q, 2) == (double)sum / 8);
    assert_true(query_int(&q, 3) == 0);
    assert_true(query_int(&q, 4) == sum * 1000);
}

static void a_text_with_a_zero_byte_is_refused(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, 1);
    query_bind_text(&q, 2, (struct text){"a\0b", 3});
    assert_int_equal(query_run(&q, NULL), ERR_INVALID);
}

/* -- what is sent -- */

static void what_is_sent_and_fails_loses_its_transaction_alone(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct err_info info = {0};
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 1, true, NULL), ERR_NONE);
        assert_int_equal(add(db, 1, true, NULL), ERR_NONE);
        assert_int_equal(add(db, 2, true, NULL), ERR_NONE);
        assert_int_equal(transaction_commit(&t, &info), ERR_CONFLICT);
        assert_non_null(strstr(info.detail, "item_add"));
    }
    assert_int_equal(ask(db, COUNT, ERR_NONE), 0);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(add(db, 1, true, NULL), ERR_NONE);
    assert_int_equal(add(db, 1, true, NULL), ERR_NONE);
    (void)ask(db, COUNT, ERR_CONFLICT); /* the next that waits hears it */
    assert_true(database_lost_transaction(db));
    transaction_end(&t);
    assert_int_equal(add(db, 1, false, NULL), ERR_NONE);
    assert_int_equal(ask(db, COUNT, ERR_NONE), 1);
}

static void thousands_are_sent_without_waiting(void **state)
{
    enum { MANY = 5000 };
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    for (int64_t id = 0; id < MANY; id++) {
        assert_int_equal(add(db, id, true, NULL), ERR_NONE);
    }
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(ask(db, COUNT, ERR_NONE), MANY);
}

static void an_error_within_a_savepoint_is_undone_with_it(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(add(db, 1, false, NULL), ERR_NONE);
    {
        struct savepoint s CLEANUP(savepoint_end) = {0};
        assert_int_equal(savepoint_begin(&s, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 2, false, NULL), ERR_NONE);
        assert_int_equal(add(db, 1, false, NULL), ERR_CONFLICT);
        assert_false(database_lost_transaction(db));
    }
    assert_int_equal(add(db, 3, false, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(ask(db, COUNT, ERR_NONE), 2);
}

/* -- servers that go away -- */

static void end_other_sessions(void **state)
{
    place_command(((struct place *)*state)->path,
                  "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                  "WHERE application_name = 'troth' AND datname = current_database()");
}

static void a_lost_connection_loses_what_was_under_way_and_no_more(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    assert_int_equal(add(db, 1, false, NULL), ERR_NONE);
    struct err_info info = {0};
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 2, false, NULL), ERR_NONE);
        end_other_sessions(state);
        assert_int_equal(transaction_commit(&t, &info), ERR_STORAGE);
    }
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(add(db, 3, false, NULL), ERR_NONE);
    end_other_sessions(state);
    assert_int_equal(add(db, 4, false, NULL), ERR_STORAGE);
    assert_int_equal(add(db, 5, false, NULL), ERR_STORAGE); /* not on a new connection */
    assert_true(database_lost_transaction(db));
    transaction_end(&t);
    assert_int_equal(ask(db, COUNT, ERR_NONE), 1);
}

static void a_connection_lost_at_rest_is_made_anew_unnoticed(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    assert_int_equal(add(db, 1, false, NULL), ERR_NONE);
    end_other_sessions(state);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(add(db, 2, false, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(ask(db, COUNT, ERR_NONE), 2);
}

static void a_server_that_hangs_holds_nobody_past_his_time(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_READ);
    pid_t pid = (pid_t)ask(db, PID, ERR_NONE);
    database_set_slice(db, 10000);
    (void)ask(db, COUNT, ERR_NONE);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    (void)ask(db, COUNT, ERR_BUSY);
    database_set_slice(db, 1000000);
    (void)ask(db, COUNT, ERR_NONE); /* another session */
    assert_int_not_equal(ask(db, PID, ERR_NONE), pid);
    assert_int_equal(kill(pid, SIGCONT), 0);
}

/* -- migrations -- */

struct migrating {
    struct database *db;
    enum err e;
};

static void *migrate_apart(void *self)
{
    static const struct migration one = {1, "more", TEXT("CREATE TABLE more (id BIGINT)")};
    struct migrating *m = self;
    m->e = migrate(m->db, &(struct migrations){&one, 1}, NULL);
    return NULL;
}

static void migrations_wait_for_their_turn(void **state)
{
    const char *place = ((struct place *)*state)->path;
    PGconn *other = PQconnectdb(place);
    PQclear(PQexec(other, "SELECT pg_advisory_lock(1416787048, 2)"));
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_WRITE);
    struct migrating m = {db, ERR_INTERNAL};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, migrate_apart, &m), 0);
    for (bool waits = false; !waits; usleep(1000)) {
        PGresult *r = PQexec(other, "SELECT count(*) FROM pg_locks WHERE NOT granted AND "
                                    "locktype = 'advisory' AND database = (SELECT oid FROM "
                                    "pg_database WHERE datname = current_database())");
        waits = strcmp(PQgetvalue(r, 0, 0), "1") == 0;
        PQclear(r);
    }
    PGresult *r = PQexec(other, "SELECT to_regclass('more') IS NULL");
    assert_string_equal(PQgetvalue(r, 0, 0), "t");
    PQclear(r);
    PQfinish(other);
    pthread_join(thread, NULL);
    assert_int_equal(m.e, ERR_NONE);
    place_command(place, "INSERT INTO more VALUES (1)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest pure[] = {
        cmocka_unit_test(a_password_is_never_shown),
        cmocka_unit_test(the_schema_is_said_in_postgresqls_words),
    };
    const struct CMUnitTest tests[] = {
        TEST(errors_are_told_in_our_words),
        TEST(sums_are_read_as_numbers),
        TEST(a_text_with_a_zero_byte_is_refused),
        TEST(what_is_sent_and_fails_loses_its_transaction_alone),
        TEST(thousands_are_sent_without_waiting),
        TEST(an_error_within_a_savepoint_is_undone_with_it),
        TEST(a_lost_connection_loses_what_was_under_way_and_no_more),
        TEST(a_connection_lost_at_rest_is_made_anew_unnoticed),
        TEST(a_server_that_hangs_holds_nobody_past_his_time),
        TEST(migrations_wait_for_their_turn),
    };
    return place_is_postgres() ? cmocka_run_group_tests(tests, NULL, NULL)
                               : cmocka_run_group_tests(pure, NULL, NULL);
}
