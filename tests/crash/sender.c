#include "sender.h"

#include "base/moment.h"
#include "base/random.h"
#include "client.h"
#include "intake/touch_json.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_MAX = 40, CONNECTIONS_MAX = 16, COMPLAINT_SIZE = 1024, BUSY_PAUSE_US = 20000 };

const struct text sender_code = TEXT(
    "code \"Crash\"\n"
    "  owner \"Desk\"\n  contact \"desk@shop.example\"\n  scope \"All\"\n  zone Europe/London\n"
    "  channels email, chat\n  review every 6 months\n"
    "calendar office\n  open mon..sun 00:00-11:30, 12:00-23:45\n"
    "principle p \"P\"\n  \"Words.\"\n"
    "promise answer under p\n  \"We answer.\"\n  on message.received where opens thread\n"
    "  must message.sent by staff within 2 working seconds of office\n"
    "  pause while customer.asked until message.received\n"
    "  excused while outage.declared anywhere until outage.ended\n"
    "  void when thread.marked-spam\n"
    "  otherwise credit 10.00 GBP\n  warn at 50%\n"
    "promise paid under p\n  \"We pay.\"\n  on remedy.owed where promise = answer\n"
    "  must remedy.paid within 3 seconds\n"
    "promise sorry under p\n  \"We say sorry.\"\n"
    "  on promise.broken where promise = answer per customer\n"
    "  must apology.sent within 2 seconds\n"
    "promise progress under p\n  \"Words while it lasts.\"\n  on complaint.opened\n"
    "  must message.sent by staff every 5 seconds until complaint.closed\n"
    "promise quiet under p\n  \"Few calls.\"\n"
    "  at most 2 call.placed per customer in any 10 seconds\n"
    "promise shipped under p\n  \"We ship.\"\n  on order.placed per order\n"
    "  must order.shipped within 1 second\n  otherwise task \"Ask the depot\"\n");

