/* Replay: all touches in, the whole ledger out. The fast way through the same folds: touches are
 * grouped by key. */
#ifndef TROTH_ENGINE_REPLAY_H
#define TROTH_ENGINE_REPLAY_H

#include "engine/engine.h"

struct replay;

struct replay *replay_new(const struct plan *p);
void replay_free(struct replay *r);
/* Forgets all touches, and keeps the memory that they took for the next ones. */
void replay_clear(struct replay *r);
/* Copies what the plan needs of it. Any order; place must grow with arrival. A touch of a source
 * and id already seen is dropped (returns false). Events that only the engine gives (promise.kept,
 * …) are ERR_INVALID by replay_check(). */
bool replay_add(struct replay *r, const struct touch *t);
/* The same for many, faster; returns how many were taken. */
size_t replay_add_all(struct replay *r, const struct touch *touches, size_t count);

struct owed { /* remedies of one currency */
    char currency[4];
    int64_t minor;
    uint64_t count;
};
enum { REPLAY_CURRENCIES_MAX = 8 };

struct promise_result {
    uint64_t open, paused, kept, broken, excused, void_;
    uint64_t fulfilled_late; /* of the broken */
    struct owed owed[REPLAY_CURRENCIES_MAX];
    size_t owed_count;
    uint64_t tasks;
};

struct replay_options {
    int64_t until_us; /* MOMENT_NEVER: the last touch's instant + 1 µs is used for open ones,
                         nothing beyond it runs */
    const struct sink
        *sink; /* all entries, or NULL; key by key: each obligation's entries are in order */
    /* called now and then with the share done (0 to 1); false cancels. NULL: none */
    bool (*progress)(void *context, double share);
    void *progress_context;
    /* every obligation at the end, in order (opened, promise, key, opening, n); NULL: none */
    void (*each)(void *context, const struct obligation *o);
    void *each_context;
};

/* May be run again with other options. results: one per promise of the plan, in the arena.
 * ERR_BUSY: cancelled. */
enum err replay_run(struct replay *r, const struct replay_options *options, struct arena *arena,
                    struct promise_result **ret_results, struct err_info *info);

#endif
