/* Inside of this feature: what its files call of each other. */
#ifndef TROTH_FEATURE_AUDIT_AUDIT_PART_H
#define TROTH_FEATURE_AUDIT_AUDIT_PART_H

#include "feature/audit/audit.h"
#include "feature/audit/chain.h"

struct audit;
struct customers; /* the self of the module "customer" */

enum { AUDIT_ROUTES = 5 };
extern const struct route audit_routes[AUDIT_ROUTES];
extern const struct statement_table audit_erase_statements;

/* Whose customers the trail tells of; audit: the module's self. */
struct customers *audit_customers(const struct audit *audit);

/* Notes in the chain of `node` where the other chains end; nothing where there are none. */
enum err audit_anchor(struct database *db, int64_t node, int64_t now_us, struct err_info *info);

/* [{"node": 2, "seq": 5, "hash": "…"}, …]; without that of the node `but`. */
void audit_ends_write(struct json_writer *w, const struct chain_end *ends, size_t count,
                      int64_t but);

#define AUDIT_ANCHORED "chain.anchored"

#endif
