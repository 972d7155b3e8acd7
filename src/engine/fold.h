/* Inside the engine only: the state of one key in one lane, and who does what to it.
 *
 *   fold.c      goes from instant to instant (rule 7) and lets matched events act
 *   item.c      opens and decides obligations; entries and verdict touches
 *   duty.c      what each kind of duty does with its events and its timer
 *   duty_count.c  of those that count them
 *   term.c      pauses, extensions, warnings: moves the due instant
 *   remedy.c    what a broken promise costs
 *   fold_state.c  saves and loads
 */
#ifndef TROTH_ENGINE_FOLD_H
#define TROTH_ENGINE_FOLD_H

#include "engine/plan.h"

struct spent_pause {
    int64_t from_us, until_us;
};

/* How much of a pause clause's `for at most D` an obligation has used. */
struct allowance {
    uint32_t pair;
    int64_t left; /* on D's clock */
};

/* Units that extensions added, in the order in which they first came. */
struct added {
    struct duration by; /* count: their sum */
};

/* What few obligations need: in the fold's arena, from the first need on. */
struct item_rest {
    struct term term; /* the limit with its extensions, before pauses; once there are any */
    bool has_term;
    int64_t late_us; /* an E of the opening instant that is after a due in the past; NEVER: none */
    /* paused */
    int64_t paused_us, pause_cap_us;
    uint32_t pause_pair;
    struct spent_pause *pauses;
    struct allowance *allowances;
    struct added *added;
    uint32_t pause_count, allowance_count, added_count;
    uint32_t *extended; /* times used, per extension clause; NULL until the first */
    /* counted duties */
    int64_t count;
    int64_t *times; /* rolling at least: the last N events, oldest first */
    uint32_t time_count;
    int64_t forbidden_us; /* must not … from L: forbidden from here on */
    /* remedy */
    int64_t claim_until_us; /* none pending: BEFORE_ALL */
    int64_t accrual_next_us, owed_minor;
    uint32_t accrual_unit;
};
extern const struct item_rest item_no_rest;

/* An obligation of the fold, kept small: a key has several, and each touch looks at them all. What
 * a sink is told of it (struct obligation) is put together when it is told. */
struct item {
    const struct form *form;
    const struct bound *opening;
    struct item_rest *rest; /* NULL: as in item_no_rest */
    int64_t opened_us, due_us, warn_us, decided_us, fulfilled_us, tag; /* see struct obligation */
    int64_t end_us;   /* when its timer decides it; NEVER: no timer, or paused */
    int64_t timer_us; /* the earliest of its timers; set by item_retime() */
    uint32_t form_number, promise, n;
    enum state state;
    bool end_before; /* decided before the touches of that instant (rule 7a) */
    bool waiting;    /* an `at least` row whose first window has not begun: not an obligation yet */
    bool watched;    /* broken; its late fulfilment matters still */
    bool warned;
    bool dead; /* to be swept */
    uint8_t unused[3];
};

/* What a form, or a promise (remedy caps), remembers under a key whether or not an obligation is
 * open. */
struct witness {
    struct text person;
    int64_t first_us;
};

struct memory {
    uint32_t owner;    /* form number, or PROMISE_MEMORY | promise, or THAN_MEMORY | `than` */
    int64_t first_us;  /* must have: the earliest E; BEFORE_ALL: none */
    int64_t count;     /* at most: E in the window, or of all time */
    int64_t window_us; /* start of the calendar window counted in */
    int64_t *times;    /* rolling: the last N of E; remedy caps: all owed that still count */
    uint32_t time_count, time_capacity;
    uint64_t running;   /* excuse intervals by pair number (at most 64) */
    struct text person; /* THAN_MEMORY: of the latest such event */
    bool has_row;       /* at most by the calendar: the window had its obligation */
    /* must have … by another person: the earliest E of each, until the opening touch says who does
     * not count */
    struct witness *witnesses;
    uint32_t witness_count;
};
enum { PROMISE_MEMORY = 1 << 30, THAN_MEMORY = 1 << 29 };

/* How a touch comes to a fold. */
enum { HEARD_BY_KEY = 1, HEARD_ANYWHERE = 2 };

struct pending {
    const struct bound *touch;
    unsigned heard; /* HEARD_… */
};

enum {
    ALTERNATIVES_MAX = 32
}; /* more of one event name in one clause: the rest is not looked at */

