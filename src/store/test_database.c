#include "base/arena.h"
#include "store/migrate.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ADD, FIND, COUNT, FOREVER, STATEMENTS };
static const struct statement statements[] = {
    [ADD] = {"item_add", "INSERT INTO item (id, word, bytes, share) VALUES ($1, $2, $3, $4)", NULL},
    [FIND] = {"item_find", "SELECT word, bytes, share, id FROM item WHERE id = $1", NULL},
    [COUNT] = {"item_count", "SELECT count(*) FROM item", NULL},
    [FOREVER] = {"forever",
                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                 "SELECT count(*) FROM n",
                 NULL},
};
static const struct statement_table table = {statements, STATEMENTS};
static const struct text schema = TEXT("CREATE TABLE item (id BIGINT PRIMARY KEY, word TEXT, "
                                       "bytes BLOB, share REAL)");

static struct database *open_at(const char *path, enum database_mode mode)
{
    struct database_config config = {.place = path, .mode = mode};
    struct database *db = NULL;
    struct err_info info;
    enum err e = database_open(&config, &db, &info);
    if (e) {
        fail_msg("%s %s", info.text, info.detail);
    }
    return db;
}

/* Each test has a place of its own. */
static int make_place(void **state)
{
    static struct place place;
    place = place_make();
    *state = &place;
    return 0;
}

static int remove_place(void **state)
{
    place_remove(*state);
    return 0;
}

static const char *path_of(void **state)
{
    return ((const struct place *)*state)->path;
}

static struct database *open_empty(void **state)
{
    return open_at(path_of(state), DATABASE_WRITE);
}

static struct database *open_with_item(void **state)
{
    struct database *db = open_empty(state);
    assert_int_equal(database_script(db, schema, NULL), ERR_NONE);
    return db;
}

static enum err add(struct database *db, int64_t id, const char *word, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, id);
    query_bind_text(&q, 2, text_of(word));
    query_bind_bytes(&q, 3, (struct text){"a\0b", 3});
    query_bind_real(&q, 4, 0.25);
    return query_run(&q, info);
}

static int64_t count(struct database *db)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COUNT]);
    bool row = false;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    assert_true(row);
    return query_int(&q, 0);
}

static void what_is_bound_is_read_back(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    assert_int_equal(add(db, INT64_MIN, "ação", NULL), ERR_NONE);
    assert_int_equal(database_changes(db), 1);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, INT64_MIN);
    bool row = false;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    assert_true(row);
    assert_true(text_is(query_text(&q, 0), "ação"));
    assert_int_equal(query_bytes(&q, 1).len, 3);
    assert_memory_equal(query_bytes(&q, 1).ptr, "a\0b", 3);
    assert_true(query_real(&q, 2) == 0.25);
    assert_true(query_int(&q, 3) == INT64_MIN);
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    assert_false(row);
}

static void null_reads_as_nothing(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
        query_bind_int(&q, 1, 1);
        query_bind_text_or_null(&q, 2, TEXT(""));
        query_bind_null(&q, 3);
        query_bind_null(&q, 4);
        assert_int_equal(query_run(&q, NULL), ERR_NONE);
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, 1);
    bool row = false;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    assert_true(query_is_null(&q, 0));
    assert_int_equal(query_text(&q, 0).len, 0);
    assert_int_equal(query_bytes(&q, 1).len, 0);
    assert_true(query_real(&q, 2) == 0);
}

static void a_second_of_its_kind_is_a_conflict(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    struct err_info info = {0};
    assert_int_equal(add(db, 1, "one", &info), ERR_NONE);
    assert_int_equal(add(db, 1, "one", &info), ERR_CONFLICT);
    assert_non_null(strstr(info.detail, place_is_postgres() ? "item_pkey" : "item.id"));
    assert_int_equal(add(db, 2, "two", &info), ERR_NONE);
}

static void what_is_not_committed_is_undone(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 1, "gone", NULL), ERR_NONE);
    }
    assert_int_equal(count(db), 0);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    assert_int_equal(add(db, 1, "kept", NULL), ERR_NONE);
    {
        struct savepoint s CLEANUP(savepoint_end) = {0};
        assert_int_equal(savepoint_begin(&s, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 2, "gone", NULL), ERR_NONE);
    }
    {
        struct savepoint s CLEANUP(savepoint_end) = {0};
        assert_int_equal(savepoint_begin(&s, db, NULL), ERR_NONE);
        assert_int_equal(add(db, 3, "kept", NULL), ERR_NONE);
        assert_int_equal(savepoint_keep(&s, NULL), ERR_NONE);
    }
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(count(db), 2);
}

struct adding {
    const int64_t *ids;
    int64_t changed[8], seen[8];
    size_t rows;
};

