#include "feature/signin/security.h"

#include "base/moment.h"

enum { SECURITY_READ, STATEMENTS };
static const struct statement statements[] = {
    [SECURITY_READ] = {"security_read",
                       "SELECT (SELECT changed_us FROM password WHERE staff_id = $1), "
                       "(SELECT confirmed_us FROM totp WHERE staff_id = $1), "
                       "(SELECT count(*) FROM totp WHERE staff_id = $1 AND confirmed_us IS NULL), "
                       "(SELECT count(*) FROM recovery_code WHERE staff_id = $1), "
                       "(SELECT count(*) FROM session WHERE staff_id = $1 AND expires_us > $2 AND "
                       "revoked_us IS NULL)",
                       NULL},
};
const struct statement_table security_statements = {statements, STATEMENTS};

static int64_t moment_at(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

enum err security_read(struct database *db, int64_t staff_id, struct security *ret,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SECURITY_READ]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, moment_now());
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = (struct security){
            .password_us = moment_at(&q, 0),
            .factor_us = moment_at(&q, 1),
            .has_pending_factor = query_int(&q, 2) != 0,
            .recovery_codes = query_int(&q, 3),
            .sessions = query_int(&q, 4),
        };
    }
    return e;
}

static void write_security(struct json_writer *w, const void *thing)
{
    const struct security *s = thing;
    json_object_begin(w);
    json_key(w, "password_since");
    json_moment(w, s->password_us);
    json_key(w, "second_factor_since");
    json_moment(w, s->factor_us);
    json_key(w, "second_factor_waits");
    json_bool(w, s->has_pending_factor);
    json_key(w, "recovery_codes");
    json_int(w, s->recovery_codes);
    json_key(w, "sessions");
    json_int(w, s->sessions);
    json_object_end(w);
}

static const struct noun security_noun = {"stf", write_security};

enum err security_noted(struct request *r, struct database *db, const char *action,
                        int64_t staff_id, const struct security *before, struct err_info *info)
{
    struct security after;
    enum err e = security_read(db, staff_id, &after, info);
    if (!e) {
        request_changed_thing(r, &security_noun, action, staff_id, before, &after);
    }
    return e;
}
