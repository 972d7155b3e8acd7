/* The server's own cost: a module with one writing and one reading route over one small table, and
 * the load generator, in one process. Beside the floors it shows what the way through loops, clerk
 * and readers costs.
 *   serve write|read|hello [connections] [seconds] | serve streams [count] */
#include "load.h"
#include "server/server.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROW_ADD, ROW_FIND };
static const struct statement statements[] = {
    [ROW_ADD] = {"row_add", "INSERT INTO row (source, body) VALUES ($1, $2)", NULL},
    [ROW_FIND] = {"row_find", "SELECT source, body FROM row WHERE id = $1", NULL},
};

static enum err open_rows(struct server *server, struct database *db, void **ret_self,
                          struct err_info *info)
{
    (void)server, (void)ret_self;
    return database_script(
        db, TEXT("CREATE TABLE row (id INTEGER PRIMARY KEY, source TEXT, body TEXT)"), info);
}

static enum err add_row(struct request *request, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROW_ADD]);
    query_bind_text(&q, 1, request_text(request, "source"));
    query_bind_text(&q, 2, request_text(request, "body"));
    enum err e = query_run(&q, info);
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    json_key(&w, "taken");
    json_bool(&w, true);
    json_object_end(&w);
    return e;
}

static enum err find_row(struct request *request, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROW_FIND]);
    query_bind_int(&q, 1, request_int(request, "id", 1));
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e || !row) {
        return e ? e : err_set(info, ERR_NOT_FOUND, "There is no such row.");
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "body");
    json_text(&w, query_text(&q, 1));
    json_object_end(&w);
    return ERR_NONE;
}

static enum err open_stream(struct request *request, struct database *db, struct stream *stream,
                            struct err_info *info)
{
    (void)request, (void)db, (void)info;
    stream_hear(stream, 1);
    return ERR_NONE;
}

static const struct field new_row[] = {
    {"source", FIELD_BODY, FIELD_TEXT, true, 1, 100, NULL, NULL, "Who."},
    {"body", FIELD_BODY, FIELD_TEXT, true, 1, 1000, NULL, NULL, "What."},
};
static const struct field one_row[] = {
    {"id", FIELD_PATH, FIELD_INTEGER, true, 0, 0, NULL, NULL, "Which."},
};
static const struct route routes[] = {
    {.method = METHOD_POST,
     .path = "/rows",
     .summary = "Adds a row.",
     .kind = ROUTE_WRITE,
     .fields = new_row,
     .field_count = 2,
     .body = BODY_FIELDS,
     .sure = true,
     .handle = add_row},
    {.method = METHOD_GET,
     .path = "/rows/{id}",
     .summary = "One row.",
     .kind = ROUTE_READ,
     .fields = one_row,
     .field_count = 1,
     .handle = find_row},
    {.method = METHOD_GET,
     .path = "/events",
     .summary = "Events.",
     .kind = ROUTE_STREAM,
     .open = open_stream},
};
static const struct module rows = {
    .name = "rows", .routes = routes, .route_count = 3, .open = open_rows};
static const struct module *const modules[] = {&rows};

struct bench {
    const char *what;
    unsigned connections;
    double seconds;
    const char *database;
    struct server *server;
    uint16_t port;
    sem_t ready;
    pthread_t thread;
    struct err_info info;
};

