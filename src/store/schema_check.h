/* The tables that a database really has, held against the catalogue. */
#ifndef TROTH_STORE_SCHEMA_CHECK_H
#define TROTH_STORE_SCHEMA_CHECK_H

#include "store/catalogue.h"
#include "store/database.h"

/* Called for each difference, with words such as "table touch lacks the column team". */
typedef void schema_difference(void *context, const char *words);
enum err schema_check(struct database *db, uint32_t schema, schema_difference *differs,
                      void *context, struct err_info *info);

#endif
