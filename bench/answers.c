/* How long a running server takes to answer: each question is asked for so many seconds, one
 * request after the other on one connection.
 *   answers PORT TOKEN SECONDS <QUESTIONS
 * A question is a line NAME, tab, PATH; lines of one name, one after the other, are asked in turn.
 * With a third cell, a file's name, its content is sent by POST. Prints a line for each name, cells
 * divided by tabs: NAME, the milliseconds that half and 99 of 100 answers did not exceed, the bytes
 * of the largest answer, answers. A refusal ends it; that the server was busy (503) is told. */
#include "load.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096, WAYS_MAX = 256 };

struct way { /* to ask it */
    struct text path, body;
};
struct question {
    const char *token;
    struct arena arena;
    struct text name;
    struct way ways[WAYS_MAX];
    size_t count, largest;
    uint64_t busy;
    struct buf refusal; /* the first */
};

static void write_request(void *self, unsigned connection, uint64_t n, struct buf *out)
{
    (void)connection;
    const struct question *q = self;
    const struct way *way = &q->ways[n % q->count];
    buf_addf(out, "%s %.*s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n",
             way->body.ptr ? "POST" : "GET", TEXT_ARG(way->path), q->token);
    if (way->body.ptr) {
        buf_addf(out, "Content-Type: text/plain\r\nContent-Length: %zu\r\n", way->body.len);
    }
    buf_add_str(out, "\r\n");
    buf_add_text(out, way->body);
}

static void read_reply(void *self, unsigned connection, uint64_t n, unsigned status,
                       struct text body)
{
    (void)connection;
    struct question *q = self;
    q->largest = body.len > q->largest ? body.len : q->largest;
    q->busy += status == 503;
    if (status / 100 != 2 && status != 503 && !q->refusal.len) {
        buf_addf(&q->refusal, "%.*s: %u %.*s", TEXT_ARG(q->ways[n % q->count].path), status,
                 TEXT_ARG(body));
    }
}

static bool ask(struct question *q, struct load_plan plan)
{
    struct load_result r;
    struct err_info info = {0};
    plan.self = q;
    enum err e = load_run(&plan, &r, &info);
    if (e || q->refusal.len) {
        fprintf(stderr, "answers: %.*s: %s%.*s\n", TEXT_ARG(q->name), info.text,
                (int)q->refusal.len, q->refusal.len ? q->refusal.ptr : "");
        return false;
    }
    if (q->busy) {
        fprintf(stderr, "answers: %.*s: busy %llu times in %llu\n", TEXT_ARG(q->name),
                (unsigned long long)q->busy, (unsigned long long)r.replies);
    }
    printf("%.*s\t%.2f\t%.2f\t%zu\t%llu\n", TEXT_ARG(q->name),
           (double)load_histogram_at(&r.latency, 0.5) / 1000,
           (double)load_histogram_at(&r.latency, 0.99) / 1000, q->largest,
           (unsigned long long)r.replies);
    fflush(stdout);
    return true;
}

static struct text read_file(struct arena *arena, const char *path)
{
    struct buf content CLEANUP(buf_release) = {0};
    FILE *in = fopen(path, "r");
    if (!in) {
        perror(path);
        exit(1);
    }
    for (int c = getc(in); c != EOF; c = getc(in)) {
        buf_add_char(&content, (char)c);
    }
    fclose(in);
    return arena_text(arena, buf_text(&content));
}

static void begin_question(struct question *q, const char *name)
{
    arena_release(&q->arena);
    q->arena = (struct arena){0};
    q->name = arena_text(&q->arena, text_of(name));
    q->count = q->largest = 0;
    q->busy = 0;
}

static void add_way(struct question *q, const char *path, const char *file)
{
    if (q->count < WAYS_MAX) {
        q->ways[q->count++] = (struct way){arena_text(&q->arena, text_of(path)),
                                           file ? read_file(&q->arena, file) : (struct text){0}};
    }
}

static bool ask_all(struct question *q, const struct load_plan *plan)
{
    char line[LINE_SIZE];
    bool well = true;
    while (fgets(line, sizeof(line), stdin)) {
        char *rest = NULL;
        line[strcspn(line, "\n")] = '\0';
        const char *name = strtok_r(line, "\t", &rest);
        const char *path = name ? strtok_r(NULL, "\t", &rest) : NULL;
        if (!path) {
            continue;
        }
        if (!text_is(q->name, name)) {
            well = (!q->count || ask(q, *plan)) && well;
            begin_question(q, name);
        }
        add_way(q, path, strtok_r(NULL, "\t", &rest));
    }
    return (!q->count || ask(q, *plan)) && well;
}

int main(int argc, char **argv)
{
    static struct question q;
    struct load_plan plan = {.connections = 1, .write = write_request, .read = read_reply};
    if (argc != 4) {
        fprintf(stderr, "usage: answers PORT TOKEN SECONDS <QUESTIONS\n");
        return 2;
    }
    plan.ports[0] = (uint16_t)strtoul(argv[1], NULL, 10);
    plan.duration_us = (int64_t)(strtod(argv[3], NULL) * 1e6);
    q.token = argv[2];
    bool well = ask_all(&q, &plan);
    arena_release(&q.arena);
    buf_release(&q.refusal);
    return well ? 0 : 1;
}
