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

/* -- many at once -- */

enum { KINDS_ADD, KINDS_ADD_MANY, KINDS_READ, KINDS_READ_MANY, KINDS_SILENT };
static const struct statement kinds[] = {
    [KINDS_ADD] = {"kind_add",
                   "INSERT INTO kind (id, word, bytes, share, yes) VALUES ($1, $2, $3, $4, $5) ON "
                   "CONFLICT (id) DO NOTHING",
                   NULL},
    [KINDS_ADD_MANY] =
        {"kind_add_many",
         "WITH given AS (SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], "
         "$4::float8[], $5::bool[]) WITH ORDINALITY AS g (id, word, bytes, share, yes, nth)), "
         "added AS (INSERT INTO kind SELECT id, word, bytes, share, yes FROM given ON CONFLICT "
         "(id) "
         "DO NOTHING RETURNING id, share) SELECT nth FROM given JOIN added USING (id, share)",
         NULL},
    [KINDS_READ] = {"kind_read", "SELECT word, bytes, share, yes FROM kind WHERE id = $1", NULL},
    [KINDS_READ_MANY] =
        {"kind_read_many",
         "SELECT k.word, k.bytes, k.share, k.yes, g.nth FROM unnest($1::bigint[]) WITH ORDINALITY "
         "AS g (wanted, nth) JOIN kind k ON k.id = g.wanted",
         NULL},
    [KINDS_SILENT] = {"kind_silent",
                      "INSERT INTO kind (id, word, bytes, share, yes) SELECT * FROM "
                      "unnest($1::bigint[], $2::text[], $3::bytea[], $4::float8[], $5::bool[])",
                      NULL},
};
enum { ITEMS = 2500, REPEATED = 1700 };

struct kinds {
    size_t rows;
    int64_t changed[ITEMS];
    bool right;
};

/* Every third text is NULL, every third empty. */
static struct text word_of(size_t i)
{
    static const char *const words[] = {"lemon tart", "", ""};
    return text_of(words[i % 3]);
}

static void bind_kind(struct query *q, size_t i, void *context)
{
    (void)context;
    query_bind_int(q, 1, i == REPEATED ? 3 : (int64_t)i - 5);
    if (i % 3 != 2) {
        query_bind_text(q, 2, word_of(i));
        query_bind_bytes(q, 3, (struct text){"\0\1", i % 3 ? 0 : 2});
    } else {
        query_bind_null(q, 2);
        query_bind_null(q, 3);
    }
    query_bind_real(q, 4, (double)i / 8);
    query_bind_bool(q, 5, i % 2);
}

static void note_kind(size_t i, int64_t changes, void *context)
{
    ((struct kinds *)context)->changed[i] = changes;
}

static void bind_kind_id(struct query *q, size_t i, void *context)
{
    (void)context;
    query_bind_int(q, 1, (int64_t)i - 5);
}

static enum err see_kind(struct query *q, size_t i, void *context, struct err_info *info)
{
    struct kinds *k = context;
    k->rows++;
    bool null = i % 3 == 2;
    k->right = k->right && query_is_null(q, 0) == null && query_is_null(q, 1) == null &&
               text_eq(query_text(q, 0), null ? (struct text){0} : word_of(i)) &&
               query_bytes(q, 1).len == (i % 3 ? 0 : 2) && query_real(q, 2) * 8 == (double)i &&
               query_bool(q, 3) == (i % 2 == 1);
    return k->rows == ITEMS + 1 ? err_set(info, ERR_INTERNAL, "too many") : ERR_NONE;
}

static struct database *open_with_kinds(void **state)
{
    struct database *db = open_at(state, DATABASE_WRITE);
    assert_int_equal(
        database_script(db,
                        TEXT("DROP TABLE IF EXISTS kind; CREATE TABLE kind (id BIGINT PRIMARY KEY, "
                             "word TEXT, bytes BLOB, share REAL, yes BOOL)"),
                        NULL),
        ERR_NONE);
    return db;
}

