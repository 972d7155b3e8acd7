/* A backup into a place that holds nothing yet: the path of a new SQLite file, or a PostgreSQL
 * database. */
#ifndef TROTH_FEATURE_BACKUP_RESTORE_H
#define TROTH_FEATURE_BACKUP_RESTORE_H

#include "feature/backup/dump.h"

/* SQLite: made as PLACE.restoring and renamed when it is complete and on the disk, so PLACE is
 * there whole or not at all. PostgreSQL: one transaction. ERR_CONFLICT: something is there already;
 * it is left as it is. */
enum err restore(struct archive_reader *reader, const char *place, const struct dump_watch *watch,
                 struct check_result *ret, struct err_info *info);

#endif
