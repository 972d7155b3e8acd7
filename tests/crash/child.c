#include "child.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_US = 60000000, ARGUMENTS_MAX = 12 };

int64_t child_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void child_sleep(int64_t us)
{
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR) {
    }
}

static void must(bool good, const char *what)
{
    if (!good) {
        perror(what);
        exit(2);
    }
}

/* In the child: never returns. */
static void become(const struct child_plan *plan, const char *const *arguments, int out)
{
    int log = open(plan->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || dup2(log, STDERR_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0) {
        _exit(126);
    }
    for (const char *const *e = plan->environment; e && *e; e++) {
        char *copy = strdup(*e); /* kept by the environment */
        if (!copy || putenv(copy) != 0) {
            _exit(126);
        }
    }
    if (plan->user && (setgid(plan->user) != 0 || setuid(plan->user) != 0)) {
        _exit(126);
    }
    char *list[ARGUMENTS_MAX] = {0};
    for (size_t i = 0; arguments[i] && i + 1 < ARGUMENTS_MAX; i++) {
        list[i] = strdup(arguments[i]);
    }
    assert(plan->program);
    execv(plan->program, list);
    _exit(127);
}

static pid_t launch(const struct child_plan *plan, const char *const *arguments, int *ret_out)
{
    int pipes[2];
    must(pipe2(pipes, O_CLOEXEC) == 0, "pipe");
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        become(plan, arguments, pipes[1]);
    }
    close(pipes[1]);
    *ret_out = pipes[0];
    return pid;
}

void child_start(const struct child_plan *plan, struct child *ret)
{
    const char *const arguments[] = {plan->program, "serve",  "--db", plan->place, "--listen",
                                     "127.0.0.1:0", "--rate", "0",    NULL};
    *ret = (struct child){0};
    ret->pid = launch(plan, arguments, &ret->out);
}

static void forget(struct child *c)
{
    close(c->out);
    *c = (struct child){0};
}

void child_kill(struct child *c)
{
    if (c->pid) {
        kill(c->pid, SIGKILL);
        waitpid(c->pid, NULL, 0);
        forget(c);
    }
}

bool child_ended(struct child *c, int *ret_status)
{
    if (waitpid(c->pid, ret_status, WNOHANG) != c->pid) {
        return false;
    }
    forget(c);
    return true;
}

bool child_ready(struct child *c)
{
    char said[CHILD_SAYING_SIZE] = "";
    size_t len = 0;
    int64_t end_us = child_clock() + PATIENCE_US;
    while (len + 1 < sizeof(said)) {
        struct pollfd fd = {.fd = c->out, .events = POLLIN};
        ssize_t n = -1;
        if (child_clock() < end_us && poll(&fd, 1, 1000) == 0) {
            continue;
        }
        if (child_clock() < end_us) {
            n = read(c->out, said + len, sizeof(said) - 1 - len);
        }
        if (n <= 0) {
            child_kill(c);
            return false;
        }
        len += (size_t)n;
        const char *at = strstr(said, " at http://127.0.0.1:");
        if (at && strchr(at, '\n')) {
            c->port = (uint16_t)strtoul(at + strlen(" at http://127.0.0.1:"), NULL, 10);
            return true;
        }
    }
    child_kill(c);
    return false;
}

bool child_stop(struct child *c)
{
    kill(c->pid, SIGTERM);
    for (int64_t end_us = child_clock() + PATIENCE_US; child_clock() < end_us;) {
        int status;
        if (child_ended(c, &status)) {
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
        child_sleep(2000);
    }
    child_kill(c);
    return false;
}

bool child_token(const struct child_plan *plan, char ret_token[CHILD_TOKEN_SIZE])
{
    const char *const arguments[] = {
        plan->program, "token",     "create",
        "--db",        plan->place, "--name",
        "crash",       "--scope",   "touch:write code:write ledger:read events:read",
        NULL};
    int out, status = -1;
    pid_t pid = launch(plan, arguments, &out);
    size_t len = 0;
    ssize_t n;
    while (len + 1 < CHILD_TOKEN_SIZE &&
           (n = read(out, ret_token + len, CHILD_TOKEN_SIZE - 1 - len)) > 0) {
        len += (size_t)n;
    }
    close(out);
    waitpid(pid, &status, 0);
    ret_token[len] = '\0';
    ret_token[strcspn(ret_token, "\n")] = '\0';
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct child_place child_place_make(void)
{
    struct child_place p;
    const char *root = getenv("TMPDIR");
    snprintf(p.folder, sizeof(p.folder), "%.60s/troth-crash-XXXXXX", root ? root : "/tmp");
    must(mkdtemp(p.folder) != NULL, "mkdtemp");
    snprintf(p.database, sizeof(p.database), "%s/troth.db", p.folder);
    snprintf(p.log, sizeof(p.log), "%s/log", p.folder);
    return p;
}

void child_place_remove(const struct child_place *p)
{
    DIR *folder = opendir(p->folder);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    if (folder) {
        closedir(folder);
    }
    rmdir(p->folder);
}
