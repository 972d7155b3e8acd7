/* Several servers on one database: PostgreSQL, opened with database_config.shared. Each has a
 * number (its node) that no other has while its connection lives: the session holds a lock on it,
 * so a server that has lost its connection has lost its number, and can commit nothing under it. On
 * SQLite, and for a command that has the database to itself, the node is 0 and it is always alone.
 *
 * A transaction of a server joins the others before anything else. Usually it works beside them;
 * one that changes what all servers keep in memory (the Code, what is heard anywhere) must be
 * alone: it waits until every transaction before it has ended, and those after it wait for its end.
 * Who finds out later that this is needed says so (database_want_alone()), and the whole
 * transaction is run again: changing from one lock to the other, two servers would wait for each
 * other. The only server there is alone in every transaction, and need lock no rows; another one
 * that comes waits for its turn once, and from then on they work beside each other. */
#ifndef TROTH_STORE_SHARING_H
#define TROTH_STORE_SHARING_H

#include "store/database.h"

bool database_is_shared(const struct database *db);
/* 1 to 1023 where shared, else 0: for id_source(). */
uint32_t database_node(const struct database *db);
/* Another one after each connecting anew: its number may be another, or someone else's meanwhile.
 */
uint32_t database_session(const struct database *db);
/* The clock of the database, so that all servers have one: moment_now() on SQLite. As of the last
 * database_join(), so only for the thread that has the connection. */
int64_t database_now(const struct database *db);

/* First of all in a transaction. */
enum err database_join(struct database *db, bool alone, struct err_info *info);
bool database_is_alone(const struct database *db);
/* Returns ERR_BUSY: leave the transaction. */
enum err database_want_alone(struct database *db, struct err_info *info);

/* Why a transaction is to be run again from its beginning; until the next one begins. */
bool database_wants_alone(const struct database *db);
/* Two servers waited for each other, or one too long: it may go well another time. */
bool database_is_contended(const struct database *db);

/* What servers keep in memory bears a mark, by a constant name of at most 15 letters: who changes
 * it moves the mark in the same transaction, and every server sees in its next one, by mark_value()
 * as of database_join(), that what it keeps is old. Where not shared: always 0. */
enum err mark_move(struct database *db, const char *name, struct err_info *info);
int64_t mark_value(const struct database *db, const char *name);

#endif
