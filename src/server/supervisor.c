#include "server/supervisor.h"

#include "base/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void supervisor_tell(const char *state)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct text path = text_of(getenv("NOTIFY_SOCKET"));
    if (path.len < 2 || path.len >= sizeof(to.sun_path)) {
        return;
    }
    memcpy(to.sun_path, path.ptr, path.len);
    if (to.sun_path[0] == '@') {
        to.sun_path[0] = '\0'; /* a name outside the file system */
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    struct text words = text_of(state);
    ssize_t n = sendto(fd, words.ptr, words.len, MSG_NOSIGNAL, (const struct sockaddr *)&to,
                       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len));
    (void)n;
    close(fd);
}

int64_t supervisor_patience_us(void)
{
    const char *process = getenv("WATCHDOG_PID");
    int64_t pid, us;
    if (process && (!text_to_int64(text_of(process), &pid) || pid != getpid())) {
        return 0;
    }
    return text_to_int64(text_of(getenv("WATCHDOG_USEC")), &us) && us > 0 ? us : 0;
}
