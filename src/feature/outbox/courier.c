#include "feature/outbox/courier.h"

/* Called about once a second also where libcurl waits. */
static int look_up(void *self, curl_off_t down, curl_off_t of, curl_off_t up, curl_off_t of_up)
{
    (void)down, (void)of, (void)up, (void)of_up;
    return atomic_load(&((struct courier *)self)->stopped);
}

static void *run(void *self)
{
    struct courier *c = self;
    c->code = curl_easy_perform(c->curl);
    atomic_store(&c->ended, true);
    curl_multi_wakeup(c->waiting);
    return NULL;
}

void courier_send(struct courier *c, CURL *curl, CURLM *waiting)
{
    c->curl = curl;
    c->waiting = waiting;
    atomic_store(&c->stopped, false);
    atomic_store(&c->ended, false);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, c);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    c->has_thread = pthread_create(&c->thread, NULL, run, c) == 0;
    if (!c->has_thread) {
        c->code = CURLE_OUT_OF_MEMORY; /* later again */
        atomic_store(&c->ended, true);
    }
}

bool courier_has_ended(struct courier *c)
{
    return atomic_load(&c->ended);
}

void courier_stop(struct courier *c)
{
    atomic_store(&c->stopped, true);
}

CURLcode courier_join(struct courier *c)
{
    if (c->has_thread) {
        pthread_join(c->thread, NULL);
        c->has_thread = false;
    }
    return c->code;
}
