/* A batch that got into the way of another server is run again, and nobody hears of it. */
#include "store/clerk.h"
#include "store/sharing.h"
#include "store/testing.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ADD, DEADLOCK, COUNT, STATEMENTS };
static const struct statement statements[] = {
    [ADD] = {"item_add", "INSERT INTO item (id) VALUES ($1)", NULL},
    [DEADLOCK] = {"deadlock", "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40P01''; END'", NULL},
    [COUNT] = {"item_count", "SELECT count(*) FROM item", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* Adds a row; before that it is in the way for so many runs, or finds that it must be alone. */
struct adding {
    struct clerk_job job; /* first */
    int64_t id;
    int in_the_way, runs, times_told;
    bool needs_alone, was_alone, unheard; /* unheard: does not wait to hear how it went */
    enum err result;
    sem_t *told;
};

static void bind_id(struct query *q, size_t i, void *context)
{
    (void)i;
    query_bind_int(q, 1, ((const struct adding *)context)->id);
}

static enum err run_adding(struct clerk_job *job, struct database *db, struct err_info *info)
{
    struct adding *a = (struct adding *)job;
    a->runs++;
    a->was_alone = database_is_alone(db);
    if (a->runs <= a->in_the_way) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[DEADLOCK]);
        return query_run(&q, info);
    }
    if (a->needs_alone && !a->was_alone) {
        return database_want_alone(db, info);
    }
    if (a->unheard) {
        return query_many(
            db,
            &(struct executions){
                .statement = &statements[ADD], .count = 1, .context = a, .bind = bind_id},
            info);
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, a->id);
    return query_run(&q, info);
}

static void adding_done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    (void)info;
    struct adding *a = (struct adding *)job;
    a->result = result;
    a->times_told++;
    sem_post(a->told);
}

struct office {
    struct place place;
    struct database *db;
    struct clerk *clerk;
    sem_t told;
};

static int open_office(void **state)
{
    static struct office o;
    o = (struct office){.place = place_make()};
    sem_init(&o.told, 0, 0);
    {
        struct database_config config = {.place = o.place.path, .mode = DATABASE_WRITE};
        struct database *db CLEANUP(database_close) = NULL;
        if (database_open(&config, &db, NULL) != ERR_NONE ||
            database_script(db,
                            TEXT("CREATE TABLE item (id BIGINT PRIMARY KEY); CREATE TABLE mark "
                                 "(name TEXT PRIMARY KEY, value BIGINT NOT NULL)"),
                            NULL) != ERR_NONE) {
            return -1;
        }
    }
    struct database_config config = {.place = o.place.path, .mode = DATABASE_WRITE, .shared = true};
    *state = &o;
    return database_open(&config, &o.db, NULL) == ERR_NONE &&
                   clerk_start(&(struct clerk_config){.db = o.db}, &o.clerk, NULL) == ERR_NONE
               ? 0
               : -1;
}

static int close_office(void **state)
{
    struct office *o = *state;
    clerk_stop(&o->clerk);
    database_close(&o->db);
    place_remove(&o->place);
    sem_destroy(&o->told);
    return 0;
}

static struct adding adding(struct office *o, int64_t id)
{
    return (struct adding){
        .job = {.run = run_adding, .done = adding_done}, .id = id, .told = &o->told};
}

static void run_all(struct office *o, struct adding *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(clerk_submit(o->clerk, &list[i].job));
    }
    for (size_t i = 0; i < count; i++) {
        sem_wait(&o->told);
    }
}

static int64_t count(struct office *o)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = o->place.path, .mode = DATABASE_READ};
    assert_int_equal(database_open(&config, &db, NULL), ERR_NONE);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COUNT]);
    bool row;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    int64_t found = query_int(&q, 0);
    query_end(&q);
    return found;
}

static void jobs_of_a_batch_in_the_way_are_told_once_that_they_went_well(void **state)
{
    struct office *o = *state;
    struct adding list[] = {adding(o, 1), adding(o, 2), adding(o, 3)};
    list[1].in_the_way = 1;
    run_all(o, list, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(list[i].result, ERR_NONE);
        assert_int_equal(list[i].times_told, 1);
    }
    assert_int_equal(list[1].runs, 2);
    assert_int_equal(count(o), 3);
}

static void a_job_that_is_in_the_way_for_ever_fails_alone(void **state)
{
    struct office *o = *state;
    struct adding list[] = {adding(o, 1), adding(o, 2), adding(o, 3)};
    list[1].in_the_way = 1000;
    run_all(o, list, 3);
    assert_int_equal(list[0].result, ERR_NONE);
    assert_int_equal(list[1].result, ERR_BUSY);
    assert_int_equal(list[2].result, ERR_NONE);
    assert_true(list[1].runs < 20);
    assert_int_equal(count(o), 2);
}

static void a_fault_that_shows_after_its_job_is_its_jobs_own(void **state)
{
    struct office *o = *state;
    struct adding list[] = {adding(o, 1), adding(o, 1), adding(o, 3), adding(o, 3)};
    list[1].unheard = list[2].unheard = true;
    run_all(o, list, 3);
    assert_int_equal(list[0].result, ERR_NONE);
    assert_int_equal(list[1].result, ERR_CONFLICT);
    assert_int_equal(list[1].times_told, 1);
    assert_int_equal(list[2].result, ERR_NONE);
    run_all(o, &list[3], 1);
    assert_int_equal(list[3].result, ERR_CONFLICT);
    assert_int_equal(count(o), 2);
}

static void a_job_that_must_be_alone_is_run_again_alone(void **state)
{
    struct office *o = *state;
    struct database_config config = {
        .place = o->place.path, .mode = DATABASE_WRITE, .shared = true};
    struct database *other CLEANUP(database_close) = NULL;
    assert_int_equal(database_open(&config, &other, NULL), ERR_NONE);
    struct adding list[] = {adding(o, 1), adding(o, 2)};
    list[0].needs_alone = true;
    run_all(o, list, 2);
    assert_int_equal(list[0].result, ERR_NONE);
    assert_true(list[0].was_alone);
    assert_int_equal(list[0].runs, 2);
    assert_int_equal(list[1].result, ERR_NONE);
    assert_int_equal(count(o), 2);
    struct adding next = adding(o, 3);
    run_all(o, &next, 1);
    assert_false(next.was_alone); /* beside the others again */
}

static void who_has_the_database_to_himself_is_alone_at_once(void **state)
{
    struct office *o = *state;
    struct adding a = adding(o, 1);
    a.needs_alone = true;
    run_all(o, &a, 1);
    assert_int_equal(a.result, ERR_NONE);
    assert_int_equal(a.runs, 1);
    assert_true(a.was_alone);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
    const struct CMUnitTest alone[] = {TEST(who_has_the_database_to_himself_is_alone_at_once)};
    const struct CMUnitTest shared[] = {
        TEST(jobs_of_a_batch_in_the_way_are_told_once_that_they_went_well),
        TEST(a_job_that_is_in_the_way_for_ever_fails_alone),
        TEST(a_fault_that_shows_after_its_job_is_its_jobs_own),
        TEST(a_job_that_must_be_alone_is_run_again_alone),
    };
    return place_is_postgres() ? cmocka_run_group_tests(shared, NULL, NULL)
                               : cmocka_run_group_tests(alone, NULL, NULL);
}
