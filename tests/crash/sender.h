/* Makes touches and sends them over several connections at once, single and in batches; remembers
 * every one and which of them the server acknowledged. What was not acknowledged is sent again. */
#ifndef TROTH_TESTS_CRASH_SENDER_H
#define TROTH_TESTS_CRASH_SENDER_H

#include "base/arena.h"
#include "engine/touch.h"

#define SENDER_SOURCE "crash"
/* The Code that they are made for: limits of seconds, so that the clock acts while it runs. */
extern const struct text sender_code;

struct sent {
    struct touch touch; /* its id is its number in the list */
    bool acknowledged;
};

struct sender;

struct sender *sender_new(uint64_t seed);
void sender_free(struct sender *s);
/* Added to the present where touches get their instants: the server's clock may be wrong. */
void sender_set_clock(struct sender *s, int64_t offset_us);
/* Publishes the Code; false: no, or nobody knows. */
bool sender_publish(struct sender *s, uint16_t port, const char *token);
/* Sends from that many threads, until sender_stop() or until the server is gone. */
void sender_start(struct sender *s, uint16_t port, const char *token, unsigned connections);
void sender_stop(struct sender *s);
/* Sends what is not yet acknowledged; false: it could not. */
bool sender_finish(struct sender *s, uint16_t port, const char *token);

/* While nothing is being sent. */
const struct sent *sender_list(const struct sender *s, size_t *ret_count);
size_t sender_acknowledged(const struct sender *s);
/* Replies by first digit of the status, and the first one that no correct server gives; "": none.
 */
struct sender_figures {
    uint64_t statuses[6];
    uint64_t unknown; /* requests without a reply */
};
struct sender_figures sender_figures(const struct sender *s);
const char *sender_complaint(const struct sender *s);
/* The last problem document (5xx), "" if none; forgets it. */
const char *sender_problem(struct sender *s);
void sender_forget_problem(struct sender *s);

#endif
