/* Inside the ledger only: one job of the keeper, from touches (or keys to wake) to rows. */
#ifndef TROTH_FEATURE_LEDGER_JOB_H
#define TROTH_FEATURE_LEDGER_JOB_H

#include "base/id.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/state_row.h"
#include "feature/ledger/tally.h"
#include "feature/ledger/touch_row.h"

struct told { /* an event kept until the commit */
    struct entry_row entry;
    struct ledger_row row;
};

struct keeper {
    struct keeper_config config;
    struct book *book, *previous; /* previous: until the publishing transaction is sure */
    struct world *world;
    bool world_doubtful; /* a job that added to it was undone: read it again */
    struct id_source ids, entry_ids;
    int64_t next_us; /* when the clock acts next */
    bool next_doubtful;
    struct arena told_arena;
    struct told *told;
    size_t told_count, told_capacity, told_mark;
    bool waking; /* keys wait to be woken (waking.h) */
};

/* A key at work in this job. */
struct work {
    uint32_t lane;
    struct text key;
    uint64_t hash;
    struct fold *fold;
    const struct bound **touches; /* to be folded, outside and derived */
    size_t touch_count, touch_capacity;
    bool stored;  /* has a row in key_state */
    bool refused; /* which is of another Code or world, or damaged */
    bool anew;    /* to be folded from all its touches */
    bool wake;    /* advance to the present */
};

/* An obligation that this job changes. */
struct record {
    struct ledger_row row;
    bool is_new, changed;
    enum state stored_state; /* as counted so far */
    struct text stored_channel, stored_team;
    int32_t stored_day;
};

struct touch_ref { /* who did it, for team and person of a verdict */
    struct text source, id, team, person;
};

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
    struct touch_ref *refs;
    size_t ref_count;
    struct tally tally;
    size_t current;  /* the work whose fold is at work */
    enum err failed; /* the first error in a callback */
    struct err_info *info;
};

void job_begin(struct job *job, struct keeper *k, struct database *db, int64_t now_us,
               struct err_info *info);
void job_release(struct job *job);
/* The work of that key; made if need be. */
struct work *job_work(struct job *job, uint32_t lane, struct text key);
void work_add(struct job *job, struct work *work, const struct bound *b);
/* Sink: a verdict touch that other lanes hear; context is the job. */
void job_derived(void *context, const struct touch *t);
/* Folds everything lane by lane and writes all rows. */
enum err job_run(struct job *job);

/* A touch heard anywhere: put into the world, and every key told to look. */
enum err job_hear_anywhere(struct job *job, const struct bound *b, int64_t id);

/* Id of the last version of the Code; touches with smaller ids were there before it. 0: none. */
int64_t keeper_published_id(const struct keeper *k);

/* "thread" of the lanes "thread", "thread+1", …: those of one kind of key. */
struct text keeper_lane_kind(struct text lane);
/* Has the key of that lane looked at by the next tick; folded anew if it has no state. */
enum err keeper_wake_key(struct keeper *k, struct database *db, struct text lane, struct text key,
                         int64_t now_us, struct err_info *info);

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
enum err records_write(struct job *job);

/* -- late.c -- */
/* Folds the key from all its touches and corrects what differs. */
enum err late_fold(struct job *job, size_t work);

#endif
