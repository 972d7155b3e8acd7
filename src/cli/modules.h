/* The list of the server's modules. Those that use others stand behind them. */
#ifndef TROTH_CLI_MODULES_H
#define TROTH_CLI_MODULES_H

#include "server/server.h"

extern const struct module *const modules[];
extern const size_t module_count;

#endif
