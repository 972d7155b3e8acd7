/* What may befall a server that runs: a full disk, a disk that fails, a read-only one, no memory, a
 * clock that jumps. It says so, goes on reading, recovers by itself, and loses nothing that it had
 * acknowledged.   test_trouble TROTH TROTH_TORN */
#include "scene.h"

#include "base/moment.h"
#include "client.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { A_WHILE_US = 120000, RECOVERY_US = 1200000, PATIENCE = 50, NOBODY = 65534 };

struct programs {
    const char *troth, *torn;
};

static void put_words(const char *name, const char *words)
{
    char fresh[CHILD_PLACE_SIZE + 32];
    snprintf(fresh, sizeof(fresh), "%s-new", name);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0 && write(fd, words, strlen(words)) == (ssize_t)strlen(words));
    close(fd);
    assert_int_equal(rename(fresh, name), 0);
}

static unsigned get(const struct scene *s, const char *path)
{
    struct client c CLEANUP(client_close) = client_make(s->child.port, s->token);
    struct text body;
    return client_ask(&c, "GET", path, NULL, (struct text){0}, &body);
}

static void start(struct scene *s)
{
    if (!scene_start(s)) {
        fail_msg("%s", s->wrong);
    }
    assert_true(s->published);
}

static void settle(struct scene *s)
{
    struct judgement j;
    scene_settle(s, &j);
    if (s->wrong[0]) {
        scene_end(s, true);
        fail_msg("%s", s->wrong);
    }
    assert_int_equal(j.lost, 0);
    assert_int_equal(j.doubled, 0);
    assert_true(j.obligations > 0);
    scene_end(s, false);
}

/* In trouble: every writer is told so in a problem document, and readers go on. */
static void is_in_trouble(struct scene *s, const char *words)
{
    sender_forget_problem(s->sender);
    size_t before = sender_acknowledged(s->sender);
    scene_load(s, A_WHILE_US);
    const char *problem = sender_problem(s->sender);
    if (strncmp(problem, "507 {", 5) != 0 || !strstr(problem, words)) {
        fail_msg("not 507 with \"%s\": %s", words, problem);
    }
    assert_int_equal(sender_acknowledged(s->sender), before);
    assert_int_equal(get(s, "/healthz"), 200);
    assert_int_equal(get(s, "/readyz"), 200);
    assert_int_equal(get(s, "/api/v1/obligations?state=open"), 200);
}

/* Well again, without a restart; the clock's work is taken up as well. */
static void is_well(struct scene *s)
{
    size_t before = sender_acknowledged(s->sender);
    child_sleep(RECOVERY_US);
    for (int i = 0; i < PATIENCE && sender_acknowledged(s->sender) == before; i++) {
        scene_load(s, A_WHILE_US); /* on a busy machine a single while may be too short */
    }
    assert_true(sender_acknowledged(s->sender) > before);
}

static void trouble_passes(const char *program, const char *word, const char *words)
{
    struct scene s;
    char name[CHILD_PLACE_SIZE + 16], variable[CHILD_PLACE_SIZE + 64];
    const char *const environment[] = {"TROTH_TEST_VFS=drop", variable, NULL};
    scene_begin(&s, program, environment, 1);
    snprintf(name, sizeof(name), "%s/trouble", s.place.folder);
    snprintf(variable, sizeof(variable), "TROTH_TEST_TROUBLE=%s", name);
    start(&s);
    scene_load(&s, A_WHILE_US);
    put_words(name, word);
    is_in_trouble(&s, words);
    unlink(name);
    is_well(&s);
    child_kill(&s.child);
    settle(&s);
}

static void a_full_disk_is_said_and_passes(void **state)
{
    trouble_passes(((struct programs *)*state)->torn, "full", "The disk is full");
}

static void a_failing_disk_is_said_and_passes(void **state)
{
    trouble_passes(((struct programs *)*state)->torn, "io", "The disk failed (disk I/O error)");
}

static void a_failing_sync_is_said_and_passes(void **state)
{
    trouble_passes(((struct programs *)*state)->torn, "sync", "The disk failed (disk I/O error)");
}

static void a_disk_turned_read_only_is_said_and_passes(void **state)
{
    trouble_passes(((struct programs *)*state)->torn, "readonly", "read-only");
}

/* The kernel's own refusal to let the log grow, without any layer of ours. */
static void a_file_that_may_not_grow_is_said_and_passes(void **state)
{
    struct scene s;
    struct rlimit before, none = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    scene_begin(&s, ((struct programs *)*state)->troth, NULL, 2);
    start(&s);
    scene_load(&s, A_WHILE_US);
    assert_int_equal(prlimit(s.child.pid, RLIMIT_FSIZE, NULL, &before), 0);
    none.rlim_max = before.rlim_max;
    assert_int_equal(prlimit(s.child.pid, RLIMIT_FSIZE, &none, NULL), 0);
    is_in_trouble(&s, "The disk");
    assert_int_equal(prlimit(s.child.pid, RLIMIT_FSIZE, &before, NULL), 0);
    is_well(&s);
    child_kill(&s.child);
    settle(&s);
}

