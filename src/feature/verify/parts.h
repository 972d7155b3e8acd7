/* Inside of this feature: the parts of a check. Each adds to the report; an error means that the
 * database could not be read, not that something is wrong with it. */
#ifndef TROTH_FEATURE_VERIFY_PARTS_H
#define TROTH_FEATURE_VERIFY_PARTS_H

#include "feature/code/book.h"
#include "feature/verify/verify.h"

/* A check made by one statement: it gives how many rows are wrong, and one of them in words. */
struct row_check {
    struct statement statement;
    const char *words; /* "%lld entries belong to no obligation, such as %s" without the figures */
    const char *remedy;
};
enum err run_checks(struct database *db, const struct row_check *checks, size_t count,
                    enum verify_part part, struct report *r, struct err_info *info);

enum err check_schema(struct database *db, uint32_t schema, struct report *r,
                      struct err_info *info);
enum err check_references(struct database *db, struct report *r, struct err_info *info);
enum err check_counts(struct database *db, struct book *book, struct report *r,
                      struct err_info *info);
enum err check_states(struct database *db, struct book *book, struct report *r,
                      struct err_info *info);
enum err check_ledger(struct database *db, struct book *book, const struct verify_watch *watch,
                      struct report *r, struct err_info *info);

enum err rebuild_counts(struct database *db, struct book *book, struct err_info *info);
enum err drop_states(struct database *db, struct book *book, struct err_info *info);

#endif
