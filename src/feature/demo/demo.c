#include "feature/demo/demo.h"

#include <stdlib.h>

#include "feature/demo/hours.h"
#include "feature/demo/story.h"

extern const char shop_code[];
extern const uint64_t shop_code_size; /* with the terminator */

struct text demo_code(void)
{
    return (struct text){shop_code, (size_t)shop_code_size - 1};
}

/* -- what the plays draw from -- */

int64_t spread_draw(const struct spread *s, struct random *r)
{
    static const int32_t percent[] = {0, 10, 25, 50, 75, 90, 97, 100};
    int64_t x = random_between(r, 0, 99999);
    size_t i = 0;
    while (x >= percent[i + 1] * 1000) {
        i++;
    }
    int64_t low = s->at[i], high = s->at[i + 1];
    int64_t width = (percent[i + 1] - percent[i]) * 1000;
    return low + (high - low) * (x - percent[i] * 1000) / width;
}

uint32_t story_customer(struct demo *d)
{
    if (random_chance(&d->random, 320000)) {
        return ++d->customers;
    }
    /* The larger of two draws: those who came lately come back more often. */
    uint64_t a = random_below(&d->random, d->customers), b = random_below(&d->random, d->customers);
    return 1 + (uint32_t)(a > b ? a : b);
}

int64_t story_load(int64_t us)
{
    struct local l = hours_local(us);
    int64_t percent = l.weekday == 0 ? 112 : 100;
    if ((l.date.month == 11 && l.date.day >= 24) || (l.date.month == 12 && l.date.day <= 23)) {
        percent += 25;
    }
    return percent;
}

/* -- arrivals -- */

/* Per week, before the seasons. */
enum { LETTERS = 105, CHATS = 66, CALLS = 42, ORDERS = 196, OPT_OUTS = 4 };
enum { STEP_S = 15, WEEK_S = 7 * 86400 };

/* Of how a day's arrivals fall on its hours; the mean is 100. */
static const uint16_t by_hour[24] = {22,  12,  8,   6,   6,   12,  35,  70,  125, 175, 185, 170,
                                     140, 145, 160, 165, 155, 145, 140, 150, 160, 145, 105, 64};
static const uint16_t by_weekday[7] = {132, 112, 106, 102, 98, 78, 72}; /* mean 100 */
static const uint16_t by_month[12] = {84, 88, 94, 96, 108, 98, 92, 94, 96, 98, 122, 130};

static int64_t season_percent(const struct demo *d, struct local l)
{
    int64_t percent = by_month[l.date.month - 1];
    if (l.date.month == 11 && l.date.day >= 24) {
        percent = percent * 150 / 100; /* the week of Black Friday */
    }
    /* The shop grows by about a quarter a year. */
    int64_t age_days = (d->arrivals_us - (d->second_shift_us - 182 * DAY_US)) / DAY_US;
    int64_t growth = 90 + age_days * 25 / 365;
    return percent * (growth < 150 ? growth : 150) / 100;
}

/* How many of something that comes `per_week` come in one step. */
static unsigned arrive(struct demo *d, int64_t per_week, int64_t percent_of_mean)
{
    int64_t per_million = per_week * percent_of_mean * STEP_S * 10000 / WEEK_S * d->pace;
    unsigned count = (unsigned)(per_million / 1000000);
    return count + random_chance(&d->random, per_million % 1000000);
}

static int64_t somewhere_in_the_step(struct demo *d)
{
    return d->arrivals_us + random_between(&d->random, 0, STEP_S - 1) * SECOND_US;
}

static void arrivals_of_one_step(struct demo *d)
{
    static const struct {
        int32_t per_week;
        void (*play)(struct demo *d, int64_t at_us);
    } plays[] = {
        {LETTERS, story_letter},
        {CHATS, story_chat},
        {ORDERS, story_order},
        {OPT_OUTS, story_opt_out},
    };
    struct local l = hours_local(d->arrivals_us);
    int64_t hour = by_hour[l.second / 3600];
    if (d->pace > 1 && hour < 60) {
        hour = 60;
    }
    int64_t percent = hour * by_weekday[l.weekday] / 100 * season_percent(d, l) / 100;
    for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
        for (unsigned n = arrive(d, plays[i].per_week, percent); n > 0; n--) {
            plays[i].play(d, somewhere_in_the_step(d));
        }
    }
    /* Nobody rings while the desk is closed, or in its last minutes. */
    bool is_open =
        hours_between(HOURS_DESK, d->arrivals_us, d->arrivals_us + 10 * MINUTE_US) == 600;
    for (unsigned n = is_open ? arrive(d, CALLS, 2 * percent) : 0; n > 0; n--) {
        story_call(d, somewhere_in_the_step(d));
    }
    if (l.weekday == 3 && l.second == 10 * 3600) {
        story_mailing(d, d->arrivals_us);
    }
    d->arrivals_us += STEP_S * SECOND_US;
}

