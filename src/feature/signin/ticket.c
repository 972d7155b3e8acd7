#include "feature/signin/ticket.h"

#include <sodium.h>

enum { TICKET_FORGET, TICKET_USE, STATEMENTS };
static const struct statement statements[] = {
    [TICKET_FORGET] = {"ticket_forget", "DELETE FROM used_ticket WHERE expires_us <= $1", NULL},
    [TICKET_USE] = {"ticket_use",
                    "INSERT INTO used_ticket (hash, expires_us) VALUES ($1, $2) "
                    "ON CONFLICT (hash) DO NOTHING",
                    NULL},
};
const struct statement_table ticket_statements = {statements, STATEMENTS};

enum err ticket_use(struct database *db, struct text ticket, int64_t until_us, int64_t now_us,
                    struct err_info *info)
{
    unsigned char hash[crypto_generichash_BYTES];
    (void)crypto_generichash(hash, sizeof(hash), (const unsigned char *)ticket.ptr, ticket.len,
                             NULL, 0);
    struct query old CLEANUP(query_end) = query_begin(db, &statements[TICKET_FORGET]);
    query_bind_int(&old, 1, now_us);
    enum err e = query_run(&old, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TICKET_USE]);
    query_bind_bytes(&q, 1, (struct text){(const char *)hash, sizeof(hash)});
    query_bind_int(&q, 2, until_us);
    e = query_run(&q, info);
    return !e && database_changes(db) == 0
               ? err_set(info, ERR_CONFLICT, "This was used already. Begin again.")
               : e;
}
