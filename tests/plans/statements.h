/* Every statement of the server, and the tables that grow with use. */
#ifndef TROTH_TESTS_PLANS_STATEMENTS_H
#define TROTH_TESTS_PLANS_STATEMENTS_H

#include <string.h>

#include "cli/modules.h"
#include "feature/access/people.h"
#include "feature/access/session.h"
#include "feature/audit/audit_part.h"
#include "feature/audit/verify.h"
#include "feature/customer/follower.h"
#include "feature/draft/approval.h"
#include "feature/draft/rehearsal.h"
#include "feature/ledger/excuse_row.h"
#include "feature/ledger/gathered.h"
#include "feature/ledger/hours.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_row.h"
#include "feature/ledger/obligation_walk.h"
#include "feature/ledger/state_row.h"
#include "feature/ledger/tally.h"
#include "feature/ledger/touch_list.h"
#include "feature/ledger/touch_order.h"
#include "feature/ledger/touch_row.h"
#include "feature/ledger/waking.h"
#include "feature/oidc/provider_identity.h"
#include "feature/signin/security.h"
#include "feature/signin/signin_api.h"
#include "feature/signin/ticket.h"
#include "feature/signin/ways.h"
#include "feature/staff/held_role.h"
#include "feature/staff/team.h"
#include "feature/webhook/feeder.h"
#include "feature/webhook/health.h"

enum { TABLES_MAX = 64 };
static const char *const large_tables[] = {
    "touch", "touch_key", "obligation", "obligation_entry", "key_state", "customer_word"};
enum { LARGE_TABLES = sizeof(large_tables) / sizeof(large_tables[0]) };

static inline size_t all_statements(const struct statement_table *ret[TABLES_MAX])
{
    size_t count = 0;
    ret[count++] = &ledger_row_statements;
    ret[count++] = &obligation_walk_statements;
    ret[count++] = &obligation_count_statements;
    ret[count++] = &excuse_row_statements;
    ret[count++] = &hours_statements;
    ret[count++] = &state_row_statements;
    ret[count++] = &tally_statements;
    ret[count++] = &touch_list_statements;
    ret[count++] = &touch_order_statements;
    ret[count++] = &touch_row_statements;
    ret[count++] = &waking_statements;
    ret[count++] = &audit_check_statements;
    ret[count++] = &audit_erase_statements;
    ret[count++] = &chain_statements;
    ret[count++] = &feeder_statements;
    ret[count++] = &follower_statements;
    ret[count++] = &health_statements;
    ret[count++] = &people_statements;
    ret[count++] = &setting_statements;
    ret[count++] = &security_statements;
    ret[count++] = &ticket_statements;
    ret[count++] = &way_statements;
    ret[count++] = &provider_identity_statements;
    ret[count++] = &session_statements;
    ret[count++] = &held_role_statements;
    ret[count++] = &team_statements;
    ret[count++] = &rehearsal_statements;
    ret[count++] = &approval_statements;
    for (size_t i = 0; i < module_count; i++) {
        if (modules[i]->statements) {
            ret[count++] = modules[i]->statements;
        }
    }
    return count;
}

/* The one that may walk: it looks back once, when a Code is published that hears a new event
 * anywhere. */
static inline bool may_walk(const struct statement *statement)
{
    return strcmp(statement->name, "touch_anywhere_find") == 0;
}

/* Few touches are heard anywhere; they are put in order as they are found. */
static inline bool may_sort(const struct statement *statement)
{
    return strcmp(statement->name, "touch_of_anywhere") == 0;
}

#endif
