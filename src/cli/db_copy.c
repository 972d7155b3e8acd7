/* troth db copy FROM TO */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "cli/db.h"
#include "cli/progress.h"
#include "cli/standing.h"
#include "feature/backup/copy.h"
#include "feature/verify/verify.h"

static void show_rows(void *context, const char *table, int64_t rows, int64_t total)
{
    char words[96];
    snprintf(words, sizeof(words), "copying %s, %" PRId64 " rows", table, rows);
    progress_show(context, words, total && rows <= total ? (double)rows / (double)total : -1);
}

static void show_check(void *context, const char *what, double share)
{
    progress_show(context, what, share);
}

static enum err check_target(const char *place, struct progress *progress, struct report *report,
                             struct err_info *info)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = place, .mode = DATABASE_READ};
    struct verify_watch watch = {show_check, progress};
    enum err e = database_open(&config, &db, info);
    return e ? e : verify(db, &watch, report, info);
}

static enum exit_status tell_end(const struct arguments *a, const struct copy_result *r,
                                 struct progress *progress)
{
    const char *to = a->operands[2];
    struct err_info info = {0};
    struct report report CLEANUP(report_release) = {0};
    struct buf from_name CLEANUP(buf_release) = {0}, to_name CLEANUP(buf_release) = {0};
    database_name(a->operands[1], &from_name);
    database_name(to, &to_name);
    if (!r->is_finished) {
        printf("%s holds what %s held a moment ago, and is not finished. Stop the server, then run "
               "the same command again (or run it with --wait, and stop the server then).\n",
               to_name.ptr, from_name.ptr);
        return EXIT_FOUND;
    }
    enum err e = check_target(to, progress, &report, &info);
    progress_end(progress);
    if (e) {
        return command_failed(a->command, "%s", info.text);
    }
    printf(
        "%s holds %" PRIu64 " rows in %" PRIu64 " tables, counts and checksums equal to those of "
        "%s, which was locked for %.1f s\n",
        to_name.ptr, r->rows, r->tables, from_name.ptr, (double)r->locked_us / (double)SECOND_US);
    for (size_t i = 0; i < report.finding_count; i++) {
        printf("%s: %.*s\n  %s\n", verify_part_name(report.findings[i].part),
               TEXT_ARG(report.findings[i].words), report.findings[i].remedy);
    }
    for (size_t i = 0; i < report.note_count; i++) {
        printf("note: %.*s\n", TEXT_ARG(report.notes[i]));
    }
    if (report.finding_count) {
        printf("Both are equal, so %s has these faults as well.\n", from_name.ptr);
        return EXIT_FOUND;
    }
    printf("Start the server with --db %s. %s was left as it is: do not serve it again.\n",
           to_name.ptr, from_name.ptr);
    return EXIT_OK;
}

enum exit_status db_copy(const struct arguments *a)
{
    struct progress progress = progress_begin();
    struct copy_config config = {.from = a->operands[1],
                                 .to = a->operands[2],
                                 .waits = argument_given(a, "wait"),
                                 .watch = {.show = show_rows, .context = &progress}};
    struct copy_result result = {0};
    struct err_info info = {0};
    if (strcmp(config.from, config.to) == 0) {
        return command_usage_error(a->command, "FROM and TO are the same");
    }
    enum err e = standing_exists(config.from, &info);
    e = e ? e : copy_company(&config, &result, &info);
    progress_end(&progress);
    return e ? command_failed(a->command, "%s", info.text) : tell_end(a, &result, &progress);
}
