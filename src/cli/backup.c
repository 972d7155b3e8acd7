/* troth backup: all of a company in one file, while its server runs. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/moment.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/secret.h"
#include "cli/standing.h"
#include "feature/backup/dump.h"
#include "feature/backup/restore.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "the database (default troth.db)"},
    {"to", 't', "FILE", "the backup (default troth-DATE-TIME.backup; -: standard output)"},
    {"encrypt-with", 'e', "SECRET", "a file with a passphrase or a key, or env:NAME"},
    {"new-key", 0, "FILE", "make a key for --encrypt-with, and end"},
    {0},
};

static void show_snapshot(void *context, double share)
{
    progress_show(context, "the server makes a snapshot", share);
}

static void show_rows(void *context, const char *table, int64_t rows, int64_t total)
{
    (void)table;
    progress_show(context, "writing the backup", total ? (double)rows / (double)total : -1);
}

static enum err unwritable(struct err_info *info, const char *name)
{
    return err_set(info, ERR_IO, "%s cannot be written: %s", name, strerror(errno));
}

/* -- where it goes -- */

struct target {
    char name[4096], part[4096 + 8]; /* part: until it is complete */
    FILE *file;
};

static void target_end(struct target *t)
{
    if (t->file && t->file != stdout) {
        fclose(t->file);
        unlink(t->part);
    }
}

static enum err target_open(const char *to, struct target *t, struct err_info *info)
{
    if (to && strcmp(to, "-") == 0) {
        t->file = stdout;
        return isatty(STDOUT_FILENO) ? err_set(info, ERR_INVALID,
                                               "a terminal is no place for a backup; use --to FILE")
                                     : ERR_NONE;
    }
    char now[MOMENT_TEXT_SIZE];
    moment_format(moment_now() / SECOND_US * SECOND_US, now); /* 2015-01-31T09:30:00Z */
    if (to) {
        snprintf(t->name, sizeof(t->name), "%s", to);
    } else {
        snprintf(t->name, sizeof(t->name), "troth-%.4s%.2s%.2s-%.2s%.2s%.2s.backup", now, now + 5,
                 now + 8, now + 11, now + 14, now + 17);
    }
    snprintf(t->part, sizeof(t->part), "%s.part", t->name);
    if (access(t->name, F_OK) == 0) {
        return err_set(info, ERR_CONFLICT, "%s is there already; name another file", t->name);
    }
    int fd = open(t->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    t->file = fd < 0 ? NULL : fdopen(fd, "wb");
    return t->file ? ERR_NONE : unwritable(info, t->part);
}

/* On the disk, under its own name. */
static enum err target_finish(struct target *t, struct err_info *info)
{
    if (t->file == stdout) {
        return fflush(stdout) == 0 ? ERR_NONE : unwritable(info, "standard output");
    }
    if (fsync(fileno(t->file)) != 0 || link(t->part, t->name) != 0) {
        return errno == EEXIST
                   ? err_set(info, ERR_CONFLICT, "%s is there already; name another file", t->name)
                   : unwritable(info, t->name);
    }
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s", t->name);
    int fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_synced ? ERR_NONE : unwritable(info, t->name);
}

/* -- the command -- */

static enum err make_key(const char *name, struct err_info *info)
{
    char key[SEAL_KEY_TEXT + 1];
    seal_key_make(key);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t len = (ssize_t)strlen(key);
    bool is_written = fd >= 0 && write(fd, key, (size_t)len) == len && fsync(fd) == 0;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    sodium_memzero(key, sizeof(key));
    errno = reason;
    return is_written ? ERR_NONE : unwritable(info, name);
}

static enum err make_backup(const struct arguments *a, const char *place,
                            const struct seal_secret *secret, struct progress *progress,
                            struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct standing standing CLEANUP(standing_close) = {.lock = -1};
    struct target target CLEANUP(target_end) = {0};
    struct archive_head head;
    struct dump_config config = {.troth = TROTH_VERSION,
                                 .from = database_is_file(place) ? "sqlite" : "postgresql",
                                 .secret = secret,
                                 .watch = {.show = show_rows, .context = progress}};
    enum err e = target_open(argument_value(a, "to"), &target, info);
    e = e ? e : standing_open(place, show_snapshot, progress, &standing, info);
    e = e ? e : dump(standing.db, &config, target.file, &arena, &head, info);
    e = e ? e : target_finish(&target, info);
    progress_end(progress);
    if (!e && target.file != stdout) {
        char taken[MOMENT_TEXT_SIZE], position[ID_TEXT_SIZE] = "empty";
        if (head.position) {
            id_format(head.position, "ent", position);
        }
        printf("%s: taken %s, schema %u, ledger up to %s\n", target.name,
               moment_format(head.taken_us, taken), head.schema, position);
    }
    return e;
}

static enum exit_status run(const struct arguments *a)
{
    const char *db = argument_value(a, "db"), *key = argument_value(a, "new-key");
    struct err_info info = {0};
    if (sodium_init() < 0) {
        return command_failed(a->command, "the system gives no random numbers");
    }
    if (key) {
        enum err e = make_key(key, &info);
        return e ? command_failed(a->command, "%s", info.text) : EXIT_OK;
    }
    struct seal_secret secret CLEANUP(seal_secret_wipe) = {0};
    struct progress progress = progress_begin();
    enum err e = secret_read(argument_value(a, "encrypt-with"), &secret, &info);
    e = e ? e : make_backup(a, db ? db : "troth.db", &secret, &progress, &info);
    return e ? command_failed(a->command, "%s", info.text) : EXIT_OK;
}

const struct command command_backup = {
    .name = "backup",
    .operands = "",
    .summary = "Write all of a database into one file, while its server runs",
    .details =
        "The file is the same from SQLite and from PostgreSQL, compressed, with checksums; "
        "\"troth\n"
        "restore\" reads it, in this or any later version. It appears under its name when it is\n"
        "complete. With --encrypt-with nobody reads or changes it without the secret: keep that\n"
        "elsewhere, for without it the backup is lost.",
    .options = options,
    .run = run,
};
