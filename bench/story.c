#include "story.h"

#include "base/moment.h"
#include "base/pages.h"
#include "base/random.h"

#include <stdlib.h>

const char story_code[] = "code \"Support\"\n"
                          "  owner \"Support\"\n"
                          "  contact \"support@example.com\"\n"
                          "  scope \"Every conversation.\"\n"
                          "  zone America/Sao_Paulo\n"
                          "  channels email, chat\n"
                          "  review every 6 months\n"
                          "calendar office\n"
                          "  open mon..fri 08:30-18:00\n"
                          "  closed every 12-25\n"
                          "principle prompt \"Prompt\"\n"
                          "  \"We answer.\"\n"
                          "promise first-reply under prompt\n"
                          "  \"We reply within 4 working hours.\"\n"
                          "  on message.received where channel in (email, chat)\n"
                          "  must message.sent by staff within 4 working hours of office\n"
                          "  warn at 75%\n"
                          "promise solved under prompt\n"
                          "  \"We solve it in 3 working days.\"\n"
                          "  on message.received\n"
                          "  must thread.closed within 3 working days of office\n"
                          "  otherwise credit 10.00 BRL\n"
                          "promise never-silent under prompt\n"
                          "  \"Something happens within a day.\"\n"
                          "  on every message.received\n"
                          "  must message.sent or thread.closed within 1 day\n"
                          "promise named-person under prompt\n"
                          "  \"You know who answers.\"\n"
                          "  on message.sent by staff\n"
                          "  must be person is given\n"
                          "promise stays-closed under prompt\n"
                          "  \"What is solved stays solved.\"\n"
                          "  on thread.closed\n"
                          "  must not thread.reopened for 7 days\n"
                          "promise shipped under prompt\n"
                          "  \"It leaves within 2 working days.\"\n"
                          "  on order.placed\n"
                          "  must order.shipped within 2 working days of office\n"
                          "promise delivered under prompt\n"
                          "  \"It is with you in 3 days.\"\n"
                          "  on order.placed\n"
                          "  must order.delivered within 3 days\n"
                          "  otherwise credit 5.00 BRL\n"
                          "promise order-news under prompt\n"
                          "  \"You hear of your order every 2 days.\"\n"
                          "  on order.placed\n"
                          "  must order.shipped every 2 days until order.delivered\n"
                          "promise tracked under prompt\n"
                          "  \"You can follow the parcel.\"\n"
                          "  on order.shipped\n"
                          "  must be tracking is given\n"
                          "promise arrives-whole under prompt\n"
                          "  \"What arrives is whole.\"\n"
                          "  on order.delivered\n"
                          "  must not parcel.damaged for 30 days\n";

enum { NAME_SIZE = 16 };
#define YEAR_US (365 * DAY_US)

struct place { /* in the story, before it is put in order */
    int64_t occurred_us;
    uint32_t thread, nth;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->occurred_us != y->occurred_us) {
        return x->occurred_us < y->occurred_us ? -1 : 1;
    }
    return x->thread != y->thread ? (x->thread < y->thread ? -1 : 1) : (int)x->nth - (int)y->nth;
}

static void *room(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p) {
        perror("bench");
        exit(1);
    }
    return p;
}

/* Threads begin evenly over the year; within a thread a touch follows after a minute to two days.
 */
static struct place *make_places(size_t threads)
{
    const int64_t begin_us = INT64_C(1735689600) * 1000000; /* 2025-01-01 */
    struct random random = random_seeded(1);
    struct place *places = room(threads * STORY_TOUCHES_PER_THREAD, sizeof(*places));
    for (size_t t = 0; t < threads; t++) {
        int64_t at = begin_us + random_between(&random, 0, YEAR_US);
        for (uint32_t n = 0; n < STORY_TOUCHES_PER_THREAD; n++) {
            places[t * STORY_TOUCHES_PER_THREAD + n] = (struct place){at, (uint32_t)t, n};
            int64_t longest = n % 3 == 2 ? 48 * HOUR_US : 6 * HOUR_US;
            at += random_between(&random, HOUR_US / 60, longest);
        }
    }
    qsort(places, threads * STORY_TOUCHES_PER_THREAD, sizeof(*places), compare_places);
    return places;
}

enum step { PLACED, RECEIVED, SENT, SHIPPED, DELIVERED, CLOSED };
static const enum step steps[STORY_TOUCHES_PER_THREAD] = {
    PLACED, RECEIVED, SENT, SHIPPED, RECEIVED, SENT, DELIVERED, RECEIVED, SENT, CLOSED};