static void write_request(void *self, unsigned connection, uint64_t n, struct buf *out)
{
    (void)connection;
    const struct bench *b = self;
    if (strcmp(b->what, "hello") == 0) {
        buf_add_str(out, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    } else if (strcmp(b->what, "read") == 0) {
        buf_addf(out, "GET /rows/%d HTTP/1.1\r\nHost: localhost\r\n\r\n", (int)(n % 100) + 1);
    } else {
        char body[200];
        int len = snprintf(body, sizeof(body), "{\"source\":\"bench\",\"body\":\"%0100llu\"}",
                           (unsigned long long)n);
        buf_addf(out,
                 "POST /rows HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Content-Length: %d\r\n\r\n%s",
                 len, body);
    }
}

static void on_ready(void *self, struct server *server, const char *url, uint16_t port)
{
    (void)url;
    struct bench *b = self;
    b->server = server;
    b->port = port;
    sem_post(&b->ready);
}

static void *serve(void *self)
{
    struct bench *b = self;
    struct server_config config = {.database = b->database, .ready = on_ready, .ready_self = b};
    if (server_run(&config, modules, 1, &b->info) != ERR_NONE) {
        sem_post(&b->ready);
    }
    return NULL;
}

/* In pages of this process: the server and, for streams, the client's sockets (kernel memory). */
static long resident_kib(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld %ld", &size, &resident) != 2) {
        resident = 0;
    }
    if (file) {
        fclose(file);
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int open_stream_client(uint16_t port)
{
    static const char request[] = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char head[1024];
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
        send(fd, request, sizeof(request) - 1, 0) < 0 || recv(fd, head, sizeof(head), 0) <= 0) {
        perror("serve: stream");
        exit(1);
    }
    return fd;
}

static void measure_streams(const struct bench *b)
{
    long before = resident_kib();
    for (unsigned i = 0; i < b->connections; i++) {
        (void)open_stream_client(b->port);
    }
    long after = resident_kib();
    printf("{\"streams\": %llu, \"kib_before\": %ld, \"kib_after\": %ld}\n",
           (unsigned long long)http_figures(server_http(b->server)).streams, before, after);
}

static void measure_requests(struct bench *b)
{
    struct load_plan plan = {.ports = {b->port},
                             .connections = b->connections,
                             .duration_us = (int64_t)(b->seconds * 1e6),
                             .write = write_request,
                             .self = b};
    struct load_result r;
    if (strcmp(b->what, "read") == 0) { /* something to read */
        struct load_plan first = plan;
        struct bench writer = *b;
        writer.what = "write";
        first.self = &writer;
        first.duration_us = 200000;
        (void)!load_run(&first, &r, &b->info);
    }
    if (load_run(&plan, &r, &b->info) != ERR_NONE) {
        fprintf(stderr, "serve: %s\n", b->info.text);
        return;
    }
    struct clerk_figures f = clerk_figures(server_clerk(b->server));
    printf("{\"%s_per_second\": %.0f, \"p50_us\": %lld, \"p99_us\": %lld, \"good\": %llu, \"bad\": "
           "%llu, \"batches\": %llu}\n",
           b->what, r.per_second, (long long)load_histogram_at(&r.latency, 0.5),
           (long long)load_histogram_at(&r.latency, 0.99), (unsigned long long)r.statuses[2],
           (unsigned long long)(r.replies - r.statuses[2]), (unsigned long long)f.batches);
}

int main(int argc, char **argv)
{
    struct bench b = {
        .what = argc > 1 ? argv[1] : "write",
        .connections = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 64,
        .seconds = argc > 3 ? strtod(argv[3], NULL) : 3,
    };
    char folder[] = "/tmp/troth-bench-XXXXXX", path[64];
    if (!mkdtemp(folder)) {
        return 1;
    }
    snprintf(path, sizeof(path), "%s/serve.db", folder);
    b.database = path;
    log_set_level(LOG_ERROR);
    sem_init(&b.ready, 0, 0);
    if (pthread_create(&b.thread, NULL, serve, &b) != 0) {
        return 1;
    }
    sem_wait(&b.ready);
    if (b.server) {
        strcmp(b.what, "streams") == 0 ? measure_streams(&b) : measure_requests(&b);
        server_stop(b.server);
    } else {
        fprintf(stderr, "serve: %s %s\n", b.info.text, b.info.detail);
    }
    pthread_join(b.thread, NULL);
    char file[80];
    unlink(path);
    snprintf(file, sizeof(file), "%s-lock", path);
    unlink(file);
    rmdir(folder);
    return b.server ? 0 : 1;
}
