/* The server with a small module of its own: notes. */
#include "http/testing.h"
#include "server/server.h"
#include "store/testing.h"

#include "base/log.h"

#include <fcntl.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { NOTE_TABLE, NOTE_ADD, NOTE_COUNT, STATEMENTS };
static const struct statement statements[] = {
    [NOTE_TABLE] = {"note_table",
                    "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, words TEXT UNIQUE)",
                    NULL},
    [NOTE_ADD] = {"note_add", "INSERT INTO note (id, words) SELECT count(*) + 1, $1 FROM note",
                  NULL},
    [NOTE_COUNT] = {"note_count", "SELECT count(*) FROM note", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

struct notes {
    struct server *server;
    int64_t written; /* the clerk's thread */
    bool changed;
};

static enum err notes_open(struct server *server, struct database *db, void **ret_self,
                           struct err_info *info)
{
    struct notes *n = calloc(1, sizeof(*n));
    if (!n) {
        abort();
    }
    n->server = server;
    *ret_self = n;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[NOTE_TABLE]);
    return query_run(&q, info);
}

static enum err add_note(struct request *request, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct notes *n = request_self(request);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[NOTE_ADD]);
    query_bind_text(&q, 1, request_text(request, "words"));
    enum err e = query_run(&q, info);
    if (!e) {
        n->written++;
        n->changed = true;
        struct json_writer w = reply_json(reply, 201);
        json_object_begin(&w);
        json_key(&w, "number");
        json_int(&w, n->written);
        json_object_end(&w);
    }
    return e;
}

static enum err count_notes(struct request *request, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    (void)request;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[NOTE_COUNT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        buf_addf(reply_body(reply, 200, "text/plain"), "%d notes", (int)query_int(&q, 0));
    }
    return e;
}

static enum err open_events(struct request *request, struct database *db, struct stream *stream,
                            struct err_info *info)
{
    (void)request, (void)db, (void)info;
    stream_hear(stream, 1);
    return ERR_NONE;
}

static void notes_committed(void *self)
{
    struct notes *n = self;
    if (n->changed) {
        n->changed = false;
        server_publish(n->server, &(struct stream_event){.position = n->written,
                                                         .topics = 1,
                                                         .id = TEXT("1"),
                                                         .name = "note.added",
                                                         .data = TEXT("{}")});
    }
}

static const struct field words[] = {
    {"words", FIELD_BODY, FIELD_TEXT, true, 1, 100, NULL, NULL, "What it says."},
};
static const struct shape note = {"Note", words, 1};
static const struct route routes[] = {
    {.method = METHOD_POST,
     .path = "/api/v1/notes",
     .summary = "Adds a note.",
     .kind = ROUTE_WRITE,
     .fields = words,
     .field_count = 1,
     .body = BODY_FIELDS,
     .reply = &note,
     .reply_code = 201,
     .handle = add_note},
    {.method = METHOD_GET,
     .path = "/api/v1/notes/count",
     .summary = "How many.",
     .kind = ROUTE_READ,
     .handle = count_notes},
    {.method = METHOD_GET,
     .path = "/api/v1/events",
     .summary = "Notes as they come.",
     .kind = ROUTE_STREAM,
     .open = open_events},
};
static const struct statement_table table = {statements, 1};
static const struct clerk_hook hook = {.committed = notes_committed};
static const struct module notes = {
    .name = "notes",
    .routes = routes,
    .route_count = 3,
    .statements = &table,
    .open = notes_open,
    .close = free,
    .hook = &hook,
};
static const struct module *const modules[] = {&notes};

struct house {
    struct place place;
    pthread_t thread;
    sem_t ready;
    uint16_t port;
    struct server *server;
    enum err result;
    struct err_info info;
};

static void on_ready(void *self, struct server *server, const char *url, uint16_t port)
{
    struct house *h = self;
    assert_non_null(strstr(url, "http://127.0.0.1:"));
    h->server = server;
    h->port = port;
    sem_post(&h->ready);
}

static void *run_house(void *self)
{
    struct house *h = self;
    struct server_config config = {
        .database = h->place.path, .ready = on_ready, .ready_self = h, .version = "9.9"};
    h->result = server_run(&config, modules, 1, &h->info);
    sem_post(&h->ready);
    return NULL;
}