struct fold {
    const struct plan *plan;
    uint32_t lane_number;
    const struct lane *lane;
    const struct world_lane *world; /* NULL: the lane hears nothing anywhere */
    struct text key;
    struct buf key_copy; /* unless borrowed */
    struct arena arena;  /* openings, small arrays */
    bool borrows;        /* bound touches outlive the fold: do not copy them */
    struct memo *memo;   /* due instants worked out before; NULL: none */
    int64_t reached_us;  /* instants before it are closed */
    bool in_instant;     /* its touches are being taken; then reached_us is that instant */
    bool started;
    size_t world_next; /* of the world's touches */
    uint64_t next_place;
    int64_t timer_us; /* earliest timer; stale when timers_changed */
    bool timers_changed;
    struct item *items;
    size_t item_count, item_capacity;
    uint64_t promises; /* promise_bit() of every item's, perhaps of more */
    size_t dead_first; /* of the items; SIZE_MAX: none is dead */
    struct memory *memories;
    size_t memory_count, memory_capacity;
    struct pending *pending; /* verdict touches of this instant, for this lane */
    size_t pending_count, pending_capacity;
    const struct sink *sink;         /* during a call */
    uint64_t (*counts)[ENTRY_KINDS]; /* of the sink, which may be NULL */
    uint32_t told;                   /* bits of the kinds of entries that it hears of */
    /* the alternatives of the event that acts: one of them holding is enough, and it acts once */
    const struct matcher *alternatives[ALTERNATIVES_MAX];
    size_t alternative_count;
    bool looks_at_openings; /* none of them holds whatever the opening touch */
};

static inline bool fold_wants(const struct fold *f, enum entry_kind kind)
{
    return !f->sink || !(f->sink->unwanted >> kind & 1);
}

static inline uint64_t promise_bit(uint32_t promise)
{
    return UINT64_C(1) << (promise & 63);
}

static inline const struct item_rest *item_rest(const struct item *item)
{
    return item->rest ? item->rest : &item_no_rest;
}

static inline int64_t item_earliest(const struct item *item)
{
    if (item->dead) {
        return MOMENT_NEVER;
    }
    int64_t timer = item->end_us;
    if (item->rest) {
        int64_t cap = item->rest->pause_cap_us, accrual = item->rest->accrual_next_us;
        timer = cap < timer ? cap : timer;
        timer = accrual < timer ? accrual : timer;
    }
    bool warns = item->warn_us < timer && item->state == STATE_OPEN && !item->warned;
    return warns ? item->warn_us : timer;
}

/* To be called whenever one of its timers has changed. */
static inline void item_retime(struct fold *f, struct item *item)
{
    int64_t was = item->timer_us;
    item->timer_us = item_earliest(item);
    if (item->timer_us <= f->timer_us) {
        f->timer_us = item->timer_us;
    } else if (was <= f->timer_us) {
        f->timers_changed = true;
    }
}

static inline bool item_live(const struct item *item) /* open or paused, not waiting */
{
    return (item->state == STATE_OPEN || item->state == STATE_PAUSED) && !item->dead &&
           !item->waiting;
}

/* -- item.c -- */
void items_grow(struct fold *f);

/* Opens an obligation; returns its place in items. The entry is written by item_opened() once its
 * due is known. */
static inline size_t item_new(struct fold *f, const struct form *form, const struct bound *opening,
                              uint32_t n, int64_t opened_us)
{
    if (f->item_count == f->item_capacity) {
        items_grow(f);
    }
    struct item *item = &f->items[f->item_count];
    /* One by one: a whole struct is zeroed first, which takes longer than all of these. */
    item->form = form;
    item->opening = opening;
    item->rest = NULL;
    item->opened_us = opened_us;
    item->due_us = item->warn_us = item->decided_us = item->fulfilled_us = MOMENT_NEVER;
    item->tag = 0;
    item->end_us = item->timer_us = MOMENT_NEVER;
    item->form_number = form->number;
    item->promise = form->promise_number;
    item->n = n;
    item->state = STATE_OPEN;
    item->end_before = item->waiting = item->watched = item->warned = item->dead = false;
    memset(item->unused, 0, sizeof(item->unused)); /* saved with the rest */
    f->promises |= promise_bit(form->promise_number);
    return f->item_count++;
}

struct obligation item_obligation(const struct fold *f, const struct item *item); /* to be told */
/* The verdict at an instant; broken becomes excused inside an excuse interval. Owes the remedy. */
void item_decide(struct fold *f, size_t i, enum state state, int64_t at_us,
                 const struct bound *cause);
/* Tell the sink; by way of item_entry() and the like, which know whether it wants to hear. */
void item_tell(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
               const struct bound *cause);
void item_tell_remedy(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
                      const struct bound *cause, struct money amount, struct text task,
                      uint32_t unit);