struct kind {
    const char *event;
    uint32_t weight;
    enum actor actor;
};
static const struct kind kinds[] = {
    {"message.received", 30, ACTOR_CUSTOMER}, {"message.sent", 26, ACTOR_STAFF},
    {"customer.asked", 4, ACTOR_STAFF},       {"outage.declared", 1, ACTOR_SYSTEM},
    {"outage.ended", 1, ACTOR_SYSTEM},        {"thread.marked-spam", 2, ACTOR_BOT},
    {"remedy.paid", 8, ACTOR_STAFF},          {"apology.sent", 6, ACTOR_STAFF},
    {"complaint.opened", 2, ACTOR_CUSTOMER},  {"complaint.closed", 4, ACTOR_STAFF},
    {"call.placed", 8, ACTOR_STAFF},          {"order.placed", 12, ACTOR_CUSTOMER},
    {"order.shipped", 12, ACTOR_STAFF},       {"note.added", 3, ACTOR_STAFF},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct sender {
    pthread_mutex_t lock; /* of everything below while threads run */
    struct random random;
    struct arena arena;
    struct sent *list;
    size_t count, capacity, acknowledged;
    size_t *again; /* numbers to be sent again */
    size_t again_count, again_capacity;
    int64_t offset_us;
    struct sender_figures figures;
    char complaint[COMPLAINT_SIZE], problem[COMPLAINT_SIZE];
    uint16_t port;
    const char *token;
    atomic_bool stopping;
    pthread_t threads[CONNECTIONS_MAX];
    unsigned thread_count;
};

struct parcel { /* one request */
    size_t numbers[BATCH_MAX];
    size_t count;
    bool single, lines;
    struct buf body;
};

struct sender *sender_new(uint64_t seed)
{
    struct sender *s = calloc(1, sizeof(*s));
    if (!s) {
        abort();
    }
    s->random = random_seeded(seed);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void sender_free(struct sender *s)
{
    pthread_mutex_destroy(&s->lock);
    arena_release(&s->arena);
    free(s->list);
    free(s->again);
    free(s);
}

void sender_set_clock(struct sender *s, int64_t offset_us)
{
    s->offset_us = offset_us;
}

static void *grown(void *list, size_t *capacity, size_t size)
{
    *capacity = *capacity ? *capacity * 2 : 1024;
    void *more = reallocarray(list, *capacity, size);
    if (!more) {
        abort();
    }
    return more;
}

/* Mostly of this moment; one in eight is some seconds late, and some share an instant. */
static int64_t draw_instant(struct sender *s)
{
    int64_t now = moment_now() + s->offset_us - (int64_t)random_below(&s->random, 20000);
    if (random_below(&s->random, 8) == 0) {
        now -= (int64_t)random_below(&s->random, 8 * SECOND_US);
    }
    return random_below(&s->random, 3) ? now : now - floor_mod(now, 50000);
}

static void add_attributes(struct sender *s, struct touch *t, size_t era)
{
    struct attribute *list = ARENA_ARRAY(&s->arena, struct attribute, 2);
    if (text_is(t->event, "remedy.paid")) {
        list[0] = (struct attribute){TEXT("promise"), {.type = VALUE_TEXT, .text = TEXT("answer")}};
        list[1] =
            (struct attribute){TEXT("amount"), {.type = VALUE_TEXT, .text = TEXT("10.00 GBP")}};
        t->attribute_count = 2;
    } else if (text_starts(t->event, TEXT("order."))) {
        struct text order =
            arena_printf(&s->arena, "o%zu-%d", era, (int)random_below(&s->random, 12));
        list[0] = (struct attribute){TEXT("order"), {.type = VALUE_TEXT, .text = order}};
        t->attribute_count = 1;
    }
    t->attributes = list;
}

/* Threads and customers come and go: each belongs to an era of some touches. */
static size_t make_touch(struct sender *s)
{
    if (s->count == s->capacity) {
        s->list = grown(s->list, &s->capacity, sizeof(*s->list));
    }
    uint32_t weights[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        weights[i] = kinds[i].weight;
    }
    const struct kind *kind = &kinds[random_weighted(&s->random, weights, KINDS)];
    size_t era = s->count / 150;
    struct touch t = {
        .source = TEXT(SENDER_SOURCE),
        .id = arena_printf(&s->arena, "%zu", s->count),
        .event = text_of(kind->event),
        .occurred_us = draw_instant(s),
        .thread = arena_printf(&s->arena, "th%zu-%d", era, (int)random_below(&s->random, 20)),
        .customer = arena_printf(&s->arena, "cu%zu-%d", era, (int)random_below(&s->random, 6)),
        .channel = random_below(&s->random, 2) ? TEXT("email") : TEXT("chat"),
        .actor = kind->actor,
    };
    if (kind->actor == ACTOR_STAFF) {
        t.person = arena_printf(&s->arena, "p%d", (int)random_below(&s->random, 4));
        t.team = random_below(&s->random, 2) ? TEXT("desk") : TEXT("back office");
    }
    add_attributes(s, &t, era);
    s->list[s->count] = (struct sent){.touch = t};
    return s->count++;
}

/* -- requests -- */

static void write_body(const struct sender *s, struct parcel *p)
{
    buf_clear(&p->body);
    if (!p->single && !p->lines) {
        buf_add_char(&p->body, '[');
    }
    for (size_t i = 0; i < p->count; i++) {
        struct json_writer w = json_writer(&p->body);
        if (i > 0) {
            buf_add_char(&p->body, p->lines ? '\n' : ',');
        }
        touch_to_json(&w, &s->list[p->numbers[i]].touch);
    }
    if (!p->single && !p->lines) {
        buf_add_char(&p->body, ']');
    }
}

/* New ones, ones to be sent again, and now and then one that is known to be there. */
static void fill(struct sender *s, struct parcel *p, bool only_again)
{
    p->single = !only_again && random_below(&s->random, 10) < 7;
    p->lines = !p->single && random_below(&s->random, 2);
    size_t wanted = p->single ? 1 : 1 + (size_t)random_below(&s->random, BATCH_MAX);
    for (p->count = 0; p->count < wanted;) {
        size_t number;
        if (s->again_count && (only_again || random_below(&s->random, 2))) {
            number = s->again[--s->again_count];
        } else if (only_again) {
            break;
        } else if (s->count && random_below(&s->random, 20) == 0) {
            number = (size_t)random_below(&s->random, s->count);
        } else {
            number = make_touch(s);
        }
        p->numbers[p->count++] = number;
    }
    write_body(s, p);
}

static void put_back(struct sender *s, const struct parcel *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (s->list[p->numbers[i]].acknowledged) {
            continue;
        }
        if (s->again_count == s->again_capacity) {
            s->again = grown(s->again, &s->again_capacity, sizeof(*s->again));
        }
        s->again[s->again_count++] = p->numbers[i];
    }
}

static void complain(struct sender *s, unsigned status, struct text body, struct text request)
{
    if (!s->complaint[0]) {
        int len = snprintf(s->complaint, sizeof(s->complaint), "%u %.*s to ", status,
                           (int)(body.len < 400 ? body.len : 400), body.ptr ? body.ptr : "");
        snprintf(s->complaint + len, sizeof(s->complaint) - (size_t)len, "%.*s",
                 (int)(request.len < 400 ? request.len : 400), request.ptr);
    }
}

/* Not 207: some line was refused, and none of ours should be. */
static bool is_acknowledged(unsigned status)
{
    return status == 200 || status == 201;
}

static void settle(struct sender *s, const struct parcel *p, unsigned status, struct text body)
{
    if (is_acknowledged(status)) {
        for (size_t i = 0; i < p->count; i++) {
            struct sent *sent = &s->list[p->numbers[i]];
            s->acknowledged += !sent->acknowledged;
            sent->acknowledged = true;
        }
    } else {
        put_back(s, p);
    }
    if (status == 0) {
        s->figures.unknown++;
        return;
    }
    s->figures.statuses[status / 100 % 6]++;
    if (status >= 500) {
        snprintf(s->problem, sizeof(s->problem), "%u %.*s", status,
                 (int)(body.len < 800 ? body.len : 800), body.ptr);
    } else if (!is_acknowledged(status) && status != 429) {
        complain(s, status, body, buf_text(&p->body));
    }
}

/* The status; 0: no reply. */
static unsigned send_one(struct sender *s, struct client *c, struct parcel *p, bool only_again)
{
    pthread_mutex_lock(&s->lock);
    fill(s, p, only_again);
    pthread_mutex_unlock(&s->lock);
    struct text body = {0};
    unsigned status = client_ask(c, "POST", "/api/v1/touches",
                                 p->lines ? "application/x-ndjson" : "application/json",
                                 buf_text(&p->body), &body);
    pthread_mutex_lock(&s->lock);
    settle(s, p, status, body);
    pthread_mutex_unlock(&s->lock);
    return status;
}

static void *send_on(void *self)
{
    struct sender *s = self;
    struct client c CLEANUP(client_close) = client_make(s->port, s->token);
    struct parcel p = {0};
    while (!atomic_load(&s->stopping)) {
        unsigned status = send_one(s, &c, &p, false);
        if (status == 0) {
            break;
        }
        if (status == 429 || status >= 500) {
            usleep(BUSY_PAUSE_US);
        }
    }
    buf_release(&p.body);
    return NULL;
}

/* -- what others call -- */

bool sender_publish(struct sender *s, uint16_t port, const char *token)
{
    struct client c CLEANUP(client_close) = client_make(port, token);
    struct text body = {0};
    unsigned status = client_ask(&c, "POST", "/api/v1/code", "text/plain", sender_code, &body);
    if (status != 0 && status != 201 && status < 500) {
        complain(s, status, body, TEXT("the Code"));
    }
    return status == 201;
}

void sender_start(struct sender *s, uint16_t port, const char *token, unsigned connections)
{
    s->port = port;
    s->token = token;
    atomic_store(&s->stopping, false);
    while (s->thread_count < connections && s->thread_count < CONNECTIONS_MAX) {
        if (pthread_create(&s->threads[s->thread_count], NULL, send_on, s) != 0) {
            abort();
        }
        s->thread_count++;
    }
}

void sender_stop(struct sender *s)
{
    atomic_store(&s->stopping, true);
    while (s->thread_count) {
        pthread_join(s->threads[--s->thread_count], NULL);
    }
}

bool sender_finish(struct sender *s, uint16_t port, const char *token)
{
    struct client c CLEANUP(client_close) = client_make(port, token);
    struct parcel p = {0};
    int failures = 0;
    while (s->again_count && failures < 20) {
        unsigned status = send_one(s, &c, &p, true);
        failures = is_acknowledged(status) ? 0 : failures + 1;
        if (failures) {
            usleep(BUSY_PAUSE_US);
        }
    }
    buf_release(&p.body);
    return s->again_count == 0;
}

const struct sent *sender_list(const struct sender *s, size_t *ret_count)
{
    *ret_count = s->count;
    return s->list;
}

size_t sender_acknowledged(const struct sender *s)
{
    return s->acknowledged;
}

struct sender_figures sender_figures(const struct sender *s)
{
    return s->figures;
}

const char *sender_complaint(const struct sender *s)
{
    return s->complaint;
}

const char *sender_problem(struct sender *s)
{
    return s->problem;
}

void sender_forget_problem(struct sender *s)
{
    s->problem[0] = '\0';
}
