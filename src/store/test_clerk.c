#include "base/moment.h"
#include "store/clerk.h"
#include "store/testing.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ADD, COUNT, STATEMENTS };
static const struct statement statements[] = {
    [ADD] = {"item_add", "INSERT INTO item (id, bytes) VALUES ($1, $2)", NULL},
    [COUNT] = {"item_count", "SELECT count(*) FROM item", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* Adds a row, perhaps fails after it. */
struct adding {
    struct clerk_job job; /* first */
    int64_t id;
    size_t bytes;
    bool fails;
    enum err result;
    struct err_info info;
    sem_t *told;
    atomic_uint *told_count;
};

static enum err run_adding(struct clerk_job *job, struct database *db, struct err_info *info)
{
    static const char filling[65536];
    struct adding *a = (struct adding *)job;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, a->id);
    query_bind_bytes(&q, 2, (struct text){filling, a->bytes});
    enum err e = query_run(&q, info);
    if (!e && a->fails) {
        e = err_set(info, ERR_INVALID, "It does not want to.");
    }
    return e;
}

static void adding_done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    struct adding *a = (struct adding *)job;
    a->result = result;
    if (info) {
        a->info = *info;
    }
    if (a->told_count) {
        atomic_fetch_add(a->told_count, 1);
    }
    sem_post(a->told);
}

struct office {
    struct place place;
    struct database *db;
    struct clerk *clerk;
    sem_t told;
    /* What the hook saw. */
    atomic_int due_in, ticks, undone, words, committed, rolled_back;
    atomic_bool words_fail, tick_fails;
    /* What jobs have gathered: the clerk's thread only. */
    struct adding *gathered[64];
    size_t gathered_count, takings, taken_most;
};

static int64_t hook_due(void *self)
{
    struct office *o = self;
    return atomic_load(&o->due_in) > 0 ? moment_now() - 1 : MOMENT_NEVER;
}

static enum err hook_tick(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    (void)now_us;
    struct office *o = self;
    int number = atomic_fetch_sub(&o->due_in, 1);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, -number);
    query_bind_null(&q, 2);
    enum err e = query_run(&q, info);
    if (!e && atomic_load(&o->tick_fails)) {
        e = err_set(info, ERR_INVALID, "Not now.");
    }
    atomic_fetch_add(&o->ticks, 1);
    return e;
}

static void hook_undone(void *self)
{
    atomic_fetch_add(&((struct office *)self)->undone, 1);
}

static enum err hook_words(void *self, struct database *db, struct err_info *info)
{
    (void)db;
    struct office *o = self;
    atomic_fetch_add(&o->words, 1);
    return atomic_load(&o->words_fail) ? err_set(info, ERR_INTERNAL, "No words.") : ERR_NONE;
}

static void hook_committed(void *self)
{
    atomic_fetch_add(&((struct office *)self)->committed, 1);
}

static void hook_rolled_back(void *self)
{
    atomic_fetch_add(&((struct office *)self)->rolled_back, 1);
}

/* -- jobs that gather -- */

struct gathering {
    struct adding adding; /* first */
    struct office *office;
};

static enum err run_gathering(struct clerk_job *job, struct database *db, struct err_info *info)
{
    (void)db, (void)info;
    struct gathering *g = (struct gathering *)job;
    g->office->gathered[g->office->gathered_count++] = &g->adding;
    return ERR_NONE;
}

static size_t hook_gathered(void *self)
{
    return ((struct office *)self)->gathered_count;
}

static enum err hook_take_gathered(void *self, struct database *db, struct err_info *info)
{
    struct office *o = self;
    enum err e = ERR_NONE;
    for (size_t i = 0; i < o->gathered_count && !e; i++) {
        e = run_adding(&o->gathered[i]->job, db, info);
    }
    o->taken_most = o->gathered_count > o->taken_most ? o->gathered_count : o->taken_most;
    o->takings++;
    o->gathered_count = 0;
    return e;
}

