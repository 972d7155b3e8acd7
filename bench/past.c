/* A database with a past: the Code of the story, and a year of its touches up to now, taken by the
 * keeper itself in large transactions. The clock follows the touches, so everything falls due and
 * is decided in its order, as if it had been live. past DATABASE THREADS      ten touches a thread;
 * prints touches a second */
#include "feature/ledger/keeper.h"
#include "story.h"

#include "base/id.h"
#include "store/migrate.h"

#include <stdlib.h>

enum { BATCH = 500, BATCHES = 20 /* in one transaction */, YEAR_AND_LONGEST_THREAD = 365 + 9 };

struct past {
    struct database *db;
    struct book *book;
    struct keeper *keeper;
    struct story story;
    size_t next;
};

static void past_end(struct past *p)
{
    keeper_close(&p->keeper); /* before the book it reads */
    book_drop(&p->book);
    database_close(&p->db);
    story_release(&p->story);
}

/* The clock of the loading shows whole seconds: ids of entries lie within some milliseconds
 * then, and `fill` finds room for those of its copies behind them. */
static int64_t whole_second(int64_t us)
{
    return (us + 999999) / 1000000 * 1000000;
}

static void move_to_now(struct story *s, int64_t now_us)
{
    const int64_t begin_us = now_us - YEAR_AND_LONGEST_THREAD * DAY_US;
    int64_t later_us = begin_us - s->touches[0].occurred_us;
    for (size_t i = 0; i < s->count; i++) {
        s->touches[i].occurred_us += later_us;
    }
}

static enum err publish(struct past *p, int64_t from_us, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, p->db, info);
    struct id_source ids = id_source(0, 0);
    e = e ? e
          : book_publish(p->db, id_next(&ids, from_us), text_of(story_code), NULL, 0, TEXT("bench"),
                         from_us, info);
    e = e ? e : transaction_commit(&t, info);
    e = e ? e : book_load(p->db, &p->book, info);
    struct keeper_config config = {.book = p->book};
    return e ? e : keeper_open(p->db, &config, &p->keeper, info);
}

/* Lets the clock act up to then. */
static enum err advance(struct past *p, int64_t us, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (int64_t due = keeper_due(p->keeper); !e && due <= us; due = keeper_due(p->keeper)) {
        e = keeper_tick(p->keeper, p->db, us, info);
        e = e ? e : keeper_before_commit(p->keeper, p->db, info);
    }
    return e;
}

static enum err take_batch(struct past *p, struct err_info *info)
{
    struct taking takings[BATCH];
    const struct touch *touches = &p->story.touches[p->next];
    size_t left = p->story.count - p->next, count = left < BATCH ? left : BATCH;
    int64_t last_us = whole_second(touches[count - 1].occurred_us);
    enum err e = advance(p, whole_second(touches[0].occurred_us), info);
    e = e ? e : keeper_take(p->keeper, p->db, touches, count, last_us, takings, info);
    e = e ? e : keeper_before_commit(p->keeper, p->db, info);
    p->next += count;
    return e ? e : advance(p, last_us, info);
}

static enum err take_some(struct past *p, int64_t now_us, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, p->db, info);
    for (int i = 0; i < BATCHES && p->next < p->story.count && !e; i++) {
        e = take_batch(p, info);
    }
    if (p->next == p->story.count) {
        e = e ? e : advance(p, now_us, info);
    }
    e = e ? e : transaction_commit(&t, info);
    if (!e) {
        keeper_committed(p->keeper);
    }
    return e;
}

static enum err tell(struct past *p, const char *place, size_t threads, struct err_info *info)
{
    struct database_config config = {
        .place = place, .mode = DATABASE_WRITE, .safety = DATABASE_UNSAFE};
    int64_t now_us = whole_second(moment_now() - SECOND_US);
    p->story = story_make(threads);
    move_to_now(&p->story, now_us);
    enum err e = database_open(&config, &p->db, info);
    e = e ? e : migrate(p->db, &schema_migrations, info);
    e = e ? e : publish(p, whole_second(p->story.touches[0].occurred_us - DAY_US), info);
    int64_t started = database_clock();
    while (!e && p->next < p->story.count) {
        e = take_some(p, now_us, info);
    }
    if (!e) {
        printf("%.0f\n", (double)p->story.count * 1e6 / (double)(database_clock() - started));
    }
    return e;
}

int main(int argc, char **argv)
{
    size_t threads = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    if (!threads) {
        fprintf(stderr, "usage: past DATABASE THREADS\n");
        return 2;
    }
    struct past p CLEANUP(past_end) = {0};
    struct err_info info = {0};
    if (tell(&p, argv[1], threads, &info)) {
        fprintf(stderr, "past: %s %s\n", info.text, info.detail);
        return 1;
    }
    return 0;
}
