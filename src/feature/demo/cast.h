/* The people of the demo, all invented. */
#ifndef TROTH_FEATURE_DEMO_CAST_H
#define TROTH_FEATURE_DEMO_CAST_H

#include "base/arena.h"
#include "base/random.h"

struct agent {
    const char *name, *role, *team;
    uint32_t share;       /* how much of the work of their team they take */
    int32_t pace_percent; /* how long they take: 100 is usual */
};
enum {
    CAST_DESK_FIRST = 0,
    CAST_DESK_COUNT = 4,
    CAST_NIGHT_FIRST = 4,
    CAST_NIGHT_COUNT = 3,
    CAST_ROASTERY_FIRST = 7,
    CAST_ROASTERY_COUNT = 2,
    CAST_COUNT = 9
};
extern const struct agent cast_agents[CAST_COUNT];
#define CAST_DESK_TEAM "desk"
#define CAST_ROASTERY_TEAM "roastery"

int8_t cast_desk(struct random *r);
/* Who keeps the chat outside desk hours; before the second shift, one person alone. */
int8_t cast_night(struct random *r, bool second_shift);
/* Who packs that order. */
int8_t cast_roaster(uint32_t order);

/* Who customer `number`, from 1, is: the names of three languages as they are written. */
struct cast_person {
    const char *first, *last, *city;
    const char *second; /* another family name of who shares these; else empty */
    uint32_t round;     /* so many before have the same name */
};
struct cast_person cast_person(uint32_t number);
/* Their e-mail address, "ana.souza@example.com": no two share one. */
struct text cast_customer(uint32_t number, struct arena *arena);

#endif
