#include "company/company.h"

#include "base/random.h"
#include "feature/ledger/keeper.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 50, THREADS = 40, CUSTOMERS = 12, DAYS = 30 };

extern const char company_code[];
extern const uint64_t company_code_size; /* with the terminator */

static struct text company_text(void)
{
    return (struct text){company_code, (size_t)company_code_size - 1};
}

static const char *const events[] = {
    "message.received", "message.received", "message.sent",       "message.sent", "customer.asked",
    "outage.declared",  "outage.ended",     "thread.marked-spam", "remedy.paid",  "apology.sent",
    "complaint.opened", "complaint.closed", "call.placed",        "order.placed", "order.shipped"};
enum { EVENTS = sizeof(events) / sizeof(events[0]) };

void company_must(enum err e, const struct err_info *info)
{
    if (e) {
        fprintf(stderr, "company: %s (%s)\n", info->text, info->detail);
        exit(2);
    }
}

struct database *company_open(const char *place)
{
    struct database *db = NULL;
    struct err_info info = {0};
    struct database_config config = {
        .place = place, .mode = DATABASE_WRITE, .safety = DATABASE_UNSAFE};
    company_must(database_open(&config, &db, &info), &info);
    return db;
}

static struct touch make_touch(struct random *r, struct arena *arena, uint64_t seed, int number,
                               int64_t occurred_us)
{
    const char *event = events[random_below(r, EVENTS)];
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, 2);
    int thread = (int)random_below(r, THREADS);
    struct touch t = {
        .source = TEXT("test"),
        .id = arena_printf(arena, "t%" PRIu64 "-%d", seed, number),
        .event = text_of(event),
        .occurred_us = occurred_us,
        .thread = arena_printf(arena, "th%d", thread),
        .customer = arena_printf(arena, "cu%d", thread % CUSTOMERS),
        .channel = random_below(r, 2) ? TEXT("email") : (struct text){0},
        .team = random_below(r, 3) ? TEXT("north") : (struct text){0},
        .actor = random_below(r, 4) ? ACTOR_STAFF : ACTOR_CUSTOMER,
        .attributes = attributes,
    };
    if (strncmp(event, "order", 5) == 0) {
        struct text order = arena_printf(arena, "o%d", (int)random_below(r, 60));
        attributes[t.attribute_count++] =
            (struct attribute){TEXT("order"), {.type = VALUE_TEXT, .text = order}};
    } else if (strcmp(event, "remedy.paid") == 0) {
        attributes[t.attribute_count++] =
            (struct attribute){TEXT("promise"), {.type = VALUE_TEXT, .text = TEXT("answer")}};
        attributes[t.attribute_count++] =
            (struct attribute){TEXT("amount"), {.type = VALUE_TEXT, .text = TEXT("10.00 GBP")}};
    }
    return t;
}

/* Everything that has fallen due by then. */
static void settle(struct keeper *k, struct database *db, int64_t us)
{
    struct err_info info = {0};
    while (keeper_due(k) <= us) {
        struct transaction t CLEANUP(transaction_end) = {0};
        company_must(transaction_begin(&t, db, &info), &info);
        company_must(keeper_tick(k, db, us, &info), &info);
        company_must(keeper_before_commit(k, db, &info), &info);
        company_must(transaction_commit(&t, &info), &info);
        keeper_committed(k);
    }
}

static void take(struct keeper *k, struct database *db, const struct touch *touches, size_t count,
                 int64_t now_us)
{
    struct taking takings[BATCH];
    struct err_info info = {0};
    struct transaction t CLEANUP(transaction_end) = {0};
    company_must(transaction_begin(&t, db, &info), &info);
    company_must(keeper_take(k, db, touches, count, now_us, takings, &info), &info);
    company_must(keeper_before_commit(k, db, &info), &info);
    company_must(transaction_commit(&t, &info), &info);
    keeper_committed(k);
}

static void take_many(struct database *db, int count, uint64_t seed)
{
    struct random r = random_seeded(seed);
    struct book *book CLEANUP(book_drop) = NULL;
    struct keeper *k = NULL;
    struct err_info info = {0};
    company_must(book_load(db, &book, &info), &info);
    struct keeper_config config = {.book = book};
    company_must(keeper_open(db, &config, &k, &info), &info);
    int64_t now_us = moment_now(), from_us = now_us - DAYS * DAY_US;
    for (int done = 0; done < count;) {
        struct arena arena CLEANUP(arena_release) = {0};
        struct touch touches[BATCH];
        size_t part = 0;
        int64_t latest_us = from_us;
        for (; part < BATCH && done < count; part++, done++) {
            int64_t at_us = from_us + (now_us - from_us) / count * done;
            if (random_below(&r, 10) == 0) { /* late */
                at_us -= (int64_t)random_below(&r, (uint64_t)(2 * DAY_US));
            }
            touches[part] = make_touch(&r, &arena, seed, done, at_us);
            latest_us = at_us > latest_us ? at_us : latest_us;
        }
        settle(k, db, latest_us);
        take(k, db, touches, part, latest_us);
    }
    settle(k, db, now_us);
    keeper_close(&k);
}

void company_make(const char *place, int count, uint64_t seed)
{
    struct database *db CLEANUP(database_close) = company_open(place);
    struct err_info info = {0};
    company_must(migrate(db, &schema_migrations, &info), &info);
    struct transaction t CLEANUP(transaction_end) = {0};
    company_must(transaction_begin(&t, db, &info), &info);
    company_must(book_publish(db, 1, company_text(), NULL, 0, TEXT("test"),
                              moment_now() - 40 * DAY_US, &info),
                 &info);
    company_must(transaction_commit(&t, &info), &info);
    take_many(db, count, seed);
}

void company_add(const char *place, int count, uint64_t seed)
{
    struct database *db CLEANUP(database_close) = company_open(place);
    take_many(db, count, seed);
}
