/* Inside the engine only: what a plan is made of. A Code's promises become *forms* (one per version
 * and dated form), their events become *matchers*: an event name, a role in the form, and a
 * condition over numbered fields. A touch is bound once to the matchers it meets (bind.c); the fold
 * then only looks at those. */
#ifndef TROTH_ENGINE_PLAN_H
#define TROTH_ENGINE_PLAN_H

#include "engine/duration_line.h"
#include "engine/engine.h"

/* What an event does to its form, in the order of docs/rules.md 7b. */
enum role {
    ROLE_VOID,
    ROLE_UNTIL,
    ROLE_EXCUSE_NOW, /* obligation.excused */
    ROLE_EXCUSE_END,
    ROLE_EXCUSE_START,
    ROLE_RESUME,
    ROLE_PAUSE,
    ROLE_EXTEND,
    ROLE_FULFIL, /* the duty's event: fulfils, breaks or is counted */
    ROLE_CLAIM,  /* remedy.claimed */
    ROLE_THAN,   /* remembered for `by another person than` */
    ROLE_OPEN
};

/* Fields of a touch by number: the named attributes of the plan come after FIELD_ATTRIBUTE. */
enum field {
    FIELD_SOURCE,
    FIELD_CHANNEL,
    FIELD_PERSON,
    FIELD_ROLE,
    FIELD_TEAM,
    FIELD_OWN, /* the texts above belong to a touch's shape, those below are its own */
    FIELD_ID = FIELD_OWN,
    FIELD_THREAD,
    FIELD_CUSTOMER,
    FIELD_TEXTS, /* the fields above are kept as text */
    FIELD_ACTOR = FIELD_TEXTS,
    FIELD_OCCURRED,
    FIELD_ATTRIBUTE
};

extern const struct text field_names[FIELD_ATTRIBUTE];

/* A condition with its names numbered. */
struct test {
    const struct cond *cond;
    const struct test *left, *right;
    uint32_t field, operand_field, moment_field; /* where cond uses them */
    bool per_opening;                            /* depends on the obligation's opening touch */
    bool opens_thread;                           /* holds an `opens thread` */
    bool looks_at_own; /* at more of the touch than its shape: at its id, key or time */
};

struct matcher {
    uint32_t lane, promise, form;
    enum role role;
    uint32_t index; /* which pair or extension of the form */
    uint32_t than;  /* ROLE_THAN, and who is to differ from it: its number in the plan */
    const struct event *event;
    uint32_t event_number;
    const struct test *test; /* NULL: always */
    bool per_opening;        /* to be looked at again for each obligation */
    bool anywhere;
    bool alone;      /* no other of its clause */
    uint32_t clause; /* the same for alternatives: of one event name, form, role and index */
};

struct form {
    const struct promise *promise;
    const struct code *code;
    uint32_t number, promise_number, lane, version;
    struct clock clock;
    int64_t from_us, until_us; /* `applies` of the promise, half-open */
    bool only_version;         /* and of the Code, as there is no other */
    enum duty_kind duty;       /* of the promise */
    bool limit_is_plain;       /* a duration from the opening on, and none to wait for */
    bool warns;
    const struct test *be; /* DUTY_BE */
    bool hears_world;      /* some matcher of it is `anywhere` */
    bool remembers_world;
};

struct version { /* a Code among several; sorted by from_us, of equal ones the later given last */
    const struct code *code;
    struct clock clock;
    int64_t from_us, until_us;
    size_t given;
};

/* Verdict events, in this order in plan.heard. */
enum verdict {
    VERDICT_KEPT,
    VERDICT_BROKEN,
    VERDICT_EXCUSED,
    VERDICT_OWED,
    VERDICT_WITHDRAWN,
    VERDICTS
};
extern const struct text verdict_names[VERDICTS];

struct plan_promise {
    struct text name;
    uint32_t latest; /* form */
    uint32_t rank;   /* order of dependence */
    struct key key;
    uint32_t lane;
    bool caps_remedies; /* some form of it owes no more often than so many times a window */
    bool heard_in_lane[VERDICTS], heard_elsewhere[VERDICTS];
};

struct lane {
    struct key key;
    struct text name;
    uint32_t key_field;
    uint32_t phase;
    uint32_t *promises_by_rank;
    size_t promise_count;
    bool hears_world;
    bool remembers_world; /* what is heard anywhere before a key's first touch matters to it */
};

/* Text to number, filled at compile time only. */
struct symbols {
    struct text *texts;
    uint32_t count, capacity;
    uint32_t *slots; /* open addressing; number + 1 */
    uint32_t slot_count;
};
enum { NAME_NONE = UINT32_MAX };
uint32_t symbols_add(struct symbols *n, struct arena *a, struct text t);
uint32_t symbols_find(const struct symbols *n, struct text t);