/* -- from outside -- */

int64_t demo_start(int64_t until_us, int months)
{
    struct date d = hours_local(until_us).date;
    int32_t month = d.year * 12 + d.month - 1 - months;
    struct date start = {month / 12, month % 12 + 1, d.day};
    int32_t last = date_days_in_month(start.year, start.month);
    start.day = start.day > last ? last : start.day;
    return hours_midnight(date_to_days(start));
}

static int64_t months_later(int64_t from_us, int months)
{
    return demo_start(from_us, -months);
}

/* The mail provider fails on a Tuesday morning of the ninth month, for a day and a half. */
static void plan_outage(struct demo *d, int64_t from_us)
{
    struct local l = hours_local(months_later(from_us, 8) + 8 * DAY_US);
    d->outage_us = hours_midnight(l.days + (8 - l.weekday) % 7) + 10 * HOUR_US;
    d->outage_end_us = d->outage_us + 32 * HOUR_US;
    struct happening outage = {.at_us = d->outage_us, .kind = OUTAGE_DECLARED, .agent = 0};
    happenings_add(&d->coming, outage);
    outage.at_us = d->outage_end_us;
    outage.kind = OUTAGE_ENDED;
    happenings_add(&d->coming, outage);
}

static struct demo *begin(uint64_t seed, int64_t from_us, int64_t start_us)
{
    enum { CUSTOMERS_BEFORE = 900 };
    struct demo *d = calloc(1, sizeof *d);
    if (!d) {
        abort();
    }
    d->random = random_seeded(seed ^ (uint64_t)start_us);
    d->run = (uint32_t)random_next(&d->random);
    d->arrivals_us = floor_div(start_us, STEP_S * SECOND_US) * STEP_S * SECOND_US;
    d->pace = 1;
    d->customers = CUSTOMERS_BEFORE;
    d->second_shift_us = months_later(from_us, 6);
    /* Minutes since 2024: even at the live pace fewer than one thread or order a minute comes, so a
     * story that starts later starts with a higher number. */
    int64_t since_us = start_us - date_to_days((struct date){2024, 1, 1}) * DAY_US;
    int64_t minutes = since_us / MINUTE_US;
    d->threads = d->orders = (uint32_t)(minutes > 0 ? minutes : 0);
    return d;
}

struct demo *demo_new(uint64_t seed, int64_t from_us)
{
    struct demo *d = begin(seed, from_us, from_us);
    plan_outage(d, from_us);
    return d;
}

struct demo *demo_resume(uint64_t seed, int64_t from_us, int64_t again_us)
{
    return begin(seed, from_us, again_us);
}

void demo_free(struct demo *d)
{
    if (d) {
        happenings_release(&d->coming);
        arena_release(&d->arena);
        free(d);
    }
}

void demo_set_pace(struct demo *d, unsigned times)
{
    d->pace = times > 0 ? times : 1;
}

uint32_t demo_customers(const struct demo *d)
{
    return d->customers;
}

bool demo_next(struct demo *d, int64_t until_us, struct touch *ret)
{
    /* What still arrives may come before what is already known. */
    const struct happening *first = happenings_first(&d->coming);
    while (d->arrivals_us <= until_us && (!first || first->at_us >= d->arrivals_us)) {
        arrivals_of_one_step(d);
        first = happenings_first(&d->coming);
    }
    if (!first || first->at_us > until_us) {
        return false;
    }
    struct happening h = happenings_take(&d->coming);
    arena_clear(&d->arena);
    *ret = happening_touch(&h, d->run, ++d->place, &d->arena);
    return true;
}

uint64_t demo_generate(uint64_t seed, int64_t from_us, int64_t until_us,
                       void (*each)(void *context, const struct touch *t), void *context)
{
    struct demo *d = demo_new(seed, from_us);
    struct touch t;
    uint64_t count = 0;
    while (demo_next(d, until_us - 1, &t)) {
        each(context, &t);
        count++;
    }
    demo_free(d);
    return count;
}
