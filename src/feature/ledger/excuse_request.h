/* Inside of this feature: excuses that a second person has to confirm. Each is a row of an
 * obligation; it waits until somebody else than who asked confirms or declines it, who asked
 * withdraws it, or the obligation is decided, after which it is closed. Only a confirmation
 * excuses, at its own moment. */
#ifndef TROTH_FEATURE_LEDGER_EXCUSE_REQUEST_H
#define TROTH_FEATURE_LEDGER_EXCUSE_REQUEST_H

#include "feature/ledger/excuse_row.h"
#include "feature/ledger/excuse_touch.h"

extern const struct shape excuse_request_shape, excuse_waiting_shape;

enum err excuse_ask(const struct excusing *x, const struct ledger_row *row, struct text reason,
                    enum outcome *ret, struct err_info *info);
/* The oldest of those that wait in vain. */
enum err excuse_close_decided(const struct excusing *x, struct err_info *info);
/* The member `excuses` of a page about one obligation: all that was asked for. */
enum err excuse_members(struct request *r, struct database *db, struct json_writer *w,
                        const struct ledger_row *row, struct err_info *info);

enum err excuse_answer_prepare(struct request *r, struct err_info *info);
route_handler excuse_list, excuse_confirm, excuse_decline, excuse_withdraw;

#endif
