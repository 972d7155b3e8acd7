/* A connection that is closed while its client still sends would be reset, and the client would
 * never read why it was refused. So its socket is kept open for a while after libmicrohttpd has
 * closed its own descriptor of it: nothing more is sent, what comes is thrown away, until the
 * client ends too or has used up its bytes or its time. */
#include "http/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LINGER_BYTES = 64 << 20,
    LINGER_US = 10000000,
    LINGERERS_MAX = 1024, /* of a loop; more are reset */
    TURN_BYTES = 1 << 20  /* of one, before others get their turn */
};

struct lingerer {
    enum watched watched; /* first */
    int fd;
    size_t left; /* bytes */
    int64_t until_us;
    struct lingerer *older, *newer;
};

void linger_begin(struct loop *loop, int fd)
{
    int copy = loop->lingering < LINGERERS_MAX ? dup(fd) : -1;
    if (copy < 0) {
        return;
    }
    struct lingerer *l = calloc(1, sizeof(*l));
    if (!l) {
        abort();
    }
    *l = (struct lingerer){.watched = WATCHED_LINGERER,
                           .fd = copy,
                           .left = LINGER_BYTES,
                           .until_us = clock_us() + LINGER_US,
                           .older = loop->newest_lingerer};
    *(l->older ? &l->older->newer : &loop->oldest_lingerer) = l;
    loop->newest_lingerer = l;
    loop->lingering++;
    (void)shutdown(copy, SHUT_WR);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
    if (epoll_ctl(loop->poll, EPOLL_CTL_ADD, copy, &event) != 0) {
        linger_end(loop, l);
    }
}

void linger_end(struct loop *loop, struct lingerer *l)
{
    *(l->older ? &l->older->newer : &loop->oldest_lingerer) = l->newer;
    *(l->newer ? &l->newer->older : &loop->newest_lingerer) = l->older;
    loop->lingering--;
    (void)epoll_ctl(loop->poll, EPOLL_CTL_DEL, l->fd, NULL);
    close(l->fd);
    free(l);
}

void linger_discard(struct loop *loop, struct lingerer *l)
{
    char bytes[16384];
    size_t turn = l->left < TURN_BYTES ? l->left : TURN_BYTES;
    while (turn) {
        size_t room = turn < sizeof(bytes) ? turn : sizeof(bytes);
        ssize_t n = recv(l->fd, bytes, room, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (n <= 0) {
            linger_end(loop, l);
            return;
        }
        turn -= (size_t)n;
        l->left -= (size_t)n;
    }
    if (l->left == 0) {
        linger_end(loop, l);
    }
}

int64_t linger_check(struct loop *loop, int64_t now_us)
{
    while (loop->oldest_lingerer && loop->oldest_lingerer->until_us <= now_us) {
        linger_end(loop, loop->oldest_lingerer);
    }
    return loop->oldest_lingerer ? loop->oldest_lingerer->until_us : INT64_MAX;
}