static int open_office(void **state)
{
    struct office *o = calloc(1, sizeof(*o));
    if (!o) {
        return -1;
    }
    o->place = place_make();
    sem_init(&o->told, 0, 0);
    struct database_config place = {.place = o->place.path, .mode = DATABASE_WRITE};
    struct clerk_hook hook = {
        o,          NULL,           hook_due,         hook_tick,     hook_undone,
        hook_words, hook_committed, hook_rolled_back, hook_gathered, hook_take_gathered};
    if (database_open(&place, &o->db, NULL) != ERR_NONE ||
        database_script(o->db, TEXT("CREATE TABLE item (id BIGINT PRIMARY KEY, bytes BLOB)"),
                        NULL) != ERR_NONE) {
        return -1;
    }
    struct clerk_config config = {.db = o->db, .hooks = &hook, .hook_count = 1};
    static struct clerk_hook kept; /* the clerk looks at it until it stops */
    kept = hook;
    config.hooks = &kept;
    *state = o;
    return clerk_start(&config, &o->clerk, NULL) == ERR_NONE ? 0 : -1;
}

static int close_office(void **state)
{
    struct office *o = *state;
    clerk_stop(&o->clerk);
    database_close(&o->db);
    place_remove(&o->place);
    sem_destroy(&o->told);
    free(o);
    return 0;
}

static struct adding adding(struct office *o, int64_t id)
{
    return (struct adding){
        .job = {.run = run_adding, .done = adding_done}, .id = id, .told = &o->told};
}

static void add_and_wait(struct office *o, struct adding *a)
{
    assert_true(clerk_submit(o->clerk, &a->job));
    sem_wait(&o->told);
}

/* By a connection of its own: only what is committed. */
static int64_t count(struct office *o)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config place = {.place = o->place.path, .mode = DATABASE_READ};
    assert_int_equal(database_open(&place, &db, NULL), ERR_NONE);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COUNT]);
    bool row;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    int64_t found = query_int(&q, 0);
    query_end(&q);
    return found;
}

static void a_job_is_told_after_it_is_committed(void **state)
{
    struct office *o = *state;
    struct adding a = adding(o, 1);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_NONE);
    assert_int_equal(count(o), 1);
    assert_int_equal(atomic_load(&o->committed), 1);
}

static void a_job_that_fails_is_undone_alone(void **state)
{
    struct office *o = *state;
    struct adding good = adding(o, 1), bad = adding(o, 2), twin = adding(o, 1), last = adding(o, 3);
    bad.fails = true;
    assert_true(clerk_submit(o->clerk, &good.job));
    assert_true(clerk_submit(o->clerk, &bad.job));
    assert_true(clerk_submit(o->clerk, &twin.job));
    assert_true(clerk_submit(o->clerk, &last.job));
    for (int i = 0; i < 4; i++) {
        sem_wait(&o->told);
    }
    assert_int_equal(good.result, ERR_NONE);
    assert_int_equal(bad.result, ERR_INVALID);
    assert_string_equal(bad.info.text, "It does not want to.");
    assert_int_equal(twin.result, ERR_CONFLICT);
    assert_int_equal(last.result, ERR_NONE);
    assert_int_equal(count(o), 2);
    assert_int_equal(atomic_load(&o->undone), 2);
}

static struct gathering gathering(struct office *o, int64_t id)
{
    struct gathering g = {.adding = adding(o, id), .office = o};
    g.adding.job.run = run_gathering;
    g.adding.job.gathers = true;
    return g;
}

/* Keeps the clerk busy, so that jobs queue up. */
struct holding {
    struct clerk_job job;
    sem_t go, *told;
};

static enum err run_holding(struct clerk_job *job, struct database *db, struct err_info *info)
{
    (void)db, (void)info;
    sem_wait(&((struct holding *)job)->go);
    return ERR_NONE;
}

static void holding_done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    (void)result, (void)info;
    sem_post(((struct holding *)job)->told);
}

/* All in one batch behind the one that holds it up. */
static void run_together(struct office *o, struct clerk_job **jobs, size_t job_count)
{
    struct holding holding = {.job = {.run = run_holding, .done = holding_done}, .told = &o->told};
    sem_init(&holding.go, 0, 0);
    assert_true(clerk_submit(o->clerk, &holding.job));
    for (size_t i = 0; i < job_count; i++) {
        assert_true(clerk_submit(o->clerk, jobs[i]));
    }
    sem_post(&holding.go);
    for (size_t i = 0; i < job_count + 1; i++) {
        sem_wait(&o->told);
    }
    sem_destroy(&holding.go);
}

enum { TOGETHER = 10 };

