/* Verdict touches that other keys have heard and that turn out not to be: a key is folded anew, and
 * its new fold gives those that still hold again. */
#include "feature/ledger/job.h"
#include "feature/ledger/waking.h"
#include "store/sharing.h"

struct heard { /* one of them */
    struct heard *next;
    int64_t id, home_id;
    const struct bound *b;
};

struct hearing {
    struct job *job;
    struct heard *all;
};

static bool note_heard(void *context, const struct touch *t)
{
    struct hearing *hearing = context;
    struct heard *heard = ARENA_NEW(&hearing->job->arena, struct heard);
    *heard = (struct heard){.next = hearing->all,
                            .id = (int64_t)t->place,
                            .home_id = touch_home(t),
                            .b = plan_bind(hearing->job->plan, t, false, &hearing->job->arena)};
    hearing->all = heard;
    return true;
}

static enum err unhear_anywhere(struct job *job, const struct heard *heard)
{
    struct keeper *k = job->keeper;
    if (!database_is_alone(job->db)) {
        return database_want_alone(job->db, job->info);
    }
    k->world_doubtful = k->waking = true;
    world_remove(k->world, bound_field(heard->b, TEXT("source")).text,
                 bound_field(heard->b, TEXT("id")).text);
    enum err e = waking_add(job->db, job->plan, bound_occurred(heard->b), job->info);
    e = e ? e : mark_move(job->db, KEEPER_WORLD, job->info);
    return e ? e : touch_row_remove_anywhere(job->db, heard->id, job->info);
}

/* It is no longer; the keys that heard it are folded anew. */
static enum err take_back(struct job *job, const struct heard *heard, const struct cause *cause)
{
    enum err e = touch_row_remove(job->db, heard->id, heard->home_id, job->info);
    if (!e && heard->b && bound_is_anywhere(heard->b)) {
        e = unhear_anywhere(job, heard);
    }
    for (uint32_t lane = 0; heard->b && lane < plan_lane_count(job->plan) && !e; lane++) {
        struct text key;
        if (!bound_enters(heard->b, lane) || !bound_key(heard->b, lane, &key)) {
            continue;
        }
        job_fold_anew(job, lane, key, cause);
        struct key kind = plan_lane_key(job->plan, lane);
        if (kind.kind == KEY_ATTRIBUTE) {
            const struct touch_key row = {kind.attribute, key, bound_occurred(heard->b), heard->id,
                                          heard->home_id};
            e = touch_row_remove_key(job->db, &row, job->info);
        }
    }
    return e;
}

enum err job_take_back(struct job *job, uint32_t lane, struct text key, const struct cause *cause)
{
    struct hearing hearing = {.job = job};
    enum err e = ERR_NONE;
    bool is_thread = plan_lane_key(job->plan, lane).kind == KEY_THREAD;
    struct text thread = is_thread ? key : (struct text){0};
    for (size_t promise = 0; promise < plan_promise_count(job->plan) && !e; promise++) {
        if (plan_is_heard_elsewhere(job->plan, promise, lane)) {
            struct text prefix =
                verdict_ids_of(&job->arena, plan_promise(job->plan, promise).name, key);
            e = touch_row_of_prefix(job->db, TEXT("troth"), prefix, thread, note_heard, &hearing,
                                    job->info);
        }
    }
    for (const struct heard *heard = hearing.all; heard && !e; heard = heard->next) {
        e = take_back(job, heard, cause);
    }
    return e;
}
