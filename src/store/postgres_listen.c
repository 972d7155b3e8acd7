#include <assert.h>
#include <poll.h>
#include <unistd.h>

#include "store/listen.h"
#include "store/postgres.h"

static struct postgres_database *database_of(struct database *db)
{
    assert(db->driver == &postgres_driver);
    return (struct postgres_database *)db;
}

enum err database_listen(struct database *db, struct err_info *info)
{
    struct postgres_database *d = database_of(db);
    enum err e = postgres_ready(d, info);
    if (!e && d->listening != d->generation) {
        e = postgres_script(d, TEXT("LISTEN troth"), info);
        d->listening = e ? 0 : d->generation;
    }
    return e;
}

enum err database_notify(struct database *db, struct err_info *info)
{
    struct postgres_database *d = database_of(db);
    enum err e = postgres_ready(d, info);
    return e ? e : postgres_script(d, TEXT("NOTIFY troth"), info);
}

/* How many words have come. */
static size_t take_words(struct postgres_database *d)
{
    size_t count = 0;
    for (PGnotify *word; d->conn && (word = PQnotifies(d->conn)); count++) {
        PQfreemem(word);
    }
    return count;
}

void database_wait(struct database *db, int fd, int timeout_ms)
{
    struct postgres_database *d = database_of(db);
    struct pollfd fds[] = {{fd, POLLIN, 0}, {d->conn ? PQsocket(d->conn) : -1, POLLIN, 0}};
    if (take_words(d) || poll(fds, 2, timeout_ms) <= 0) {
        return;
    }
    uint64_t count;
    if (fds[0].revents && read(fd, &count, sizeof(count)) < 0) {
        return;
    }
    if (fds[1].revents && PQconsumeInput(d->conn) != 1) {
        postgres_drop(d);
    }
    (void)take_words(d);
}