static void what_jobs_gather_is_done_together(void **state)
{
    struct office *o = *state;
    struct gathering g[TOGETHER];
    struct clerk_job *jobs[TOGETHER];
    for (int i = 0; i < TOGETHER; i++) {
        g[i] = gathering(o, i);
        jobs[i] = &g[i].adding.job;
    }
    run_together(o, jobs, TOGETHER);
    for (int i = 0; i < TOGETHER; i++) {
        assert_int_equal(g[i].adding.result, ERR_NONE);
    }
    assert_int_equal(count(o), TOGETHER);
    assert_true(o->taken_most > 1); /* all, unless the machine was busy elsewhere for long */
    assert_true(o->takings < TOGETHER);
}

static void of_what_was_gathered_the_bad_one_fails_alone(void **state)
{
    struct office *o = *state;
    struct gathering g[TOGETHER];
    struct clerk_job *jobs[TOGETHER];
    for (int i = 0; i < TOGETHER; i++) {
        g[i] = gathering(o, i);
        jobs[i] = &g[i].adding.job;
    }
    g[4].adding.fails = true;
    run_together(o, jobs, TOGETHER);
    for (int i = 0; i < TOGETHER; i++) {
        assert_int_equal(g[i].adding.result, i == 4 ? ERR_INVALID : ERR_NONE);
    }
    assert_string_equal(g[4].adding.info.text, "It does not want to.");
    assert_int_equal(count(o), TOGETHER - 1);
}

static void another_kind_of_job_finds_done_what_was_gathered_before_it(void **state)
{
    struct office *o = *state;
    struct gathering first = gathering(o, 1), last = gathering(o, 2);
    struct adding twin = adding(o, 1), early = adding(o, 2);
    struct clerk_job *jobs[] = {&first.adding.job, &twin.job, &early.job, &last.adding.job};
    run_together(o, jobs, 4);
    assert_int_equal(first.adding.result, ERR_NONE);
    assert_int_equal(twin.result, ERR_CONFLICT);
    assert_int_equal(early.result, ERR_NONE);
    assert_int_equal(last.adding.result, ERR_CONFLICT);
    assert_int_equal(count(o), 2);
}

static void a_batch_without_its_last_words_is_rolled_back_whole(void **state)
{
    struct office *o = *state;
    atomic_store(&o->words_fail, true);
    struct adding a = adding(o, 1);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_INTERNAL);
    assert_int_equal(count(o), 0);
    assert_int_equal(atomic_load(&o->rolled_back), 1);
    assert_int_equal(atomic_load(&o->committed), 0);
    atomic_store(&o->words_fail, false);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_NONE);
}

/* The largest the file may grow, in pages. Done by a job, because the connection is the clerk's. */
struct limiting {
    struct clerk_job job;
    const char *sql;
    sem_t *told;
};

static enum err run_limiting(struct clerk_job *job, struct database *db, struct err_info *info)
{
    return database_script(db, text_of(((struct limiting *)job)->sql), info);
}

static void limiting_done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    (void)result, (void)info;
    sem_post(((struct limiting *)job)->told);
}

static void limit(struct office *o, const char *sql)
{
    struct limiting l = {{.run = run_limiting, .done = limiting_done, .sure = true}, sql, &o->told};
    assert_true(clerk_submit(o->clerk, &l.job));
    sem_wait(&o->told);
}

static void a_full_disk_is_said_and_the_clerk_recovers(void **state)
{
    struct office *o = *state;
    if (place_is_postgres()) {
        skip(); /* no such limit there: errors_are_told_in_our_words */
    }
    limit(o, "PRAGMA max_page_count = 20");
    struct adding a = adding(o, 1);
    a.bytes = 65536;
    struct adding b = a;
    b.id = 2;
    add_and_wait(o, &a);
    add_and_wait(o, &b);
    assert_int_equal(b.result, ERR_STORAGE);
    assert_non_null(strstr(b.info.text, "disk is full"));
    int64_t before = count(o);
    limit(o, "PRAGMA max_page_count = 100000");
    add_and_wait(o, &b);
    assert_int_equal(b.result, ERR_NONE);
    assert_int_equal(count(o), before + 1);
}

static void a_read_only_database_is_said_and_the_clerk_recovers(void **state)
{
    struct office *o = *state;
    bool postgres = place_is_postgres();
    /* Between two jobs the clerk leaves its connection alone. */
    struct text off =
        postgres ? TEXT("SET default_transaction_read_only = on") : TEXT("PRAGMA query_only = ON");
    struct text on = postgres ? TEXT("SET default_transaction_read_only = off")
                              : TEXT("PRAGMA query_only = OFF");
    assert_int_equal(database_script(o->db, off, NULL), ERR_NONE);
    struct adding a = adding(o, 1);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_STORAGE);
    assert_non_null(strstr(a.info.text, "read-only"));
    assert_int_equal(database_script(o->db, on, NULL), ERR_NONE);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_NONE);
}

