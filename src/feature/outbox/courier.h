/* Inside of this feature: one transfer in a thread of its own. libcurl waits within an SMTP
 * transfer for what the mail server says to the whole mail, for as long as that takes; whoever
 * drove it beside others could neither send these nor renew a lease meanwhile. */
#ifndef TROTH_FEATURE_OUTBOX_COURIER_H
#define TROTH_FEATURE_OUTBOX_COURIER_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct courier {
    CURL *curl;
    CURLM *waiting; /* woken when the transfer has ended */
    pthread_t thread;
    bool has_thread;
    atomic_bool stopped, ended;
    CURLcode code;
};

/* Begins the transfer; the courier stays where it is, and the handle its own, until
 * courier_join(). */
void courier_send(struct courier *courier, CURL *curl, CURLM *waiting);
bool courier_has_ended(struct courier *courier);
/* It gives up within about a second. */
void courier_stop(struct courier *courier);
/* Waits for the end, and tells how it was. */
CURLcode courier_join(struct courier *courier);

#endif
