/* What the parts of the naive evaluator share. */
#ifndef TROTH_TESTS_NAIVE_PART_H
#define TROTH_TESTS_NAIVE_PART_H

#include "engine/calendar.h"
#include "naive.h"

/* A Code with its clocks. */
struct version {
    const struct code *code;
    struct zone *zone;
    struct clock clock;
};

/* One wording of a promise. */
struct form {
    const struct version *version;
    const struct promise *promise;
};

/* A touch in the history that a promise looks at. */
struct item {
    const struct touch *touch;
    bool opens_thread;
};

/* All that one promise sees under one key: every outside touch of the world and the verdicts of the
 * promises before it, in order. Touches of other keys are there for `anywhere` only. */
struct sight {
    struct arena *arena;
    const struct version *versions; /* all Codes */
    size_t version_count;
    const struct form *forms; /* of this promise */
    size_t form_count;
    struct text promise, key;
    const struct item *items;
    size_t count;
    int64_t until_us;
};

/* A point in the order of rule 7. */
enum phase { PHASE_BEFORE, PHASE_TOUCH, PHASE_AFTER };
enum step {
    STEP_VOID,
    STEP_EXCUSE,
    STEP_FULFIL,
    STEP_CLAIM,
    STEP_DUE,
    STEP_OPEN,
    STEP_WINDOW, /* these two only after the touches */
    STEP_ACCRUAL
};
struct when {
    int64_t at_us;
    enum phase phase;
    size_t position; /* of the touch; 0 in the other phases */
    enum step step;
};

struct pause {
    int64_t from_us, until_us;
};

/* An obligation and how it came to be what it is. */
struct life {
    const struct form *form;
    const struct life *before; /* the one before it in its row; NULL: none */
    const struct touch *opening;
    size_t opening_position;
    uint32_t n;
    struct when opened;
    int64_t from_us; /* a fulfilment (or for `must not … from`, an offence) before it is none */
    int64_t due_us, warn_us, warned_us, fulfilled_us;
    enum state state;
    struct when decided; /* at_us MOMENT_NEVER until then */
    bool ends_row;

    int64_t clock_start_us;
    struct duration *added; /* by extensions, each unit summed */
    size_t added_count;
    int64_t *times_extended; /* one for each extension clause */
    struct pause *pauses;    /* past ones */
    size_t pause_count;
    size_t pause_clause; /* of the running pause */
    int64_t paused_us;
    int64_t *allowances; /* one for each pair; negative: not yet used */
};

/* Obligations of one promise and key, in order of opening. */
struct lives {
    struct life **items;
    size_t count;
};

/* Room for one more element of a growing array. */
void *naive_grow(struct arena *arena, void *array, size_t count, size_t size);

/* -- naive_who.c: who is who -- */

/* The touches as they are judged: each under the key of its group (rules 44 to 46). */
const struct touch **naive_judged(struct arena *arena, const struct touch *const *touches,
                                  size_t count);

/* -- naive_match.c: conditions and events -- */

bool key_of(const struct touch *t, const struct key *key, struct text *ret);
/* The value of a field or attribute; VALUE_NONE when missing or empty. */
struct value field_of(const struct touch *t, struct text name);
/* False when an attribute it needs is missing. */
bool naive_moment_of(const struct form *f, const struct moment *m, const struct touch *opening,
                     int64_t *ret_us);
bool condition_holds(const struct form *f, const struct cond *c, const struct item *item,
                     const struct touch *opening);
/* True if the touch at position is such an event under the key of the sight. */
bool event_matches(const struct sight *s, const struct form *f, const struct event *e,
                   size_t position, const struct touch *opening);

/* The touch ends what that pair began; `anywhere` said of the start holds for the end too (rule
 * 21). */
bool pair_ends(const struct sight *s, const struct form *f, const struct pair *pair,
               size_t position, const struct touch *opening);

/* -- naive_limit.c: limits, tables, forms -- */

const struct table_row *table_find(const struct form *f, const struct table *table,
                                   const struct touch *opening, int64_t start_us);
int64_t limit_start(const struct form *f, const struct limit *l, int64_t opened_us);
struct duration limit_duration(const struct form *f, const struct limit *l,
                               const struct touch *opening, int64_t start_us, bool *ret_end_of);
int64_t limit_after(const struct form *f, const struct limit *l, const struct touch *opening,
                    int64_t opened_us);
/* The form in force when a touch occurred, or NULL (rule 11). */
const struct form *naive_form_in_force(const struct sight *s, int64_t us);
/* Due instant and warning of a life as its extensions and past pauses stand. */
void life_count_due(struct life *l);

/* -- naive_life.c: one obligation from its opening to its end -- */

int when_compare(struct when a, struct when b);
/* The first position whose touch comes after that point. */
size_t first_after(const struct sight *s, struct when w);
struct when at_touch(const struct sight *s, size_t position, enum step step);
struct life *life_new(const struct sight *s, const struct form *f, size_t opening_position,
                      struct when opened, uint32_t n);
/* Broken at that point, or excused if an interval runs there. */
void life_break(const struct sight *s, struct life *l, struct when w);
void life_decide(struct life *l, enum state state, struct when w);
/* Follows it through the history until it is decided or the time is over. */
void life_live(const struct sight *s, struct life *l);

/* -- naive_open.c: what opens when; counts -- */

/* The touch would open an obligation of that form if nothing stood in its way. */
bool form_is_triggered(const struct sight *s, const struct form *f, size_t position);
struct lives lives_of(const struct sight *s);
/* By the calendar: touches of the event in the window of an obligation, of those before `end`. */
int64_t count_in_window(const struct sight *s, const struct life *l, size_t end);
/* At least, rolling: the first instant with too few, as seen when the touches before `end` have
 * come. */
int64_t at_least_due(const struct sight *s, const struct life *l, size_t end);

/* -- naive_remedy.c -- */

struct owing {
    struct when when;
    size_t life; /* index in lives */
    struct naive_remedy remedy;
};
/* All that is owed under the key, in order. */
struct owing *owings_of(const struct sight *s, const struct lives *lives, size_t *ret_count);

#endif
