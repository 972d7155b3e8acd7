/* Letters, chats and calls. */
#include "feature/demo/cast.h"
#include "feature/demo/hours.h"
#include "feature/demo/story.h"

static struct happening said(enum happening_kind kind, int64_t at_us, const struct happening *first)
{
    struct happening h = {.at_us = at_us,
                          .kind = kind,
                          .thread = first->thread,
                          .customer = first->customer,
                          .channel = first->channel,
                          .agent = -1,
                          .team = first->team};
    return h;
}

static void by(struct demo *d, enum happening_kind kind, int64_t at_us,
               const struct happening *first, int8_t agent)
{
    struct happening h = said(kind, at_us, first);
    h.agent = agent;
    happenings_add(&d->coming, h);
}

static struct happening opening(struct demo *d, int64_t at_us, enum channel channel)
{
    static const uint32_t topics[] = {0, 40, 22, 14, 14};
    static const uint32_t priorities[] = {0, 82, 13, 5};
    struct happening first = {.at_us = at_us,
                              .kind = MESSAGE_RECEIVED,
                              .thread = ++d->threads,
                              .customer = story_customer(d),
                              .channel = channel,
                              .agent = -1};
    first.topic = (enum topic)random_weighted(&d->random, topics, 5);
    first.priority = (enum priority)random_weighted(&d->random, priorities, 4);
    return first;
}

/* Written word every few days until it is settled. */
static void complaint(struct demo *d, const struct happening *first, int64_t at_us)
{
    static const struct spread silence_min = {{120, 300, 520, 800, 1100, 1350, 1500, 2600}};
    static const struct spread whole_days = {{1, 2, 3, 5, 8, 11, 14, 20}};
    int8_t agent = cast_desk(&d->random);
    by(d, COMPLAINT_OPENED, at_us, first, agent);
    int64_t end_us =
        hours_add_days(HOURS_DESK, at_us, (int)spread_draw(&whole_days, &d->random)) + HOUR_US;
    int64_t t = at_us;
    for (;;) {
        int64_t wait_s = 60 * spread_draw(&silence_min, &d->random) * story_load(t) / 100;
        t = hours_lay(HOURS_DESK, t, wait_s);
        if (t >= end_us) {
            break;
        }
        by(d, MESSAGE_SENT, t, first, agent);
    }
    by(d, MESSAGE_SENT, end_us - MINUTE_US, first, agent);
    by(d, COMPLAINT_CLOSED, end_us, first, agent);
}

/* What may follow an answer: thanks, a second question, a complaint, strong words. */
static void afterwards(struct demo *d, const struct happening *first, int64_t answered_us,
                       int8_t agent)
{
    static const struct spread reply_min = {{2, 6, 15, 45, 150, 400, 900, 2400}};
    static const struct spread work_min = {{3, 8, 18, 40, 90, 160, 260, 600}};
    int64_t end_us = answered_us;
    if (random_chance(&d->random, 350000)) {
        int64_t reply_us = answered_us + spread_draw(&reply_min, &d->random) * MINUTE_US;
        by(d, MESSAGE_RECEIVED, reply_us, first, agent);
        end_us = hours_lay(HOURS_DESK, reply_us, 60 * spread_draw(&work_min, &d->random));
        by(d, MESSAGE_SENT, end_us, first, agent);
    }
    if (random_chance(&d->random, 25000)) {
        complaint(d, first, end_us + random_between(&d->random, 5, 90) * MINUTE_US);
    }
    if (random_chance(&d->random, 1200)) {
        by(d, CONDUCT_ABUSE, end_us + 2 * MINUTE_US, first, agent);
    }
    by(d, THREAD_CLOSED, end_us + random_between(&d->random, 1, 20) * MINUTE_US, first, agent);
}

static void transfers(struct demo *d, const struct happening *first, int64_t answer_us)
{
    if (!random_chance(&d->random, 90000)) {
        return;
    }
    int64_t gap_us = (answer_us - first->at_us) / 4;
    by(d, THREAD_TRANSFERRED, first->at_us + gap_us, first, cast_desk(&d->random));
    if (random_chance(&d->random, 22000)) {
        by(d, THREAD_TRANSFERRED, first->at_us + 2 * gap_us, first, cast_desk(&d->random));
    }
}

/* -- letters: e-mail and WhatsApp -- */

static int64_t letter_limit_s(enum priority p)
{
    return p == PRIORITY_URGENT ? 3600 : p == PRIORITY_HIGH ? 2 * 3600 : 4 * 3600;
}

static int64_t letter_answer_us(struct demo *d, const struct happening *first, int8_t agent)
{
    static const struct spread before_min = {{4, 18, 42, 88, 140, 205, 290, 620}};
    static const struct spread after_min = {{3, 12, 28, 62, 105, 165, 228, 480}};
    bool second_shift = first->at_us >= d->second_shift_us;
    int64_t wait_s = 60 * spread_draw(second_shift ? &after_min : &before_min, &d->random);
    wait_s = wait_s * cast_agents[agent].pace_percent / 100 * story_load(first->at_us) / 100;
    wait_s = wait_s * letter_limit_s(first->priority) / letter_limit_s(PRIORITY_NORMAL);
    int64_t us = hours_lay(second_shift ? HOURS_EVENINGS : HOURS_DESK, first->at_us, wait_s);
    bool is_down = first->channel == CHANNEL_EMAIL && us >= d->outage_us && us < d->outage_end_us;
    return is_down ? hours_lay(HOURS_DESK, d->outage_end_us, wait_s) : us;
}

