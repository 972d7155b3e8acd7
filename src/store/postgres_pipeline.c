#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

void postgres_note_sent(struct postgres_database *d, const struct statement *statement)
{
    if (d->sent_count == d->sent_cap) {
        d->sent_cap = d->sent_cap ? d->sent_cap * 2 : 64;
        const struct statement **grown =
            reallocarray(d->sent, d->sent_cap, sizeof(const struct statement *));
        if (!grown) {
            abort();
        }
        d->sent = grown;
    }
    d->sent[d->sent_count++] = statement;
}

enum { CAREFUL_US = 10000000 /* after something deferred has failed */ };

bool postgres_may_defer(const struct postgres_database *d, const struct executions *all)
{
    return d->head.shared && d->head.in_transaction && !all->row && !all->done &&
           database_clock() >= d->careful_until_us;
}

void postgres_deferred(struct postgres_database *d)
{
    (void)PQflush(d->conn); /* who waits next finds out if the connection is lost */
}

/* What reading has come to. */
struct reading {
    struct postgres_database *d;
    int64_t end_us;
    size_t first_own;
    postgres_taker *take;
    void *self;
    enum err first; /* error of any command */
    struct err_info *info;
};

static void note_error(struct reading *r, size_t number, const PGresult *result)
{
    struct postgres_database *d = r->d;
    struct err_info words = {0};
    enum err e = postgres_error(result, d->sent[number]->name, &words);
    if (r->first) {
        return; /* the others follow from it */
    }
    r->first = e;
    d->head.contended = d->head.contended || postgres_is_contention(result);
    if (r->info) {
        *r->info = words;
    }
    if (number < r->first_own && d->head.in_transaction) {
        d->failed = e;
        d->failed_info = words;
        if (d->head.shared && e != ERR_STORAGE) {
            d->head.contended = true; /* run again, carefully */
            d->careful_until_us = database_clock() + CAREFUL_US;
        }
    }
}

/* All results of one command. */
static enum err read_command(struct reading *r, size_t number)
{
    for (;;) {
        enum err e = postgres_wait(r->d, r->end_us, r->info);
        if (e) {
            return e;
        }
        PGresult *result = PQgetResult(r->d->conn);
        if (!result) {
            return ERR_NONE;
        }
        ExecStatusType status = PQresultStatus(result);
        bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
        if (!good && status != PGRES_PIPELINE_ABORTED) {
            note_error(r, number, result);
        }
        if (good && number >= r->first_own && r->take) {
            r->take(r->self, number - r->first_own, result); /* the taker's now */
        } else {
            PQclear(result);
        }
        if (PQstatus(r->d->conn) == CONNECTION_BAD) {
            postgres_drop(r->d);
            return r->first ? r->first : postgres_lost_error(r->d, r->info);
        }
    }
}

static enum err read_sync(struct reading *r)
{
    enum err e = postgres_wait(r->d, r->end_us, r->info);
    if (e) {
        return e;
    }
    PGresult *result = PQgetResult(r->d->conn);
    bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    if (!synced) {
        postgres_drop(r->d);
        return postgres_lost_error(r->d, r->info);
    }
    return r->first;
}

enum err postgres_settle(struct postgres_database *d, size_t own, postgres_taker *take, void *self,
                         struct err_info *info)
{
    if (!d->conn || PQpipelineSync(d->conn) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    struct reading r = {
        .d = d,
        .end_us = postgres_patience(d),
        .first_own = d->sent_count - own,
        .take = take,
        .self = self,
        .info = info,
    };
    size_t count = d->sent_count;
    for (size_t i = 0; i < count; i++) {
        enum err e = read_command(&r, i);
        if (e) {
            return e; /* the connection is gone */
        }
    }
    d->sent_count = 0;
    return read_sync(&r);
}
