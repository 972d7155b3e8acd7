/* A touch: one thing that happened between company and customer. What the engine folds. Not owned:
 * views. */
#ifndef TROTH_ENGINE_TOUCH_H
#define TROTH_ENGINE_TOUCH_H

#include "base/arena.h"
#include "lang/value.h"

enum {
    TOUCH_ATTRIBUTES_MAX = 64,
    TOUCH_NAME_MAX = 128, /* bytes of source, id, event, thread, customer, channel, person, role,
                             team, attribute names */
    TOUCH_TEXT_MAX = 4096 /* bytes of a text attribute */
};

enum actor { ACTOR_UNKNOWN, ACTOR_STAFF, ACTOR_CUSTOMER, ACTOR_BOT, ACTOR_SYSTEM };

struct attribute {
    struct text name;
    struct value value;
};

struct touch {
    struct text source; /* who tells us; ids are unique within it */
    struct text id;
    struct text event; /* noun.verb */
    int64_t occurred_us;
    uint64_t
        place; /* place in the source: line, row or arrival number; orders touches of one instant */
    struct text thread, customer, channel; /* empty: not given */
    enum actor actor;
    struct text person, role, team;     /* of the actor */
    const struct attribute *attributes; /* names are unique */
    size_t attribute_count;
};

/* The order in which touches are folded: occurred, place, source, id. <0, 0, >0 */
int touch_compare(const struct touch *a, const struct touch *b);
/* With everything that it points to in the arena. */
struct touch touch_copy(struct arena *arena, const struct touch *t);
/* A field or attribute by name, as conditions see it: "occurred" is a moment; "actor" is staff,
 * customer, bot or system; VALUE_NONE when missing or empty. */
struct value touch_field(const struct touch *t, struct text name);

#endif
