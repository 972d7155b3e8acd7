#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WAIT_S = 60, READ_BYTES = 65536 };

struct client client_make(uint16_t port, const char *token)
{
    return (struct client){.port = port, .token = token, .fd = -1};
}

static void hang_up(struct client *c)
{
    if (c->fd >= 0) {
        close(c->fd);
        c->fd = -1;
    }
}

void client_close(struct client *c)
{
    hang_up(c);
    buf_release(&c->reply);
}

static bool dial(struct client *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(c->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval wait = {.tv_sec = WAIT_S};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0 ||
        connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        hang_up(c);
    }
    return c->fd >= 0;
}

static bool send_all(const struct client *c, struct text t)
{
    while (t.len) {
        ssize_t n = send(c->fd, t.ptr, t.len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        t = (struct text){t.ptr + n, t.len - (size_t)n};
    }
    return true;
}

/* The reply's head and body by Content-Length. */
static unsigned receive(struct client *c, struct text *ret_body)
{
    static const char length_name[] = "\ncontent-length:";
    buf_clear(&c->reply);
    for (;;) {
        buf_reserve(&c->reply, READ_BYTES);
        ssize_t n = recv(c->fd, c->reply.ptr + c->reply.len, READ_BYTES - 1, 0);
        if (n <= 0) {
            return 0;
        }
        c->reply.len += (size_t)n;
        c->reply.ptr[c->reply.len] = '\0';
        const char *end = strstr(c->reply.ptr, "\r\n\r\n");
        const char *length = end ? strcasestr(c->reply.ptr, length_name) : NULL;
        if (!length || length > end) {
            continue;
        }
        size_t body = (size_t)(end - c->reply.ptr) + 4;
        size_t size = strtoul(length + sizeof(length_name) - 1, NULL, 10);
        if (c->reply.len >= body + size) {
            *ret_body = (struct text){c->reply.ptr + body, size};
            return (unsigned)strtoul(c->reply.ptr + strlen("HTTP/1.1 "), NULL, 10);
        }
    }
}

unsigned client_ask(struct client *c, const char *method, const char *path, const char *type,
                    struct text body, struct text *ret_body)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path);
    if (c->token) {
        buf_addf(&out, "Authorization: Bearer %s\r\n", c->token);
    }
    if (type) {
        buf_addf(&out, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, body.len);
    }
    buf_add_str(&out, "\r\n");
    buf_add_text(&out, type ? body : (struct text){0});
    if (c->fd < 0 && !dial(c)) {
        return 0;
    }
    unsigned status = send_all(c, buf_text(&out)) ? receive(c, ret_body) : 0;
    if (status == 0 || strcasestr(c->reply.ptr, "\nconnection: close")) {
        hang_up(c);
    }
    return status;
}
