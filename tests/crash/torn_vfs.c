/* Each file (shared by all that have it open) has a list of what was written since its last sync,
 * in order. Reads lay it over what the file holds. A sync writes it to the file, in order, syncs
 * the file and empties the list. Truncation is part of the list too. */
#include "torn_vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, TEAR_ONE_IN = 4 };

struct change {
    struct change *next;
    sqlite3_int64 offset; /* of a truncation: the new size, and bytes is NULL */
    int len;
    unsigned char *bytes;
};
struct content {
    struct content *next;
    char *path;
    unsigned users;
    struct change *first, **last;
    sqlite3_int64 size; /* as the program sees it */
};
struct torn_file {
    sqlite3_file base; /* first */
    sqlite3_file *real;
    struct content *content; /* NULL: a file whose loss does not matter, passed through */
};
/* One layer a process, by the nature of SQLite's default. */
struct layer {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    pthread_mutex_t lock;
    bool tear, off;
    uint64_t random;
    int64_t room;
    uint64_t unsynced;
    struct content *contents;
};
/* What the disk answers by the word in a file: a test changes it while the server runs. */
static int trouble(bool syncs)
{
    const char *name = getenv("TROTH_TEST_TROUBLE");
    char word[16] = "";
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return SQLITE_OK;
    }
    ssize_t n = read(fd, word, sizeof(word) - 1);
    word[n > 0 ? n : 0] = '\0';
    close(fd);
    static const struct {
        const char *word;
        bool syncs;
        int code;
    } troubles[] = {{"full", false, SQLITE_FULL},
                    {"io", false, SQLITE_IOERR_WRITE},
                    {"sync", true, SQLITE_IOERR_FSYNC},
                    {"readonly", false, SQLITE_READONLY}};
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if (strcmp(word, troubles[i].word) == 0) {
            return troubles[i].syncs == syncs ? troubles[i].code : SQLITE_OK;
        }
    }
    return SQLITE_OK;
}

static struct layer layer = {.lock = PTHREAD_MUTEX_INITIALIZER, .room = -1};

/* xorshift64*: the same tears for the same seed. */
static uint64_t draw(void)
{
    layer.random ^= layer.random >> 12;
    layer.random ^= layer.random << 25;
    layer.random ^= layer.random >> 27;
    return layer.random * 0x2545f4914f6cdd1du;
}

static struct torn_file *torn(sqlite3_file *file)
{
    return (struct torn_file *)file;
}

static void forget(struct content *c)
{
    while (c->first) {
        struct change *next = c->first->next;
        layer.unsynced -= c->first->bytes ? (uint64_t)c->first->len : 0;
        free(c->first->bytes);
        free(c->first);
        c->first = next;
    }
    c->last = &c->first;
}

static struct content *content_open(const char *path, sqlite3_int64 size)
{
    struct content *c = layer.contents;
    while (c && strcmp(c->path, path) != 0) {
        c = c->next;
    }
    if (!c) {
        c = calloc(1, sizeof(*c));
        if (!c || !(c->path = strdup(path))) {
            abort();
        }
        c->last = &c->first;
        c->size = size;
        c->next = layer.contents;
        layer.contents = c;
    }
    c->users++;
    return c;
}

static void content_close(struct content *c)
{
    if (--c->users > 0) {
        return;
    }
    forget(c);
    struct content **link = &layer.contents;
    while (*link != c) {
        link = &(*link)->next;
    }
    *link = c->next;
    free(c->path);
    free(c);
}

static void add_change(struct content *f, sqlite3_int64 offset, const void *bytes, int len)
{
    struct change *c = calloc(1, sizeof(*c));
    if (!c) {
        abort();
    }
    c->offset = offset;
    c->len = len;
    if (bytes) {
        c->bytes = malloc((size_t)len);
        if (!c->bytes) {
            abort();
        }
        memcpy(c->bytes, bytes, (size_t)len);
        layer.unsynced += (uint64_t)len;
    }
    *f->last = c;
    f->last = &c->next;
}

/* Some sectors of a write reach the file before their time, the last one perhaps only in half. */
static int write_early(struct torn_file *f, const unsigned char *bytes, int len,
                       sqlite3_int64 offset)
{
    for (int at = 0; at < len; at += SECTOR) {
        int part = len - at < SECTOR ? len - at : SECTOR;
        uint64_t chance = draw();
        if (chance & 1) {
            part = chance & 2 ? part : (part + 1) / 2;
            int code = f->real->pMethods->xWrite(f->real, bytes + at, part, offset + at);
            if (code != SQLITE_OK) {
                return code;
            }
        }
    }
    return SQLITE_OK;
}

/* Takes bytes from the room that is left; false: the disk is full. */
static bool take_room(int len)
{
    if (layer.room < 0) {
        return true;
    }
    bool fits = len <= layer.room;
    layer.room -= fits ? len : 0;
    return fits;
}