struct plan {
    struct arena *arena;
    uint64_t fingerprint; /* of the sources: states of another plan are not loaded */
    struct version *versions;
    size_t version_count;
    struct form *forms; /* by promise, older before newer */
    size_t form_count;
    struct plan_promise *promises;
    size_t promise_count;
    struct lane *lanes;
    size_t lane_count;
    struct matcher *matchers; /* by event, lane, promise, role, form */
    size_t matcher_count;
    uint32_t *event_first; /* event number -> first matcher; one more at the end */
    bool *event_is_own;    /* event number -> some matcher looks at more than the shape */
    struct symbols events, attributes, promise_names;
    uint32_t than_count;
    bool uses_opens_thread;
    bool hears_world;
};

/* A touch bound to a plan is small: its time, its own texts, and its *shape*, which is all that it
 * shares with many others: event, source, actor, attributes, and with them the matchers that it
 * meets. A replay keeps each shape once (struct shapes), so a touch is matched once per shape. */

struct piece {
    uint32_t offset, length; /* of the block that it stands in */
};
struct slot { /* an attribute that the plan names */
    uint32_t attribute;
    uint8_t type; /* enum value_type */
    char currency[4];
    union {
        struct piece text;
        double number;
        int64_t integer; /* boolean, moment, duration, minor units */
    };
};
enum { BOUND_ATTRIBUTES_MAX = TOUCH_ATTRIBUTES_MAX + 8 }; /* verdict touches carry some more */
enum { HIT_OPENS = 1, HIT_NOT_OPENS = 2 };
struct hit {
    uint32_t matcher;
    uint32_t only; /* HIT_OPENS: only if the touch opens its thread */
};
enum { LANE_BITS = 31 };     /* lanes that have a bit of their own; later ones share one */
struct shape {               /* one block of bytes without pointers but for the plan */
    const struct plan *plan; /* set again when a block is loaded */
    uint64_t hash;           /* of what makes it different from others */
    uint32_t size;           /* bytes of the block */
    uint32_t rank, lane;     /* derived: of the promise it is the verdict of */
    uint32_t lanes;          /* that it meets, but for what is heard anywhere; bound_lane_bit() */
    uint32_t hits_offset;
    uint16_t hit_count, slot_count;
    uint8_t actor;
    bool derived;
    bool is_unsure;     /* some hit counts only if the touch opens its thread, or not */
    bool is_about_keys; /* may say that two keys were merged, or split (who.h) */
    struct piece event;
    uint32_t texts[FIELD_OWN + 1]; /* where each begins; they follow one another */
    /* then the slots, the hits, the characters */
};

struct bound {
    int64_t occurred_us;
    uint64_t place;
    const struct shape *shape;
    uint32_t ends[FIELD_TEXTS - FIELD_OWN]; /* of its own texts, which follow one another */
    bool opens_thread;
    uint8_t drawer_key; /* in a replay: which of the keys of its drawer it has */
    char characters[];
};

static inline size_t bound_size(const struct bound *b)
{
    return offsetof(struct bound, characters) + b->ends[FIELD_TEXTS - FIELD_OWN - 1];
}

/* The same, before it is bound. */
static inline size_t bound_size_of(const struct touch *t)
{
    return offsetof(struct bound, characters) + t->id.len + t->thread.len + t->customer.len;
}

static inline uint32_t bound_lane_bit(size_t lane)
{
    return UINT32_C(1) << (lane < LANE_BITS ? lane : LANE_BITS);
}

static inline const struct hit *shape_hits(const struct shape *s)
{
    return (const struct hit *)(const void *)((const char *)s + s->hits_offset);
}

static inline const struct slot *shape_slots(const struct shape *s)
{
    return (const struct slot *)(const void *)(s + 1);
}

static inline struct text shape_text(const struct shape *s, uint32_t field)
{
    return (struct text){(const char *)s + s->texts[field], s->texts[field + 1] - s->texts[field]};
}

/* One of the FIELD_TEXTS. */
static inline struct text bound_text(const struct bound *b, uint32_t field)
{
    if (field < FIELD_OWN) {
        return shape_text(b->shape, field);
    }
    uint32_t from = field == FIELD_OWN ? 0 : b->ends[field - FIELD_OWN - 1];
    return (struct text){b->characters + from, b->ends[field - FIELD_OWN] - from};
}

