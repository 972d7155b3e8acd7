/* Statements of a job for many rows at once, in PostgreSQL's words only (executions.gathered,
 * store/statement.h). Each is that of the same name without "_many", in its own file, which binds
 * it; its parameters are the same in the same order.
 *
 * What is looked for is looked for row by row (LATERAL, in the order given, so keys are locked in
 * it): each row says its home, so one partition is looked at for each. */
#ifndef TROTH_FEATURE_LEDGER_GATHERED_H
#define TROTH_FEATURE_LEDGER_GATHERED_H

#include "store/statement.h"

enum gathered {
    TOUCH_ADD_MANY,
    TOUCH_KEY_ADD_MANY,
    TOUCH_FIRST_MANY,
    TOUCH_LATER_OF_THREAD_MANY,
    TOUCH_LATER_OF_CUSTOMER_MANY,
    TOUCH_LATER_OF_KEY_MANY,
    STATE_FIND_MANY,
    STATE_LOCK_MANY,
    STATE_CLAIM_MANY,
    STATE_MAKE_MANY,
    STATE_PUT_MANY,
    STATE_CHANGE_MANY,
    STATE_REMOVE_MANY,
    OBLIGATION_ADD_MANY,
    OBLIGATION_UPDATE_MANY,
    OBLIGATION_AT_HOME_MANY,
    ENTRY_ADD_MANY,
    TALLY_ADD_MANY,
    TALLY_TOTAL_ADD_MANY,
    TALLY_HOUR_ADD_MANY,
    TALLY_OPEN_ADD_MANY,
    TALLY_REMEDY_ADD_MANY,
    CUSTOMER_WORD_ADD_MANY, /* of src/feature/customer, for customers of new touches */
    GATHERED
};
extern const struct statement gathered[GATHERED];
extern const struct statement_table gathered_statements;

#endif
