#include "scene.h"

#include "base/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SETTLE_TRIES = 60, SETTLE_PAUSE_US = 300000 };

void scene_begin(struct scene *s, const char *program, const char *const *environment,
                 uint64_t seed)
{
    *s = (struct scene){
        .place = child_place_make(), .sender = sender_new(seed), .listener = listener_new()};
    s->plan = (struct child_plan){.program = program,
                                  .place = s->place.database,
                                  .log = s->place.log,
                                  .environment = environment};
}

void scene_end(struct scene *s, bool keep)
{
    if (s->child.pid) {
        child_kill(&s->child);
    }
    sender_stop(s->sender);
    sender_free(s->sender);
    listener_free(s->listener);
    if (keep) {
        fprintf(stderr, "left for a look: %s\n", s->place.folder);
    } else {
        child_place_remove(&s->place);
    }
}

void scene_wrong(struct scene *s, const char *what, const char *words)
{
    if (!s->wrong[0]) {
        snprintf(s->wrong, sizeof(s->wrong), "%.80s %.900s", what, words);
    }
}

bool scene_start(struct scene *s)
{
    if (!s->token[0] && !child_token(&s->plan, s->token)) {
        scene_wrong(s, "no token is made, see", s->place.log);
        return false;
    }
    child_start(&s->plan, &s->child);
    if (!child_ready(&s->child)) {
        scene_wrong(s, "the server does not start, see", s->place.log);
        return false;
    }
    listener_start(s->listener, s->child.port, s->token);
    s->published = s->published || sender_publish(s->sender, s->child.port, s->token);
    return true;
}

void scene_load(struct scene *s, int64_t us)
{
    sender_start(s->sender, s->child.port, s->token, SCENE_CONNECTIONS);
    child_sleep(us);
    sender_stop(s->sender);
}

static void hear_events(struct scene *s, struct judgement *j)
{
    size_t count;
    listener_stop(s->listener);
    const int64_t *heard = listener_heard(s->listener, &count);
    judge_events(s->place.database, heard, count, j);
    if (listener_complaint(s->listener)[0]) {
        scene_wrong(s, "", listener_complaint(s->listener));
    }
    if (j->missed || j->repeated || j->unfounded) {
        char words[160];
        snprintf(words, sizeof(words),
                 "%" PRIu64 " missed, %" PRIu64 " again, %" PRIu64 " that the ledger has not",
                 j->missed, j->repeated, j->unfounded);
        scene_wrong(s, "events:", words);
    }
}

/* Waiting changes nothing any more. */
static bool is_bad(const struct judgement *j)
{
    return j->lost || j->doubled || j->missed || j->repeated || j->unfounded;
}

void scene_settle(struct scene *s, struct judgement *ret)
{
    int64_t wanted = INT64_MAX; /* the last event of an earlier try: the clock never rests */
    *ret = (struct judgement){.next_us = MOMENT_NEVER};
    for (int i = 0; i < SETTLE_TRIES; i++) {
        if (!scene_start(s)) {
            return;
        }
        if (!s->published || !sender_finish(s->sender, s->child.port, s->token)) {
            scene_wrong(s, "what was left is not taken", sender_complaint(s->sender));
        }
        child_sleep(SETTLE_PAUSE_US);
        int64_t now_us = moment_now();
        if (!child_stop(&s->child)) {
            scene_wrong(s, "the server does not stop well, see", s->place.log);
            return;
        }
        size_t count;
        const struct sent *list = sender_list(s->sender, &count);
        *ret = judge(s->place.database, list, count);
        hear_events(s, ret);
        if ((ret->next_us >= now_us && ret->last_heard >= wanted) || is_bad(ret)) {
            break;
        }
        wanted = wanted == INT64_MAX ? ret->last_event : wanted;
        if (i + 1 == SETTLE_TRIES) {
            scene_wrong(s, "the clock never catches up, or events never come", "");
        }
    }
    if (ret->wrong[0]) {
        scene_wrong(s, "", ret->wrong);
    }
    if (ret->altered) {
        scene_wrong(s, "touches are there that were not sent so", "");
    }
    if (sender_complaint(s->sender)[0]) {
        scene_wrong(s, "the server said", sender_complaint(s->sender));
    }
}
