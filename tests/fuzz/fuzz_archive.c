/* Any bytes are read as a backup or refused with words; what is read to its end is put into a
 * database or refused. The inputs come without the compression, which would hide what is inside
 * from the fuzzer: the first byte says whether they are the file itself or the records in it. */
#include "feature/backup/dump.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_say(enum err e, const struct err_info *info)
{
    if (e && !info->text[0]) {
        abort();
    }
}

/* What is sound goes into a database: it may still not be what a database takes. */
static void restore_sound(FILE *file)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = NULL;
    struct archive_reader *reader CLEANUP(archive_reader_free) = NULL;
    struct database_config config = {.place = ":memory:", .mode = DATABASE_WRITE};
    struct dump_watch nobody = {0};
    struct check_result result;
    struct err_info info = {0};
    rewind(file);
    enum err e = archive_open(file, NULL, &reader, &info);
    e = e ? e : database_open(&config, &db, &info);
    e = e ? e : dump_restore(reader, db, RESTORE_AT_ONCE, &arena, &nobody, &result, &info);
    must_say(e, &info);
}

static void use(char *bytes, size_t size)
{
    struct archive_reader *reader CLEANUP(archive_reader_free) = NULL;
    struct dump_watch nobody = {0};
    struct check_result result;
    struct err_info info = {0};
    FILE *file = size ? fmemopen(bytes, size, "rb") : NULL;
    if (!file) {
        return;
    }
    enum err e = archive_open(file, NULL, &reader, &info);
    e = e ? e : dump_check(reader, &nobody, &result, &info);
    must_say(e, &info);
    if (!e) {
        restore_sound(file);
    }
    fclose(file);
}

/* Records as they stand in the file: head, then one frame.
 */
static void use_records(const uint8_t *data, size_t size)
{
    static const char head[16] = "TROTHBAK\1";
    size_t most = ZSTD_compressBound(size);
    char *bytes = malloc(sizeof(head) + most);
    if (!bytes) {
        abort();
    }
    memcpy(bytes, head, sizeof(head));
    size_t len = ZSTD_compress(bytes + sizeof(head), most, data, size, 1);
    if (!ZSTD_isError(len)) {
        use(bytes, sizeof(head) + len);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (sodium_init() < 0 || size == 0 || size > 1 << 16) {
        return 0;
    }
    if (data[0] & 1) {
        use_records(data + 1, size - 1);
        return 0;
    }
    char *copy = malloc(size);
    if (!copy) {
        abort();
    }
    memcpy(copy, data + 1, size - 1);
    use(copy, size - 1);
    free(copy);
    return 0;
}