static void start(struct house *h)
{
    h->port = 0;
    assert_int_equal(pthread_create(&h->thread, NULL, run_house, h), 0);
    sem_wait(&h->ready);
    if (h->port == 0) {
        fail_msg("%s %s", h->info.text, h->info.detail);
    }
}

static void stop(struct house *h)
{
    server_stop(h->server);
    pthread_join(h->thread, NULL);
    sem_wait(&h->ready);
    assert_int_equal(h->result, ERR_NONE);
}

static int open_house(void **state)
{
    struct house *h = calloc(1, sizeof(*h));
    if (!h) {
        return -1;
    }
    log_set_level(LOG_ERROR);
    h->place = place_make();
    sem_init(&h->ready, 0, 0);
    start(h);
    *state = h;
    return 0;
}

static int close_house(void **state)
{
    struct house *h = *state;
    stop(h);
    place_remove(&h->place);
    sem_destroy(&h->ready);
    free(h);
    return 0;
}

static void expect(struct house *h, const char *method, const char *target, const char *body,
                   unsigned status, const char *part)
{
    struct answer a CLEANUP(answer_release) =
        ask(h->port, method, target, "Content-Type: application/json\r\n", text_of(body));
    if (a.status != status || !strstr(a.body.ptr ? a.body.ptr : "", part)) {
        fail_msg("%s %s: %u %s", method, target, a.status, a.body.ptr ? a.body.ptr : "");
    }
}

static void what_is_written_is_read_and_survives_a_restart(void **state)
{
    struct house *h = *state;
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"one\"}", 201, "{\"number\":1}");
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"one\"}", 409, "/problems/conflict");
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"two\"}", 201, "{\"number\":2}");
    expect(h, "GET", "/api/v1/notes/count", "", 200, "2 notes");
    stop(h);
    start(h);
    expect(h, "GET", "/api/v1/notes/count", "", 200, "2 notes");
}

static void the_server_tells_of_itself(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/healthz", "", 200, "ok");
    expect(h, "GET", "/readyz", "", 200, "ready");
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"one\"}", 201, "");
    expect(h, "GET", "/metrics", "", 200, "troth_clerk_jobs_total 1\n");
    expect(h, "GET", "/metrics", "", 200, "troth_http_requests_total{status=\"2xx\"} ");
    expect(h, "GET", "/api/v1/openapi.json", "", 200, "\"/api/v1/notes\":{\"post\":{");
    expect(h, "GET", "/api/v1/openapi.json", "", 200, "\"Note\":{\"type\":\"object\"");
    struct answer a CLEANUP(answer_release) =
        ask(h->port, "GET", "/api/v1/openapi.json", "", TEXT(""));
    struct arena arena CLEANUP(arena_release) = {0};
    const struct json *document;
    assert_int_equal(json_parse(&arena, buf_text(&a.body), &json_default_limits, &document, NULL),
                     ERR_NONE);
    assert_true(text_is(json_get(json_get(document, "info"), "version")->text, "9.9"));
}

static void a_commit_is_heard_by_streams(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")));
    struct buf seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(fd, &seen, ":\n\n"));
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"one\"}", 201, "");
    assert_true(client_read_until(fd, &seen, "event: note.added\ndata: {}\n\n"));
    close(fd);
}

static void a_second_server_on_the_same_file_is_refused(void **state)
{
    if (place_is_postgres()) { /* several servers share one there: api/servers */
        skip();
    }
    struct house *h = *state;
    struct server_config config = {.database = h->place.path};
    struct err_info info = {0};
    assert_int_equal(server_run(&config, modules, 1, &info), ERR_BUSY);
    assert_non_null(strstr(info.text, "Another process uses"));
    expect(h, "GET", "/readyz", "", 200, "ready");
}

/* What holds the database up. */
struct hang {
    pid_t holder;      /* SQLite */
    pid_t stopped[64]; /* PostgreSQL: the processes of our sessions */
    int stopped_count;
};

