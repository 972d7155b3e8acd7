/* troth db: what is done to a whole database. Each verb has a file: db_verify.c, db_copy.c. */
#include "cli/db.h"

#include <sodium.h>
#include <string.h>

#include "cli/command.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "verify: the database (default troth.db)"},
    {"json", 0, NULL, "verify: print what was found as JSON"},
    {"repair", 0, "WHAT", "verify: first make \"counts\" anew, or drop \"states\""},
    {0},
};

static enum exit_status run(const struct arguments *a)
{
    const char *what = a->operands[0];
    if (sodium_init() < 0) {
        return command_failed(a->command, "the system gives no random numbers");
    }
    if (strcmp(what, "verify") == 0 && a->operand_count == 1) {
        return db_verify(a);
    }
    return command_usage_error(a->command, "there is no '%s'; it is: verify", what);
}

const struct command command_db = {
    .name = "db",
    .operands = "verify",
    .summary = "Check a whole database",
    .details =
        "verify  checks the tables, what names what, counts against a rebuild, states of keys, "
        "and\n"
        "        the ledger against a replay of all touches. Works while the server runs. Ends "
        "with\n"
        "        1 where something is wrong, and says what to do. --repair counts and --repair\n"
        "        states need the server stopped.",
    .options = options,
    .operands_least = 1,
    .operands_most = 3,
    .run = run,
};
