/* troth db: what is done to a whole database. Each verb has a file: db_verify.c, db_copy.c, … */
#include "cli/db.h"

#include <sodium.h>
#include <string.h>

#include "cli/command.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "verify, distribute: the database (default troth.db)"},
    {"json", 0, NULL, "verify: print what was found as JSON"},
    {"repair", 0, "WHAT", "verify: first make \"counts\" anew, or drop \"states\""},
    {"partitions", 0, "N", "distribute: over N partitions of one server, without Citus"},
    {"shards", 0, "N", "distribute: over N shards of Citus (default 32)"},
    {"dry-run", 0, NULL, "distribute: print the SQL, change nothing"},
    {"wait", 'w', NULL, "copy: go on until the server is stopped, then finish"},
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
    if (strcmp(what, "copy") == 0 && a->operand_count == 3) {
        return db_copy(a);
    }
    if (strcmp(what, "distribute") == 0 && a->operand_count == 1) {
        return db_distribute(a);
    }
    bool is_known =
        strcmp(what, "verify") == 0 || strcmp(what, "copy") == 0 || strcmp(what, "distribute") == 0;
    return command_usage_error(
        a->command,
        is_known ? "'%s' takes other operands: verify, distribute, or copy FROM TO"
                 : "there is no '%s'; verify, distribute, or copy FROM TO",
        what);
}

const struct command command_db = {
    .name = "db",
    .operands = "verify|copy FROM TO|distribute",
    .summary = "Check a whole database, move it to another, or spread it",
    .details =
        "verify  checks the tables, what names what, counts against a rebuild, states of keys, "
        "and\n"
        "        the ledger against a replay of all touches. Works while the server runs. Ends "
        "with\n"
        "        1 where something is wrong, and says what to do. --repair counts and --repair\n"
        "        states need the server stopped.\n"
        "copy    makes TO (a new path, or an empty PostgreSQL database) equal to FROM, either "
        "way,\n"
        "        while the server runs on FROM; may be killed and goes on. For the end the server\n"
        "        must be stopped: without --wait it ends with 1 until then. Counts and checksums "
        "of\n"
        "        every table are equal afterwards, and TO is verified.\n"
        "distribute  spreads the large tables by the home of each row: over the machines of\n"
        "        Citus, where PostgreSQL has it, else says so and ends with 1; with --partitions\n"
        "        over partitions of one server. Stop the servers first.",
    .options = options,
    .operands_least = 1,
    .operands_most = 3,
    .run = run,
};
