/* Migrations: schema/NNNN_name.sql, built into the binary. Numbered without gaps from 1, forward
 * only, each in a transaction of its own; recorded in the table schema_migration. */
#ifndef TROTH_STORE_MIGRATE_H
#define TROTH_STORE_MIGRATE_H

#include "store/database.h"

struct migration {
    uint32_t number;
    const char *name;
    struct text sql;
};
struct migrations {
    const struct migration *list; /* by number */
    size_t count;
};
/* The files of schema/. */
extern const struct migrations schema_migrations;

/* Makes the table schema_migration if it is absent. */
extern const struct text schema_migration_table;

/* Stands in that table as the number of a row while the database is being filled by a copy (`troth
 * db copy`): nothing else may use it until then. */
enum { MIGRATION_UNFINISHED = 1000000 };

/* Applies what is missing. ERR_CONFLICT: it is unfinished, the database has a newer schema than
 * this program, or a migration was edited after it had been applied. */
enum err migrate(struct database *db, const struct migrations *migrations, struct err_info *info);

#endif
