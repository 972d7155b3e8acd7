#include "server/work.h"

/* Both jobs live in the room that the request has for them. */
_Static_assert(sizeof(struct clerk_job) <= HTTP_WORK_SPACE, "a write fits");
_Static_assert(sizeof(struct labour) <= HTTP_WORK_SPACE, "a labour fits");
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

/* -- look_up, labour, handle: one after the other, each in the room of the one before -- */

struct looking {
    struct read_job job; /* first */
    struct staff *staff;
    const struct route *route;
};
struct labouring {
    struct labour labour; /* first */
    struct staff *staff;
    const struct route *route;
};
_Static_assert(sizeof(struct looking) <= HTTP_WORK_SPACE, "a read before a labour fits");
_Static_assert(sizeof(struct labouring) <= HTTP_WORK_SPACE, "a labour fits with what it needs");

static void give_up(struct http_work *work)
{
    struct err_info info;
    enum err e = err_set(&info, ERR_BUSY, "The server is busy. Try again in a moment.");
    http_work_done(work, e, &info);
}

static enum err run_labour(struct labour *labour, struct err_info *info)
{
    struct http_work *work = http_work_of(labour);
    if (atomic_load(http_work_cancelled(work))) {
        return err_set(info, ERR_BUSY, "Nobody waits for the answer any more.");
    }
    return http_work_labour(work, info);
}

static bool submit_write(struct staff *staff, struct http_work *work, const struct route *route)
{
    struct clerk_job *job = http_work_space(work);
    *job = (struct clerk_job){
        .run = run_write, .done = write_done, .sure = route->sure, .gathers = route->gathers};
    return clerk_submit(staff->clerk, job);
}

static void labour_done(struct labour *labour, enum err result, const struct err_info *info)
{
    struct staff *staff = ((struct labouring *)labour)->staff;
    const struct route *route = ((struct labouring *)labour)->route;
    struct http_work *work = http_work_of(labour);
    if (result) {
        http_work_done(work, result, info);
    } else if (!submit_write(staff, work, route)) {
        give_up(work);
    }
}

static bool submit_labour(struct staff *staff, struct http_work *work, const struct route *route)
{
    struct labouring *next = http_work_space(work);
    *next = (struct labouring){
        .labour = {.run = run_labour, .done = labour_done}, .staff = staff, .route = route};
    return labourers_submit(route->calls ? staff->callers : staff->labourers, &next->labour);
}

static enum err run_look_up(struct read_job *job, struct database *db, struct err_info *info)
{
    return http_work_look_up(http_work_of(job), db, info);
}

static void look_up_done(struct read_job *job, enum err result, const struct err_info *info)
{
    struct staff *staff = ((struct looking *)job)->staff;
    const struct route *route = ((struct looking *)job)->route;
    struct http_work *work = http_work_of(job);
    if (result) {
        http_work_done(work, result, info);
    } else if (!submit_labour(staff, work, route)) {
        give_up(work);
    }
}

static bool submit_look_up(struct staff *staff, struct http_work *work, const struct route *route)
{
    struct looking *first = http_work_space(work);
    first->job = (struct read_job){.lane = READ_QUICK, .run = run_look_up, .done = look_up_done};
    first->staff = staff;
    first->route = route;
    return readers_submit(staff->readers, &first->job);
}

bool staff_submit(void *self, struct http_work *work, const struct route *route)
{
    struct staff *staff = self;
    if (route->kind == ROUTE_WRITE && route->labour) {
        return route->look_up ? submit_look_up(staff, work, route)
                              : submit_labour(staff, work, route);
    }
    if (route->kind == ROUTE_WRITE) {
        return submit_write(staff, work, route);
    }
    struct read_job *job = http_work_space(work);
    *job = (struct read_job){
        .lane = route->kind == ROUTE_SLOW ? READ_SLOW : READ_QUICK,
        .run = run_read,
        .done = read_done,
    };
    return readers_submit(staff->readers, job);
}
