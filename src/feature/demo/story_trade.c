/* Orders, parcels, mailings, and what the shop owes. */
#include "feature/demo/cast.h"
#include "feature/demo/hours.h"
#include "feature/demo/story.h"

void story_pay(struct demo *d, uint32_t customer, int64_t us, const char *promise, int64_t amount)
{
    static const struct spread work_h = {{1, 4, 9, 17, 25, 31, 36, 60}};
    if (random_chance(&d->random, 3000)) {
        us += random_between(&d->random, 8, 40) * DAY_US; /* overlooked, and found */
    }
    struct happening paid = {
        .at_us = hours_lay(HOURS_DESK, us, 3600 * spread_draw(&work_h, &d->random)) + MINUTE_US,
        .kind = REMEDY_PAID,
        .customer = customer,
        .promise = promise,
        .amount = amount,
        .agent = CAST_DESK_FIRST};
    happenings_add(&d->coming, paid);
}

void story_damage(struct demo *d, uint32_t customer, uint32_t order, int64_t at_us)
{
    static const struct spread work_min = {{20, 90, 180, 330, 540, 800, 1000, 1900}};
    struct happening h = {.at_us = at_us,
                          .kind = MESSAGE_RECEIVED,
                          .thread = ++d->threads,
                          .order = order,
                          .customer = customer,
                          .channel = CHANNEL_WHATSAPP,
                          .topic = TOPIC_DAMAGE,
                          .priority = PRIORITY_HIGH};
    int64_t work_s = 60 * spread_draw(&work_min, &d->random) * story_load(at_us) / 100;
    h.agent = cast_desk(&d->random);
    happenings_add(&d->coming, h);
    h.kind = DAMAGE_REPORTED;
    h.priority = PRIORITY_NONE;
    happenings_add(&d->coming, h);
    h.topic = TOPIC_NONE;
    h.kind = MESSAGE_SENT;
    h.at_us = hours_lay(HOURS_DESK, at_us, work_s < 5400 ? work_s / 2 : 2700);
    happenings_add(&d->coming, h);
    h.kind = random_chance(&d->random, 700000) ? ORDER_REPLACED : ORDER_REFUNDED;
    h.at_us = hours_lay(HOURS_DESK, at_us, work_s);
    happenings_add(&d->coming, h);
    h.kind = THREAD_CLOSED;
    h.at_us += 3 * MINUTE_US;
    happenings_add(&d->coming, h);
    int64_t due_us = hours_add_days(HOURS_DESK, at_us, 2);
    if (h.at_us - 3 * MINUTE_US > due_us) {
        story_pay(d, customer, due_us, "damaged", 2000);
    }
}

/* The parcel leaves at h->at_us with a day named, and comes mostly by then. */
static void order_travels(struct demo *d, struct happening h)
{
    static const struct spread usual_days = {{-4, -3, -2, -1, -1, 0, 1, 8}};
    static const struct spread december_days = {{-3, -2, -1, -1, 0, 1, 3, 12}};
    struct local out = hours_local(h.at_us);
    int64_t named_day = out.days + random_between(&d->random, 4, 7);
    h.kind = ORDER_DISPATCHED;
    h.expected_us = hours_midnight(named_day + 1) - SECOND_US;
    happenings_add(&d->coming, h);

    bool is_december = out.date.month == 12 || (out.date.month == 11 && out.date.day > 26);
    int64_t day = named_day + spread_draw(is_december ? &december_days : &usual_days, &d->random);
    if (day <= out.days) {
        day = out.days + 1;
    }
    h.kind = ORDER_DELIVERED;
    h.agent = -1; /* the carrier */
    h.team = CAST_ROASTERY_TEAM;
    h.at_us = hours_midnight(day) + random_between(&d->random, 9 * 3600, 19 * 3600) * SECOND_US;
    int64_t expected_us = h.expected_us, postage = h.postage;
    h.expected_us = 0;
    h.total = h.postage = 0;
    happenings_add(&d->coming, h);
    if (h.at_us > expected_us) {
        story_pay(d, h.customer, expected_us, "delivery", postage);
    }
    if (random_chance(&d->random, 18000)) {
        story_damage(d, h.customer, h.order,
                     h.at_us + random_between(&d->random, 20, 1500) * MINUTE_US);
    }
}

void story_order(struct demo *d, int64_t at_us)
{
    static const struct spread roast_min = {{30, 150, 300, 480, 660, 830, 960, 2100}};
    struct happening h = {.at_us = at_us,
                          .kind = ORDER_PLACED,
                          .order = ++d->orders,
                          .customer = story_customer(d),
                          .total = random_between(&d->random, 39, 320) * 100 - 10,
                          .postage = random_between(&d->random, 12, 29) * 100 + 90};
    h.agent = cast_roaster(h.order);
    happenings_add(&d->coming, h);
    int64_t work_s = 60 * spread_draw(&roast_min, &d->random) * story_load(at_us) / 100;
    int64_t out_us = hours_lay(HOURS_ROASTERY, at_us, work_s);
    if (random_chance(&d->random, 14000)) {
        h.kind = ORDER_CANCELLED;
        h.at_us = at_us + (out_us - at_us) / 3;
        happenings_add(&d->coming, h);
        return;
    }
    int64_t due_us = hours_add_days(HOURS_ROASTERY, at_us, 2);
    if (out_us > due_us) {
        story_pay(d, h.customer, due_us, "dispatch", (h.total + 5) / 10);
    }
    h.at_us = out_us;
    order_travels(d, h);
}

void story_opt_out(struct demo *d, int64_t at_us)
{
    struct happening h = {.at_us = at_us,
                          .kind = MARKETING_OPTED_OUT,
                          .customer = story_customer(d),
                          .channel = CHANNEL_EMAIL,
                          .agent = -1,
                          .team = CAST_DESK_TEAM};
    happenings_add(&d->coming, h);
    d->opted_out[d->opted_out_count++ % OPTED_OUT_KEPT] = h.customer;
    if (random_chance(&d->random, 350000)) {
        h.kind = MARKETING_OPTED_IN;
        h.at_us += random_between(&d->random, 5, 80) * DAY_US;
        happenings_add(&d->coming, h);
    }
}

static bool has_opted_out(const struct demo *d, uint32_t customer)
{
    for (uint32_t i = 0; i < d->opted_out_count && i < OPTED_OUT_KEPT; i++) {
        if (d->opted_out[i] == customer) {
            return true;
        }
    }
    return false;
}

void story_mailing(struct demo *d, int64_t at_us)
{
    enum { READERS = 15 };
    struct happening h = {
        .at_us = at_us, .kind = MARKETING_SENT, .channel = CHANNEL_EMAIL, .agent = -1};
    for (int i = 0; i < READERS; i++) {
        h.customer = 1 + (uint32_t)random_below(&d->random, d->customers);
        if (has_opted_out(d, h.customer)) {
            continue;
        }
        h.at_us += random_between(&d->random, 1, 20) * SECOND_US;
        happenings_add(&d->coming, h);
    }
    /* Now and then someone who said stop is still on the list. */
    if (d->opted_out_count > 50 && random_chance(&d->random, 50000)) {
        h.customer = d->opted_out[random_below(&d->random, 50)];
        happenings_add(&d->coming, h);
    }
}
