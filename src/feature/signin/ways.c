#include "feature/signin/ways.h"

#include "feature/signin/signin.h"

enum { WAYS_OF, STATEMENTS };
static const struct statement statements[] = {
    [WAYS_OF] = {"sign_in_ways_of",
                 "SELECT (SELECT count(*) FROM password WHERE staff_id = $1), "
                 "(SELECT count(*) FROM passkey WHERE staff_id = $1), "
                 "(SELECT count(*) FROM provider_identity i JOIN sign_in_provider p "
                 "ON p.issuer = i.issuer WHERE i.staff_id = $1)",
                 NULL},
};
const struct statement_table way_statements = {statements, STATEMENTS};

enum err check_other_way(struct database *db, int64_t staff_id, struct err_info *info)
{
    bool takes_passwords;
    enum err e = signin_takes_passwords(db, &takes_passwords, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[WAYS_OF]);
    query_bind_int(&q, 1, staff_id);
    bool row;
    e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    int64_t ways = (takes_passwords ? query_int(&q, 0) : 0) + query_int(&q, 1) + query_int(&q, 2);
    return ways > 1 ? ERR_NONE
                    : err_set(info, ERR_CONFLICT,
                              "This is your only way in: add another one first, a passkey, a "
                              "password or a provider.");
}
