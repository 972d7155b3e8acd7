#include "server/work.h"

/* Both jobs live in the room that the request has for them. */
_Static_assert(sizeof(struct clerk_job) <= HTTP_WORK_SPACE, "a write fits");
_Static_assert(sizeof(struct read_job) <= HTTP_WORK_SPACE, "a read fits");

static enum err run_write(struct clerk_job *job, struct database *db, struct err_info *info)
{
    return http_work_run(http_work_of(job), db, info);
}

static void write_done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    http_work_done(http_work_of(job), result, info);
}

static enum err run_read(struct read_job *job, struct database *db, struct err_info *info)
{
    struct http_work *work = http_work_of(job);
    const _Atomic(bool) *cancelled = http_work_cancelled(work);
    if (atomic_load(cancelled)) {
        return err_set(info, ERR_BUSY, "Nobody waits for the answer any more.");
    }
    database_set_cancel(db, cancelled); /* the request's flag, not the job's: the loop sets that */
    return http_work_run(work, db, info);
}

static void read_done(struct read_job *job, enum err result, const struct err_info *info)
{
    http_work_done(http_work_of(job), result, info);
}

bool staff_submit(void *self, struct http_work *work, const struct route *route)
{
    struct staff *staff = self;
    if (route->kind == ROUTE_WRITE) {
        struct clerk_job *job = http_work_space(work);
        *job = (struct clerk_job){
            .run = run_write, .done = write_done, .sure = route->sure, .gathers = route->gathers};
        return clerk_submit(staff->clerk, job);
    }
    struct read_job *job = http_work_space(work);
    *job = (struct read_job){
        .lane = route->kind == ROUTE_SLOW ? READ_SLOW : READ_QUICK,
        .run = run_read,
        .done = read_done,
    };
    return readers_submit(staff->readers, job);
}
