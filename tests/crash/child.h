/* The server as a child process of the tests: started on a database, killed, stopped. */
#ifndef TROTH_TESTS_CRASH_CHILD_H
#define TROTH_TESTS_CRASH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_TOKEN_SIZE = 128, CHILD_PLACE_SIZE = 96, CHILD_SAYING_SIZE = 2048 };

struct child_plan {
    const char *program; /* troth or troth_torn */
    const char *place;   /* the database */
    const char *log;     /* its standard error is appended to this file */
    /* The environment's TROTH_TEST_VFS and so on, "NAME=VALUE", NULL-terminated; NULL: none. */
    const char *const *environment;
    uid_t user; /* 0: as we are */
};
struct child {
    pid_t pid; /* 0: not running */
    uint16_t port;
    int out; /* its standard output */
};

/* Starts it and does not wait. */
void child_start(const struct child_plan *plan, struct child *ret);
/* Until it says where it listens; false: it ended (or 60 seconds went by, then it is killed). */
bool child_ready(struct child *c);
void child_kill(struct child *c); /* SIGKILL, and waits for its end */
/* SIGTERM; true when it ended well, within 60 seconds. */
bool child_stop(struct child *c);
/* Its status when it has ended by itself; false: it still runs. */
bool child_ended(struct child *c, int *ret_status);
/* `troth token create`: the secret. */
bool child_token(const struct child_plan *plan, char ret_token[CHILD_TOKEN_SIZE]);

/* A new folder for a database and the files beside it; removed again whole. */
struct child_place {
    char folder[CHILD_PLACE_SIZE], database[CHILD_PLACE_SIZE + 16], log[CHILD_PLACE_SIZE + 16];
};
struct child_place child_place_make(void);
void child_place_remove(const struct child_place *p);

int64_t child_clock(void); /* monotonic, microseconds */
void child_sleep(int64_t us);

#endif
