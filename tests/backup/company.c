/* A company for the tests of this folder, and ways to break it:
 *   company make PLACE TOUCHES [SEED]   a Code and so many touches of the last thirty days, some
 * late company add PLACE TOUCHES SEED      more of them, of the same days company sql PLACE SQL
 * runs it company ask PLACE SQL               prints the one number or text that it gives */
#include "base/moment.h"
#include "base/random.h"
#include "feature/ledger/keeper.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 50, THREADS = 40, CUSTOMERS = 12, DAYS = 30 };

static const char code_text[] =
    "code \"Test\"\n  zone Europe/London\n"
    "calendar office\n  open mon..fri 09:00-17:00\n"
    "principle p \"P\"\n  \"Words.\"\n"
    "promise answer under p\n  \"We answer.\"\n  on message.received where opens thread\n"
    "  must message.sent by staff within 4 working hours of office\n"
    "  pause while customer.asked until message.received\n"
    "  excused while outage.declared anywhere until outage.ended\n"
    "  void when thread.marked-spam\n"
    "  otherwise credit 10.00 GBP\n  warn at 75%\n"
    "promise paid under p\n  \"We pay.\"\n  on remedy.owed where promise = answer\n  must "
    "remedy.paid within 2 days\n"
    "promise sorry under p\n  \"We say sorry.\"\n  on promise.broken where promise = answer per "
    "customer\n"
    "  must apology.sent within 1 day\n"
    "promise ship under p\n  \"We send it.\"\n  on order.placed per order\n  must order.shipped "
    "within 3 days\n"
    "promise progress under p\n  \"Weekly word.\"\n  on complaint.opened\n"
    "  must message.sent by staff every 1 day until complaint.closed\n"
    "promise quiet under p\n  \"Few calls.\"\n  at most 1 call.placed per customer in any 2 days\n";

static const char *const events[] = {
    "message.received", "message.received", "message.sent",       "message.sent", "customer.asked",
    "outage.declared",  "outage.ended",     "thread.marked-spam", "remedy.paid",  "apology.sent",
    "complaint.opened", "complaint.closed", "call.placed",        "order.placed", "order.shipped"};
enum { EVENTS = sizeof(events) / sizeof(events[0]) };

static void must(enum err e, const struct err_info *info)
{
    if (e) {
        fprintf(stderr, "company: %s (%s)\n", info->text, info->detail);
        exit(2);
    }
}

static struct database *open_place(const char *place)
{
    struct database *db = NULL;
    struct err_info info = {0};
    struct database_config config = {
        .place = place, .mode = DATABASE_WRITE, .safety = DATABASE_UNSAFE};
    must(database_open(&config, &db, &info), &info);
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
        must(transaction_begin(&t, db, &info), &info);
        must(keeper_tick(k, db, us, &info), &info);
        must(keeper_before_commit(k, db, &info), &info);
        must(transaction_commit(&t, &info), &info);
        keeper_committed(k);
    }
}

static void take(struct keeper *k, struct database *db, const struct touch *touches, size_t count,
                 int64_t now_us)
{
    struct taking takings[BATCH];
    struct err_info info = {0};
    struct transaction t CLEANUP(transaction_end) = {0};
    must(transaction_begin(&t, db, &info), &info);
    must(keeper_take(k, db, touches, count, now_us, takings, &info), &info);
    must(keeper_before_commit(k, db, &info), &info);
    must(transaction_commit(&t, &info), &info);
    keeper_committed(k);
}

static void take_many(struct database *db, int count, uint64_t seed)
{
    struct random r = random_seeded(seed);
    struct book *book CLEANUP(book_drop) = NULL;
    struct keeper *k = NULL;
    struct err_info info = {0};
    must(book_load(db, &book, &info), &info);
    struct keeper_config config = {.book = book};
    must(keeper_open(db, &config, &k, &info), &info);
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

static void make(const char *place, int count, uint64_t seed)
{
    struct database *db CLEANUP(database_close) = open_place(place);
    struct err_info info = {0};
    must(migrate(db, &schema_migrations, &info), &info);
    struct transaction t CLEANUP(transaction_end) = {0};
    must(transaction_begin(&t, db, &info), &info);
    must(book_publish(db, 1, text_of(code_text), NULL, 0, TEXT("test"), moment_now() - 40 * DAY_US,
                      &info),
         &info);
    must(transaction_commit(&t, &info), &info);
    take_many(db, count, seed);
}

static void add(const char *place, int count, uint64_t seed)
{
    struct database *db CLEANUP(database_close) = open_place(place);
    take_many(db, count, seed);
}

static void run_sql(const char *place, const char *sql)
{
    struct database *db CLEANUP(database_close) = open_place(place);
    struct err_info info = {0};
    must(database_script(db, text_of(sql), &info), &info);
}

static void ask(const char *place, const char *sql)
{
    struct database *db CLEANUP(database_close) = open_place(place);
    struct err_info info = {0};
    struct buf cast CLEANUP(buf_release) = {0};
    buf_addf(&cast, "SELECT CAST((%s) AS TEXT)", sql);
    const struct statement statement = {"company_ask", cast.ptr, NULL};
    struct query q CLEANUP(query_end) = query_begin(db, &statement);
    bool row = false;
    must(query_row(&q, &row, &info), &info);
    printf("%.*s\n", TEXT_ARG(row ? query_text(&q, 0) : (struct text){0}));
}

static int number(const char *words)
{
    int64_t n;
    if (!text_to_int64(text_of(words), &n) || n < 0 || n > 10000000) {
        fprintf(stderr, "company: '%s' is no number\n", words);
        exit(2);
    }
    return (int)n;
}

int main(int argc, char **argv)
{
    const char *what = argc > 3 ? argv[1] : "";
    uint64_t seed = argc > 4 ? (uint64_t)number(argv[4]) : 1;
    if (strcmp(what, "make") == 0) {
        make(argv[2], number(argv[3]), seed);
    } else if (strcmp(what, "add") == 0) {
        add(argv[2], number(argv[3]), seed);
    } else if (strcmp(what, "sql") == 0) {
        run_sql(argv[2], argv[3]);
    } else if (strcmp(what, "ask") == 0) {
        ask(argv[2], argv[3]);
    } else {
        fprintf(stderr, "usage: company make|add|sql|ask PLACE …\n");
        return 2;
    }
    return 0;
}
