/* Linked into a test build of the program; the released one has none of this. The environment says:
 *   TROTH_TEST_VFS         the cruel file system (torn_vfs.h), in place before main()
 *   TROTH_TEST_SAFETY=off  synchronous=OFF: what a crash then does is what the tests must notice
 *   TROTH_TEST_CHECKPOINT  pages of the write-ahead log after which it is carried over
 *   TROTH_TEST_CLOCK       a file with microseconds that are added to the clock
 * database_open() and moment_now() are replaced by the linker (--wrap). */
#include "torn_vfs.h"

#include "base/moment.h"
#include "store/database.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum err __real_database_open(const struct database_config *config, struct database **ret,
                              struct err_info *info);
enum err __wrap_database_open(const struct database_config *config, struct database **ret,
                              struct err_info *info);
int64_t __real_moment_now(void);
int64_t __wrap_moment_now(void);

__attribute__((constructor)) static void install(void)
{
    (void)torn_vfs_install_from_environment();
}

enum err __wrap_database_open(const struct database_config *config, struct database **ret,
                              struct err_info *info)
{
    struct database_config changed = *config;
    const char *safety = getenv("TROTH_TEST_SAFETY"), *pages = getenv("TROTH_TEST_CHECKPOINT");
    if (safety && strcmp(safety, "off") == 0) {
        changed.safety = DATABASE_UNSAFE;
    }
    enum err e = __real_database_open(&changed, ret, info);
    if (!e && pages && config->mode == DATABASE_WRITE) {
        char sql[80];
        snprintf(sql, sizeof(sql), "PRAGMA wal_autocheckpoint = %ld", strtol(pages, NULL, 10));
        e = database_script(*ret, text_of(sql), info);
    }
    return e;
}

int64_t __wrap_moment_now(void)
{
    const char *name = getenv("TROTH_TEST_CLOCK");
    char words[32] = "";
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        ssize_t n = read(fd, words, sizeof(words) - 1);
        words[n > 0 ? n : 0] = '\0';
        close(fd);
    }
    return __real_moment_now() + strtoll(words, NULL, 10);
}
