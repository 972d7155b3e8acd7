/* Inside the ledger only: one job of the keeper, from touches (or keys to wake) to rows.
 *
 * A job goes in phases, so that each costs few round trips however many touches there are:
 *
 *  1. The touches are written; the new ones are bound to the plan and given to their keys
 *     (incoming.c).
 *
 *  2. Lane by lane the states of its keys are read, and where servers share a database locked in
 *     the order of keys, so that two jobs never wait for each other (job.c).
 *
 *  3. Each key of the lane is folded; verdict touches make work for later lanes (job.c). A key that
 *     must be folded anew reads what it needs (late.c).
 *
 *  4. What came of it is written: obligations, entries, states, counts (records.c).
 *
 * Nothing is written in 3 but what late.c takes back. */
#ifndef TROTH_FEATURE_LEDGER_JOB_H
#define TROTH_FEATURE_LEDGER_JOB_H

#include "base/id.h"
#include "engine/who.h"
#include "feature/ledger/hours.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/state_row.h"
#include "feature/ledger/tally.h"
#include "feature/ledger/touch_list.h"
#include "feature/ledger/touch_row.h"

struct told { /* an entry, and its obligation as it is after it */
    struct entry_row entry;
    struct ledger_row row;
    size_t record;
};

/* What a job leaves until the commit: its events, in its memory. */
struct telling {
    struct arena arena;
    const struct told *told;
    size_t count;
};

struct gathered { /* touches of one request */
    const struct touch *touches;
    size_t count;
    struct taking *ret;
};

struct keeper {
    struct keeper_config config;
    struct book *book, *previous; /* previous: until the publishing transaction is sure */
    struct world *world;
    struct who *who;     /* of touches that stand among those heard anywhere */
    bool world_doubtful; /* a job that added to it was undone: read it again */
    struct id_source ids, entry_ids;
    uint32_t session, session_next;      /* database_session() that they were drawn for */
    int64_t world_mark, world_mark_next; /* mark_value() of the world */
    int64_t clock_offset_us;             /* from our clock to the database's */
    bool shared;
    int64_t ask_us, rest_us; /* where shared: asks what is due from then on; not before */
    int64_t next_us;         /* when the clock acts next */
    bool next_doubtful;
    struct telling *tellings;
    size_t telling_count, telling_capacity;
    struct gathered *gathered;
    size_t gathered_count, gathered_capacity, gathered_touches;
    struct hours hours;
    bool waking; /* keys wait to be woken (waking.h) */
};

struct work_touch {
    const struct bound *b;
    size_t number; /* in the order in which they came */
};

/* A key at work in this job. */
struct work {
    uint32_t lane;
    struct text key;
    uint64_t hash;
    struct text state; /* as read */
    struct text saved; /* to be written; empty: nothing is left to keep */
    int64_t next_us;
    struct work_touch *touches; /* to be folded, outside and derived */
    size_t touch_count, touch_capacity;
    bool unsorted; /* they did not come in order of occurrence */
    bool read;     /* its state was */
    bool done;     /* folded */
    bool stored;   /* has a row in key_state */
    bool made;     /* has an empty one, of this job (state_rows_lock()) */
    bool locked;   /* where servers share a database: no other works on this key */
    bool refused;  /* which is of another Code or world, or damaged */
    bool anew;     /* to be folded from all its touches */
    bool wake;     /* advance to the present */
    struct cause { /* why it is to be folded anew, where that is not its own first touch */
        struct text source, id;
    } cause;
};

/* An obligation that this job changes. */
struct record {
    struct ledger_row row;
    bool is_new, changed;
    bool unread;             /* row holds only what has changed; the rest is read in the end */
    enum state stored_state; /* as counted so far */
    struct text stored_channel, stored_team;
    int32_t stored_day;
    int64_t stored_decided_us;
};

struct touch_ref { /* who did it, for team and person of a verdict */
    struct text source, id, team, person;
};

struct relative { /* a key that this job merges or splits */
    struct relative *next;
    enum who_kind kind;
    struct text key;
};
struct heap; /* late.h: obligations of the family in one lane */

struct job {
    struct keeper *keeper;
    struct database *db;
    int64_t now_us;
    int64_t first_id; /* touches with smaller ids were there before */
    struct arena arena;
    const struct plan *plan;
    struct work *works;
    size_t work_count, work_capacity;
    uint32_t *work_slots; /* by hash; number + 1 */
    size_t work_slot_count;
    struct record *records;
    size_t record_count, record_capacity;
    uint32_t *record_slots;
    size_t record_slot_count;
    struct told *history;
    size_t history_count, history_capacity;
    struct touch_ref *refs;
    size_t ref_count;
    uint32_t *ref_slots; /* by hash of source and id; number + 1 */
    size_t ref_slot_count;
    struct touch *derived; /* not yet written */
    size_t derived_count, derived_capacity;
    struct touch_key *touch_keys; /* not yet written */
    size_t touch_key_count, touch_key_capacity;
    struct tally tally;
    struct fold *fold;        /* of the key at work */
    struct ledger_row *voids; /* of the key at work; read when one of them may be opened again */
    size_t void_count;
    bool voids_read;
    struct relative *family;
    struct heap **heaps; /* by lane */
    enum err failed;     /* the first error in a callback */
    struct err_info *info;
};

