#include "cli/admin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/database.h"

enum { FILE_BYTES_MAX = 512, REPLY_BYTES_MAX = 16 << 20, WAIT_S = 15 };

struct door { /* what stands in the file, a line each */
    char address[64];
    char port[8];
    char secret[128];
};

static void close_file(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

/* A variable that is set to nothing names no folder. */
static const char *folder_of(const char *variable)
{
    const char *folder = getenv(variable);
    return folder && *folder ? folder : NULL;
}

static void file_name(const char *database, char ret[4096])
{
    if (database_is_file(database)) {
        snprintf(ret, 4096, "%s-admin", database);
        return;
    }
    struct buf name CLEANUP(buf_release) = {0};
    database_name(database, &name);
    const char *folder = folder_of("RUNTIME_DIRECTORY");
    folder = folder ? folder : folder_of("XDG_RUNTIME_DIR");
    snprintf(ret, 4096, "%s/troth-%u-%016" PRIx64 "-admin", folder ? folder : "/tmp", geteuid(),
             text_hash(buf_text(&name)));
}

enum err admin_write(const char *database, const char *address, uint16_t port, const char *secret,
                     struct err_info *info)
{
    char name[4096], text[FILE_BYTES_MAX];
    file_name(database, name);
    unlink(name);
    int fd CLEANUP(close_file) = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool any = !address || strcmp(address, "0.0.0.0") == 0;
    const char *to = any ? "localhost" : strcmp(address, "::") == 0 ? "::1" : address;
    int len = snprintf(text, sizeof(text), "%s\n%u\n%s\n", to, port, secret);
    if (fd < 0 || write(fd, text, (size_t)len) != len) {
        return err_set(info, ERR_IO, "%s cannot be written: %s", name, strerror(errno));
    }
    return ERR_NONE;
}

static bool read_door(const char *database, struct door *ret)
{
    char name[4096], text[FILE_BYTES_MAX + 1] = "";
    file_name(database, name);
    int fd CLEANUP(close_file) = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat about;
    bool ours = fd >= 0 && (database_is_file(database) ||
                            (fstat(fd, &about) == 0 && about.st_uid == geteuid()));
    ssize_t len = ours ? read(fd, text, FILE_BYTES_MAX) : -1;
    return len > 0 &&
           sscanf(text, "%63[^\n]\n%7[^\n]\n%127[^\n]", ret->address, ret->port, ret->secret) == 3;
}

void admin_remove(const char *database, const char *secret)
{
    struct door door;
    char name[4096];
    if (read_door(database, &door) && strcmp(door.secret, secret) == 0) {
        file_name(database, name);
        unlink(name);
    }
}

struct text admin_url(struct arena *arena, const char *database)
{
    struct door door = {0};
    bool is_six = read_door(database, &door) && strchr(door.address, ':') != NULL;
    return arena_printf(arena, is_six ? "http://[%s]:%s" : "http://%s:%s", door.address, door.port);
}

static int connect_to(const struct door *door)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    four.sin_port = six.sin6_port = htons((uint16_t)strtoul(door->port, NULL, 10));
    bool is_six = strchr(door->address, ':') != NULL;
    bool is_name = strcmp(door->address, "localhost") == 0;
    const char *address = is_name ? "127.0.0.1" : door->address;
    if ((is_six ? inet_pton(AF_INET6, address, &six.sin6_addr)
                : inet_pton(AF_INET, address, &four.sin_addr)) != 1) {
        return -1;
    }
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = {.tv_sec = WAIT_S};
    const struct sockaddr *to =
        is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&four;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
        connect(fd, to, is_six ? sizeof(six) : sizeof(four)) != 0) {
        close_file(&fd);
        return -1;
    }
    return fd;
}

static bool exchange(int fd, struct text request, struct buf *reply)
{
    while (request.len) {
        ssize_t n = send(fd, request.ptr, request.len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        request = (struct text){request.ptr + n, request.len - (size_t)n};
    }
    for (;;) {
        buf_reserve(reply, 65536);
        ssize_t n = recv(fd, reply->ptr + reply->len, 65536, 0);
        if (n <= 0 || reply->len > REPLY_BYTES_MAX) {
            return n == 0;
        }
        reply->len += (size_t)n;
    }
}

/* The server closes the connection after its reply, so the body ends where it does. */
static bool split(struct text reply, struct arena *arena, unsigned *ret_status,
                  struct text *ret_body)
{
    const char *body = reply.len ? memmem(reply.ptr, reply.len, "\r\n\r\n", 4) : NULL;
    char status[4] = "";
    if (!body || reply.len < 12) {
        return false;
    }
    memcpy(status, reply.ptr + 9, 3);
    *ret_status = (unsigned)strtoul(status, NULL, 10);
    body += 4;
    *ret_body = arena_text(arena, (struct text){body, reply.len - (size_t)(body - reply.ptr)});
    return true;
}

enum err admin_request(const char *database, const char *method, const char *path, struct text body,
                       struct arena *arena, unsigned *ret_status, struct text *ret_body,
                       struct err_info *info)
{
    struct door door;
    int fd CLEANUP(close_file) = read_door(database, &door) ? connect_to(&door) : -1;
    if (fd < 0) {
        struct buf shown CLEANUP(buf_release) = {0};
        database_name(database, &shown);
        return err_set(info, ERR_NOT_FOUND, "no server runs with the database %s", shown.ptr);
    }
    struct buf request CLEANUP(buf_release) = {0}, reply CLEANUP(buf_release) = {0};
    buf_addf(&request,
             "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
             "Authorization: Bearer %s\r\n",
             method, path, door.secret);
    if (body.len) {
        buf_addf(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.len);
    }
    buf_add_str(&request, "\r\n");
    buf_add_text(&request, body);
    if (!exchange(fd, buf_text(&request), &reply) ||
        !split(buf_text(&reply), arena, ret_status, ret_body)) {
        return err_set(info, ERR_IO, "the server did not answer; see its log");
    }
    return ERR_NONE;
}
