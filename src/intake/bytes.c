#include "intake/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 256 << 10 };

struct bytes {
    gzFile file; /* NULL: memory */
    off_t size;  /* of the file, 0: not known */
    bool started, ended;
    struct text rest;
    char chunk[CHUNK];
};

static struct bytes *new_bytes(void)
{
    struct bytes *b = malloc(sizeof(*b));
    if (!b) {
        abort();
    }
    b->file = NULL;
    b->size = 0;
    b->started = b->ended = false;
    b->rest = TEXT("");
    return b;
}

enum err bytes_open(const char *name, struct bytes **ret, struct err_info *info)
{
    int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(info, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", name,
                       strerror(errno));
    }
    struct stat about;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(fd);
        return err_set(info, ERR_IO, "%s is a folder: name a file", name);
    }
    struct bytes *b = new_bytes();
    b->file = gzdopen(fd, "rb");
    if (!b->file) {
        abort(); /* out of memory is all that can be wrong here */
    }
    gzbuffer(b->file, CHUNK / 4); /* smaller than a chunk: plain files are then not copied twice */
    b->size = S_ISREG(about.st_mode) ? about.st_size : 0;
    *ret = b;
    return ERR_NONE;
}

struct bytes *bytes_of(struct text text)
{
    struct bytes *b = new_bytes();
    b->rest = text;
    return b;
}

void bytes_close(struct bytes *b)
{
    if (b) {
        if (b->file) {
            gzclose_r(b->file);
        }
        free(b);
    }
}

static enum err fill(struct bytes *b, struct err_info *info)
{
    if (!b->file || b->ended) {
        return ERR_NONE;
    }
    int count = gzread(b->file, b->chunk, CHUNK);
    int number = Z_OK;
    const char *words = gzerror(b->file, &number);
    if (number == Z_ERRNO) {
        return err_set(info, ERR_IO, "cannot read on: %s", strerror(errno));
    }
    /* a stream that is cut off shows only when its end is asked for */
    if (count < 0 || (count == 0 && number == Z_BUF_ERROR)) {
        return err_set(info, ERR_IO, "the gzip is damaged or cut off (%s): send it again",
                       number == Z_BUF_ERROR ? "unexpected end" : words);
    }
    b->ended = count == 0;
    b->rest = (struct text){b->chunk, (size_t)count};
    return ERR_NONE;
}

enum err bytes_chunk(struct bytes *b, struct text *ret, struct err_info *info)
{
    if (b->rest.len == 0) {
        enum err e = fill(b, info);
        if (e) {
            return e;
        }
    }
    if (!b->started) {
        b->started = true;
        if (text_starts(b->rest, TEXT("\xef\xbb\xbf"))) {
            bytes_take(b, 3);
            return bytes_chunk(b, ret, info);
        }
    }
    *ret = b->rest;
    return ERR_NONE;
}

void bytes_take(struct bytes *b, size_t count)
{
    b->rest.ptr += count;
    b->rest.len -= count;
}

enum err bytes_first(struct bytes *b, uint64_t *line, int *ret, struct err_info *info)
{
    struct text chunk;
    for (;;) {
        enum err e = bytes_chunk(b, &chunk, info);
        if (e) {
            return e;
        }
        if (chunk.len == 0) {
            *ret = BYTES_END;
            return ERR_NONE;
        }
        if (!memchr(" \t\r\n", chunk.ptr[0], 4)) {
            *ret = (unsigned char)chunk.ptr[0];
            return ERR_NONE;
        }
        *line += chunk.ptr[0] == '\n';
        bytes_take(b, 1);
    }
}

double bytes_share(const struct bytes *b)
{
    if (!b->file || b->size == 0) {
        return -1;
    }
    double share = (double)gzoffset(b->file) / (double)b->size;
    return share > 1 ? 1 : share;
}