void job_begin(struct job *job, struct keeper *k, struct database *db, int64_t now_us,
               struct err_info *info);
void job_release(struct job *job);
/* The job has succeeded: its events wait for the commit. */
void job_keep_told(struct job *job);
/* The work of that key; made if need be. */
struct work *job_work(struct job *job, uint32_t lane, struct text key);
void work_add(struct job *job, struct work *work, const struct bound *b);
/* What this key made of its touches no longer holds, because of that touch. */
void job_fold_anew(struct job *job, uint32_t lane, struct text key, const struct cause *cause);
/* Sink: a verdict touch that other lanes hear; context is the job. */
void job_derived(void *context, const struct touch *t);
/* Where servers share a database: keeps others away from these threads, so that who opens one is
 * decided by one server at a time. */
enum err job_lock_threads(struct job *job, const struct touch_new *list, size_t count);
/* Folds everything lane by lane and writes all rows. */
enum err job_run(struct job *job);

/* -- incoming.c -- */
/* Phase 1, for all that was gathered. */
enum err job_take_incoming(struct job *job, const struct gathered *gathered, size_t count);
/* Writes the verdict touches given so far and hands them to the keys that hear them. */
enum err job_take_derived(struct job *job);
/* One of the outside touches of this job; NULL: none of them. */
const struct touch_ref *job_ref(const struct job *job, struct text source, struct text id);

/* Id of the last version of the Code; touches with smaller ids were there before it. 0: none. */
int64_t keeper_published_id(const struct keeper *k);

/* "thread" of the lanes "thread", "thread+1", …: those of one kind of key. */
struct text keeper_lane_kind(struct text lane);
/* Has the key of that lane looked at by the next tick; folded anew if it has no state. */
enum err keeper_wake_key(struct keeper *k, struct database *db, struct text lane, struct text key,
                         int64_t now_us, struct err_info *info);

/* Reads what is heard anywhere, and who is who. */
enum err keeper_read_world(struct keeper *k, struct database *db, struct err_info *info);

/* -- merging.c -- */
/* Puts the keys in its place under which it is judged. */
void keeper_judge(const struct keeper *k, struct touch *t);
/* Those of this job that say who is who: the family is known from then on, and folded anew. */
enum err job_learn_who(struct job *job, const struct touch_new *list, size_t count);
/* False: keys of that kind are never merged. */
bool job_kind_of(struct key key, enum who_kind *ret);
bool job_is_grouped(const struct job *job, struct key key, struct text text);
bool job_is_family(const struct job *job, enum who_kind kind, struct text key);
/* All that are judged under that key, as they are judged, in fold order. */
enum err job_touches_of_key(struct job *job, struct key key, struct text text, touch_row_each *each,
                            void *context);
/* The touch is in the database and as it is judged; its place is its id. */
enum err job_opens_thread(struct job *job, const struct touch *judged, bool *ret_opens);
/* All keys that hear the touches of that one's thread are folded anew. */
enum err job_thread_anew(struct job *job, const struct touch *judged);

/* -- records.c -- */
void job_entry(void *context, const struct entry *e); /* sink */
struct record *record_find(struct job *job, int64_t id);
struct record *record_add(struct job *job, const struct ledger_row *row, bool is_new);
void record_state(struct job *job, struct record *record, const struct obligation *o,
                  struct text team, struct text person);
void record_owed(struct job *job, struct record *record, int64_t at_us, struct money amount,
                 bool task, int count);
void record_fill(struct job *job, struct ledger_row *row, const struct obligation *o);
void record_history(struct job *job, const struct record *record, struct entry_row *entry);
/* What is still to be read of those that are changed: before anything is written, since the
 * database then works at one statement while the next one is made. */
enum err records_read(struct job *job);
enum err records_write(struct job *job);

/* -- taken_back.c -- */
/* Removes all verdict touches of that key in that lane, and has the keys that heard them folded
 * anew. One statement for each promise that others hear, one for each touch removed. */
enum err job_take_back(struct job *job, uint32_t lane, struct text key, const struct cause *cause);

/* -- late.c -- */
/* Folds the key from all its touches and corrects what differs. */
enum err late_fold(struct job *job, size_t work);
/* -- late_family.c -- */
/* When the lane is folded: obligations of the family that no key has any more are void. */
enum err late_end_family(struct job *job, uint32_t lane);

#endif
