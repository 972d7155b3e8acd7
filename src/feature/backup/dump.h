/* All of a database into a backup, and a backup into an empty database. */
#ifndef TROTH_FEATURE_BACKUP_DUMP_H
#define TROTH_FEATURE_BACKUP_DUMP_H

#include "archive/archive.h"

/* Called after each part of the work. total 0: not known. */
typedef void dump_progress(void *context, const char *table, int64_t rows, int64_t total);
/* Called when a table has been read to its end. */
typedef void dump_table_end(void *context, const char *table, const struct table_sum *sum);
struct dump_watch {
    dump_progress *show;   /* NULL: nobody looks */
    dump_table_end *table; /* NULL: nobody asks */
    void *context;
};

/* Number of the newest migration that the database has. ERR_CONFLICT: there is none, or it is newer
 * than this program. */
enum err schema_present(struct database *db, uint32_t *ret, struct err_info *info);
/* ERR_CONFLICT: a table holds rows already. The arena must outlive the connection. */
enum err database_is_empty(struct database *db, struct arena *arena, struct err_info *info);
/* Id of the last entry of the ledger, 0 if none. */
enum err ledger_position(struct database *db, int64_t *ret, struct err_info *info);

struct dump_config {
    const char *troth, *from; /* the program's version; "sqlite" or "postgresql" */
    const struct seal_secret *secret;
    struct dump_watch watch;
};
/* Of one moment: reads in one transaction. The arena must outlive the connection. ret_head may be
 * NULL. */
enum err dump(struct database *db, const struct dump_config *config, FILE *file,
              struct arena *arena, struct archive_head *ret_head, struct err_info *info);

struct check_result {
    struct archive_head head;
    uint64_t tables, rows;
};
/* Reads a backup to its end: every checksum. */
enum err dump_check(struct archive_reader *reader, const struct dump_watch *watch,
                    struct check_result *ret, struct err_info *info);

enum restore_way {
    RESTORE_AT_ONCE,  /* all rows in one transaction: all or nothing */
    RESTORE_IN_PARTS, /* in many, for a file that is thrown away if it does not succeed */
};
/* Into a database that holds nothing yet, not even a schema: its schema is made as it was when the
 * backup was taken, the rows are put in, then it is brought to the present one. The arena must
 * outlive the connection. */
enum err dump_restore(struct archive_reader *reader, struct database *db, enum restore_way way,
                      struct arena *arena, const struct dump_watch *watch, struct check_result *ret,
                      struct err_info *info);

#endif
