#include "feature/brand/brand.h"

#include "base/moment.h"
#include "feature/brand/brand_row.h"
#include "store/sharing.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define BRAND_MARK "brand"
#define ASK_US (2 * SECOND_US) /* another server's change is seen here so late */

struct kept {
    struct arena arena;
    struct brand_row row;
};
struct brands {
    pthread_rwlock_t lock; /* over kept */
    struct kept *kept;
    /* The clerk's: */
    struct kept *next;  /* read, not yet durable */
    bool changed, read; /* here; by another server */
    bool shared;
    int64_t ask_us, mark, mark_next;
};

static void kept_free(struct kept **k)
{
    if (*k) {
        arena_release(&(*k)->arena);
        free(*k);
        *k = NULL;
    }
}

static enum err kept_read(struct database *db, struct kept **ret, struct err_info *info)
{
    struct kept *k = calloc(1, sizeof(*k));
    if (!k) {
        abort();
    }
    enum err e = brand_row_read(db, &k->arena, &k->row, info);
    if (e) {
        kept_free(&k);
    }
    *ret = k;
    return e;
}

/* -- asked by others -- */

struct brand_row brands_row(struct brands *b, struct arena *arena)
{
    pthread_rwlock_rdlock(&b->lock);
    struct brand_row row = b->kept->row;
    row.name = arena_text(arena, row.name);
    row.colour = arena_text(arena, row.colour);
    row.colour_dark = arena_text(arena, row.colour_dark);
    row.logo = arena_text(arena, row.logo);
    row.logo_type = arena_text(arena, row.logo_type);
    pthread_rwlock_unlock(&b->lock);
    return row;
}

struct brand brand_now(struct brands *b, struct arena *arena)
{
    struct brand brand = {.name = TEXT(BRAND_OWN_NAME), .style = TEXT("/brand.css")};
    if (!b) {
        return brand;
    }
    pthread_rwlock_rdlock(&b->lock);
    const struct brand_row *row = &b->kept->row;
    if (row->name.len) {
        brand.name = arena_text(arena, row->name);
        brand.is_own = true;
    }
    if (row->logo.len) {
        brand.logo = arena_printf(arena, "/brand/logo?%" PRId64, row->changed_us);
    }
    brand.style = arena_printf(arena, "/brand.css?%" PRId64, row->changed_us);
    pthread_rwlock_unlock(&b->lock);
    return brand;
}

void brands_changed(struct brands *b)
{
    b->changed = true;
}

/* -- the clerk's -- */

static enum err begun(void *self, struct database *db, struct err_info *info)
{
    (void)info;
    struct brands *b = self;
    b->read = b->mark != mark_value(db, BRAND_MARK);
    b->ask_us = database_now(db) + ASK_US;
    return ERR_NONE;
}

static int64_t due(void *self)
{
    struct brands *b = self;
    return b->shared ? b->ask_us : MOMENT_NEVER;
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    struct brands *b = self;
    enum err e = b->changed ? mark_move(db, BRAND_MARK, info) : ERR_NONE;
    b->mark_next = mark_value(db, BRAND_MARK);
    if (e || (!b->changed && !b->read)) {
        return e;
    }
    b->changed = b->read = false;
    kept_free(&b->next);
    return kept_read(db, &b->next, info);
}

static void committed(void *self)
{
    struct brands *b = self;
    b->mark = b->mark_next;
    if (!b->next) {
        return;
    }
    pthread_rwlock_wrlock(&b->lock);
    struct kept *old = b->kept;
    b->kept = b->next;
    pthread_rwlock_unlock(&b->lock);
    b->next = NULL;
    kept_free(&old);
}

static void rolled_back(void *self)
{
    struct brands *b = self;
    b->changed = b->read = false;
    kept_free(&b->next);
}

static const struct clerk_hook hook = {.begun = begun,
                                       .due = due,
                                       .before_commit = before_commit,
                                       .committed = committed,
                                       .rolled_back = rolled_back};

/* -- the module -- */

static enum err open_brand(struct server *server, struct database *db, void **ret_self,
                           struct err_info *info)
{
    (void)server;
    struct kept *kept;
    enum err e = kept_read(db, &kept, info);
    if (e) {
        return e;
    }
    struct brands *b = calloc(1, sizeof(*b));
    if (!b) {
        abort();
    }
    b->kept = kept;
    b->shared = database_is_shared(db);
    pthread_rwlock_init(&b->lock, NULL);
    *ret_self = b;
    return ERR_NONE;
}

static void close_brand(void *self)
{
    struct brands *b = self;
    kept_free(&b->kept);
    kept_free(&b->next);
    pthread_rwlock_destroy(&b->lock);
    free(b);
}

static struct page_brand of_pages(void *self, struct arena *arena)
{
    struct brand brand = brand_now(self, arena);
    return (struct page_brand){brand.name, brand.logo, brand.style};
}

const struct module brand_module = {
    .name = "brand",
    .routes = brand_routes,
    .route_count = BRAND_ROUTES,
    .statements = &brand_statements,
    .open = open_brand,
    .close = close_brand,
    .hook = &hook,
    .brand = of_pages,
};
