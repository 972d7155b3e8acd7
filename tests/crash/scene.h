/* A database with a server, a sender and someone who listens to the events: what the tests below
 * have in common. */
#ifndef TROTH_TESTS_CRASH_SCENE_H
#define TROTH_TESTS_CRASH_SCENE_H

#include "child.h"
#include "judge.h"
#include "listener.h"

enum { SCENE_CONNECTIONS = 4 };

struct scene {
    struct child_place place;
    struct child_plan plan;
    struct child child;
    struct sender *sender;
    struct listener *listener; /* from each start of the server to its end */
    char token[CHILD_TOKEN_SIZE];
    bool published;
    char wrong[JUDGE_WORDS]; /* the first thing that went wrong; "": nothing */
};

/* A new folder; nothing runs yet. */
void scene_begin(struct scene *s, const char *program, const char *const *environment,
                 uint64_t seed);
/* Removes the folder, unless told to keep it. */
void scene_end(struct scene *s, bool keep);
void scene_wrong(struct scene *s, const char *what, const char *words);

/* The server starts, is listened to, has a token and (if it could be done) the Code. False: it is
 * in s->wrong. */
bool scene_start(struct scene *s);
/* Sends for so long. */
void scene_load(struct scene *s, int64_t us);
/* With no server running: sends what is left, lets the clock do all that is due, stops the server
 * and judges. */
void scene_settle(struct scene *s, struct judgement *ret);

#endif
