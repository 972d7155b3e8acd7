/* For the tests of this room: a directory of their own with a database in it. */
#ifndef TROTH_STORE_TESTING_H
#define TROTH_STORE_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    char folder[64];
    char path[96];
};

static inline struct place place_make(void)
{
    struct place p = {.folder = "/tmp/troth-test-XXXXXX"};
    if (!mkdtemp(p.folder)) {
        abort();
    }
    snprintf(p.path, sizeof(p.path), "%s/troth.db", p.folder);
    return p;
}

static inline void place_remove(struct place *p)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock", "-journal"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s%s", p->path, ends[i]);
        unlink(path);
    }
    rmdir(p->folder);
}

#endif
