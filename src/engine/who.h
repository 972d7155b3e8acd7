/* Who is who: keys that are one customer, or one thread, by touches that say so (rules 44 to 46).
 * Pure: told of every such touch, in any order, it answers under which key a key is judged. */
#ifndef TROTH_ENGINE_WHO_H
#define TROTH_ENGINE_WHO_H

#include "engine/touch.h"

enum who_kind { WHO_CUSTOMER, WHO_THREAD, WHO_KINDS };

/* What a touch says of two keys. */
struct who_said {
    enum who_kind kind;
    bool split;
    struct text survivor, other;
};
/* False: it says nothing of that kind (another event, a key missing, one key twice). */
bool who_says(const struct touch *t, struct who_said *ret);
/* Of the events that may say it. */
bool who_may_say(struct text event);

struct who;
struct who *who_new(void);
void who_free(struct who *w);
/* Copies what it needs; touches that say nothing of keys are left out. Each once. */
void who_note(struct who *w, const struct touch *t);
/* Takes the touches before until_us into account from now on. Returns whether any key is judged
 * under another. */
bool who_settle(struct who *w, int64_t until_us);
/* Are there others with which it is one? */
bool who_is_grouped(const struct who *w, enum who_kind kind, struct text key);
/* Every key that is judged under that one, itself too, if it was merged at all. */
void who_each(const struct who *w, enum who_kind kind, struct text root,
              void (*each)(void *context, struct text key), void *context);
/* The key under which that key is judged: itself, unless it was merged into another. */
struct text who_key(const struct who *w, enum who_kind kind, struct text key);

#endif