/* With its shape, in the arena. */
const struct bound *bound_copy(struct arena *arena, const struct bound *b);
struct value shape_slot(const struct shape *s, size_t at);
struct value bound_value(const struct bound *b, uint32_t field);
/* Given opens_thread. */
static inline bool hit_counts(const struct bound *b, const struct hit *h)
{
    return h->only == 0 || h->only == (b->opens_thread ? HIT_OPENS : HIT_NOT_OPENS);
}

/* Shapes known so far, by their hash; one that finds its place taken takes it over. For one thread;
 * must outlive what is bound with it. */
enum { SHAPE_PLACES = 4096 };
struct shapes {
    struct arena arena;
    struct shape *known[SHAPE_PLACES];
};
void shapes_release(struct shapes *s);
/* Of touches that are in memory together: those that share their texts and attributes by pointer
 * share a shape, which is found without reading them. {0} knows none; not to be kept longer than
 * the touches stay as they are. */
enum { TWIN_PLACES = 512 };
struct twin {
    const struct touch *touch;
    const struct shape *shape;
};
struct twins {
    struct twin known[TWIN_PLACES];
};
/* The same as plan_bind, also for touches that meet nothing. */
struct bound *bind_touch(const struct plan *p, const struct touch *t, bool opens_thread,
                         struct arena *arena);
/* The same into memory of the caller's, 8-aligned, bound_size_of() bytes, with a shape that others
 * share; whether it opens its thread is found out later. twins may be NULL. */
void bind_among(const struct plan *p, const struct touch *t, struct shapes *shapes,
                struct twins *twins, struct bound *ret);
/* Like bound_key(), before it is known whether the touch opens its thread: where bound_key() gives
 * a key then, this gives the same. */
bool bound_key_perhaps(const struct bound *b, size_t lane, struct text *ret_key);
/* NAME_NONE: the plan does not look at it. */
uint32_t plan_field(const struct plan *p, struct text name);
/* a op b, where a is read as b's type. False when it cannot be. */
bool values_fit(struct value a, enum compare_op op, struct value b);
/* Does the matcher's condition hold for b against the obligation opened by `opening`? */
bool matcher_holds(const struct plan *p, const struct matcher *m, const struct bound *b,
                   const struct bound *opening, struct text than_person);
bool test_holds(const struct form *form, const struct test *test, const struct bound *b,
                const struct bound *opening);
/* The moment M for that opening touch; false when its attribute is missing. */
bool moment_of(const struct form *form, const struct moment *m, const struct bound *opening,
               int64_t *ret_us);
/* The table's row for that opening touch (clock_start: for `by day`), never NULL. */
const struct table_row *table_row_of(const struct form *form, int table,
                                     const struct bound *opening, int64_t clock_start_us);
int bound_compare(const struct bound *a, const struct bound *b);
/* The order in which verdict touches of one instant act (rule 7). */
int bound_compare_derived(const struct bound *a, const struct bound *b);
/* PROMISE/KEY/SOURCE/OPENING/N/EVENT, with /UNIT if there is one (rule 32). */
struct text verdict_id(struct arena *arena, const struct obligation *o, struct text promise,
                       struct text event, uint32_t unit);
bool form_in_force_of_many(const struct plan *p, const struct form *form, int64_t us);
static inline bool form_in_force(const struct plan *p, const struct form *form, int64_t us)
{
    return us >= form->from_us && us < form->until_us &&
           (form->only_version || form_in_force_of_many(p, form, us));
}

/* A limit worked out for one opening touch. */
struct term {
    int64_t start_us; /* of the clock */
    int64_t due_us;
    struct duration duration; /* whose clock pauses and warnings use; UNIT_ELAPSED for moments */
};
/* When a limit that started at start_us runs out. memo may be NULL. */
struct term limit_term(struct memo *memo, const struct form *form, const struct limit *limit,
                       const struct bound *opening, int64_t start_us, int64_t extra);
/* With `extra` of the limit's own unit added before counting. False: a moment is missing, nothing
 * opens. */
bool term_of(struct memo *memo, const struct form *form, const struct bound *opening,
             int64_t opened_us, int64_t extra, struct term *ret);

/* -- the world: touches heard `anywhere`, in order, lane by lane -- */
struct world_lane;
const struct world_lane *world_of_lane(const struct world *w, size_t lane);
size_t world_count(const struct world_lane *l);
const struct bound *world_at(const struct world_lane *l, size_t i);
/* A number that stands for the first `count` touches: a fold saved after other ones is stale. */
uint64_t world_prefix(const struct world_lane *l, size_t count);
/* Some promise of that lane hears it anywhere. */
bool bound_is_anywhere_in(const struct bound *b, size_t lane);

#endif
