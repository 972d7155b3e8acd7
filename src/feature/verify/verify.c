#include "feature/verify/verify.h"

#include "feature/verify/parts.h"
#include "store/migrate.h"

#include <inttypes.h>

static const struct statement newest = {
    "verify_schema", "SELECT coalesce(max(number), 0) FROM schema_migration", NULL};

/* Only the schema that this program knows is checked further. */
static enum err read_schema(struct database *db, struct report *r, bool *ret_known,
                            struct err_info *info)
{
    const struct statement_table table = {&newest, 1};
    enum err e = database_prepare(db, &table, info);
    if (e) {
        return e == ERR_INTERNAL
                   ? err_set(info, ERR_CONFLICT, "the database holds no data of Troth yet")
                   : e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &newest);
    bool row;
    e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    int64_t number = query_int(&q, 0);
    *ret_known = number == (int64_t)schema_migrations.count;
    if (!*ret_known) {
        report_find(r, VERIFY_SCHEMA,
                    number == MIGRATION_UNFINISHED
                        ? "a copy into it was begun: go on with it (troth db copy)"
                    : number < (int64_t)schema_migrations.count
                        ? "start the server once: it brings the schema up to date"
                        : "use the newer program that made it",
                    "the schema is %" PRId64 ", and this program's is %zu", number,
                    schema_migrations.count);
        return ERR_NONE;
    }
    return check_schema(db, (uint32_t)number, r, info);
}

static enum err check_all(struct database *db, const struct verify_watch *watch, struct report *r,
                          struct err_info *info)
{
    bool known = false;
    struct book *book CLEANUP(book_drop) = NULL;
    enum err e = read_schema(db, r, &known, info);
    if (e || !known || report_count(r, VERIFY_SCHEMA)) {
        return e;
    }
    e = check_references(db, r, info);
    e = e ? e : book_load(db, &book, info);
    e = e ? e : check_counts(db, book, r, info);
    e = e ? e : check_states(db, book, r, info);
    return e ? e : check_ledger(db, book, watch, r, info);
}

enum err verify(struct database *db, const struct verify_watch *watch, struct report *ret,
                struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    return e ? e : check_all(db, watch, ret, info);
}

enum err repair(struct database *db, enum repair what, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    struct book *book CLEANUP(book_drop) = NULL;
    enum err e = transaction_begin(&t, db, info);
    e = e ? e : book_load(db, &book, info);
    if (!e) {
        e = what == REPAIR_COUNTS ? rebuild_counts(db, book, info) : drop_states(db, book, info);
    }
    return e ? e : transaction_commit(&t, info);
}