static void bind_added(struct query *q, size_t i, void *context)
{
    const struct adding *a = context;
    query_bind_int(q, 1, a->ids[i]);
    query_bind_text(q, 2, TEXT("many"));
}

static enum err see_added(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct adding *a = context;
    a->seen[i] = query_int(q, 0);
    a->rows++;
    return ERR_NONE;
}

static void count_added(size_t i, int64_t changes, void *context)
{
    ((struct adding *)context)->changed[i] = changes;
}

static void many_executions_tell_each_what_it_changed(void **state)
{
    static const struct statement add_if_new = {
        "item_add_if_new",
        "INSERT INTO item (id, word) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", NULL};
    struct database *db CLEANUP(database_close) = open_with_item(state);
    static const int64_t ids[] = {7, 8, 7, 9};
    struct adding a = {.ids = ids};
    struct executions all = {&add_if_new, 4, &a, bind_added, NULL, count_added, NULL};
    assert_int_equal(query_many(db, &all, NULL), ERR_NONE);
    assert_int_equal(count(db), 3);
    assert_true(a.changed[0] == 1 && a.changed[1] == 1 && a.changed[2] == 0 && a.changed[3] == 1);
}

static void many_executions_give_each_its_rows(void **state)
{
    static const struct statement add_and_tell = {
        "item_add_and_tell", "INSERT INTO item (id, word) VALUES ($1, $2) RETURNING id * 2", NULL};
    struct database *db CLEANUP(database_close) = open_with_item(state);
    static const int64_t ids[] = {7, 8, 9};
    struct adding a = {.ids = ids};
    struct executions all = {&add_and_tell, 3, &a, bind_added, see_added, NULL, NULL};
    assert_int_equal(query_many(db, &all, NULL), ERR_NONE);
    assert_int_equal(a.rows, 3);
    assert_true(a.seen[0] == 14 && a.seen[1] == 16 && a.seen[2] == 18);
    all.count = 0;
    assert_int_equal(query_many(db, &all, NULL), ERR_NONE);
}

static void many_executions_end_with_the_first_that_fails(void **state)
{
    static const struct statement add_word = {"item_add_word",
                                              "INSERT INTO item (id, word) VALUES ($1, $2)", NULL};
    struct database *db CLEANUP(database_close) = open_with_item(state);
    static const int64_t ids[] = {7, 7, 8};
    struct adding a = {.ids = ids};
    struct executions all = {&add_word, 3, &a, bind_added, NULL, count_added, NULL};
    {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
        struct err_info info = {0};
        assert_int_equal(query_many(db, &all, &info), ERR_CONFLICT);
        assert_non_null(strstr(info.detail, "item_add_word"));
        assert_true(a.changed[2] == 0);
    }
    assert_int_equal(count(db), 0);
}

static void what_is_sent_stands_after_the_commit(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, db, NULL), ERR_NONE);
    for (int64_t id = 1; id <= 3; id++) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
        query_bind_int(&q, 1, id);
        query_bind_text(&q, 2, TEXT("sent"));
        query_bind_null(&q, 3);
        query_bind_null(&q, 4);
        assert_int_equal(query_send(&q, NULL), ERR_NONE);
    }
    assert_int_equal(count(db), 3);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(count(db), 3);
}

/* Whether doing it ends the process by abort(). */
static bool aborts(void **state, void (*act)(struct database *db))
{
    pid_t child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        signal(SIGABRT, SIG_DFL);
        struct database *db = open_empty(state);
        assert_int_equal(database_script(db, TEXT("DROP TABLE IF EXISTS item"), NULL), ERR_NONE);
        assert_int_equal(database_script(db, schema, NULL), ERR_NONE);
        act(db);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void forget_a_parameter(struct database *db)
{
    struct query q = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, 1);
    (void)!query_run(&q, NULL);
}

static void bind_twice(struct database *db)
{
    struct query q = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, 1);
    query_bind_int(&q, 1, 2);
}

static void bind_out_of_range(struct database *db)
{
    struct query q = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 2, 1);
}

static void read_another_type(struct database *db)
{
    (void)!add(db, 1, "word", NULL);
    struct query q = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, 1);
    bool row;
    (void)!query_row(&q, &row, NULL);
    (void)query_int(&q, 0);
}

static void begin_twice(struct database *db)
{
    struct query one = query_begin(db, &statements[COUNT]);
    struct query two = query_begin(db, &statements[COUNT]);
    (void)one, (void)two;
}

static void number_wrongly(struct database *db)
{
    static const struct statement wrong = {"wrong", "SELECT $2, $1", NULL};
    (void)query_begin(db, &wrong);
}

static void misspell(struct database *db)
{
    static const struct statement wrong = {"wrong", "SELEKT 1", NULL};
    (void)query_begin(db, &wrong);
}

static void do_nothing(struct database *db)
{
    (void)count(db);
}

