#include "cli/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(FILE **f)
{
    if (*f && *f != stdin)
        fclose(*f);
}

const char *file_title(const char *name)
{
    return strcmp(name, "-") == 0 ? "standard input" : name;
}

static enum err cannot(struct err_info *info, const char *act, const char *name, int reason)
{
    return err_set(info, reason == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot %s %s: %s", act,
                   file_title(name), strerror(reason));
}

enum err file_read(struct arena *arena, const char *name, size_t most, struct text *ret,
                   struct err_info *info)
{
    FILE *f CLEANUP(close_file) = strcmp(name, "-") == 0 ? stdin : fopen(name, "rbe");
    if (!f)
        return cannot(info, "read", name, errno);
    struct buf content CLEANUP(buf_release) = {0};
    char chunk[16384];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0) {
        buf_add(&content, chunk, got);
        if (content.len > most)
            return err_set(info, ERR_LIMIT, "%s is larger than %zu bytes", file_title(name), most);
    }
    if (ferror(f))
        return cannot(info, "read", name, errno);
    *ret = arena_text(arena, buf_text(&content));
    return ERR_NONE;
}

static bool write_all(int fd, struct text content)
{
    while (content.len > 0) {
        ssize_t written = write(fd, content.ptr, content.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.ptr += written;
        content.len -= (size_t)written;
    }
    return fsync(fd) == 0;
}

enum err file_replace(const char *name, struct text content, struct err_info *info)
{
    struct stat old;
    if (stat(name, &old) != 0)
        return cannot(info, "write", name, errno);
    struct buf other CLEANUP(buf_release) = {0};
    buf_addf(&other, "%s.XXXXXX", name);
    int fd = mkstemp(other.ptr);
    if (fd < 0)
        return cannot(info, "write beside", name, errno);
    bool written = write_all(fd, content) && fchmod(fd, old.st_mode & 07777) == 0;
    int reason = errno;
    close(fd);
    if (written && rename(other.ptr, name) == 0)
        return ERR_NONE;
    if (written)
        reason = errno;
    unlink(other.ptr);
    return cannot(info, "write", name, reason);
}
