/* Ids: 64 bits, ordered by time: 41 bits of milliseconds since 2020, 10 of node, 12 of sequence
 * (the top bit is 0, so an id is a positive int64_t). In the API: a prefix and 13 letters of
 * Crockford's base 32, "cus_01h2xcejqtf2n". */
#ifndef TROTH_BASE_ID_H
#define TROTH_BASE_ID_H

#include "base/text.h"

enum {
    ID_NODE_MAX = 1023,
    ID_LETTERS = 13,
    ID_PREFIX_MAX = 8,                                /* bytes, without the underscore */
    ID_TEXT_SIZE = ID_PREFIX_MAX + 1 + ID_LETTERS + 1 /* terminated */
};

/* Where ids are drawn from: one per node, used by one thread (the clerk). Start it above the
 * largest id that is stored, so that a clock set back cannot repeat one. */
struct id_source {
    int64_t last;
    uint32_t node;
};
struct id_source id_source(uint32_t node, int64_t largest_known);
/* The next id: larger than all before, also when the clock steps back or over 4,096 are drawn in a
 * millisecond (it then runs ahead of the clock). */
int64_t id_next(struct id_source *source, int64_t now_us);

/* When it was drawn, to the millisecond. */
int64_t id_moment(int64_t id);
/* Not larger than any id drawn at that instant or later; 0 before ids began. */
int64_t id_at(int64_t us);
/* "cus_…" into out; returns out. */
char *id_format(int64_t id, const char *prefix, char out[ID_TEXT_SIZE]);
/* The reverse; false if the prefix differs or the letters are no id. Letters may be capital; i and
 * l read as 1, o as 0. */
bool id_parse(struct text t, const char *prefix, int64_t *ret);

#endif