static void mistakes_of_ours_abort(void **state)
{
    assert_false(aborts(state, do_nothing));
    assert_true(aborts(state, forget_a_parameter));
    assert_true(aborts(state, bind_twice));
    assert_true(aborts(state, bind_out_of_range));
    assert_true(aborts(state, read_another_type));
    assert_true(aborts(state, begin_twice));
    assert_true(aborts(state, number_wrongly));
    assert_true(aborts(state, misspell));
}

static void preparing_a_table_names_the_statement_that_fails(void **state)
{
    struct database *db CLEANUP(database_close) = open_empty(state);
    struct err_info info = {0};
    assert_int_equal(database_prepare(db, &table, &info), ERR_INTERNAL);
    assert_non_null(strstr(info.detail, "item_add"));
    assert_int_equal(database_script(db, schema, NULL), ERR_NONE);
    assert_int_equal(database_prepare(db, &table, &info), ERR_NONE);
}

static void many_statements_keep_their_own_text(void **state)
{
    enum { MANY = 300 };
    struct database *db CLEANUP(database_close) = open_with_item(state);
    struct arena arena CLEANUP(arena_release) = {0};
    struct statement *many = ARENA_ARRAY(&arena, struct statement, MANY);
    for (int i = 0; i < MANY; i++) {
        many[i] = (struct statement){"many", arena_printf(&arena, "SELECT %d", i).ptr, NULL};
    }
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < MANY; i++) {
            struct query q CLEANUP(query_end) = query_begin(db, &many[i]);
            bool row = false;
            assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
            assert_int_equal(query_int(&q, 0), i);
        }
    }
    database_close(&db); /* before the arena with its statements */
}

static void a_reader_sees_what_is_committed_and_changes_nothing(void **state)
{
    struct database *writer CLEANUP(database_close) = open_at(path_of(state), DATABASE_WRITE);
    assert_int_equal(database_script(writer, schema, NULL), ERR_NONE);
    struct database *reader CLEANUP(database_close) = open_at(path_of(state), DATABASE_READ);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, writer, NULL), ERR_NONE);
    assert_int_equal(add(writer, 1, "one", NULL), ERR_NONE);
    assert_int_equal(count(reader), 0);
    assert_int_equal(transaction_commit(&t, NULL), ERR_NONE);
    assert_int_equal(count(reader), 1);
    struct err_info info = {0};
    assert_int_equal(add(reader, 2, "two", &info), ERR_STORAGE);
    assert_non_null(strstr(info.text, "read-only"));
}

static void a_second_process_on_the_same_file_is_refused(void **state)
{
    struct database *first CLEANUP(database_close) = open_at(path_of(state), DATABASE_WRITE);
    struct database_config config = {.place = path_of(state), .mode = DATABASE_WRITE};
    struct database *second = NULL;
    struct err_info info = {0};
    assert_int_equal(database_open(&config, &second, &info), ERR_BUSY);
    assert_non_null(strstr(info.text, "Another process uses"));
    assert_null(second);
    database_close(&first);
    second = open_at(path_of(state), DATABASE_WRITE);
    database_close(&second);
}

/* A file that is no database; a database with tables of another. */
static void fill_by_another_program(const char *place)
{
    if (place_is_postgres()) {
        place_command(place, "CREATE TABLE poem (words TEXT)");
        return;
    }
    FILE *file = fopen(place, "w");
    assert_non_null(file);
    fputs(
        "my only copy of a long poem, which is no database at all, and longer than a header of one "
        "would be",
        file);
    fclose(file);
}

static void only_its_owner_may_read_a_new_database(void **state)
{
    if (place_is_postgres()) { /* it has no files of ours */
        skip();
    }
    struct database *db CLEANUP(database_close) = open_empty(state);
    assert_int_equal(database_script(db, schema, NULL), ERR_NONE);
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct buf name CLEANUP(buf_release) = {0};
        buf_addf(&name, "%s%s", path_of(state), ends[i]);
        struct stat file;
        assert_int_equal(stat(name.ptr, &file), 0);
        assert_int_equal(file.st_mode & 0777, 0600);
    }
}

static void what_another_program_made_is_left_alone(void **state)
{
    fill_by_another_program(path_of(state));
    struct database_config config = {.place = path_of(state), .mode = DATABASE_WRITE};
    struct database *db = NULL;
    struct err_info info = {0};
    assert_int_equal(database_open(&config, &db, &info), ERR_STORAGE);
    assert_null(db);
    if (place_is_postgres()) {
        /* Fails unless there is no table of ours. */
        place_command(path_of(state), "CREATE TABLE schema_migration (number INTEGER)");
        return;
    }
    assert_non_null(strstr(info.text, "The file is no database"));
    char first[8] = {0};
    FILE *file = fopen(path_of(state), "r");
    assert_non_null(file);
    assert_int_equal(fread(first, 1, 7, file), 7);
    fclose(file);
    assert_string_equal(first, "my only");
}

