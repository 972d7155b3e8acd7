#include "feature/backup/restore.h"

#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void close_file(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static enum err is_there(const char *place, struct err_info *info)
{
    return err_set(info, ERR_CONFLICT,
                   "%s is there already and was left as it is. Name a new place, or move it away",
                   place);
}

static enum err cannot(struct err_info *info, const char *act, const char *path)
{
    return err_set(info, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "%s cannot be %s: %s", path, act,
                   strerror(errno));
}

static enum err sync_path(const char *path, int flags, struct err_info *info)
{
    int fd CLEANUP(close_file) = open(path, flags | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? ERR_NONE : cannot(info, "synced", path);
}

/* The finished file under its name, on the disk. */
static enum err put_in_place(const char *made, const char *place, struct err_info *info)
{
    enum err e = sync_path(made, O_RDONLY, info);
    if (e) {
        return e;
    }
    if (renameat2(AT_FDCWD, made, AT_FDCWD, place, RENAME_NOREPLACE) != 0) {
        return errno == EEXIST ? is_there(place, info) : cannot(info, "made", place);
    }
    struct buf folder CLEANUP(buf_release) = {0};
    buf_add_str(&folder, place);
    return sync_path(dirname(folder.ptr), O_RDONLY | O_DIRECTORY, info);
}

static enum err fill(struct archive_reader *reader, const char *place, enum restore_way way,
                     const struct dump_watch *watch, struct check_result *ret,
                     struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {
        .place = place,
        .mode = DATABASE_WRITE,
        .safety = way == RESTORE_IN_PARTS ? DATABASE_UNSAFE : DATABASE_DURABLE,
    };
    enum err e = database_open(&config, &db, info);
    return e ? e : dump_restore(reader, db, way, &arena, watch, ret, info);
}

/* The lock of the place itself: no server may begin there, and no other restore. */
static enum err lock_place(const char *place, int *ret, struct err_info *info)
{
    struct buf path CLEANUP(buf_release) = {0};
    buf_addf(&path, "%s-lock", place);
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return cannot(info, "made", path.ptr);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(info, ERR_BUSY,
                       "another process uses %s; stop it first, or name another place", place);
    }
    *ret = fd;
    return ERR_NONE;
}

static enum err restore_file(struct archive_reader *reader, const char *place,
                             const struct dump_watch *watch, struct check_result *ret,
                             struct err_info *info)
{
    if (access(place, F_OK) == 0) {
        return is_there(place, info);
    }
    int lock CLEANUP(close_file) = -1;
    enum err e = lock_place(place, &lock, info);
    if (e) {
        return e;
    }
    struct buf made CLEANUP(buf_release) = {0};
    buf_addf(&made, "%s.restoring", place);
    snapshot_remove(made.ptr); /* of one that was killed */
    e = fill(reader, made.ptr, RESTORE_IN_PARTS, watch, ret, info);
    e = e ? e : put_in_place(made.ptr, place, info);
    snapshot_remove(made.ptr);
    return e;
}

enum err restore(struct archive_reader *reader, const char *place, const struct dump_watch *watch,
                 struct check_result *ret, struct err_info *info)
{
    return database_is_file(place) ? restore_file(reader, place, watch, ret, info)
                                   : fill(reader, place, RESTORE_AT_ONCE, watch, ret, info);
}
