/* What a replay counts beside the engine's own totals: verdicts by window, the worst breaches, what
 * each obligation is owed. Fed by the engine's entries, key by key. */
#ifndef TROTH_REPORT_TALLY_H
#define TROTH_REPORT_TALLY_H

#include "engine/replay.h"

enum { WORST_OF_ALL = 10 };

struct window_count { /* verdicts that fell into one window */
    int64_t start_us;
    uint64_t kept, broken;
};

struct promise_windows {
    struct window window;        /* of the target; months where it has none */
    struct window_count *counts; /* in order */
    size_t count, room;
    int64_t from_us, until_us; /* of counts[at], the one used last */
    size_t at;
};

struct breach {
    size_t promise;
    struct text key, opening_id;
    int64_t due_us;
    int64_t late_us;
    bool is_done; /* fulfilled that much later; else still not done at the end */
};

struct watched { /* a broken one of the key at hand, not fulfilled yet */
    struct breach breach;
    uint32_t n;
};

struct tally {
    const struct plan *plan;
    struct arena *arena;
    const struct zone **zones; /* by promise: its Code's */
    struct promise_windows *windows;
    struct breach worst[WORST_OF_ALL]; /* the latest first */
    size_t worst_count;
    int64_t until_us;
    /* of the key at hand */
    struct arena key_arena;
    struct text key;
    struct watched *watched;
    size_t watched_count, watched_room;
    /* what each obligation is owed, by its tag (from 1); only if wanted */
    bool wants_owed;
    struct buf *owed;
    size_t owed_count, owed_room;
    int64_t tags;
};

/* Loads the Codes' zones. Release with tally_release(). */
enum err tally_begin(struct arena *arena, const struct plan *p, int64_t until_us, bool wants_owed,
                     struct tally *ret, struct err_info *info);
struct sink tally_sink(struct tally *t);
void tally_end(struct tally *t); /* after the run */
void tally_release(struct tally *t);
/* "10.00 BRL", several joined by " + ", or a task's words; empty: nothing. */
struct text tally_owed(const struct tally *t, int64_t tag);
/* The window of a target is met if kept / (kept + broken) reaches it. */
bool window_is_met(const struct window_count *c, int32_t target_ppm);

#endif
