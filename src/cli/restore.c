/* troth restore: a backup into a new database. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/json.h"
#include "base/moment.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/secret.h"
#include "feature/backup/restore.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "the new database: a path that is free, or an empty PostgreSQL one"},
    {"decrypt-with", 'e', "SECRET", "a file with the passphrase or the key, or env:NAME"},
    {"verify", 0, NULL, "read the backup to its end and restore nothing"},
    {"json", 0, NULL, "--verify: print each table's rows and checksum as JSON"},
    {0},
};

struct watching {
    struct progress progress;
    struct buf out; /* JSON */
    struct json_writer json;
};

static void show_rows(void *context, const char *table, int64_t rows, int64_t total)
{
    (void)total;
    struct watching *w = context;
    char words[96];
    snprintf(words, sizeof(words), "%" PRId64 " rows, %s", rows, table);
    progress_show(&w->progress, words, -1);
}

static void note_table(void *context, const char *table, const struct table_sum *sum)
{
    struct json_writer *j = &((struct watching *)context)->json;
    char words[TABLE_SUM_TEXT + 1];
    json_object_begin(j);
    json_key(j, "table");
    json_str(j, table);
    json_key(j, "rows");
    json_int(j, (int64_t)sum->rows);
    json_key(j, "sum");
    json_str(j, table_sum_format(sum, words));
    json_object_end(j);
}

static void close_file(FILE **file)
{
    if (*file && *file != stdin) {
        fclose(*file);
    }
}

static void print_words(const char *name, const struct check_result *r)
{
    char taken[MOMENT_TEXT_SIZE], position[ID_TEXT_SIZE] = "empty";
    if (r->head.position) {
        id_format(r->head.position, "ent", position);
    }
    printf("%s: %" PRIu64 " rows in %" PRIu64 " tables, taken %s by Troth %s (%s, schema %u), "
           "ledger up to %s\n",
           name, r->rows, r->tables, moment_format(r->head.taken_us, taken), r->head.troth,
           r->head.from, r->head.schema, position);
}

static void print_json(struct watching *w, const struct check_result *r)
{
    struct json_writer *j = &w->json;
    json_array_end(j);
    json_key(j, "taken");
    json_moment(j, r->head.taken_us);
    json_key(j, "troth");
    json_str(j, r->head.troth);
    json_key(j, "from");
    json_str(j, r->head.from);
    json_key(j, "schema");
    json_int(j, r->head.schema);
    json_object_end(j);
    printf("%.*s\n", TEXT_ARG(buf_text(&w->out)));
}

static enum err verify(const struct arguments *a, struct archive_reader *reader, struct watching *w,
                       struct err_info *info)
{
    bool is_json = argument_given(a, "json");
    struct dump_watch watch = {show_rows, is_json ? note_table : NULL, w};
    struct check_result result;
    w->json = json_writer(&w->out);
    json_object_begin(&w->json);
    json_key(&w->json, "tables");
    json_array_begin(&w->json);
    enum err e = dump_check(reader, &watch, &result, info);
    progress_end(&w->progress);
    if (!e && is_json) {
        print_json(w, &result);
    } else if (!e) {
        print_words(a->operands[0], &result);
    }
    return e;
}

static enum err run_all(const struct arguments *a, const char *place, struct err_info *info)
{
    const char *name = a->operands[0];
    struct seal_secret secret CLEANUP(seal_secret_wipe) = {0};
    FILE *file CLEANUP(close_file) = strcmp(name, "-") == 0 ? stdin : fopen(name, "rbe");
    struct archive_reader *reader CLEANUP(archive_reader_free) = NULL;
    struct watching w = {.progress = progress_begin()};
    struct dump_watch watch = {.show = show_rows, .context = &w};
    struct check_result result;
    if (!file) {
        return err_set(info, ERR_NOT_FOUND, "%s cannot be read: %s", name, strerror(errno));
    }
    enum err e = secret_read(argument_value(a, "decrypt-with"), &secret, info);
    e = e ? e : archive_open(file, &secret, &reader, info);
    if (!place) {
        e = e ? e : verify(a, reader, &w, info);
        buf_release(&w.out);
        return e;
    }
    e = e ? e : restore(reader, place, &watch, &result, info);
    progress_end(&w.progress);
    if (!e) {
        print_words(place, &result);
    }
    return e;
}

static enum exit_status run(const struct arguments *a)
{
    bool verifies = argument_given(a, "verify");
    const char *place = verifies ? NULL : argument_value(a, "db");
    struct err_info info = {0};
    if (!place && !verifies) {
        return command_usage_error(a->command, "name the new database with --db, or use --verify");
    }
    if (sodium_init() < 0) {
        return command_failed(a->command, "the system gives no random numbers");
    }
    enum err e = run_all(a, place, &info);
    if (e == ERR_INVALID && verifies) {
        (void)command_failed(a->command, "%s: %s", a->operands[0], info.text);
        return EXIT_FOUND;
    }
    return e ? command_failed(a->command, "%s", info.text) : EXIT_OK;
}

const struct command command_restore = {
    .name = "restore",
    .operands = "FILE",
    .summary = "Make a new database out of a backup",
    .details =
        "The database is there whole or not at all, and nothing that exists is ever overwritten. "
        "A\n"
        "backup of an older version is brought to the present schema. Afterwards run \"troth db\n"
        "verify\". FILE -: standard input. --verify ends with 1 where the backup is damaged.",
    .options = options,
    .operands_least = 1,
    .operands_most = 1,
    .run = run,
};