static const struct text events[] = {
    [PLACED] = TEXT("order.placed"),       [RECEIVED] = TEXT("message.received"),
    [SENT] = TEXT("message.sent"),         [SHIPPED] = TEXT("order.shipped"),
    [DELIVERED] = TEXT("order.delivered"), [CLOSED] = TEXT("thread.closed"),
};

static void set_event(struct touch *t, const struct place *at)
{
    static const struct text people[] = {TEXT("ana"), TEXT("bruno"), TEXT("chico"), TEXT("dora")};
    static const struct attribute tracking = {TEXT("tracking"),
                                              {.type = VALUE_BOOL, .boolean = true}};
    enum step step = steps[at->nth];
    t->event = events[step];
    t->actor = step == PLACED || step == RECEIVED ? ACTOR_CUSTOMER : ACTOR_STAFF;
    if (t->actor == ACTOR_STAFF) {
        t->person = people[(at->thread + at->nth) % 4];
        t->team = TEXT("support");
    }
    if (step == SHIPPED && at->thread % 8 != 0) {
        t->attributes = &tracking;
        t->attribute_count = 1;
    }
}

static size_t names_size(size_t count)
{
    return (count + count / STORY_TOUCHES_PER_THREAD * 2) * NAME_SIZE;
}

struct story story_make(size_t threads)
{
    struct story s = {.count = threads * STORY_TOUCHES_PER_THREAD};
    struct place *places = make_places(threads);
    struct pages pages = {0};
    s.touches = pages_take(&pages, s.count * sizeof(*s.touches));
    s.names = pages_take(&pages, names_size(s.count));
    char *ids = s.names, *names = s.names + s.count * NAME_SIZE;
    for (size_t t = 0; t < threads; t++) {
        snprintf(names + 2 * t * NAME_SIZE, NAME_SIZE, "thread-%zu", t % 100000000);
        snprintf(names + (2 * t + 1) * NAME_SIZE, NAME_SIZE, "c-%zu", t / 3 % 100000000);
    }
    for (size_t i = 0; i < s.count; i++) {
        const char *thread = names + 2 * (size_t)places[i].thread * NAME_SIZE;
        snprintf(ids + i * NAME_SIZE, NAME_SIZE, "touch-%zu", i % 1000000000);
        s.touches[i] =
            (struct touch){.source = TEXT("desk"),
                           .id = text_of(ids + i * NAME_SIZE),
                           .occurred_us = places[i].occurred_us,
                           .place = i + 1,
                           .thread = text_of(thread),
                           .customer = text_of(thread + NAME_SIZE),
                           .channel = places[i].thread % 2 ? TEXT("email") : TEXT("chat")};
        set_event(&s.touches[i], &places[i]);
    }
    free(places);
    return s;
}

void story_release(struct story *s)
{
    struct pages pages CLEANUP(pages_release) = {0};
    pages_give(&pages, s->touches, s->count * sizeof(*s->touches));
    pages_give(&pages, s->names, names_size(s->count));
    *s = (struct story){0};
}

static const char *actor_text(enum actor actor)
{
    return actor == ACTOR_CUSTOMER ? "customer" : "staff";
}

void story_write(const struct story *s, FILE *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct touch *t = &s->touches[i];
        char at[MOMENT_TEXT_SIZE];
        fprintf(out, "{\"source\":\"%.*s\",\"id\":\"%.*s\",\"event\":\"%.*s\",\"occurred\":\"%s\",",
                TEXT_ARG(t->source), TEXT_ARG(t->id), TEXT_ARG(t->event),
                moment_format(t->occurred_us, at));
        fprintf(out,
                "\"thread\":\"%.*s\",\"customer\":\"%.*s\",\"channel\":\"%.*s\","
                "\"actor\":\"%s\"",
                TEXT_ARG(t->thread), TEXT_ARG(t->customer), TEXT_ARG(t->channel),
                actor_text(t->actor));
        if (t->person.len) {
            fprintf(out, ",\"person\":\"%.*s\",\"team\":\"%.*s\"", TEXT_ARG(t->person),
                    TEXT_ARG(t->team));
        }
        fputs(t->attribute_count ? ",\"attributes\":{\"tracking\":true}}\n" : "}\n", out);
    }
}
