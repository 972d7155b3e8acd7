/* The names of one kind of thing in a Code (calendars, tables, …) and the index of each. */
#ifndef TROTH_LANG_NAMES_H
#define TROTH_LANG_NAMES_H

#include "base/arena.h"

struct names {
    struct text *list; /* in order of their first appearance */
    int *indexes;      /* what each name stands for */
    size_t count, room;
    uint32_t *slots; /* open addressing: 0 empty, else place in list + 1 */
    size_t slot_count;
};

/* The index given with name, or -1. */
int names_look_up(const struct names *n, struct text name);
/* Remembers the index of a name that is not yet known. */
void names_put(struct arena *arena, struct names *n, struct text name, int index);

#endif
