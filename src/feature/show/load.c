/* The past of the show: thirteen months of touches through the keeper, in big transactions. The
 * clock follows the touches, so that everything is decided in its order, as if it were live. */
#include "base/id.h"
#include "feature/demo/demo.h"
#include "feature/ledger/keeper.h"
#include "feature/show/company.h"
#include "feature/show/names.h"
#include "feature/show/show.h"
#include "feature/show/story.h"

enum { BATCH = 500, BATCHES = 20 /* in one transaction */ };

struct loading {
    struct database *db;
    struct keeper *keeper;
    struct demo *demo;
    struct story_batch batch;
    int64_t from_us, until_us;
};

static void loading_end(struct loading *l)
{
    keeper_close(&l->keeper);
    demo_free(l->demo);
    arena_release(&l->batch.arena);
    database_close(&l->db);
}

/* Lets the clock act up to then. */
static enum err advance(struct loading *l, int64_t us, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (int64_t due = keeper_due(l->keeper); !e && due <= us; due = keeper_due(l->keeper)) {
        e = keeper_tick(l->keeper, l->db, us, info);
        e = e ? e : keeper_before_commit(l->keeper, l->db, info);
    }
    return e;
}

/* The clock acts between. */
static enum err take_batch(struct loading *l, struct err_info *info)
{
    struct taking takings[BATCH];
    const struct story_batch *b = &l->batch;
    int64_t last_us = b->touches[b->count - 1].occurred_us;
    enum err e = advance(l, b->touches[0].occurred_us, info);
    e = e ? e : keeper_take(l->keeper, l->db, b->touches, b->count, last_us, takings, info);
    e = e ? e : keeper_before_commit(l->keeper, l->db, info);
    return e ? e : advance(l, last_us, info);
}

/* Some batches in one transaction; false in *ret_more when the story is told. */
static enum err take_some(struct loading *l, bool *ret_more, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, l->db, info);
    for (int i = 0; i < BATCHES && *ret_more && !e; i++) {
        *ret_more = story_batch(l->demo, l->until_us, BATCH, &l->batch);
        e = *ret_more ? take_batch(l, info) : ERR_NONE;
    }
    e = e ? e : transaction_commit(&t, info);
    if (!e) {
        keeper_committed(l->keeper);
    }
    return e;
}

static enum err publish(struct loading *l, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, l->db, info);
    struct id_source ids = id_source(0, 0);
    e = e ? e
          : book_publish(l->db, id_next(&ids, l->from_us), demo_code(), NULL, 0, TEXT("demo"),
                         l->from_us, info);
    e = e ? e : show_enrol(l->db, l->from_us, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err name_customers(struct loading *l, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, l->db, info);
    e = e ? e : show_name_customers(l->db, 1, demo_customers(l->demo), l->until_us, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err load_story(struct loading *l, void (*progress)(void *context, double share),
                           void *context, struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = NULL;
    enum err e = publish(l, info);
    e = e ? e : book_load(l->db, &book, info);
    if (e) {
        return e;
    }
    struct keeper_config config = {.book = book};
    e = keeper_open(l->db, &config, &l->keeper, info);
    l->demo = demo_new(DEMO_SEED, l->from_us);
    bool more = true;
    while (!e && more) {
        e = take_some(l, &more, info);
        if (progress && !e && l->batch.count) {
            int64_t at_us = l->batch.touches[l->batch.count - 1].occurred_us;
            progress(context, (double)(at_us - l->from_us) / (double)(l->until_us - l->from_us));
        }
    }
    keeper_close(&l->keeper); /* before the book it reads */
    return e ? e : name_customers(l, info);
}

/* The Code that is published there, if any, is the shop's. */
static enum err check_book(struct database *db, bool *ret_empty, struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = NULL;
    enum err e = book_load(db, &book, info);
    if (e) {
        return e;
    }
    *ret_empty = book_version_count(book) == 0;
    if (!*ret_empty && !text_eq(book_version(book, 0)->published_by, TEXT("demo"))) {
        return err_set(info, ERR_CONFLICT,
                       "the database holds a company's own Code: give the demo a new one (--db)");
    }
    return ERR_NONE;
}

enum err show_load(const char *database, int64_t now_us,
                   void (*progress)(void *context, double share), void *context,
                   struct err_info *info)
{
    struct loading l CLEANUP(loading_end) = {.from_us = demo_start(now_us, DEMO_MONTHS),
                                             .until_us = now_us};
    struct database_config config = {.place = database, .mode = DATABASE_WRITE};
    bool empty = false;
    enum err e = database_open(&config, &l.db, info);
    e = e ? e : migrate(l.db, &schema_migrations, info);
    e = e ? e : check_book(l.db, &empty, info);
    return e || !empty ? e : load_story(&l, progress, context, info);
}
