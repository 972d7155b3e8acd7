/* The server as a supervisor (systemd) sees it: a socket that hears when it is ready, that it
 * lives, and that it stops. */
#include "http/testing.h"
#include "server/server.h"
#include "store/testing.h"

#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/un.h>

#include <cmocka.h>

/* A module with one write that holds the clerk until it is let go. */
struct brake {
    sem_t held, let_go;
};

static enum err hold(struct request *request, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)db, (void)info;
    struct brake *brake = request_self(request);
    sem_post(&brake->held);
    sem_wait(&brake->let_go);
    reply_constant(reply, "text/plain", TEXT("held"));
    return ERR_NONE;
}

static enum err brake_open(struct server *server, struct database *db, void **ret_self,
                           struct err_info *info)
{
    (void)server, (void)db, (void)info;
    struct brake *brake = calloc(1, sizeof(*brake));
    if (!brake) {
        abort();
    }
    sem_init(&brake->held, 0, 0);
    sem_init(&brake->let_go, 0, 0);
    *ret_self = brake;
    return ERR_NONE;
}

static const struct route routes[] = {
    {.method = METHOD_POST,
     .path = "/hold",
     .summary = "Holds the clerk.",
     .kind = ROUTE_WRITE,
     .handle = hold},
};

static const struct module brake_module = {
    .name = "brake", .routes = routes, .route_count = 1, .open = brake_open, .close = free};
static const struct module *const modules[] = {&brake_module};

struct scene {
    struct place place;
    struct server *server;
    pthread_t thread;
    sem_t ready;
    uint16_t port;
    enum err result;
    int ear; /* the supervisor's */
};

static void on_ready(void *self, struct server *server, const char *url, uint16_t port)
{
    (void)url;
    struct scene *s = self;
    s->server = server;
    s->port = port;
    sem_post(&s->ready);
}

static void *run_server(void *self)
{
    struct scene *s = self;
    struct server_config config = {
        .database = s->place.path, .ready = on_ready, .ready_self = s, .version = "9.9"};
    s->result = server_run(&config, modules, 1, NULL);
    return NULL;
}

/* A supervisor with a socket at that name ("@…": outside the file system), patient for so long. */
static void begin(struct scene *s, const char *name, const char *patience_us)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t len = strlen(name);
    assert_true(len < sizeof(at.sun_path));
    memcpy(at.sun_path, name, len);
    if (name[0] == '@') {
        at.sun_path[0] = '\0';
    }
    s->ear = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    assert_int_equal(bind(s->ear, (const struct sockaddr *)&at, size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    if (patience_us) {
        setenv("WATCHDOG_USEC", patience_us, 1);
    }
    sem_init(&s->ready, 0, 0);
    assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
    sem_wait(&s->ready);
}

static void end(struct scene *s)
{
    pthread_join(s->thread, NULL);
    assert_int_equal(s->result, ERR_NONE);
    close(s->ear);
    sem_destroy(&s->ready);
    place_remove(&s->place);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
}

/* Waits for what is said next. */
static void hears(const struct scene *s, const char *expected)
{
    char words[64];
    ssize_t n = recv(s->ear, words, sizeof(words) - 1, 0);
    assert_true(n >= 0);
    words[n] = '\0';
    assert_string_equal(words, expected);
}

static bool hears_within(const struct scene *s, int ms)
{
    struct pollfd fd = {.fd = s->ear, .events = POLLIN};
    return poll(&fd, 1, ms) > 0;
}

static void readiness_and_the_stop_are_told(void **state)
{
    (void)state;
    struct scene s = {.place = place_make()};
    char name[128];
    snprintf(name, sizeof(name), "%s/notify", s.place.folder);
    begin(&s, name, NULL);
    hears(&s, "READY=1");
    server_stop(s.server);
    hears(&s, "STOPPING=1");
    unlink(name);
    end(&s);
}

static void signs_of_life_stop_while_the_clerk_is_stuck(void **state)
{
    (void)state;
    struct scene s = {.place = place_make()};
    char name[128];
    snprintf(name, sizeof(name), "@%s", s.place.folder);
    begin(&s, name, "80000");
    hears(&s, "READY=1");
    hears(&s, "WATCHDOG=1");
    hears(&s, "WATCHDOG=1");
    struct brake *brake = server_module(s.server, "brake");
    int fd = client_open(s.port);
    assert_true(
        client_send(fd, TEXT("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")));
    sem_wait(&brake->held);
    /* What it had to say from before; one look may still find that the clerk has moved. */
    int said = 0;
    while (hears_within(&s, 200)) {
        hears(&s, "WATCHDOG=1");
        assert_true(++said < 100);
    }
    sem_post(&brake->let_go);
    hears(&s, "WATCHDOG=1");
    server_stop(s.server);
    close(fd);
    end(&s);
}

static void a_watchdog_meant_for_another_process_hears_nothing(void **state)
{
    (void)state;
    struct scene s = {.place = place_make()};
    char name[128];
    snprintf(name, sizeof(name), "@%s", s.place.folder);
    setenv("WATCHDOG_PID", "1", 1);
    begin(&s, name, "80000");
    hears(&s, "READY=1");
    assert_false(hears_within(&s, 200));
    unsetenv("WATCHDOG_PID");
    server_stop(s.server);
    hears(&s, "STOPPING=1");
    end(&s);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readiness_and_the_stop_are_told),
        cmocka_unit_test(signs_of_life_stop_while_the_clerk_is_stuck),
        cmocka_unit_test(a_watchdog_meant_for_another_process_hears_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