static void gathered_executions_are_as_many_single_ones(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_kinds(state);
    static struct kinds k;
    k = (struct kinds){.right = true};
    struct executions add = {.statement = &kinds[KINDS_ADD],
                             .gathered = &kinds[KINDS_ADD_MANY],
                             .count = ITEMS,
                             .context = &k,
                             .bind = bind_kind,
                             .done = note_kind};
    struct executions read = {.statement = &kinds[KINDS_READ],
                              .gathered = &kinds[KINDS_READ_MANY],
                              .count = ITEMS,
                              .context = &k,
                              .bind = bind_kind_id,
                              .row = see_kind};
    assert_int_equal(query_many(db, &add, NULL), ERR_NONE);
    assert_int_equal(query_many(db, &read, NULL), ERR_NONE);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(k.changed[i], i != REPEATED);
    }
    assert_int_equal(k.rows, ITEMS - 1);
    assert_true(k.right);
    add.gathered = read.gathered = NULL; /* one by one there is nothing new, and the same to read */
    k = (struct kinds){.right = true};
    assert_int_equal(query_many(db, &add, NULL), ERR_NONE);
    assert_int_equal(query_many(db, &read, NULL), ERR_NONE);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(k.changed[i], 0);
    }
    assert_int_equal(k.rows, ITEMS - 1);
    assert_true(k.right);
}

/* One that fails takes all with it, and only the savepoint. */
static void gathered_executions_fail_together(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_kinds(state);
    struct executions add = {.statement = &kinds[KINDS_ADD],
                             .gathered = &kinds[KINDS_SILENT],
                             .count = ITEMS,
                             .bind = bind_kind};
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    {
        struct savepoint s CLEANUP(savepoint_end) = {0};
        assert_int_equal(savepoint_begin(&s, db, NULL), ERR_NONE);
        struct err_info info = {0};
        assert_int_equal(query_many(db, &add, &info), ERR_CONFLICT);
        assert_non_null(strstr(info.detail, "kind_silent"));
    }
    add.count = REPEATED;
    assert_int_equal(query_many(db, &add, NULL), ERR_NONE);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
}

/* Where rows lie on several machines, each statement names one home. */
static void nothing_is_gathered_over_machines(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_kinds(state);
    static struct kinds k;
    struct executions add = {.statement = &kinds[KINDS_ADD],
                             .gathered = &statements[SUMS], /* would be refused */
                             .count = ITEMS,
                             .context = &k,
                             .bind = bind_kind,
                             .done = note_kind};
    assert_false(db->apart);
    db->apart = true;
    assert_int_equal(query_many(db, &add, NULL), ERR_NONE);
    assert_int_equal(k.changed[0], 1);
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

/* A slice begins with each statement, also with the preparing of one that is met late. */
static void a_statement_met_after_a_long_rest_has_its_time(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(state, DATABASE_READ);
    database_set_slice(db, 100000);
    assert_int_equal(ask(db, COUNT, ERR_NONE), 0);
    usleep(1300000); /* over its slice and what the server is given besides */
    assert_true(ask(db, PID, ERR_NONE) > 0);
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
        TEST(gathered_executions_are_as_many_single_ones),
        TEST(gathered_executions_fail_together),
        TEST(nothing_is_gathered_over_machines),
        TEST(an_error_within_a_savepoint_is_undone_with_it),
        TEST(a_lost_connection_loses_what_was_under_way_and_no_more),
        TEST(a_connection_lost_at_rest_is_made_anew_unnoticed),
        TEST(a_server_that_hangs_holds_nobody_past_his_time),
        TEST(a_statement_met_after_a_long_rest_has_its_time),
        TEST(migrations_wait_for_their_turn),
    };
    return place_is_postgres() ? cmocka_run_group_tests(tests, NULL, NULL)
                               : cmocka_run_group_tests(pure, NULL, NULL);
}
