/* Large tables spread by home (home.h), on PostgreSQL: into hash partitions of one server, or over
 * the machines of Citus. docs/scale.md */
#ifndef TROTH_STORE_SPREAD_H
#define TROTH_STORE_SPREAD_H

#include "store/database.h"

enum {
    SPREAD_PARTITIONS_MOST = 1024,
    SPREAD_SHARDS = 32 /* unless said otherwise */
};
struct spread {
    bool citus;
    uint32_t pieces; /* partitions, or shards */
};

/* Tables with a home_id, in the order in which they are spread; NULL at the end. */
extern const char *const spread_tables[];
/* Small tables that statements join with them: a copy on every machine. NULL at the end. */
extern const char *const reference_tables[];

/* Where the tables of a database are. */
enum spread_standing { SPREAD_NOT, SPREAD_PARTITIONS, SPREAD_CITUS };
struct spread_look {
    enum spread_standing standing;
    bool citus_there; /* the extension can be created, or is */
};
/* ERR_INVALID: not PostgreSQL. Without tables: SPREAD_NOT. */
enum err spread_look(struct database *db, struct spread_look *ret, struct err_info *info);

/* The SQL that does it, for a database that is not spread. */
void spread_sql(const struct spread *how, struct buf *out);
/* Does it in one transaction, in which nobody else can use the tables; takes as long as copying
 * them. */
enum err spread(struct database *db, const struct spread *how, struct err_info *info);

#endif