/* Another process that holds every lock of the database, as a machine that hangs would. */
static pid_t hold_locks(const struct place *place)
{
    enum { FIRST_LOCK = 120, LOCKS = 8 }; /* of SQLite's wal-index */
    char name[sizeof(place->path) + 8];
    int channel[2];
    snprintf(name, sizeof(name), "%s-shm", place->path);
    assert_int_equal(pipe(channel), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(name, O_RDWR | O_CLOEXEC);
        struct flock lock = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = FIRST_LOCK, .l_len = LOCKS};
        bool held = fd >= 0 && fcntl(fd, F_SETLKW, &lock) == 0 && write(channel[1], "", 1) == 1;
        if (held) {
            pause(); /* until it is killed */
        }
        _exit(1);
    }
    char byte;
    close(channel[1]);
    assert_int_equal(read(channel[0], &byte, 1), 1);
    close(channel[0]);
    return child;
}

static struct hang hang_begin(const struct place *place)
{
    if (!place_is_postgres()) {
        return (struct hang){.holder = hold_locks(place)};
    }
    struct hang hang = {0};
    PGconn *conn = PQconnectdb(place->path);
    PGresult *pids = PQexec(conn, "SELECT pid FROM pg_stat_activity WHERE datname = "
                                  "current_database() AND application_name = 'troth'");
    for (; hang.stopped_count < PQntuples(pids); hang.stopped_count++) {
        pid_t pid = (pid_t)strtol(PQgetvalue(pids, hang.stopped_count, 0), NULL, 10);
        hang.stopped[hang.stopped_count] = pid;
        assert_int_equal(kill(pid, SIGSTOP), 0);
    }
    PQclear(pids);
    PQfinish(conn);
    assert_true(hang.stopped_count > 0);
    return hang;
}

static void hang_end(const struct hang *hang)
{
    for (int i = 0; i < hang->stopped_count; i++) {
        kill(hang->stopped[i], SIGCONT);
    }
    if (hang->holder) {
        kill(hang->holder, SIGKILL);
        waitpid(hang->holder, NULL, 0);
    }
}

static void a_database_that_hangs_is_not_ready_and_the_process_lives(void **state)
{
    struct house *h = *state;
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"one\"}", 201, "");
    struct hang hang = hang_begin(&h->place);
    int writer = client_open(h->port);
    assert_true(client_send(writer, TEXT("POST /api/v1/notes HTTP/1.1\r\nHost: x\r\n"
                                         "Content-Type: application/json\r\n"
                                         "Content-Length: 15\r\n\r\n{\"words\":\"two\"}")));
    int asking = client_open(h->port);
    assert_true(client_send(asking, TEXT("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")));
    expect(h, "GET", "/healthz", "", 200, "ok"); /* answered while those two wait */
    expect(h, "GET", "/metrics", "", 200, "troth_http_suspended ");
    struct answer ready CLEANUP(answer_release) = client_read(asking, false);
    /* PostgreSQL's reader gives up by itself, before the server does. */
    assert_int_equal(ready.status, place_is_postgres() ? 503 : 504);
    expect(h, "GET", "/healthz", "", 200, "ok");
    close(asking);
    hang_end(&hang);
    struct answer written CLEANUP(answer_release) = client_read(writer, false);
    assert_true(written.status == 201 || written.status >= 500);
    close(writer);
    expect(h, "GET", "/readyz", "", 200, "ready");
    expect(h, "POST", "/api/v1/notes", "{\"words\":\"three\"}", 201, "");
}

/* In a process of its own, because the signal is for the process. */
static void say_port(void *self, struct server *server, const char *url, uint16_t port)
{
    (void)server, (void)url;
    if (write(*(int *)self, &port, sizeof(port)) != sizeof(port)) {
        abort();
    }
}

static pid_t start_process(const struct place *place, uint16_t *ret_port)
{
    int channel[2];
    assert_int_equal(pipe(channel), 0);
    pid_t child = fork();
    if (child == 0) {
        struct server_config config = {
            .database = place->path, .ready = say_port, .ready_self = &channel[1]};
        log_set_level(LOG_ERROR);
        _exit(server_run(&config, modules, 1, NULL) == ERR_NONE ? 0 : 1);
    }
    assert_int_equal(read(channel[0], ret_port, sizeof(*ret_port)), sizeof(*ret_port));
    close(channel[0]);
    close(channel[1]);
    return child;
}