/* The shop asks the customer something first; the answer follows the customer's. */
static int64_t letter_question(struct demo *d, const struct happening *first, int64_t answer_us,
                               int8_t agent)
{
    static const struct spread reply_min = {{4, 15, 60, 240, 900, 2000, 3600, 6000}};
    int64_t ask_us = first->at_us + (answer_us - first->at_us) * 2 / 5;
    int64_t reply_us = ask_us + spread_draw(&reply_min, &d->random) * MINUTE_US;
    int64_t left_s = hours_between(HOURS_DESK, ask_us, answer_us);
    by(d, CUSTOMER_ASKED, ask_us, first, agent);
    by(d, MESSAGE_RECEIVED, reply_us, first, agent);
    return hours_lay(HOURS_DESK, reply_us, left_s);
}

static void letter_answered(struct demo *d, const struct happening *first, int64_t answer_us,
                            int8_t agent)
{
    int64_t limit_s = letter_limit_s(first->priority);
    int64_t took_s = hours_between(HOURS_DESK, first->at_us, answer_us);
    bool asked = false;
    if (took_s > 1800 && random_chance(&d->random, 120000)) {
        answer_us = letter_question(d, first, answer_us, agent);
        asked = true;
    } else if (took_s > limit_s * 3 / 4 && random_chance(&d->random, 450000)) {
        struct happening h =
            said(MESSAGE_SENT, hours_lay(HOURS_DESK, first->at_us, limit_s * 2 / 3), first);
        h.agent = agent;
        h.holding = true;
        happenings_add(&d->coming, h);
        limit_s += 2 * 3600;
    }
    transfers(d, first, answer_us);
    by(d, MESSAGE_SENT, answer_us, first, agent);
    int64_t due_us = hours_lay(HOURS_DESK, first->at_us, limit_s);
    bool is_excused = due_us >= d->outage_us && due_us < d->outage_end_us;
    if ((asked ? took_s > limit_s : answer_us > due_us) && !is_excused) {
        story_pay(d, first->customer, asked ? answer_us : due_us, "answer", 1000);
    }
    afterwards(d, first, answer_us, agent);
}

void story_letter(struct demo *d, int64_t at_us)
{
    bool is_email = random_chance(&d->random, 620000);
    struct happening first = opening(d, at_us, is_email ? CHANNEL_EMAIL : CHANNEL_WHATSAPP);
    int8_t agent = first.agent = cast_desk(&d->random); /* it is given to somebody at once */
    happenings_add(&d->coming, first);
    int64_t answer_us = letter_answer_us(d, &first, agent);
    if (is_email && random_chance(&d->random, 25000)) {
        int64_t looked_s = random_between(&d->random, 2, 40) * 60;
        by(d, THREAD_MARKED_SPAM, hours_lay(HOURS_DESK, at_us, looked_s), &first, agent);
    } else if (random_chance(&d->random, 4000)) {
        /* Forgotten, and found days later. */
        int days = (int)random_between(&d->random, 2, 9);
        letter_answered(d, &first, hours_add_days(HOURS_DESK, answer_us, days), agent);
    } else {
        letter_answered(d, &first, answer_us, agent);
    }
}

/* -- chat and telephone -- */

void story_chat(struct demo *d, int64_t at_us)
{
    static const struct spread desk_s = {{8, 20, 45, 110, 260, 480, 820, 2400}};
    static const struct spread alone_s = {{20, 60, 200, 540, 1080, 2200, 5400, 14400}};
    static const struct spread night_s = {{10, 30, 70, 180, 380, 620, 930, 3600}};
    struct happening first = opening(d, at_us, CHANNEL_CHAT);
    bool second_shift = at_us >= d->second_shift_us;
    bool is_desk = hours_lay(HOURS_DESK, at_us, 0) == at_us;
    int8_t agent = is_desk ? cast_desk(&d->random) : cast_night(&d->random, second_shift);
    first.agent = agent;
    happenings_add(&d->coming, first);
    const struct spread *wait = is_desk ? &desk_s : second_shift ? &night_s : &alone_s;
    int64_t wait_s = spread_draw(wait, &d->random) * cast_agents[agent].pace_percent / 100;
    int64_t answer_us = at_us + wait_s * story_load(at_us) / 100 * SECOND_US;
    transfers(d, &first, answer_us);
    by(d, MESSAGE_SENT, answer_us, &first, agent);
    int64_t due_us = at_us + 15 * MINUTE_US;
    bool is_excused = due_us >= d->outage_us && due_us < d->outage_end_us;
    if (answer_us > due_us && !is_excused) {
        story_pay(d, first.customer, due_us, "chat", 500);
    }
    afterwards(d, &first, answer_us, agent);
}

void story_call(struct demo *d, int64_t at_us)
{
    static const struct spread ring_s = {{3, 6, 10, 18, 34, 66, 130, 400}};
    struct happening first = opening(d, at_us, CHANNEL_PHONE);
    first.kind = CALL_OFFERED;
    first.team = CAST_DESK_TEAM;
    happenings_add(&d->coming, first);
    int64_t rings_s = spread_draw(&ring_s, &d->random) * story_load(at_us) / 100;
    int64_t patience_s = random_between(&d->random, 15, 58);
    if (rings_s > patience_s && random_chance(&d->random, 300000)) {
        happenings_add(&d->coming, said(CALL_ABANDONED, at_us + patience_s * SECOND_US, &first));
        return;
    }
    int64_t answer_us = at_us + rings_s * SECOND_US;
    int8_t agent = cast_desk(&d->random);
    by(d, CALL_ANSWERED, answer_us, &first, agent);
    by(d, THREAD_CLOSED, answer_us + random_between(&d->random, 60, 900) * SECOND_US, &first,
       agent);
}
