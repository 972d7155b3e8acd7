/* A check of a whole database: that its tables are those of the schema, that what names another row
 * finds it, that counts are what counting anew gives, that states fit the ledger, and that the
 * ledger is what a replay of all touches under all published Codes gives. */
#ifndef TROTH_FEATURE_VERIFY_VERIFY_H
#define TROTH_FEATURE_VERIFY_VERIFY_H

#include "feature/verify/report.h"
#include "store/database.h"

struct verify_watch {
    void (*show)(void *context, const char *what, double share); /* NULL: nobody looks */
    void *context;
};

/* Reads in one transaction, and changes nothing. An error: it could not be read. */
enum err verify(struct database *db, const struct verify_watch *watch, struct report *ret,
                struct err_info *info);

enum repair {
    REPAIR_COUNTS, /* made anew from obligations, entries and touches */
    REPAIR_STATES  /* dropped: the server folds each key anew when it starts next */
};
/* db: for writing, by nobody else. All in one transaction. */
enum err repair(struct database *db, enum repair what, struct err_info *info);

#endif
