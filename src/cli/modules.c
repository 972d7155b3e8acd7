#include "cli/modules.h"

#include "feature/access/access.h"
#include "feature/code/publisher.h"
#include "feature/ledger/ledger.h"

const struct module *const modules[] = {&access_module, &code_module, &ledger_module};
const size_t module_count = sizeof(modules) / sizeof(modules[0]);
