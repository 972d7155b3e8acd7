/* A company from one database into another, of either kind, while its server runs.
 *
 *   1  in bulk, table by table in the order of their keys. How far it has come stands in the
 * target, in the transaction of the rows themselves, so a copy that was killed goes on where it
 * was. 2  the two side by side (walk.h): what changed meanwhile. 3  the same once more while the
 * source is locked, so that no server changes it; then counts and checksums of every table are
 * equal, and the target is released.
 *
 * Until the end of 3 the target bears a mark (MIGRATION_UNFINISHED), and no server uses it. */
#ifndef TROTH_FEATURE_BACKUP_COPY_H
#define TROTH_FEATURE_BACKUP_COPY_H

#include "feature/backup/dump.h"

struct copy_config {
    const char *from, *to;
    bool waits; /* for the end of the source's server, catching up meanwhile */
    struct dump_watch watch;
};
struct copy_result {
    bool is_finished; /* false: the source's server still runs; stop it and go on */
    uint64_t tables, rows, caught_up;
    int64_t locked_us; /* how long the source was locked */
};
/* ERR_CONFLICT: the target holds something else, or the schemas are not this program's. */
enum err copy_company(const struct copy_config *config, struct copy_result *ret,
                      struct err_info *info);

#endif
