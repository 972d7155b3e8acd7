#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 1000, REDRAW_MS = 200, FIGURE_COLUMNS = 8 };

static int64_t now_in_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct progress progress_begin(void)
{
    return (struct progress){.is_shown = isatty(STDERR_FILENO), .started_ms = now_in_ms()};
}

/* How much of the words fits beside the figure: a line that wraps cannot be wiped. */
static int fitting(const char *what)
{
    struct winsize size;
    bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > FIGURE_COLUMNS;
    size_t room = is_known ? size.ws_col - FIGURE_COLUMNS : 80 - FIGURE_COLUMNS;
    size_t len = strlen(what);
    if (len > room) {
        for (len = room; len && ((unsigned char)what[len] & 0xc0) == 0x80; len--) {
        }
    }
    return (int)len;
}

void progress_show(struct progress *p, const char *what, double share)
{
    int64_t now_ms = p->is_shown ? now_in_ms() : 0;
    if (!p->is_shown || now_ms - p->started_ms < QUIET_MS || now_ms - p->drawn_ms < REDRAW_MS) {
        return;
    }
    p->drawn_ms = now_ms;
    if (share < 0) {
        fprintf(stderr, "\r%.*s …\033[K", fitting(what), what);
    } else {
        fprintf(stderr, "\r%.*s %3.0f %%\033[K", fitting(what), what, share * 100);
    }
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->drawn_ms) {
        fputs("\r\033[K", stderr);
        p->drawn_ms = 0;
    }
}
