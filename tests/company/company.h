/* A company for tests that need one with a past: its Code (company.troth) and random touches of the
 * last thirty days, some of them late, through the ledger itself. Whoever gives the same seed gets
 * the same touches, but for the clock. What fails ends the program with 2. */
#ifndef TROTH_TESTS_COMPANY_COMPANY_H
#define TROTH_TESTS_COMPANY_COMPANY_H

#include "store/database.h"

/* A new database at that place, in the schema of today, with the Code and so many touches. */
void company_make(const char *place, int count, uint64_t seed);
/* More of them. */
void company_add(const char *place, int count, uint64_t seed);

struct database *company_open(const char *place); /* to write; unsafe and quick */
void company_must(enum err e, const struct err_info *info);

#endif
