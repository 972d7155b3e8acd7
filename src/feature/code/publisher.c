#include "feature/code/publisher.h"

#include "feature/code/code_api.h"
#include "store/sharing.h"

#include <pthread.h>
#include <stdlib.h>

#define CODE_MARK "code"

struct publisher {
    pthread_mutex_t lock; /* over book */
    struct book *book;
    struct book *next;       /* the clerk's: published, not yet durable */
    int64_t mark, mark_next; /* mark_value() of the Code: of `book`, and of `next` */
    struct publisher_listener listener;
    publisher_guard *guard; /* NULL: nobody minds */
    void *guard_self;
};

struct book *publisher_book(struct publisher *p)
{
    pthread_mutex_lock(&p->lock);
    struct book *book = book_hold(p->book);
    pthread_mutex_unlock(&p->lock);
    return book;
}

void publisher_listen(struct publisher *p, const struct publisher_listener *listener)
{
    p->listener = *listener;
}

void publisher_set_guard(struct publisher *p, publisher_guard *guard, void *self)
{
    p->guard = guard;
    p->guard_self = self;
}

enum err publisher_ask_guard(const struct publisher *p, struct database *db, struct err_info *info)
{
    return p->guard ? p->guard(p->guard_self, db, info) : ERR_NONE;
}

static enum err take_book(struct publisher *p, struct database *db, bool is_published_here,
                          struct err_info *info)
{
    const struct publisher_listener *listener = &p->listener;
    struct book *book CLEANUP(book_drop) = NULL;
    enum err e = book_load(db, &book, info);
    e = e ? e : listener->heard(listener->self, db, book, is_published_here, info);
    if (e) {
        return e;
    }
    book_drop(&p->next);
    p->next = book;
    book = NULL;
    return ERR_NONE;
}

enum err publisher_publish(struct publisher *p, struct database *db,
                           const struct publishing *publishing, struct published *ret,
                           struct err_info *info)
{
    if (!database_is_alone(db)) {
        return database_want_alone(db, info);
    }
    struct publication what = publishing->what;
    const struct version *same;
    enum err e = book_find_same(db, p->next ? p->next : p->book, what.source, what.files,
                                what.file_count, &same, info);
    if (e || same) {
        if (!e) {
            *ret = (struct published){same->id, same->published_us, false};
        }
        return e;
    }
    e = p->listener.next_id(p->listener.self, db, &what.id, info);
    e = e || !publishing->with ? e : publishing->with(publishing->context, db, what.id, info);
    e = e ? e : book_add(db, &what, info);
    e = e ? e : mark_move(db, CODE_MARK, info);
    e = e ? e : take_book(p, db, true, info);
    if (!e) {
        *ret = (struct published){what.id, what.now_us, true};
    }
    return e;
}

static enum err open_publisher(struct server *server, struct database *db, void **ret_self,
                               struct err_info *info)
{
    (void)server;
    struct book *book = NULL;
    enum err e = book_load(db, &book, info);
    if (e) {
        return e;
    }
    struct publisher *p = calloc(1, sizeof(*p));
    if (!p) {
        abort();
    }
    p->book = book;
    pthread_mutex_init(&p->lock, NULL);
    *ret_self = p;
    return ERR_NONE;
}

static void close_publisher(void *self)
{
    struct publisher *p = self;
    book_drop(&p->book);
    book_drop(&p->next);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* Another server may have published. */
static enum err begun(void *self, struct database *db, struct err_info *info)
{
    struct publisher *p = self;
    return p->mark == mark_value(db, CODE_MARK) ? ERR_NONE : take_book(p, db, false, info);
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    (void)info;
    struct publisher *p = self;
    p->mark_next = mark_value(db, CODE_MARK);
    return ERR_NONE;
}

static void committed(void *self)
{
    struct publisher *p = self;
    p->mark = p->mark_next;
    if (p->next) {
        pthread_mutex_lock(&p->lock);
        struct book *old = p->book;
        p->book = p->next;
        pthread_mutex_unlock(&p->lock);
        p->next = NULL;
        book_drop(&old);
    }
}

static void rolled_back(void *self)
{
    struct publisher *p = self;
    book_drop(&p->next);
}

/* No undone(): a job that publishes does it as its last change, so `next` is never undone alone. */
static const struct clerk_hook hook = {.begun = begun,
                                       .before_commit = before_commit,
                                       .committed = committed,
                                       .rolled_back = rolled_back};

const struct module code_module = {
    .name = "code",
    .routes = code_routes,
    .route_count = CODE_ROUTES,
    .statements = &book_statements,
    .open = open_publisher,
    .close = close_publisher,
    .hook = &hook,
};
