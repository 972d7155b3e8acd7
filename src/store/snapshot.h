/* A snapshot: a copy of the whole SQLite database as it was at one moment, taken a few pages at a
 * time by the connection that writes, between its transactions. What it writes meanwhile goes into
 * the copy as well, so there is no long read transaction that would hold back the write-ahead log,
 * and nobody waits longer than for one step. Cost: the copy's room on the disk until it is removed.
 */
#ifndef TROTH_STORE_SNAPSHOT_H
#define TROTH_STORE_SNAPSHOT_H

#include "store/database.h"

enum { SNAPSHOT_STEP_PAGES = 256 /* 1 MiB */ };

struct snapshot;
/* Into PLACE-snapshot beside the database; what lay there is removed. ERR_INVALID: it is not
 * SQLite, or in memory. */
enum err snapshot_begin(struct database *db, struct snapshot **ret, struct err_info *info);
/* Outside of a transaction. *ret_done: the copy is complete and closed, and stays where it is. */
enum err snapshot_step(struct snapshot *s, bool *ret_done, struct err_info *info);
/* Pages copied and pages in all, as of the last step. */
void snapshot_progress(const struct snapshot *s, int64_t *ret_done, int64_t *ret_total);
/* Where it is; lives as long as s. */
const char *snapshot_path(const struct snapshot *s);
/* For CLEANUP; a copy that is not complete is removed. Before the database is closed. */
void snapshot_end(struct snapshot **s);
/* The file and what SQLite lays beside it. */
void snapshot_remove(const char *path);

/* A command holds this while it reads a snapshot of PLACE: two at once would take each other's
 * away. It ends with its holder; close(*ret). ERR_BUSY: another one has it. */
enum err snapshot_lock(const char *place, int *ret, struct err_info *info);
/* Removes the snapshot that a killed command left beside PLACE; one that is being read stays. */
void snapshot_sweep(const char *place);
/* The same beside that database. Nothing on PostgreSQL. */
void snapshot_sweep_beside(struct database *db);

#endif
