/* The keeper of the ledger: takes touches, folds them, and writes what comes of it, all in the
 * clerk's transaction. Also lets the clock act: decides obligations that have fallen due.
 *
 * Every row that the engine's entries ask for is gathered per job and written at its end. A touch
 * that arrives late makes its key be folded anew from all its touches; what then differs from the
 * ledger is corrected by appended entries (late.c). */
#ifndef TROTH_FEATURE_LEDGER_KEEPER_H
#define TROTH_FEATURE_LEDGER_KEEPER_H

#include "feature/code/book.h"
#include "feature/ledger/ledger_row.h"

enum {
    KEEPER_AHEAD_US = 300 * 1000000,
    KEEPER_TICK_KEYS = 256,
    KEEPER_SERVERS_ABREAST = 4, /* so many find something to do in one backlog */
    KEEPER_ASK_US = 1000000,    /* where servers share a database: what is due is asked so often */
    KEEPER_REST_US = 50000      /* and not before, when others are at work on all that is due */
};
#define KEEPER_WORLD "world" /* mark_value() of what is heard anywhere */

struct keeper;

/* Something to tell those who listen, once it is durable. */
struct keeper_event {
    const struct entry_row *entry; /* id: position in the stream */
    const struct ledger_row *row;  /* as it is after the entry */
};

struct keeper_config {
    struct book *book; /* held */
    const char *host;  /* the machine of this server, noted with its number; NULL: none */
    void (*tell)(void *self, const struct keeper_event *event); /* after the commit; may be NULL */
    bool (*is_heard)(void *self); /* asked after the commit: does anybody listen? NULL: yes */
    void *tell_self;
};

/* Reads what is kept in memory (the largest ids, what is heard anywhere). */
enum err keeper_open(struct database *db, const struct keeper_config *config, struct keeper **ret,
                     struct err_info *info);
void keeper_close(struct keeper **k);
/* After a version was published: judge by the new book from now on. Call in the transaction that
 * publishes, as its last change; keeper_rolled_back() goes back. */
enum err keeper_set_book(struct keeper *k, struct database *db, struct book *book,
                         struct err_info *info);
/* The same after another server has published it: nothing is left to be changed in the database. */
enum err keeper_follow_book(struct keeper *k, struct database *db, struct book *book,
                            struct err_info *info);
const struct book *keeper_book(const struct keeper *k);
int64_t keeper_next_id(struct keeper *k);
/* For a version of the Code: larger than those of all touches, also of other servers. */
enum err keeper_version_id(struct keeper *k, struct database *db, int64_t *ret,
                           struct err_info *info);

enum taken { TAKEN_NEW, TAKEN_AGAIN, TAKEN_REFUSED };
struct taking {
    enum taken result;
    int64_t id;           /* TAKEN_NEW */
    struct err_info info; /* TAKEN_REFUSED */
};

/* Puts touches that touch_from_json() or touch_check() passed on the list of those to be taken
 * together. They and ret (room for count, written when they are taken) must live until then. */
void keeper_gather(struct keeper *k, const struct touch *touches, size_t count, struct taking *ret);
/* How many are on the list. */
size_t keeper_gathered(const struct keeper *k);
/* Takes all on the list; it is empty afterwards. Refused are those over KEEPER_AHEAD_US ahead of
 * now_us. An error: nothing was taken. */
enum err keeper_take_gathered(struct keeper *k, struct database *db, int64_t now_us,
                              struct err_info *info);
/* Both in one, for a job that has the keeper to itself. */
enum err keeper_take(struct keeper *k, struct database *db, const struct touch *touches,
                     size_t count, int64_t now_us, struct taking *ret, struct err_info *info);

/* For the clerk's hook. A tick decides what is due, the earliest first, at most KEEPER_TICK_KEYS
 * keys; then it wakes fewer keys than that, which are due behind all that was due before: however
 * many are to be woken, an obligation waits for few of them. */
enum err keeper_begun(struct keeper *k, struct database *db, struct err_info *info);
int64_t keeper_due(const struct keeper *k);
enum err keeper_tick(struct keeper *k, struct database *db, int64_t now_us, struct err_info *info);
void keeper_undone(struct keeper *k);
enum err keeper_before_commit(struct keeper *k, struct database *db, struct err_info *info);
void keeper_committed(struct keeper *k);
void keeper_rolled_back(struct keeper *k);

#endif
