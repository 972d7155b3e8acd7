/* What PostgreSQL says (SQLSTATE, appendix A of its manual) in our codes and words. Only its first
 * line goes into the log: the others may hold values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

struct meaning {
    const char *state; /* or its first letters */
    enum err e;
    const char *words;
};
/* The more exact first. */
static const struct meaning meanings[] = {
    {"23", ERR_CONFLICT, "It is there already, or something it names is not."},
    {"40", ERR_BUSY, "The database is busy. Try again in a moment."},
    {"55P03", ERR_BUSY, "The database is busy. Try again in a moment."},
    {"55006", ERR_BUSY, "The database is busy. Try again in a moment."},
    {"57014", ERR_BUSY, "This took longer than allowed. Ask for less at once."},
    {"53300", ERR_STORAGE,
     "The database server has no connection left for us. Nothing was changed. Raise its "
     "max_connections; no restart of Troth is needed."},
    {"53100", ERR_STORAGE,
     "The disk of the database server is full. Nothing was changed. Free some space; no restart is "
     "needed."},
    {"53", ERR_STORAGE,
     "The database server has run out of memory or other means. Nothing was changed. See its log."},
    {"25006", ERR_STORAGE,
     "The database is read-only. Nothing was changed. Let --db name the server that takes writes, "
     "and a user who may write."},
    {"25P02", ERR_STORAGE, "The database gave up the change. Nothing was changed. Try again."},
    {"57P", ERR_STORAGE,
     "The database server is stopping or starting. Try again in a moment; no restart of Troth is "
     "needed."},
    {"25P03", ERR_STORAGE, "The database gave up waiting for us. Nothing was changed. Try again."},
    {"08", ERR_STORAGE, "The connection to the database was lost. Try again in a moment."},
    {"28", ERR_STORAGE,
     "The database server does not let us in. Check user and password of --db and its "
     "pg_hba.conf."},
    {"3D000", ERR_STORAGE, "There is no such database on the server. Make it: createdb NAME."},
    {"42501", ERR_STORAGE,
     "The database does not allow this to our user. Let it own the database (or its schema)."},
    {"58", ERR_STORAGE,
     "The disk of the database server failed. Nothing was changed. See its log."},
    {"XX00", ERR_STORAGE,
     "The database server found its data damaged or made a mistake. Nothing was changed. See its "
     "log."},
    {"22003", ERR_LIMIT, "A value is too large for the database."},
    {"54", ERR_LIMIT, "A value is too large for the database."},
    {"22021", ERR_INVALID, "A text holds a byte that the database cannot keep (a zero byte)."},
    {"22P05", ERR_INVALID, "A text holds a letter that the database cannot keep."},
};

static const struct meaning *meaning_of(const char *state)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0) {
            return &meanings[i];
        }
    }
    return NULL;
}

enum err postgres_error(const PGresult *result, const char *statement, struct err_info *info)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const struct meaning *m = meaning_of(state ? state : "08006");
    enum err e = m ? err_set(info, m->e, "%s", m->words)
                   : err_set(info, ERR_INTERNAL, "The server made a mistake. Its log says more.");
    if (info) {
        snprintf(info->detail, sizeof(info->detail), "%s: %s (%s)", statement,
                 said ? said : "connection lost", state ? state : "no state");
    }
    return e;
}

bool postgres_is_contention(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state && (strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0);
}

enum err postgres_lost_error(const struct postgres_database *d, struct err_info *info)
{
    enum err e = err_set(info, ERR_STORAGE,
                         "The connection to the database was lost. Try again in a moment: Troth "
                         "connects anew by itself.");
    if (info) {
        snprintf(info->detail, sizeof(info->detail), "%s", d->name.ptr);
    }
    return e;
}

enum err postgres_connect_error(const struct postgres_database *d, PGconn *conn,
                                struct err_info *info)
{
    enum err e = err_set(info, ERR_STORAGE,
                         "The database server cannot be used. Check --db, and that the server "
                         "runs and lets us in: %s",
                         d->name.ptr);
    if (info) {
        const char *said = conn ? PQerrorMessage(conn) : "";
        int len = (int)strcspn(said, "\n");
        snprintf(info->detail, sizeof(info->detail), "%.*s", len, said);
    }
    return e;
}
