/* The engine: a plan compiled from Codes, and the fold of a key's touches into obligations. Pure:
 * no I/O, no clock of its own. One code path serves live evaluation and replay. Exact rules:
 * docs/rules.md (numbers in the sources refer to it).
 *
 * A *lane* is a kind of key (thread, customer, an attribute) with the promises that live under it;
 * promises chained across kinds of key come in a later lane than what they hear. A *fold* is the
 * state of one key in one lane. Driver's duty: give each fold its touches in order, advance it to
 * the present, and pass on derived touches. */
#ifndef TROTH_ENGINE_ENGINE_H
#define TROTH_ENGINE_ENGINE_H

#include "engine/calendar.h"
#include "engine/touch.h"

/* -- plan -- */

/* Reads a file that a Code names (iCalendar). Returns ERR_NOT_FOUND and the like. */
typedef enum err plan_read_fn(void *context, struct text name, struct arena *arena,
                              struct text *ret, struct err_info *info);

struct plan; /* immutable once compiled; may be shared between threads */

/* A version of a Code, checked and without errors. */
struct plan_source {
    const struct code *code;
    int64_t from_us; /* in force from then on at the earliest (when it was published); BEFORE_ALL:
                        its own dates say */
    plan_read_fn *read; /* its files; asked for "zoneinfo/NAME" as well, so that zones can be frozen
                           (ERR_NOT_FOUND: the system's is taken). NULL: none */
    void *context;
};

/* Keeps pointers into the Codes. Lives in the arena. */
enum err plan_compile_versions(struct arena *arena, const struct plan_source *sources, size_t count,
                               struct plan **ret, struct err_info *info);
/* The same for Codes that say themselves from when on they apply, read with one function. */
enum err plan_compile(struct arena *arena, const struct code *const *codes, size_t count,
                      plan_read_fn *read, void *context, struct plan **ret, struct err_info *info);

/* A promise of the plan: its forms (versions, dated forms) share the name and this number. */
size_t plan_promise_count(const struct plan *p);
struct promise_info {
    struct text name;
    const struct promise *latest; /* its last form */
    const struct code *code;      /* the Code that holds it */
};
struct promise_info plan_promise(const struct plan *p, size_t number);
/* Its form in force at that instant as `latest`; the last one where none is. */
struct promise_info plan_promise_at(const struct plan *p, size_t number, int64_t us);
/* Its number and lane by name; false if there is none. */
bool plan_find_promise(const struct plan *p, struct text name, size_t *ret_number,
                       size_t *ret_lane);
/* The form an obligation was opened under. */
const struct promise *plan_form(const struct plan *p, size_t form, const struct code **ret_code);
/* Due instant that a promise would give to an opening touch at start (explain's worked example);
 * false if none. */
bool plan_due(const struct plan *p, size_t promise, const struct touch *opening,
              int64_t *ret_due_us);
/* How a Code of the plan counts time: its zone and its calendars, which live as long as the plan.
 * False: it is none of its Codes. */
bool plan_clock(const struct plan *p, const struct code *code, struct clock *ret);
/* Names (events, attributes) that the plan looks at; others need not be kept. */
bool plan_names_event(const struct plan *p, struct text event);
bool plan_names_attribute(const struct plan *p, struct text attribute);

size_t plan_lane_count(const struct plan *p);
struct key plan_lane_key(const struct plan *p, size_t lane);
/* A stable name for the store: "thread", "customer", "by:ATTRIBUTE"; "+N" is added for later lanes
 * of that key. */
struct text plan_lane_name(const struct plan *p, size_t lane);
/* A promise of that lane whose verdict touches other lanes hear (sink.derived). */
bool plan_is_heard_elsewhere(const struct plan *p, size_t promise, size_t lane);
bool plan_uses_opens_thread(const struct plan *p);
bool plan_hears_world(const struct plan *p);
/* Events that some promise hears `anywhere`: the i-th, empty after the last. Names may come twice.
 */
struct text plan_anywhere_event(const struct plan *p, size_t i);

/* -- a touch as the plan sees it -- */

struct bound; /* patterns matched and values needed, in the arena; keeps views into the touch */
/* NULL when the touch concerns no promise. opens_thread: rule 3, the driver knows. */
const struct bound *plan_bind(const struct plan *p, const struct touch *t, bool opens_thread,
                              struct arena *arena);
int64_t bound_occurred(const struct bound *b);
/* The key under which it meets that lane; false if it does not. */
bool bound_key(const struct bound *b, size_t lane, struct text *ret_key);
/* False for verdict touches of a promise of that very lane: the fold gives itself those. */
bool bound_enters(const struct bound *b, size_t lane);
bool bound_is_anywhere(const struct bound *b); /* to be given to world_add as well */
/* A field ("thread", "channel", "occurred", …) or an attribute that the plan names; VALUE_NONE if
 * missing. */
struct value bound_field(const struct bound *b, struct text name);

