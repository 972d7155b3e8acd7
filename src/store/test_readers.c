#include "store/readers.h"
#include "store/testing.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COUNT, FOREVER, STATEMENTS };
static const struct statement statements[] = {
    [COUNT] = {"item_count", "SELECT count(*) FROM item", NULL},
    [FOREVER] = {"forever",
                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                 "SELECT count(*) FROM n",
                 NULL},
};
static const struct statement_table table = {statements, STATEMENTS};

struct library {
    struct place place;
    struct database *writer;
    struct readers *readers;
};

/* Asks one statement, the second time after another thread may have written. */
struct asking {
    struct read_job job; /* first */
    int statement;
    struct database *writer; /* adds a row between two looks */
    int64_t first, second;
    atomic_bool begun;
    enum err result;
    struct err_info info;
    sem_t told;
};

static enum err look(struct database *db, int statement, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0);
    }
    return e;
}

static enum err run_asking(struct read_job *job, struct database *db, struct err_info *info)
{
    struct asking *a = (struct asking *)job;
    atomic_store(&a->begun, true);
    enum err e = look(db, a->statement, &a->first, info);
    if (!e && a->writer) {
        e = database_script(a->writer, TEXT("INSERT INTO item SELECT count(*) FROM item"), info);
    }
    return e ? e : look(db, a->statement, &a->second, info);
}

static void asking_done(struct read_job *job, enum err result, const struct err_info *info)
{
    struct asking *a = (struct asking *)job;
    a->result = result;
    a->info = *info;
    sem_post(&a->told);
}

static void prepare(struct asking *a, enum reader_lane lane, int statement)
{
    *a = (struct asking){.statement = statement};
    a->job.lane = lane;
    a->job.run = run_asking;
    a->job.done = asking_done;
    sem_init(&a->told, 0, 0);
}

static void submit(struct library *l, struct asking *a)
{
    assert_true(readers_submit(l->readers, &a->job));
}

static int open_library(void **state)
{
    struct library *l = calloc(1, sizeof(*l));
    if (!l) {
        return -1;
    }
    l->place = place_make();
    struct database_config place = {.place = l->place.path, .mode = DATABASE_WRITE};
    static const struct statement_table *const tables[] = {&table};
    struct readers_config config = {.place = l->place.path, .tables = tables, .table_count = 1};
    *state = l;
    return database_open(&place, &l->writer, NULL) != ERR_NONE ||
           database_script(l->writer, TEXT("CREATE TABLE item (id INTEGER PRIMARY KEY)"), NULL) !=
               ERR_NONE ||
           readers_start(&config, &l->readers, NULL) != ERR_NONE;
}

static int close_library(void **state)
{
    struct library *l = *state;
    readers_stop(&l->readers);
    database_close(&l->writer);
    place_remove(&l->place);
    free(l);
    return 0;
}

static void a_quick_question_sees_one_moment_and_a_slow_one_goes_on(void **state)
{
    struct library *l = *state;
    struct asking quick, slow;
    prepare(&quick, READ_QUICK, COUNT);
    quick.writer = l->writer;
    submit(l, &quick);
    sem_wait(&quick.told);
    assert_int_equal(quick.result, ERR_NONE);
    assert_int_equal(quick.first, 0);
    assert_int_equal(quick.second, 0);
    prepare(&slow, READ_SLOW, COUNT);
    slow.writer = l->writer;
    submit(l, &slow);
    sem_wait(&slow.told);
    assert_int_equal(slow.first, 1);
    assert_int_equal(slow.second, 2);
}

static void a_question_over_its_time_is_stopped_and_the_next_is_answered(void **state)
{
    struct library *l = *state;
    for (int lane = READ_QUICK; lane <= READ_SLOW; lane++) {
        struct asking endless, next;
        prepare(&endless, (enum reader_lane)lane, FOREVER);
        submit(l, &endless);
        sem_wait(&endless.told);
        assert_int_equal(endless.result, ERR_BUSY);
        assert_non_null(strstr(endless.info.text, "longer than allowed"));
        prepare(&next, (enum reader_lane)lane, COUNT);
        submit(l, &next);
        sem_wait(&next.told);
        assert_int_equal(next.result, ERR_NONE);
    }
    assert_int_equal(readers_figures(l->readers).failed[READ_QUICK], 1);
}

static void a_slow_question_does_not_hold_up_a_quick_one(void **state)
{
    struct library *l = *state;
    struct asking slow, quick;
    prepare(&slow, READ_SLOW, FOREVER);
    submit(l, &slow);
    while (!atomic_load(&slow.begun)) {
        usleep(100);
    }
    prepare(&quick, READ_QUICK, COUNT);
    submit(l, &quick);
    sem_wait(&quick.told);
    assert_int_equal(quick.result, ERR_NONE);
    atomic_store(&slow.job.cancelled, true);
    sem_wait(&slow.told);
    assert_int_equal(slow.result, ERR_BUSY);
}

static void a_cancelled_question_is_not_begun(void **state)
{
    struct library *l = *state;
    struct asking a;
    prepare(&a, READ_QUICK, COUNT);
    atomic_store(&a.job.cancelled, true);
    submit(l, &a);
    sem_wait(&a.told);
    assert_int_equal(a.result, ERR_BUSY);
    assert_false(atomic_load(&a.begun));
}

static void a_stop_answers_what_is_queued(void **state)
{
    struct library *l = *state;
    enum { MANY = 200 };
    struct asking *all = calloc(MANY, sizeof(*all));
    assert_non_null(all);
    for (int i = 0; i < MANY; i++) {
        prepare(&all[i], i % 2 ? READ_QUICK : READ_SLOW, COUNT);
        submit(l, &all[i]);
    }
    readers_stop(&l->readers);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(sem_trywait(&all[i].told), 0);
        assert_int_equal(all[i].result, ERR_NONE);
    }
    free(all);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_library, close_library)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quick_question_sees_one_moment_and_a_slow_one_goes_on),
        TEST(a_question_over_its_time_is_stopped_and_the_next_is_answered),
        TEST(a_slow_question_does_not_hold_up_a_quick_one),
        TEST(a_cancelled_question_is_not_begun),
        TEST(a_stop_answers_what_is_queued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