void item_give_verdict(struct fold *f, size_t i, enum verdict verdict, int64_t at_us,
                       uint64_t place, const struct money *amount, struct text task, uint32_t unit);

/* Most entries are only counted. */
static inline bool item_is_told(struct fold *f, size_t i, enum entry_kind kind)
{
    if (f->counts) {
        f->counts[f->items[i].promise][kind]++;
    }
    return f->told >> kind & 1;
}

static inline void item_entry(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
                              const struct bound *cause)
{
    if (item_is_told(f, i, kind)) {
        item_tell(f, i, kind, at_us, cause);
    }
}

static inline void item_opened(struct fold *f, size_t i, const struct bound *cause)
{
    item_entry(f, i, ENTRY_OPENED, f->items[i].opened_us, cause);
}

static inline void item_remedy_entry(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
                                     const struct bound *cause, struct money amount,
                                     struct text task, uint32_t unit)
{
    if (item_is_told(f, i, kind)) {
        item_tell_remedy(f, i, kind, at_us, cause, amount, task, unit);
    }
}

/* Few verdicts are heard by anyone. */
static inline void item_verdict(struct fold *f, size_t i, enum verdict verdict, int64_t at_us,
                                const struct money *amount, struct text task, uint32_t unit)
{
    const struct plan_promise *promise = &f->plan->promises[f->items[i].promise];
    uint64_t place = f->next_place++;
    if (promise->heard_in_lane[verdict] || promise->heard_elsewhere[verdict]) {
        item_give_verdict(f, i, verdict, at_us, place, amount, task, unit);
    }
}

/* Forgotten once the call is over. */
static inline void item_drop(struct fold *f, size_t i)
{
    struct item *item = &f->items[i];
    if (!item->dead) {
        item->dead = true;
        f->dead_first = i < f->dead_first ? i : f->dead_first;
        f->timers_changed |= item->timer_us <= f->timer_us;
        item->timer_us = MOMENT_NEVER;
    }
}

/* To write to what item_rest() reads. */
struct item_rest *item_need_rest(struct fold *f, struct item *item);
struct memory *memory_of(struct fold *f, uint32_t owner);
const struct memory *memory_find(const struct fold *f, uint32_t owner);

/* -- duty.c -- */
void duty_open(struct fold *f, const struct form *form, const struct bound *b);
void duty_event(struct fold *f, const struct matcher *m, const struct bound *b);
void duty_until(struct fold *f, const struct matcher *m, const struct bound *b);
void duty_timer(struct fold *f, size_t i); /* end_us has come */
/* A row (`every`, `at least`) goes on after item i was decided at that instant. */
void duty_next_of_row(struct fold *f, size_t i, int64_t at_us, const struct bound *cause);
static inline void duty_next(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    enum duty_kind duty = f->items[i].form->duty;
    if (duty == DUTY_EVERY || duty == DUTY_AT_LEAST) {
        duty_next_of_row(f, i, at_us, cause);
    }
}

/* -- term.c -- */
void term_pause(struct fold *f, size_t i, uint32_t pair, const struct bound *cause);
void term_resume(struct fold *f, size_t i, int64_t at_us, const struct bound *cause);
void term_extend(struct fold *f, size_t i, uint32_t extension, const struct bound *cause);
/* Works out due, end and warning of a newly opened item from its term. */
void term_start(struct fold *f, size_t i, const struct term *term);
/* When the clock of its limit began to run. */
int64_t term_clock_start(struct fold *f, const struct item *item);
/* -- remedy.c -- */
void remedy_broken(struct fold *f, size_t i, int64_t at_us, const struct bound *cause);
void remedy_claim(struct fold *f, const struct matcher *m, const struct bound *b);
/* Owes the units completed before until_us. */
void remedy_accrue(struct fold *f, size_t i, int64_t until_us);

/* A verdict touch of this instant that the fold's own lane hears; kept by reference. */
void fold_push_pending(struct fold *f, const struct bound *b, unsigned heard);
/* Who is meant by `another person than EVENT`; empty: nobody yet. */
struct text fold_than_person(const struct fold *f, const struct matcher *m);
bool fold_event_holds_for(const struct fold *f, const struct bound *b, const struct bound *opening);
/* Does one of the acting alternatives hold for b against that opening touch? */
static inline bool fold_event_holds(const struct fold *f, const struct bound *b,
                                    const struct bound *opening)
{
    return !f->looks_at_openings || fold_event_holds_for(f, b, opening);
}
/* A touch kept by the fold for longer than the call. */
static inline const struct bound *fold_keep(struct fold *f, const struct bound *b)
{
    return f->borrows || !b ? b : bound_copy(&f->arena, b);
}

#endif
