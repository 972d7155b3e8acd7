/* Checks the audit trail: every row's words against its digest, every row's hash against the row
 * before it, and the ends of chains that other chains have noted. What no anchor has noted yet and
 * nobody has written down can be cut off unseen: keep the ends that this prints. */
#ifndef TROTH_FEATURE_AUDIT_VERIFY_H
#define TROTH_FEATURE_AUDIT_VERIFY_H

#include "base/json.h"
#include "feature/audit/chain.h"

enum { AUDIT_FAULTS_MAX = 20 };

struct audit_fault {
    int64_t node, seq;
    struct text what;
};
struct audit_report {
    int64_t rows, erased; /* erased: rows without words */
    const struct chain_end *ends;
    size_t end_count;
    struct audit_fault faults[AUDIT_FAULTS_MAX];
    size_t fault_count; /* all; only the first AUDIT_FAULTS_MAX are kept */
};
/* expected: ends as an earlier run gave them; a chain must still pass through each. May be NULL.
 * Reads in slices; rows that come meanwhile may or may not be seen. */
enum err audit_check(struct database *db, const struct chain_end *expected, size_t expected_count,
                     struct arena *arena, struct audit_report *ret, struct err_info *info);

/* As the API tells it. */
void audit_report_write(struct json_writer *w, const struct audit_report *report);

extern const struct statement_table audit_check_statements;

#endif