/* The log's last lines hold the words. */
static bool log_says(const struct scene *s, const char *words)
{
    char log[8192] = "";
    FILE *file = fopen(s->place.log, "r");
    size_t len = file ? fread(log, 1, sizeof(log) - 1, file) : 0;
    if (file) {
        fclose(file);
    }
    log[len] = '\0';
    return strstr(log, words) != NULL;
}

static void a_folder_that_may_not_be_written_is_said_at_the_start(void **state)
{
    struct scene s;
    scene_begin(&s, ((struct programs *)*state)->troth, NULL, 3);
    if (geteuid() == 0) { /* root may write everywhere */
        s.plan.user = NOBODY;
        assert_int_equal(chown(s.place.folder, NOBODY, NOBODY), 0);
        int log = open(s.place.log, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
        assert_true(log >= 0 && fchown(log, NOBODY, NOBODY) == 0);
        close(log);
    }
    start(&s);
    scene_load(&s, A_WHILE_US);
    assert_true(child_stop(&s.child));
    assert_int_equal(chmod(s.place.folder, 0555), 0);
    assert_int_equal(chmod(s.place.database, 0444), 0);
    char lock[CHILD_PLACE_SIZE + 32];
    snprintf(lock, sizeof(lock), "%s-lock", s.place.database);
    assert_int_equal(chmod(lock, 0444), 0);
    child_start(&s.plan, &s.child);
    assert_false(child_ready(&s.child));
    assert_true(log_says(&s, "Name a place that you may write"));
    chmod(lock, 0644);
    child_start(&s.plan, &s.child); /* the database alone is read-only */
    assert_false(child_ready(&s.child));
    assert_true(log_says(&s, "The database is read-only"));
    chmod(s.place.folder, 0755);
    chmod(s.place.database, 0644);
    settle(&s);
}

static int64_t address_space(pid_t pid)
{
    char name[64];
    long pages = 0;
    snprintf(name, sizeof(name), "/proc/%d/statm", (int)pid);
    FILE *file = fopen(name, "r");
    if (!file || fscanf(file, "%ld", &pages) != 1) {
        pages = 0;
    }
    if (file) {
        fclose(file);
    }
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void out_of_memory_it_ends_and_nothing_is_lost(void **state)
{
    struct scene s;
    scene_begin(&s, ((struct programs *)*state)->troth, NULL, 4);
    for (int i = 0; i < 3; i++) {
        start(&s);
        scene_load(&s, A_WHILE_US);
        struct rlimit limit = {.rlim_max = RLIM_INFINITY};
        limit.rlim_cur = (rlim_t)address_space(s.child.pid) + (rlim_t)i * 65536;
        assert_int_equal(prlimit(s.child.pid, RLIMIT_AS, &limit, NULL), 0);
        sender_start(s.sender, s.child.port, s.token, SCENE_CONNECTIONS);
        child_sleep(3 * A_WHILE_US);
        int status;
        if (!child_ended(&s.child, &status)) { /* it had enough: then it is killed as ever */
            child_kill(&s.child);
        }
        sender_stop(s.sender);
    }
    settle(&s);
}

static void a_clock_that_jumps_changes_no_verdict(void **state)
{
    static const int64_t jumps_us[] = {2 * MINUTE_US,  -2 * MINUTE_US, 0,
                                       -2 * SECOND_US, 3 * SECOND_US,  0};
    struct scene s;
    char name[CHILD_PLACE_SIZE + 16], variable[CHILD_PLACE_SIZE + 64];
    const char *const environment[] = {variable, NULL};
    scene_begin(&s, ((struct programs *)*state)->torn, environment, 5);
    snprintf(name, sizeof(name), "%s/clock", s.place.folder);
    snprintf(variable, sizeof(variable), "TROTH_TEST_CLOCK=%s", name);
    start(&s);
    for (size_t i = 0; i < sizeof(jumps_us) / sizeof(jumps_us[0]); i++) {
        char words[32];
        scene_load(&s, A_WHILE_US); /* by the right clock: for the server's, perhaps late */
        snprintf(words, sizeof(words), "%lld", (long long)jumps_us[i]);
        put_words(name, words);
        child_sleep(RECOVERY_US);
        sender_set_clock(s.sender, jumps_us[i] < 0 ? jumps_us[i] : 0);
    }
    sender_set_clock(s.sender, 0);
    scene_load(&s, A_WHILE_US);
    child_kill(&s.child);
    settle(&s); /* ids of touches stand in the order of arrival, or the replay would differ */
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "test_trouble TROTH TROTH_TORN\n");
        return 2;
    }
    static struct programs programs;
    programs = (struct programs){argv[1], argv[2]};
#define TROUBLE(test) cmocka_unit_test_prestate(test, &programs)
    const struct CMUnitTest tests[] = {
        TROUBLE(a_full_disk_is_said_and_passes),
        TROUBLE(a_failing_disk_is_said_and_passes),
        TROUBLE(a_failing_sync_is_said_and_passes),
        TROUBLE(a_disk_turned_read_only_is_said_and_passes),
        TROUBLE(a_file_that_may_not_grow_is_said_and_passes),
        TROUBLE(a_folder_that_may_not_be_written_is_said_at_the_start),
        TROUBLE(out_of_memory_it_ends_and_nothing_is_lost),
        TROUBLE(a_clock_that_jumps_changes_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
