/* troth audit verify: whether every record of the audit trail is as it was written. Reads beside a
 * running server. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/standing.h"
#include "feature/audit/verify.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "the database: a file (default troth.db) or postgresql://…"},
    {"end", 'e', "NODE:ROW:HASH", "an end as an earlier run printed it; may be given again"},
    {"json", 'j', NULL, "print JSON"},
    {0},
};

static bool read_end(const char *words, struct chain_end *ret)
{
    char hex[CHAIN_HEX_SIZE], rest;
    size_t len = 0;
    *ret = (struct chain_end){0};
    return sscanf(words, "%" SCNd64 ":%" SCNd64 ":%64[0-9a-f]%c", &ret->node, &ret->seq, hex,
                  &rest) == 3 &&
           sodium_hex2bin(ret->hash, sizeof(ret->hash), hex, strlen(hex), NULL, &len, NULL) == 0 &&
           len == CHAIN_HASH_BYTES;
}

static void print_words(const struct audit_report *r)
{
    for (size_t i = 0; i < r->fault_count && i < AUDIT_FAULTS_MAX; i++) {
        printf("row %" PRId64 " of server %" PRId64 ": %.*s\n", r->faults[i].seq, r->faults[i].node,
               TEXT_ARG(r->faults[i].what));
    }
    if (r->fault_count > AUDIT_FAULTS_MAX) {
        printf("and %zu more\n", r->fault_count - AUDIT_FAULTS_MAX);
    }
    printf("%" PRId64 " records, %s; the words of %" PRId64 " were erased\n", r->rows,
           r->fault_count ? "NOT as they were written" : "all as they were written", r->erased);
    for (size_t i = 0; i < r->end_count; i++) {
        char hex[CHAIN_HEX_SIZE];
        chain_hex(r->ends[i].hash, hex);
        printf("end %" PRId64 ":%" PRId64 ":%s\n", r->ends[i].node, r->ends[i].seq, hex);
    }
}

static enum exit_status run(const struct arguments *a)
{
    const char *given = argument_value(a, "db"), *place = given ? given : "troth.db";
    struct chain_end ends[COMMAND_GIVEN_MAX];
    size_t count = 0;
    if (strcmp(a->operands[0], "verify") != 0) {
        return command_usage_error(a->command, "there is no '%s'; verify", a->operands[0]);
    }
    for (size_t i = 0; i < a->given_count; i++) {
        if (strcmp(a->given[i].option->name, "end") == 0 &&
            !read_end(a->given[i].value, &ends[count++])) {
            return command_usage_error(a->command, "'%s' is no end as this command prints them",
                                       a->given[i].value);
        }
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = NULL;
    struct audit_report report;
    struct err_info info = {0};
    struct database_config config = {.place = place, .mode = DATABASE_READ};
    enum err e = standing_exists(place, &info);
    e = e ? e : database_open(&config, &db, &info);
    e = e ? e : audit_check(db, ends, count, &arena, &report, &info);
    if (e) {
        return command_failed(a->command, "%s", info.text);
    }
    if (argument_given(a, "json")) {
        struct buf out CLEANUP(buf_release) = {0};
        struct json_writer w = json_writer(&out);
        audit_report_write(&w, &report);
        printf("%s\n", out.ptr);
    } else {
        print_words(&report);
    }
    return report.fault_count ? EXIT_FOUND : EXIT_OK;
}

const struct command command_audit = {
    .name = "audit",
    .operands = "verify",
    .summary = "Check that nobody has changed the audit trail",
    .details = "Every record holds a hash over itself and the record before it. Where a chain ends "
               "is\nprinted last: keep these lines elsewhere and give them to a later run with "
               "--end, so\nthat a trail cut off at its end is seen, too.",
    .options = options,
    .operands_least = 1,
    .operands_most = 1,
    .run = run,
};
