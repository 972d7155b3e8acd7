#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/inside.h"

static enum err work(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)r, (void)db, (void)reply, (void)info;
    return ERR_NONE;
}

static enum err look(struct request *r, struct database *db, struct err_info *info)
{
    (void)r, (void)db, (void)info;
    return ERR_NONE;
}

static enum err toil(struct request *r, struct err_info *info)
{
    (void)r, (void)info;
    return ERR_NONE;
}

static void build(const struct route *routes, size_t count)
{
    const struct route_table table = {routes, count, NULL};
    struct arena arena = {0};
    router_build(&arena, &table, 1);
    arena_release(&arena);
}

/* Builds them in a child that may abort; what it said. */
static const char *words_of(const struct route *routes, size_t count)
{
    static char said[512];
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); /* not the test's own handler */
        dup2(ends[1], STDERR_FILENO);
        build(routes, count);
        _exit(0);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], said, sizeof(said) - 1);
    said[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(n > 0 ? WIFSIGNALED(status) : WIFEXITED(status));
    return said;
}

#define WRITE .method = METHOD_POST, .path = "/a", .summary = "Does it", .kind = ROUTE_WRITE
#define READ .method = METHOD_GET, .path = "/a", .summary = "Tells it", .kind = ROUTE_READ

static void a_table_that_could_not_work_as_written_stops_the_start(void **state)
{
    (void)state;
    static const struct {
        struct route route;
        const char *words;
    } cases[] = {
        {{WRITE, .handle = work}, ""},
        {{WRITE, .handle = work, .look_up = look, .labour = toil}, ""},
        {{WRITE}, "route POST /a: has no handler\n"},
        {{WRITE, .handle = work, .look_up = look},
         "route POST /a: has a look_up() or calls, and no labour(): nothing would run it\n"},
        {{WRITE, .handle = work, .calls = true},
         "route POST /a: has a look_up() or calls, and no labour(): nothing would run it\n"},
        {{READ, .handle = work, .labour = toil},
         "route GET /a: has a labour(), which only writes do\n"},
        {{WRITE, .handle = work, .gathers = true},
         "route POST /a: gathers, which takes a write with an answer()\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(words_of(&cases[i].route, 1), cases[i].words);
    }
}

static void a_route_is_in_the_tables_once(void **state)
{
    (void)state;
    static const struct route twice[] = {{READ, .handle = work}, {READ, .handle = work}};
    assert_string_equal(words_of(twice, 2), "route GET /a: is there twice\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_that_could_not_work_as_written_stops_the_start),
        cmocka_unit_test(a_route_is_in_the_tables_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
