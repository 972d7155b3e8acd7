/* Rehearsals: the past judged once by the version in force and once by a draft, so that who decides
 * knows what would have become of it. Asked for by a request, made by a worker (rehearse.c) from
 * the rows of this table, so a restart loses nothing: it begins again. Where servers share a
 * database one of them holds the lease; when it has run out, another begins anew. */
#ifndef TROTH_FEATURE_DRAFT_REHEARSAL_H
#define TROTH_FEATURE_DRAFT_REHEARSAL_H

#include "feature/draft/draft.h"

enum rehearsal_state {
    REHEARSAL_WAITING,
    REHEARSAL_RUNNING,
    REHEARSAL_DONE,
    REHEARSAL_FAILED,
    REHEARSAL_CANCELLED
};
const char *rehearsal_state_name(enum rehearsal_state s); /* "waiting", … */
enum { REHEARSALS_WAITING_MAX = 20, REHEARSAL_CHANGES_MAX = 100000 };
#define REHEARSAL_LEASE_US (10 * SECOND_US)

struct rehearsal {
    int64_t id, draft_id, revision;
    int64_t version_id; /* held against; 0: there was none */
    int64_t from_us, until_us, asked_us;
    struct text asked_by;
    enum rehearsal_state state;
    int64_t done_ppm, touches;
    int64_t ended_us; /* MOMENT_NEVER: not yet */
    struct text trouble, result;
};

/* An obligation that ends otherwise. */
struct rehearsed {
    int64_t number; /* from 1, by promise and key */
    struct text promise, key, opening_source, opening_id, team;
    int64_t n, opened_us;
    int64_t weekday, hour; /* of the opening, in the company's zone; 0 is Monday */
    int64_t before, after; /* enum state; -1: not opened */
};
struct rehearsed_filter {
    struct text promise; /* empty: any */
    bool by_team;
    struct text team;
    int64_t hour; /* -1: any */
};

extern const struct statement_table rehearsal_statements;

/* -- for requests -- */
/* ERR_CONFLICT: one of this draft is under way; ERR_BUSY: many wait. */
enum err rehearsal_add(struct database *db, const struct rehearsal *r, struct err_info *info);
enum err rehearsal_find(struct database *db, int64_t id, struct arena *arena, struct rehearsal *ret,
                        struct err_info *info);
/* The last one of a draft; *ret_found: there is one. */
enum err rehearsal_last(struct database *db, int64_t draft_id, struct arena *arena,
                        struct rehearsal *ret, bool *ret_found, struct err_info *info);
/* Nothing if it has ended. */
enum err rehearsal_cancel(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
enum err rehearsal_note_read(struct database *db, int64_t id, struct author by, int64_t now_us,
                             struct err_info *info);
struct reading {
    struct author by;
    int64_t read_us;
};
enum err rehearsal_readings(struct database *db, int64_t id, struct arena *arena,
                            struct reading **ret, size_t *ret_count, struct err_info *info);
/* At most `most` behind that number. */
enum err rehearsal_changes(struct database *db, int64_t id, const struct rehearsed_filter *filter,
                           int64_t after, size_t most, struct arena *arena, struct rehearsed *ret,
                           size_t *ret_count, struct err_info *info);

/* -- for the worker -- */
/* One that waits, or whose lease has run out; 0: none. */
enum err rehearsal_next(struct database *db, int64_t now_us, int64_t *ret_id,
                        struct err_info *info);
/* False: another has it, or it is no longer wanted. What an earlier attempt left is removed. */
enum err rehearsal_claim(struct database *db, int64_t id, int64_t lease, int64_t now_us,
                         bool *ret_ours, struct err_info *info);
/* Keeps the lease and tells how far it is. False: it is no longer ours. */
enum err rehearsal_beat(struct database *db, const struct rehearsal *r, int64_t lease,
                        int64_t now_us, bool *ret_ours, struct err_info *info);
enum err rehearsal_add_changes(struct database *db, int64_t id, const struct rehearsed *list,
                               size_t count, struct err_info *info);
/* Done with its result, or failed with its trouble, as r->state says. */
enum err rehearsal_end(struct database *db, const struct rehearsal *r, int64_t lease,
                       struct err_info *info);
/* Gives it back: any may begin it at once. */
enum err rehearsal_leave(struct database *db, int64_t id, int64_t lease, struct err_info *info);
/* At the start of a server that has the database to itself: nobody is at work. */
enum err rehearsal_forget_leases(struct database *db, struct err_info *info);

#endif
