/* An SQLite file system layer of the tests that is as cruel as a disk may be: what was written but
 * not synced is kept aside, in memory, and reaches the file only with xSync. Killing the process
 * therefore loses it, which a kill alone does not do (the kernel keeps the page cache).
 *
 * Beside that, a part of what was not synced may reach the file early, sector by sector, in any
 * order and torn: with TROTH_TEST_VFS=torn:SEED each write has one chance in four that some of its
 * sectors, chosen by SEED, go through at once. Only what was synced is sure.
 *
 * TROTH_TEST_VFS=full:BYTES gives a disk on which only so many bytes more can be written
 * (SQLITE_FULL); torn_vfs_set_room() changes that while it runs.
 *
 * TROTH_TEST_TROUBLE=FILE: while the file holds one of these words, writing (or syncing) fails:
 * full, io, sync, readonly.
 *
 * The shared memory of the write-ahead log and locks are passed through: they do not survive a
 * crash of the system, and SQLite does not trust them to. */
#ifndef TROTH_TESTS_CRASH_TORN_VFS_H
#define TROTH_TESTS_CRASH_TORN_VFS_H

#include <stdbool.h>
#include <stdint.h>

/* Makes it SQLite's default as the environment says (TROTH_TEST_VFS: "torn:SEED", "drop" or
 * "full:BYTES"). Without the variable nothing changes and false is returned. Before the first
 * connection is opened. An unknown value aborts. */
bool torn_vfs_install_from_environment(void);
/* The same without the environment. tear: see above. */
void torn_vfs_install(bool tear, uint64_t seed);
/* How many bytes more may be written; negative: any number. */
void torn_vfs_set_room(int64_t bytes);
/* As if the power failed now: what was not synced is gone; later writes and syncs fail. */
void torn_vfs_cut_power(void);
/* After torn_vfs_cut_power(), with all connections closed: the power is back. */
void torn_vfs_restore_power(void);
/* Bytes that stand aside, in all files together. */
uint64_t torn_vfs_unsynced(void);

#endif
