/* A request to the running server whose reply is JSON, for commands that manage it. */
#ifndef TROTH_CLI_ADMIN_CALL_H
#define TROTH_CLI_ADMIN_CALL_H

#include "base/json.h"

/* As admin_request(); a refusal of the server is an error with its words. *ret NULL: no content. */
enum err admin_call(const char *database, const char *method, struct text path, struct text body,
                    struct arena *arena, const struct json **ret, struct err_info *info);
/* A member's text; empty if it has none. */
struct text admin_member(const struct json *object, const char *name);

#endif
