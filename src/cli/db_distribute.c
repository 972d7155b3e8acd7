/* troth db distribute */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/db.h"
#include "store/migrate.h"
#include "store/spread.h"

/* What the options say. */
static bool read_how(const struct arguments *a, struct spread *ret, const char **ret_wrong)
{
    const char *partitions = argument_value(a, "partitions"), *shards = argument_value(a, "shards");
    const char *number = partitions ? partitions : shards;
    int64_t pieces = SPREAD_SHARDS;
    *ret_wrong = NULL;
    if (partitions && shards) {
        *ret_wrong = "--partitions is for one server, --shards for Citus: give one of them";
    } else if (number && (!text_to_int64(text_of(number), &pieces) || pieces < 2 ||
                          pieces > SPREAD_PARTITIONS_MOST)) {
        *ret_wrong = "--partitions and --shards are numbers from 2 to 1024";
    }
    *ret = (struct spread){.citus = !partitions, .pieces = (uint32_t)pieces};
    return !*ret_wrong;
}

static enum exit_status refuse(const char *name)
{
    fprintf(stderr,
            "troth db distribute: %s has no Citus: the extension is not installed on that server. "
            "Nothing was changed. Install Citus there and add it to shared_preload_libraries "
            "(docs/scale.md), or spread over partitions of the one server: --partitions 16\n",
            name);
    return EXIT_FOUND;
}

static void tell(const char *name, const struct spread *how)
{
    printf("%s: %u %s each hold a part of", name, how->pieces,
           how->citus ? "shards" : "partitions");
    for (const char *const *table = spread_tables; *table; table++) {
        printf("%s %s", table == spread_tables ? "" : table[1] ? "," : " and", *table);
    }
    printf(".\nServers need no other setting; start them as before.\n");
}

static enum exit_status distribute(const struct arguments *a, const char *place, const char *name,
                                   const struct spread *how)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = place, .mode = DATABASE_WRITE};
    struct spread_look look = {0};
    struct err_info info = {0};
    enum err e = database_open(&config, &db, &info);
    e = e ? e : spread_look(db, &look, &info);
    if (!e && how->citus && !look.citus_there) {
        return refuse(name);
    }
    if (!e && look.standing != SPREAD_NOT) {
        printf("%s is spread already, %s. Nothing was changed.\n", name,
               look.standing == SPREAD_CITUS ? "by Citus" : "over partitions of one server");
        return EXIT_OK;
    }
    e = e ? e : migrate(db, &schema_migrations, &info);
    e = e ? e : spread(db, how, &info);
    if (e) {
        return command_failed(a->command, "%s", info.text);
    }
    tell(name, how);
    return EXIT_OK;
}

enum exit_status db_distribute(const struct arguments *a)
{
    const char *place = argument_value(a, "db"), *wrong;
    struct spread how;
    struct buf name CLEANUP(buf_release) = {0};
    if (!read_how(a, &how, &wrong)) {
        return command_usage_error(a->command, "%s", wrong);
    }
    if (argument_given(a, "dry-run")) {
        struct buf sql CLEANUP(buf_release) = {0};
        spread_sql(&how, &sql);
        printf("BEGIN;\n%sCOMMIT;\n", sql.ptr);
        return EXIT_OK;
    }
    if (!place || database_is_file(place)) {
        return command_usage_error(
            a->command, "distribute needs --db postgresql://...: a file is on one machine");
    }
    database_name(place, &name);
    return distribute(a, place, name.ptr, &how);
}