/* -- the world: touches heard `anywhere` -- */
struct world;
struct world *world_new(const struct plan *p);
void world_free(struct world *w);
/* Copies what it needs. Any order of arrival; one that lies before what a saved fold of a lane that
 * hears it has reached makes that fold stale (fold_load refuses it). */
void world_add(struct world *w, const struct bound *b);
/* Takes back a verdict touch that turned out not to be. */
void world_remove(struct world *w, struct text source, struct text id);

/* -- entries: what happens to an obligation; the ledger's history -- */

enum state { STATE_OPEN, STATE_PAUSED, STATE_KEPT, STATE_BROKEN, STATE_EXCUSED, STATE_VOID };
const char *state_name(enum state s); /* "open", … */

enum entry_kind {
    ENTRY_OPENED,
    ENTRY_PAUSED,
    ENTRY_RESUMED,
    ENTRY_EXTENDED,
    ENTRY_WARNED,
    ENTRY_KEPT,
    ENTRY_BROKEN,
    ENTRY_EXCUSED,
    ENTRY_VOID,
    ENTRY_FULFILLED, /* late, after it was broken */
    ENTRY_OWED,      /* a remedy */
    ENTRY_NOT_OWED,  /* a remedy that no amount could be found for, or beyond its cap */
    ENTRY_WITHDRAWN, /* a remedy that a late touch showed not to be due */
    ENTRY_CORRECTED, /* a late touch changed the verdict, due or lateness */
    ENTRY_COUNTED /* at most, at least: one more in the window; the due of a rolling one may move */
};
enum { ENTRY_KINDS = ENTRY_COUNTED + 1 };  /* the last */
const char *entry_name(enum entry_kind k); /* "opened", … */

struct obligation {
    size_t promise, form; /* numbers in the plan */
    struct text key;
    struct text opening_source, opening_id;
    uint32_t n; /* rule 10 */
    int64_t opened_us;
    int64_t due_us;  /* MOMENT_NEVER: none, or unknown while paused */
    int64_t warn_us; /* MOMENT_NEVER: none */
    enum state state;
    int64_t decided_us;          /* MOMENT_NEVER while open or paused */
    int64_t fulfilled_us;        /* of a broken one: MOMENT_NEVER until fulfilled late */
    const struct bound *opening; /* its attributes; valid during the call only */
    int64_t tag; /* the driver's own: 0 until it sets *entry.tag; kept and saved with the fold */
};

struct entry {
    enum entry_kind kind;
    const struct obligation *obligation; /* as it is after this entry; valid during the call only */
    int64_t *tag;                        /* of the obligation: to be set by the driver */
    int64_t at_us;
    struct text cause_source, cause_id; /* the touch behind it; empty: the clock */
    struct money amount;                /* OWED, WITHDRAWN */
    struct text task;                   /* OWED: a task */
    uint32_t unit;                      /* OWED: 0 base, k: the k-th accrued unit */
};

struct sink {
    void *context;
    void (*entry)(void *context, const struct entry *e); /* may be NULL */
    /* A verdict touch that lanes other than this one hear: bind it and fold it there. Valid during
     * the call. May be NULL. */
    void (*derived)(void *context, const struct touch *t);
    /* Bits 1 << kind of entries that entry() need not hear of. Without those warned, warn_us is not
     * worked out either. */
    uint32_t unwanted;
    /* All entries are counted here, [promise][kind]. May be NULL. */
    uint64_t (*counts)[ENTRY_KINDS];
};

/* How the ids of all verdict touches of that promise and key begin, and of no others (rule 32). */
struct text verdict_ids_of(struct arena *arena, struct text promise, struct text key);

/* -- folds -- */

struct fold;
/* world may be NULL when the plan hears nothing anywhere. key is copied. */
struct fold *fold_new(const struct plan *p, size_t lane, struct text key,
                      const struct world *world);
void fold_free(struct fold *f);
void fold_reset(struct fold *f, struct text key); /* as new, memory reused */
/* Touches in fold order (touch_compare), derived ones at their instant after outside ones. Returns
 * false and does nothing if the touch is late: before the instant the fold has reached. (Then fold
 * anew from all touches.) */
bool fold_touch(struct fold *f, const struct bound *b, const struct sink *sink);
/* Decides everything that lies before now_us (rule 35): the instants up to now, without now itself.
 */
void fold_advance(struct fold *f, int64_t now_us, const struct sink *sink);
/* The earliest instant at which the clock alone will change something; MOMENT_NEVER: none. */
int64_t fold_next_us(const struct fold *f);
/* True if nothing of it need be kept: no open obligation, no memory that could matter. */
bool fold_is_empty(const struct fold *f);
/* Obligations still open, paused, or broken and watched for late fulfilment. */
void fold_each(const struct fold *f, void (*each)(void *context, const struct obligation *o),
               void *context);
/* State as bytes with a format number, for the store; load refuses other formats and plans
 * (ERR_CONFLICT: fold anew). */
void fold_save(const struct fold *f, struct buf *out);
enum err fold_load(struct fold *f, struct text bytes, struct err_info *info);

#endif
