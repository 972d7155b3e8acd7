/* Inside of late.c and late_family.c: a key under way to be folded anew. */
#ifndef TROTH_FEATURE_LEDGER_LATE_H
#define TROTH_FEATURE_LEDGER_LATE_H

#include "feature/ledger/job.h"

struct shadow_entry {
    struct shadow_entry *next;
    struct entry_row row;
};

/* An obligation as the new fold sees it. */
struct shadow {
    int64_t id;
    struct obligation o;
    struct ledger_row fresh; /* filled from the opening touch */
    bool known;              /* in the ledger, as rows[row] */
    size_t row;
    int64_t owed_minor;
    uint32_t owed_count;
    struct shadow_entry *first, **last;
};

struct held { /* in the ledger */
    struct ledger_row *rows;
    size_t count;
    bool *seen;
    uint32_t *slots; /* by hash of the identity; number + 1 */
    size_t slot_count;
};

/* The obligations of a family in one lane: each is taken by the fold that has it. */
struct heap {
    struct held held;
    struct cause cause;
};

struct late {
    struct job *job;
    uint32_t lane;
    struct text key;
    struct cause cause; /* the late touch */
    bool thread_seen;
    const struct bound **touches;
    size_t touch_count, touch_capacity;
    struct held held;  /* of the key */
    struct heap *heap; /* they are the family's; NULL: the key's alone */
    struct shadow *shadows;
    size_t shadow_count, shadow_capacity;
    uint32_t *shadow_slots; /* by id; number + 1. Twice as many as there is room for shadows */
    struct err_info *info;
};

/* The rows held by promise, opening and n (rule 10). */
void late_index_rows(struct late *late);
/* It goes on in its own row, under the keys that it is judged under now. */
enum err late_follow_keys(struct late *late, struct ledger_row *row, struct text key,
                          struct text thread, struct text customer);
/* It had been opened by what is no longer so. */
enum err late_never_opened(struct late *late, const struct ledger_row *row);
/* What is held is the family's heap in this lane, read by the first fold that comes to it. */
enum err late_take_heap(struct late *late, enum who_kind kind);

#endif