static void a_query_over_its_time_stops_and_the_connection_goes_on(void **state)
{
    struct database *db CLEANUP(database_close) = open_with_item(state);
    struct err_info info = {0};
    database_set_deadline(db, database_clock() + 1000);
    {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[FOREVER]);
        bool row;
        assert_int_equal(query_row(&q, &row, &info), ERR_BUSY);
        assert_non_null(strstr(info.text, "longer than allowed"));
    }
    database_set_deadline(db, 0);
    database_set_slice(db, 1000);
    {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[FOREVER]);
        bool row;
        assert_int_equal(query_row(&q, &row, &info), ERR_BUSY);
    }
    database_set_slice(db, 0); /* counting may take longer than that on a busy machine */
    assert_int_equal(count(db), 0);
    atomic_bool cancelled = true;
    database_set_cancel(db, &cancelled);
    {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[FOREVER]);
        bool row;
        assert_int_equal(query_row(&q, &row, &info), ERR_BUSY);
    }
    database_set_cancel(db, NULL);
    assert_int_equal(count(db), 0);
}

static const struct migration first_two[] = {
    {1, "item", TEXT("CREATE TABLE item (id BIGINT PRIMARY KEY)")},
    {2, "word", TEXT("ALTER TABLE item ADD word TEXT; INSERT INTO item VALUES (1, 'one')")},
};

static void migrations_are_applied_once_and_in_order(void **state)
{
    struct database *db CLEANUP(database_close) = open_at(path_of(state), DATABASE_WRITE);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 1}, NULL), ERR_NONE);
    assert_int_equal(count(db), 0);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 2}, NULL), ERR_NONE);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 2}, NULL), ERR_NONE);
    assert_int_equal(count(db), 1);
    assert_int_equal(database_ping(db, NULL), ERR_NONE);
}

static void a_newer_schema_is_refused(void **state)
{
    struct database *db CLEANUP(database_close) = open_empty(state);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 2}, NULL), ERR_NONE);
    struct err_info info = {0};
    assert_int_equal(migrate(db, &(struct migrations){first_two, 1}, &info), ERR_CONFLICT);
    assert_non_null(strstr(info.text, "newer Troth"));
}

static void a_migration_that_was_edited_is_refused(void **state)
{
    struct database *db CLEANUP(database_close) = open_empty(state);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 1}, NULL), ERR_NONE);
    struct migration edited = first_two[0];
    edited.sql = TEXT("CREATE TABLE item (id TEXT)");
    struct err_info info = {0};
    assert_int_equal(migrate(db, &(struct migrations){&edited, 1}, &info), ERR_CONFLICT);
    assert_non_null(strstr(info.text, "0001 (item)"));
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    struct database *db CLEANUP(database_close) = open_empty(state);
    struct migration list[] = {first_two[0], first_two[1]};
    list[1].sql = TEXT("INSERT INTO item VALUES (7); CREATE TABLE item (id TEXT)");
    assert_int_not_equal(migrate(db, &(struct migrations){list, 2}, NULL), ERR_NONE);
    assert_int_equal(count(db), 0);
    assert_int_equal(migrate(db, &(struct migrations){first_two, 2}, NULL), ERR_NONE);
    assert_int_equal(count(db), 1);
}

static void the_schema_of_this_program_applies(void **state)
{
    struct database *db CLEANUP(database_close) = open_empty(state);
    struct err_info info = {0};
    if (migrate(db, &schema_migrations, &info) != ERR_NONE) {
        fail_msg("%s %s", info.text, info.detail);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_bound_is_read_back),
        TEST(null_reads_as_nothing),
        TEST(a_second_of_its_kind_is_a_conflict),
        TEST(what_is_not_committed_is_undone),
        TEST(many_executions_tell_each_what_it_changed),
        TEST(many_executions_give_each_its_rows),
        TEST(many_executions_end_with_the_first_that_fails),
        TEST(what_is_sent_stands_after_the_commit),
        TEST(mistakes_of_ours_abort),
        TEST(preparing_a_table_names_the_statement_that_fails),
        TEST(many_statements_keep_their_own_text),
        TEST(a_reader_sees_what_is_committed_and_changes_nothing),
        TEST(a_second_process_on_the_same_file_is_refused),
        TEST(only_its_owner_may_read_a_new_database),
        TEST(what_another_program_made_is_left_alone),
        TEST(a_query_over_its_time_stops_and_the_connection_goes_on),
        TEST(migrations_are_applied_once_and_in_order),
        TEST(a_newer_schema_is_refused),
        TEST(a_migration_that_was_edited_is_refused),
        TEST(a_migration_that_fails_changes_nothing),
        TEST(the_schema_of_this_program_applies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