static int write_locked(struct torn_file *f, const void *bytes, int len, sqlite3_int64 offset)
{
    if (layer.off) {
        return SQLITE_IOERR_WRITE;
    }
    if (!take_room(len)) {
        return SQLITE_FULL;
    }
    int wrong = trouble(false);
    if (wrong != SQLITE_OK) {
        return wrong;
    }
    if (layer.tear && draw() % TEAR_ONE_IN == 0) {
        int code = write_early(f, bytes, len, offset);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    struct content *c = f->content;
    add_change(c, offset, bytes, len);
    c->size = offset + len > c->size ? offset + len : c->size;
    return SQLITE_OK;
}

static int torn_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    struct torn_file *f = torn(file);
    if (!f->content) {
        return f->real->pMethods->xWrite(f->real, bytes, len, offset);
    }
    pthread_mutex_lock(&layer.lock);
    int code = write_locked(f, bytes, len, offset);
    pthread_mutex_unlock(&layer.lock);
    return code;
}

/* One change over what was read. */
static void lay_over(const struct change *c, unsigned char *out, int len, sqlite3_int64 offset)
{
    sqlite3_int64 end = offset + len;
    if (!c->bytes) { /* cut: what was beyond is zero, should it be written behind again */
        sqlite3_int64 from = c->offset > offset ? c->offset : offset;
        if (from < end) {
            memset(out + (from - offset), 0, (size_t)(end - from));
        }
        return;
    }
    sqlite3_int64 from = c->offset > offset ? c->offset : offset;
    sqlite3_int64 to = c->offset + c->len < end ? c->offset + c->len : end;
    if (from < to) {
        memcpy(out + (from - offset), c->bytes + (from - c->offset), (size_t)(to - from));
    }
}

static int torn_read(sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
    struct torn_file *f = torn(file);
    int code = f->real->pMethods->xRead(f->real, out, len, offset);
    if (!f->content || (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)) {
        return code;
    }
    pthread_mutex_lock(&layer.lock);
    for (const struct change *c = f->content->first; c; c = c->next) {
        lay_over(c, out, len, offset);
    }
    bool whole = offset + len <= f->content->size;
    pthread_mutex_unlock(&layer.lock);
    return whole ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int torn_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct torn_file *f = torn(file);
    if (!f->content) {
        return f->real->pMethods->xTruncate(f->real, size);
    }
    pthread_mutex_lock(&layer.lock);
    add_change(f->content, size, NULL, 0);
    f->content->size = size;
    pthread_mutex_unlock(&layer.lock);
    return SQLITE_OK;
}

static int flush(struct torn_file *f)
{
    for (const struct change *c = f->content->first; c; c = c->next) {
        int code = c->bytes ? f->real->pMethods->xWrite(f->real, c->bytes, c->len, c->offset)
                            : f->real->pMethods->xTruncate(f->real, c->offset);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    forget(f->content);
    return SQLITE_OK;
}

static int torn_sync(sqlite3_file *file, int flags)
{
    struct torn_file *f = torn(file);
    if (!f->content) {
        return f->real->pMethods->xSync(f->real, flags);
    }
    pthread_mutex_lock(&layer.lock);
    int code = layer.off ? SQLITE_IOERR_FSYNC : trouble(true);
    code = code == SQLITE_OK ? flush(f) : code;
    pthread_mutex_unlock(&layer.lock);
    return code == SQLITE_OK ? f->real->pMethods->xSync(f->real, flags) : code;
}

static int torn_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct torn_file *f = torn(file);
    if (!f->content) {
        return f->real->pMethods->xFileSize(f->real, ret);
    }
    pthread_mutex_lock(&layer.lock);
    *ret = f->content->size;
    pthread_mutex_unlock(&layer.lock);
    return SQLITE_OK;
}

/* The last clean close of an unsynced file leaves it to the kernel, as a real one does. */
static int torn_close(sqlite3_file *file)
{
    struct torn_file *f = torn(file);
    int code = SQLITE_OK;
    if (f->content) {
        pthread_mutex_lock(&layer.lock);
        if (!layer.off && f->content->users == 1) {
            code = flush(f);
        }
        content_close(f->content);
        pthread_mutex_unlock(&layer.lock);
    }
    int closed = f->real->pMethods->xClose(f->real);
    sqlite3_free(f->real);
    return code == SQLITE_OK ? closed : code;
}

static int torn_lock(sqlite3_file *file, int kind)
{
    return torn(file)->real->pMethods->xLock(torn(file)->real, kind);
}

static int torn_unlock(sqlite3_file *file, int kind)
{
    return torn(file)->real->pMethods->xUnlock(torn(file)->real, kind);
}