static void what_is_due_is_done_without_any_job(void **state)
{
    struct office *o = *state;
    atomic_store(&o->due_in, 3);
    clerk_wake(o->clerk);
    while (atomic_load(&o->ticks) < 3) {
        usleep(1000);
    }
    struct adding a = adding(o, 1);
    add_and_wait(o, &a);
    assert_int_equal(count(o), 4);
}

static void due_work_that_fails_is_undone_and_jobs_go_on(void **state)
{
    struct office *o = *state;
    atomic_store(&o->tick_fails, true);
    atomic_store(&o->due_in, 1);
    clerk_wake(o->clerk);
    while (atomic_load(&o->undone) < 1) {
        usleep(1000);
    }
    struct adding a = adding(o, 1);
    add_and_wait(o, &a);
    assert_int_equal(a.result, ERR_NONE);
    assert_int_equal(count(o), 1);
}

enum { THREADS = 4, EACH = 2000 };
struct crowd {
    struct office *office;
    struct adding *jobs;
    atomic_uint told;
    int64_t first;
};

static void *submit_all(void *self)
{
    struct crowd *c = self;
    for (int i = 0; i < EACH; i++) {
        c->jobs[i] = adding(c->office, c->first + i);
        c->jobs[i].fails = i % 7 == 0;
        c->jobs[i].job.sure = i % 7 != 0;
        c->jobs[i].told_count = &c->told;
        while (!clerk_submit(c->office->clerk, &c->jobs[i].job)) {
            usleep(100);
        }
    }
    return NULL;
}

static void every_job_of_many_threads_is_told_once_and_a_stop_finishes_them(void **state)
{
    struct office *o = *state;
    struct crowd crowds[THREADS];
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++) {
        crowds[t] = (struct crowd){.office = o, .first = (int64_t)t * EACH};
        crowds[t].jobs = calloc(EACH, sizeof(struct adding));
        assert_non_null(crowds[t].jobs);
        assert_int_equal(pthread_create(&threads[t], NULL, submit_all, &crowds[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
    }
    clerk_stop(&o->clerk);
    int64_t good = 0;
    for (int t = 0; t < THREADS; t++) {
        assert_int_equal(atomic_load(&crowds[t].told), EACH);
        for (int i = 0; i < EACH; i++) {
            assert_int_equal(crowds[t].jobs[i].result, i % 7 == 0 ? ERR_INVALID : ERR_NONE);
            good += i % 7 != 0;
        }
        free(crowds[t].jobs);
    }
    assert_int_equal(count(o), good);
    assert_in_range(atomic_load(&o->committed), 1, THREADS * EACH / 2); /* in groups */
}

static void a_full_queue_refuses(void **state)
{
    struct office *o = *state;
    clerk_stop(&o->clerk);
    struct clerk_config config = {.db = o->db, .queue_max = 1};
    assert_int_equal(clerk_start(&config, &o->clerk, NULL), ERR_NONE);
    enum { MANY = 5000 };
    struct adding *jobs = calloc(MANY, sizeof(*jobs));
    assert_non_null(jobs);
    int taken = 0;
    for (int i = 0; i < MANY; i++) {
        jobs[i] = adding(o, i);
        taken += clerk_submit(o->clerk, &jobs[i].job);
    }
    assert_in_range(taken, 1, MANY - 1);
    clerk_stop(&o->clerk);
    assert_int_equal(count(o), taken);
    free(jobs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_told_after_it_is_committed),
        TEST(a_job_that_fails_is_undone_alone),
        TEST(what_jobs_gather_is_done_together),
        TEST(of_what_was_gathered_the_bad_one_fails_alone),
        TEST(another_kind_of_job_finds_done_what_was_gathered_before_it),
        TEST(a_batch_without_its_last_words_is_rolled_back_whole),
        TEST(a_full_disk_is_said_and_the_clerk_recovers),
        TEST(a_read_only_database_is_said_and_the_clerk_recovers),
        TEST(what_is_due_is_done_without_any_job),
        TEST(due_work_that_fails_is_undone_and_jobs_go_on),
        TEST(every_job_of_many_threads_is_told_once_and_a_stop_finishes_them),
        TEST(a_full_queue_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
