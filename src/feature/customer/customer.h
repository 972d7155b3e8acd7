/* Customers: whom touches are about. That they are, and all that happened with them, is read from
 * the touches; a row of their own have those of whom the staff wrote something. */
#ifndef TROTH_FEATURE_CUSTOMER_CUSTOMER_H
#define TROTH_FEATURE_CUSTOMER_CUSTOMER_H

#include "server/server.h"

extern const struct module customer_module; /* "customer"; behind "ledger" */

#endif
