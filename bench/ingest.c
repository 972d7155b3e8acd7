/* Load for a running `troth serve`: touches of many new threads over HTTP.
 *   ingest PORT TOKEN single|batch|past CONNECTIONS SECONDS
 * The touches have just happened; `past`: in batches, and years ago, so that most come after the
 * clock has decided what they are about. Prints touches a second acknowledged, and the latencies
 * that half and 99 of 100 did not exceed.
 */
#include "load.h"

#include "base/moment.h"

#include <stdio.h>
#include <stdlib.h>

enum { TOUCHES_A_BATCH = 1000 };

struct ingest {
    const char *token;
    bool batch;
    int64_t begun_us;
};

/* The n-th touch: threads of three, asked, answered, closed. */
static void write_touch(const struct ingest *in, uint64_t n, struct buf *out)
{
    static const char *const events[] = {"message.received", "message.sent", "thread.closed"};
    char at[MOMENT_TEXT_SIZE];
    buf_addf(out,
             "{\"source\":\"bench\",\"id\":\"%llu\",\"event\":\"%s\",\"occurred\":\"%s\","
             "\"thread\":\"t-%llu\",\"customer\":\"c-%llu\",\"channel\":\"email\",\"actor\":\"%s\"",
             (unsigned long long)n, events[n / 1000 % 3],
             moment_format(in->begun_us + (int64_t)(n / 1000) * 1000, at),
             (unsigned long long)(n / 3000 * 1000 + n % 1000), (unsigned long long)(n % 1000),
             n / 1000 % 3 ? "staff" : "customer");
    buf_add_str(out, n / 1000 % 3 ? ",\"person\":\"ana\",\"team\":\"support\"}" : "}");
}

static void write_request(void *self, unsigned connection, uint64_t n, struct buf *out)
{
    (void)connection;
    const struct ingest *in = self;
    struct buf body CLEANUP(buf_release) = {0};
    if (in->batch) {
        for (uint64_t i = 0; i < TOUCHES_A_BATCH; i++) {
            buf_add_str(&body, i ? "," : "[");
            write_touch(in, n * TOUCHES_A_BATCH + i, &body);
        }
        buf_add_char(&body, ']');
    } else {
        write_touch(in, n, &body);
    }
    buf_addf(out,
             "POST /api/v1/touches HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
             in->token, body.len);
    buf_add_text(out, buf_text(&body));
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: ingest PORT TOKEN single|batch|past CONNECTIONS SECONDS\n");
        return 2;
    }
    bool past = text_is(text_of(argv[3]), "past");
    struct ingest in = {.token = argv[2],
                        .batch = past || text_is(text_of(argv[3]), "batch"),
                        .begun_us = past ? INT64_C(1735689600000000) : moment_now()};
    struct load_plan plan = {.port = (uint16_t)strtoul(argv[1], NULL, 10),
                             .connections = (unsigned)strtoul(argv[4], NULL, 10),
                             .duration_us = (int64_t)(strtod(argv[5], NULL) * 1e6),
                             .write = write_request,
                             .self = &in};
    struct load_result r;
    struct err_info info = {0};
    if (load_run(&plan, &r, &info) != ERR_NONE || r.replies != r.statuses[2]) {
        fprintf(stderr, "ingest: %s; %llu of %llu replies were refusals\n", info.text,
                (unsigned long long)(r.replies - r.statuses[2]), (unsigned long long)r.replies);
        return 1;
    }
    printf("%.0f %.2f %.2f\n", r.per_second * (in.batch ? TOUCHES_A_BATCH : 1),
           (double)load_histogram_at(&r.latency, 0.5) / 1000,
           (double)load_histogram_at(&r.latency, 0.99) / 1000);
    return 0;
}
