/* Inside of this feature: its routes and what they ask of the database. One file for each noun. */
#ifndef TROTH_FEATURE_LEDGER_LEDGER_API_H
#define TROTH_FEATURE_LEDGER_LEDGER_API_H

#include "feature/code/book.h"
#include "feature/ledger/ledger_row.h"
#include "http/route.h"
#include "http/stream.h"
#include "store/statement.h"

enum { LEDGER_ROUTES = 12, LIST_MOST = 500, LIST_USUAL = 50 };
extern const struct route ledger_routes[LEDGER_ROUTES];

enum {
    TOUCH_BY_ID,
    TOUCH_BY_SENDER,
    TOUCH_BY_SENDER_AT_HOME,
    TOUCH_OF_THREAD_AFTER,
    ENTRY_AFTER,
    ENTRY_OF_NODE_AFTER,
    LEDGER_STATEMENTS
};
extern const struct statement ledger_api_list[LEDGER_STATEMENTS];
extern const struct statement_table ledger_api_statements;

/* touch_api.c */
enum err touches_prepare(struct request *r, struct err_info *info);
route_handler touches_gather, touch_get, thread_touches;
enum err touches_answer(struct request *r, struct reply *reply, struct err_info *info);
/* obligation_api.c */
route_handler obligation_list;
/* obligation_count.c */
route_handler obligation_count;
extern const struct statement_table obligation_count_statements;
/* obligation_clock.c: members for the page of one obligation: the promise's words, and its clock.
 */
void obligation_clock_members(struct json_writer *w, const struct book *book,
                              const struct ledger_row *row, const struct entry_row *entries,
                              size_t count, int64_t now_us);
/* obligation_one.c */
route_handler obligation_get;
/* event_api.c */
route_opener events_open;

#endif
