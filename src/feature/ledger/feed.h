/* Where servers share a database: what all of them write, given to the streams of this one. A
 * thread with a reading connection of its own listens for NOTIFY, which each server sends after a
 * commit with entries, and looks by itself each second; it reads the new entries of every node and
 * publishes them. A lost connection is made anew and goes on where it was. */
#ifndef TROTH_FEATURE_LEDGER_FEED_H
#define TROTH_FEATURE_LEDGER_FEED_H

#include "feature/ledger/places.h"
#include "server/server.h"

struct feed;

enum err feed_start(struct server *server, const char *place, struct feed **ret,
                    struct err_info *info);
void feed_stop(struct feed **feed);
/* Any thread: this server has committed entries. */
void feed_tell(struct feed *feed);
/* For who opens a stream, before its first look into the database: what has been published by now.
 * Later events have larger positions than *ret_sequence. */
enum err feed_now(struct feed *feed, struct places *ret, int64_t *ret_sequence,
                  struct err_info *info);

#endif
