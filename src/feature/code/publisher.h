/* The publisher: keeps the book of the running server, and publishes new versions of the Code. A
 * version that is being published is seen by others only once it is durable. */
#ifndef TROTH_FEATURE_CODE_PUBLISHER_H
#define TROTH_FEATURE_CODE_PUBLISHER_H

#include "feature/code/book.h"
#include "server/server.h"

struct publisher;

extern const struct module code_module; /* "code"; its self is the struct publisher */

/* The book as it is now, held for the caller: book_drop() it. Any thread. */
struct book *publisher_book(struct publisher *p);

struct publisher_listener {
    void *self;
    /* Told of a new book inside the transaction that publishes it; an error refuses the version.
     * Or, where servers share a database, in the first one after another server has published it.
     */
    enum err (*heard)(void *self, struct database *db, struct book *book, bool is_published_here,
                      struct err_info *info);
    /* Gives the ids of versions: from where the ids of touches come too, so that a touch has a
     * smaller id than a version if and only if it was there before, however the clock was set. */
    enum err (*next_id)(void *self, struct database *db, int64_t *ret, struct err_info *info);
};
/* One listener; from a module's open() only. */
void publisher_listen(struct publisher *p, const struct publisher_listener *listener);

/* Asked before a person publishes without a draft; from a module's open() only. An error refuses.
 */
typedef enum err publisher_guard(void *self, struct database *db, struct err_info *info);
void publisher_set_guard(struct publisher *p, publisher_guard *guard, void *self);
enum err publisher_ask_guard(const struct publisher *p, struct database *db, struct err_info *info);

struct published {
    int64_t id, published_us;
    bool is_new; /* false: it is the newest version already, word for word */
};

struct publishing {
    struct publication what; /* its id is drawn when it is published */
    /* What else is to be written with a new version; NULL: nothing. */
    enum err (*with)(void *context, struct database *db, int64_t id, struct err_info *info);
    void *context;
};
/* In a job of the clerk, as its last change. All texts need live during the call only. Publishing
 * the newest version once more changes nothing. */
enum err publisher_publish(struct publisher *p, struct database *db,
                           const struct publishing *publishing, struct published *ret,
                           struct err_info *info);

#endif