static void sigterm_under_load_answers_what_was_taken_and_keeps_it(void **state)
{
    (void)state;
    enum { MANY = 100, STREAMS = 20 };
    struct place place CLEANUP(place_remove) = place_make();
    uint16_t port;
    pid_t child = start_process(&place, &port);
    int streams[STREAMS], writers[MANY];
    struct buf seen[STREAMS] = {0};
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i] = client_open(port);
        (void)client_send(streams[i], TEXT("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_true(client_read_until(streams[i], &seen[i], ":\n\n"));
    }
    for (size_t i = 0; i < MANY; i++) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_addf(&out,
                 "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                 "Content-Length: 15\r\n\r\n{\"words\":\"%03zu\"}",
                 i);
        writers[i] = client_open(port);
        (void)client_send(writers[i], buf_text(&out));
    }
    assert_int_equal(kill(child, SIGTERM), 0);
    unsigned acknowledged = 0;
    for (size_t i = 0; i < MANY; i++) {
        struct answer a CLEANUP(answer_release) = client_read(writers[i], false);
        acknowledged += a.status == 201;
        close(writers[i]);
    }
    for (size_t i = 0; i < STREAMS; i++) {
        assert_false(client_read_until(streams[i], &seen[i], "never said"));
        close(streams[i]);
        buf_release(&seen[i]);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct house h = {.place = place};
    sem_init(&h.ready, 0, 0);
    start(&h);
    struct answer a CLEANUP(answer_release) =
        ask(h.port, "GET", "/api/v1/notes/count", "", TEXT(""));
    assert_true(strtoul(a.body.ptr, NULL, 10) >= acknowledged);
    stop(&h);
    sem_destroy(&h.ready);
}

/* -- stops -- */

static const char note_head[] = "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                "application/json\r\nContent-Length: 23\r\n\r\n";

/* Streams, writes, reads and a request of which only a part comes. */
static void load(uint16_t port, unsigned round, int *clients, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out CLEANUP(buf_release) = {0};
        clients[i] = client_open(port);
        if (i % 10 == 0) {
            buf_addf(&out, "%.*s", (int)sizeof(note_head) / 2, note_head);
        } else if (i % 4 == 0) {
            buf_add_str(&out, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
        } else if (i % 4 == 1) {
            buf_add_str(&out, "GET /api/v1/notes/count HTTP/1.1\r\nHost: x\r\n\r\n");
        } else {
            buf_addf(&out, "%s{\"words\":\"%05u-%05zu\"}", note_head, round, i);
        }
        (void)client_send(clients[i], buf_text(&out));
    }
}

static void a_stop_at_any_moment_under_load_ends_well(void **state)
{
    (void)state;
    enum { STOPS = 100, CLIENTS = 40, MOMENTS_US = 20000 };
    struct place place CLEANUP(place_remove) = place_make();
    unsigned seed = 1;
    for (unsigned round = 0; round < STOPS; round++) {
        uint16_t port;
        int clients[CLIENTS], status = -1;
        pid_t child = start_process(&place, &port);
        load(port, round, clients, CLIENTS);
        usleep((useconds_t)rand_r(&seed) % MOMENTS_US);
        assert_int_equal(kill(child, SIGTERM), 0);
        usleep((useconds_t)rand_r(&seed) % MOMENTS_US);
        (void)kill(child, SIGTERM); /* who asks twice is heard once */
        for (size_t i = 0; i < CLIENTS; i++) {
            close(clients[i]);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fail_msg("stop %u: the server ended with status %#x", round, (unsigned)status);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sigterm_under_load_answers_what_was_taken_and_keeps_it),
        cmocka_unit_test(a_stop_at_any_moment_under_load_ends_well),
        TEST(what_is_written_is_read_and_survives_a_restart),
        TEST(the_server_tells_of_itself),
        TEST(a_commit_is_heard_by_streams),
        TEST(a_database_that_hangs_is_not_ready_and_the_process_lives),
        TEST(a_second_server_on_the_same_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
