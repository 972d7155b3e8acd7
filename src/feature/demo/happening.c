#include "feature/demo/happening.h"

#include <assert.h>
#include <stdlib.h>

#include "feature/demo/cast.h"

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

void happenings_release(struct happenings *h)
{
    free(h->heap);
    *h = (struct happenings){0};
}

void happenings_add(struct happenings *h, struct happening what)
{
    if (h->count == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 256;
        h->heap = realloc(h->heap, h->cap * sizeof *h->heap);
        if (!h->heap) {
            abort();
        }
    }
    what.number = h->numbered++;
    size_t i = h->count++;
    while (i > 0 && before(&what, &h->heap[(i - 1) / 2])) {
        h->heap[i] = h->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    h->heap[i] = what;
}

const struct happening *happenings_first(const struct happenings *h)
{
    return h->count > 0 ? &h->heap[0] : NULL;
}

struct happening happenings_take(struct happenings *h)
{
    assert(h->count > 0);
    struct happening first = h->heap[0];
    struct happening last = h->heap[--h->count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->count) {
            break;
        }
        if (child + 1 < h->count && before(&h->heap[child + 1], &h->heap[child])) {
            child++;
        }
        if (!before(&h->heap[child], &last)) {
            break;
        }
        h->heap[i] = h->heap[child];
        i = child;
    }
    h->heap[i] = last;
    return first;
}

/* -- as a touch -- */

static const struct {
    const char *event;
    enum actor actor;
} kinds[HAPPENING_KINDS] = {
    [CALL_ANSWERED] = {"call.answered", ACTOR_STAFF},
    [CALL_ABANDONED] = {"call.abandoned", ACTOR_CUSTOMER},
    [CALL_OFFERED] = {"call.offered", ACTOR_CUSTOMER},
    [COMPLAINT_CLOSED] = {"complaint.closed", ACTOR_STAFF},
    [COMPLAINT_OPENED] = {"complaint.opened", ACTOR_CUSTOMER},
    [CONDUCT_ABUSE] = {"conduct.abuse", ACTOR_CUSTOMER},
    [CUSTOMER_ASKED] = {"customer.asked", ACTOR_STAFF},
    [DAMAGE_REPORTED] = {"damage.reported", ACTOR_CUSTOMER},
    [MARKETING_OPTED_IN] = {"marketing.opted-in", ACTOR_CUSTOMER},
    [MARKETING_OPTED_OUT] = {"marketing.opted-out", ACTOR_CUSTOMER},
    [MARKETING_SENT] = {"marketing.sent", ACTOR_SYSTEM},
    [MESSAGE_RECEIVED] = {"message.received", ACTOR_CUSTOMER},
    [MESSAGE_SENT] = {"message.sent", ACTOR_STAFF},
    [ORDER_CANCELLED] = {"order.cancelled", ACTOR_CUSTOMER},
    [ORDER_DELIVERED] = {"order.delivered", ACTOR_SYSTEM},
    [ORDER_DISPATCHED] = {"order.dispatched", ACTOR_STAFF},
    [ORDER_PLACED] = {"order.placed", ACTOR_CUSTOMER},
    [ORDER_REFUNDED] = {"order.refunded", ACTOR_STAFF},
    [ORDER_REPLACED] = {"order.replaced", ACTOR_STAFF},
    [OUTAGE_DECLARED] = {"outage.declared", ACTOR_STAFF},
    [OUTAGE_ENDED] = {"outage.ended", ACTOR_STAFF},
    [REMEDY_PAID] = {"remedy.paid", ACTOR_STAFF},
    [THREAD_CLOSED] = {"thread.closed", ACTOR_STAFF},
    [THREAD_MARKED_SPAM] = {"thread.marked-spam", ACTOR_STAFF},
    [THREAD_TRANSFERRED] = {"thread.transferred", ACTOR_STAFF},
};
static const char *const channels[] = {"", "email", "chat", "whatsapp", "phone"};
static const char *const topics[] = {"", "order", "brewing", "invoice", "change", "damage"};
static const char *const priorities[] = {"", "normal", "high", "urgent"};

static void attribute(struct touch *t, struct attribute *into, const char *name, struct value v)
{
    into[t->attribute_count++] = (struct attribute){text_of(name), v};
}

static struct value word(const char *const *words, unsigned index)
{
    return (struct value){.type = VALUE_TEXT, .text = text_of(words[index])};
}

static struct value reais(int64_t cents)
{
    return (struct value){.type = VALUE_MONEY, .money = {cents, "BRL"}};
}

static void attributes(const struct happening *h, struct touch *t, struct arena *arena)
{
    enum { MOST = 9 };
    struct attribute *into = ARENA_ARRAY(arena, struct attribute, MOST);
    t->attributes = into;
    if (h->order) {
        struct text order = arena_printf(arena, "order-%u", h->order);
        attribute(t, into, "order", (struct value){.type = VALUE_TEXT, .text = order});
    }
    if (h->topic) {
        attribute(t, into, "topic", word(topics, h->topic));
    }
    if (h->priority) {
        attribute(t, into, "priority", word(priorities, h->priority));
    }
    if (h->holding) {
        attribute(t, into, "holding", (struct value){.type = VALUE_BOOL, .boolean = true});
    }
    if (h->total) {
        attribute(t, into, "total", reais(h->total));
    }
    if (h->promise) {
        attribute(t, into, "promise",
                  (struct value){.type = VALUE_TEXT, .text = text_of(h->promise)});
        attribute(t, into, "amount", reais(h->amount));
    }
    if (h->postage) {
        attribute(t, into, "postage", reais(h->postage));
    }
    if (h->expected_us) {
        struct value expected = {.type = VALUE_MOMENT, .moment_us = h->expected_us};
        attribute(t, into, "expected", expected);
    }
}

struct touch happening_touch(const struct happening *h, uint32_t run, uint64_t place,
                             struct arena *arena)
{
    struct touch t = {.source = TEXT("shop"),
                      .id = arena_printf(arena, "%08x-%llu", run, (unsigned long long)place),
                      .event = text_of(kinds[h->kind].event),
                      .occurred_us = h->at_us,
                      .place = place,
                      .channel = text_of(channels[h->channel]),
                      .actor = kinds[h->kind].actor};
    if (h->thread) {
        t.thread = arena_printf(arena, "conversation-%u", h->thread);
    }
    if (h->customer) {
        t.customer = cast_customer(h->customer, arena);
    }
    if (h->agent >= 0) {
        const struct agent *agent = &cast_agents[h->agent];
        t.person = text_of(agent->name);
        t.role = text_of(t.actor == ACTOR_STAFF ? agent->role : NULL);
        t.team = text_of(agent->team);
    } else {
        t.team = text_of(h->team);
    }
    attributes(h, &t, arena);
    return t;
}
