#include "feature/draft/errand.h"

#include <pthread.h>

struct errand {
    struct clerk_job job; /* first */
    errand_run *run;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool is_over;
    enum err result;
    struct err_info info;
};

static enum err run(struct clerk_job *job, struct database *db, struct err_info *info)
{
    struct errand *e = (struct errand *)job;
    return e->run(e->context, db, info);
}

static void done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    struct errand *e = (struct errand *)job;
    pthread_mutex_lock(&e->lock);
    e->result = result;
    if (result && info) {
        e->info = *info;
    }
    e->is_over = true;
    pthread_cond_signal(&e->over);
    pthread_mutex_unlock(&e->lock);
}

enum err errand(struct clerk *clerk, errand_run *what, void *context, struct err_info *info)
{
    struct errand e = {.job = {.run = run, .done = done}, .run = what, .context = context};
    pthread_mutex_init(&e.lock, NULL);
    pthread_cond_init(&e.over, NULL);
    if (!clerk_submit(clerk, &e.job)) {
        e.result = ERR_BUSY;
        (void)err_set(&e.info, ERR_BUSY, "The server is busy.");
        e.is_over = true;
    }
    pthread_mutex_lock(&e.lock);
    while (!e.is_over) {
        pthread_cond_wait(&e.over, &e.lock);
    }
    pthread_mutex_unlock(&e.lock);
    pthread_cond_destroy(&e.over);
    pthread_mutex_destroy(&e.lock);
    if (e.result && info) {
        *info = e.info;
    }
    return e.result;
}
