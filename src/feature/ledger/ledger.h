/* The ledger in the running server: the keeper at work in the clerk, and its API. */
#ifndef TROTH_FEATURE_LEDGER_LEDGER_H
#define TROTH_FEATURE_LEDGER_LEDGER_H

#include "feature/code/publisher.h"
#include "feature/ledger/keeper.h"
#include "server/server.h"

struct feed;
struct ledger;

extern const struct module
    ledger_module; /* "ledger"; its self is the struct ledger. Behind "code" */

/* NULL: the server has the database to itself. */
struct feed *ledger_feed(struct ledger *l);
struct publisher *ledger_publisher(struct ledger *l);
/* For jobs of the clerk only. */
struct keeper *ledger_keeper(struct ledger *l);

/* In a write of the clerk: an excuse of that obligation was asked for or answered, and streams are
 * told after the commit ("excuse.changed"), those of all servers that share the database. */
struct ledger_row;
void ledger_tell_excuse(struct ledger *l, const struct ledger_row *row);
/* That event to the streams of this server; any thread. */
void ledger_publish_excuse(struct server *server, int64_t position, int64_t obligation_id,
                           struct text key, struct text team);

/* Topics of the event stream. */
enum { TOPIC_ALL = 1, TOPIC_WARNINGS = 2, TOPIC_VERDICTS = 4 };
/* "obligation.kept"; constant. */
const char *ledger_event_name(enum entry_kind kind);
uint64_t ledger_event_topics(enum entry_kind kind);

#endif
