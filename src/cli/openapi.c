/* troth openapi: the API's description, from the same tables that serve it. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/modules.h"

enum { TABLES_MAX = 64 };

static enum exit_status run(const struct arguments *a)
{
    (void)a;
    struct route_table tables[TABLES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < module_count && count < TABLES_MAX - 1; i++) {
        tables[count++] = (struct route_table){modules[i]->routes, modules[i]->route_count, NULL};
    }
    tables[count++] = server_routes;
    struct buf out CLEANUP(buf_release) = {0};
    openapi_write(tables, count, TROTH_VERSION, &out);
    printf("%s\n", out.ptr);
    return EXIT_OK;
}

const struct command command_openapi = {
    .name = "openapi",
    .operands = "",
    .summary = "Describe the server's API (OpenAPI 3.1)",
    .run = run,
};
