/* Someone who listens to the event stream and, whenever it breaks off, comes back with the id of
 * the last event that came whole (Last-Event-ID), as browsers do. Remembers every id. */
#ifndef TROTH_TESTS_CRASH_LISTENER_H
#define TROTH_TESTS_CRASH_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listener;

struct listener *listener_new(void);
void listener_free(struct listener *l);
/* Listens in a thread until listener_stop(): from the first event on, or from where it was. */
void listener_start(struct listener *l, uint16_t port, const char *token);
void listener_stop(struct listener *l);

/* While it does not listen. Ids of events in the order in which they came. */
const int64_t *listener_heard(const struct listener *l, size_t *ret_count);
/* The first answer that no correct server gives; "": none. */
const char *listener_complaint(const struct listener *l);

#endif
