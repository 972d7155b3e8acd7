/* What will happen in the demo's shop: touches still to come, in a heap by time. */
#ifndef TROTH_FEATURE_DEMO_HAPPENING_H
#define TROTH_FEATURE_DEMO_HAPPENING_H

#include "base/arena.h"
#include "engine/touch.h"

enum happening_kind {
    CALL_ANSWERED,
    CALL_ABANDONED,
    CALL_OFFERED,
    COMPLAINT_CLOSED,
    COMPLAINT_OPENED,
    CONDUCT_ABUSE,
    CUSTOMER_ASKED,
    DAMAGE_REPORTED,
    MARKETING_OPTED_IN,
    MARKETING_OPTED_OUT,
    MARKETING_SENT,
    MESSAGE_RECEIVED,
    MESSAGE_SENT,
    ORDER_CANCELLED,
    ORDER_DELIVERED,
    ORDER_DISPATCHED,
    ORDER_PLACED,
    ORDER_REFUNDED,
    ORDER_REPLACED,
    OUTAGE_DECLARED,
    OUTAGE_ENDED,
    REMEDY_PAID,
    THREAD_CLOSED,
    THREAD_MARKED_SPAM,
    THREAD_TRANSFERRED,
    HAPPENING_KINDS
};

enum channel { CHANNEL_NONE, CHANNEL_EMAIL, CHANNEL_CHAT, CHANNEL_WHATSAPP, CHANNEL_PHONE };
enum topic { TOPIC_NONE, TOPIC_ORDER, TOPIC_BREWING, TOPIC_INVOICE, TOPIC_CHANGE, TOPIC_DAMAGE };
enum priority { PRIORITY_NONE, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT };

struct happening {
    int64_t at_us;
    uint64_t number; /* the order in which it was thought of: settles ties */
    enum happening_kind kind;
    uint32_t thread, order, customer; /* 0: none */
    enum channel channel;
    enum topic topic;
    enum priority priority;
    bool holding;
    int8_t agent;     /* index into the cast: who acts, or whose it is; -1: nobody's */
    const char *team; /* whose it is where it is nobody's; NULL: no team's */
    int64_t total, postage;
    const char *promise; /* remedy.paid: which was broken; NULL else */
    int64_t amount;      /* paid */
    int64_t expected_us; /* 0: none */
};

struct happenings {
    struct happening *heap;
    size_t count, cap;
    uint64_t numbered;
};

void happenings_release(struct happenings *h);
void happenings_add(struct happenings *h, struct happening what);
const struct happening *happenings_first(const struct happenings *h); /* NULL: none */
struct happening happenings_take(struct happenings *h);

/* As a touch of the source "shop"; texts in the arena. run: of ids; place: number of the touch. */
struct touch happening_touch(const struct happening *h, uint32_t run, uint64_t place,
                             struct arena *arena);

#endif
