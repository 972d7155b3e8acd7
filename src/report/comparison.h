/* A draft of a Code against the current one, both replayed over the same touches: how the share of
 * each promise would move, and which obligations would end otherwise.
 *
 * The two replays are not two samples: nearly every obligation is judged by both. So they are
 * paired, obligation by obligation (verdict_is_same()), and the interval is that of the difference
 * of paired shares; two independent samples would say "+0.0 (-1.5 to +1.5)" of a promise that the
 * draft does not touch.
 *
 * What only one side decides (it opens elsewhere, is excused or still open on the other) has no
 * partner. It is counted apart and has no part in a paired difference. Where such ones are the
 * larger part of a side (its opening was changed, say), or there are fewer than TOO_FEW pairs, the
 * sides have little in common: the difference is then that of all decided ones of each side, with
 * the interval for independent samples, and says so.
 *
 * Drawback: obligations of one customer lean on each other, which no interval here considers. */
#ifndef TROTH_REPORT_COMPARISON_H
#define TROTH_REPORT_COMPARISON_H

#include "base/json.h"
#include "report/verdict.h"
#include "stat/interval.h"

struct side {
    const struct plan *plan;
    const struct promise_result *results; /* by the plan's promises */
    struct verdicts verdicts;
};
/* Runs the replay for its verdicts: each and each_context of the options are set here. The results
 * are in the arena. Errors as replay_run(). Release with side_release() in any case. */
enum err side_run(struct side *s, const struct plan *p, struct replay *r,
                  struct replay_options options, struct arena *arena, struct err_info *info);
void side_release(struct side *s);

struct compared { /* one promise */
    struct text name, words;
    const struct promise_result *before, *after; /* NULL: that side does not have it */
    struct pairs pairs;                          /* decided by both */
    uint64_t current_alone, draft_alone;         /* decided by that side only */
};

struct change { /* NULL: there is no such obligation on that side */
    const struct verdict *before, *after;
};

struct comparison {
    struct compared *promises; /* the draft's in its order, then those only the current has */
    size_t promise_count;
    struct change *changes; /* in order of promise, key, opening */
    size_t change_count, change_room;
};

/* The sides must outlive it. Promises lie in the arena; release the rest with
 * comparison_release(). */
void comparison_make(struct arena *arena, const struct side *current, const struct side *draft,
                     struct comparison *ret);
void comparison_release(struct comparison *c);

struct difference {
    double by, low, high; /* of the share kept, draft less current: -1 to 1 */
    bool is_paired;
};
/* False where a side or the pairs are too few to say. */
bool compared_difference(const struct compared *p, struct difference *ret);

/* "kept", "open", …; "none" for NULL. */
const char *verdict_state(const struct verdict *v);

/* Arrays of objects, each to follow its key. Of the changes at most so many. */
void comparison_json_promises(struct json_writer *w, const struct comparison *c);
void comparison_json_changes(struct json_writer *w, const struct comparison *c, size_t most);

#endif