static int torn_check_lock(sqlite3_file *file, int *ret)
{
    return torn(file)->real->pMethods->xCheckReservedLock(torn(file)->real, ret);
}

static int torn_control(sqlite3_file *file, int what, void *argument)
{
    if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_MMAP_SIZE) {
        return SQLITE_OK; /* both would reach around this layer */
    }
    return torn(file)->real->pMethods->xFileControl(torn(file)->real, what, argument);
}

static int torn_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

static int torn_traits(sqlite3_file *file)
{
    (void)file;
    return 0; /* neither atomic nor in order nor safe against tearing */
}

static int torn_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return torn(file)->real->pMethods->xShmMap(torn(file)->real, page, size, extend, ret);
}

static int torn_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return torn(file)->real->pMethods->xShmLock(torn(file)->real, offset, count, flags);
}

static void torn_shm_barrier(sqlite3_file *file)
{
    torn(file)->real->pMethods->xShmBarrier(torn(file)->real);
}

static int torn_shm_unmap(sqlite3_file *file, int delete)
{
    return torn(file)->real->pMethods->xShmUnmap(torn(file)->real, delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* without xFetch: no memory map past this layer */
    .xClose = torn_close,
    .xRead = torn_read,
    .xWrite = torn_write,
    .xTruncate = torn_truncate,
    .xSync = torn_sync,
    .xFileSize = torn_size,
    .xLock = torn_lock,
    .xUnlock = torn_unlock,
    .xCheckReservedLock = torn_check_lock,
    .xFileControl = torn_control,
    .xSectorSize = torn_sector,
    .xDeviceCharacteristics = torn_traits,
    .xShmMap = torn_shm_map,
    .xShmLock = torn_shm_lock,
    .xShmBarrier = torn_shm_barrier,
    .xShmUnmap = torn_shm_unmap,
};

static int torn_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    (void)vfs;
    struct torn_file *f = torn(file);
    memset(f, 0, sizeof(*f));
    f->real = sqlite3_malloc(layer.real->szOsFile);
    if (!f->real) {
        abort();
    }
    int code = layer.real->xOpen(layer.real, name, f->real, flags, ret_flags);
    if (code != SQLITE_OK) {
        sqlite3_free(f->real);
        return code;
    }
    int matters = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if (name && (flags & matters)) {
        sqlite3_int64 size = 0;
        f->real->pMethods->xFileSize(f->real, &size);
        pthread_mutex_lock(&layer.lock);
        f->content = content_open(name, size);
        pthread_mutex_unlock(&layer.lock);
    }
    f->base.pMethods = &methods;
    return SQLITE_OK;
}

void torn_vfs_install(bool tear, uint64_t seed)
{
    layer.tear = tear;
    layer.random = seed * 2 + 1;
    if (!layer.real) {
        layer.real = sqlite3_vfs_find(NULL);
        layer.vfs = *layer.real;
        layer.vfs.zName = "torn";
        layer.vfs.szOsFile = (int)sizeof(struct torn_file);
        layer.vfs.xOpen = torn_open;
    }
    if (sqlite3_vfs_register(&layer.vfs, 1) != SQLITE_OK) {
        abort();
    }
}

bool torn_vfs_install_from_environment(void)
{
    const char *wish = getenv("TROTH_TEST_VFS");
    if (!wish) {
        return false;
    }
    if (strcmp(wish, "drop") == 0) {
        torn_vfs_install(false, 0);
    } else if (strncmp(wish, "torn:", 5) == 0) {
        torn_vfs_install(true, strtoull(wish + 5, NULL, 10));
    } else if (strncmp(wish, "full:", 5) == 0) {
        torn_vfs_install(false, 0);
        torn_vfs_set_room(strtoll(wish + 5, NULL, 10));
    } else {
        fprintf(stderr, "TROTH_TEST_VFS=%s: not drop, torn:SEED or full:BYTES\n", wish);
        abort();
    }
    return true;
}

void torn_vfs_set_room(int64_t bytes)
{
    pthread_mutex_lock(&layer.lock);
    layer.room = bytes;
    pthread_mutex_unlock(&layer.lock);
}

void torn_vfs_cut_power(void)
{
    pthread_mutex_lock(&layer.lock);
    layer.off = true;
    for (struct content *c = layer.contents; c; c = c->next) {
        forget(c);
    }
    pthread_mutex_unlock(&layer.lock);
}

void torn_vfs_restore_power(void)
{
    pthread_mutex_lock(&layer.lock);
    layer.off = false;
    pthread_mutex_unlock(&layer.lock);
}

uint64_t torn_vfs_unsynced(void)
{
    pthread_mutex_lock(&layer.lock);
    uint64_t bytes = layer.unsynced;
    pthread_mutex_unlock(&layer.lock);
    return bytes;
}
