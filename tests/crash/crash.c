/* Kills the server at random moments under load and shows that nothing acknowledged is lost:
 *   crash --troth PROGRAM --torn PROGRAM [--kills 200] [--seed N]
 * Half of the kills hit the program as it is (the kernel then keeps what was written), half the
 * test build over a file system that loses or tears what was not synced. Kills fall while it starts
 * and migrates, while it works, while the clock alone acts, and while it stops. What was not
 * acknowledged is sent again. Then the same with synchronous=OFF, which must fail: a test of this
 * test. Ends with 0 and one line:
 *   kills 200 acknowledged N lost 0 doubled 0 ledger equal events N missed 0 repeated 0
 * The events are those that one listener heard who came back after every kill. */
#include "base/random.h"
#include "scene.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROUND_KILLS = 20, /* of one database; then another is begun */
    UNSAFE_KILLS = 5
};

struct totals {
    unsigned kills;
    uint64_t acknowledged, lost, doubled, obligations, entries;
    uint64_t heard, missed, repeated; /* events */
    char wrong[JUDGE_WORDS];
    bool keep; /* what failed is left for a look */
};

struct round { /* one database and the kills it suffers */
    struct scene scene;
    struct random random;
    int64_t start_us; /* how long a start takes */
    unsigned kills;
    struct totals *totals;
};

static void draw_pause(struct round *r, int64_t most_us)
{
    child_sleep((int64_t)random_below(&r->random, (uint64_t)most_us + 1));
}

static void strike(struct round *r)
{
    child_kill(&r->scene.child);
    sender_stop(r->scene.sender);
    listener_stop(r->scene.listener);
    r->kills--;
    r->totals->kills++;
}

static bool start(struct round *r)
{
    int64_t begun = child_clock();
    bool ready = scene_start(&r->scene);
    int64_t took = child_clock() - begun;
    r->start_us = (r->start_us + took) / 2;
    return ready;
}

static void work(struct round *r)
{
    struct scene *s = &r->scene;
    sender_start(s->sender, s->child.port, s->token, SCENE_CONNECTIONS);
    draw_pause(r, 400000);
    if (random_below(&r->random, 5) == 0) { /* only the clock acts */
        sender_stop(s->sender);
        draw_pause(r, 1500000);
    }
    if (random_below(&r->random, 6) == 0) { /* while it stops */
        kill(s->child.pid, SIGTERM);
        draw_pause(r, 20000);
    }
}

/* At first it is killed while it makes the database. */
static void suffer(struct round *r)
{
    for (unsigned n = 0; r->kills; n++) {
        if (n < 2 || random_below(&r->random, 4) == 0) {
            child_start(&r->scene.plan, &r->scene.child);
            draw_pause(r, r->start_us * 5 / 4);
        } else if (start(r)) {
            work(r);
        }
        if (r->scene.wrong[0]) {
            return;
        }
        strike(r);
    }
}

static bool is_bad(const struct totals *t)
{
    return t->wrong[0] || t->lost || t->doubled;
}

static void run_round(const char *program, const char *const *environment, unsigned kills,
                      uint64_t seed, struct totals *t)
{
    struct round r = {
        .random = random_seeded(seed), .start_us = 60000, .kills = kills, .totals = t};
    struct judgement j = {.lost = 0};
    scene_begin(&r.scene, program, environment, seed);
    suffer(&r);
    if (!r.scene.wrong[0]) {
        scene_settle(&r.scene, &j);
    }
    t->acknowledged += sender_acknowledged(r.scene.sender);
    t->lost += j.lost;
    t->doubled += j.doubled;
    t->obligations += j.obligations;
    t->entries += j.entries;
    t->heard += j.heard;
    t->missed += j.missed;
    t->repeated += j.repeated + j.unfounded;
    memcpy(t->wrong, r.scene.wrong, sizeof(t->wrong));
    scene_end(&r.scene, is_bad(t) && t->keep);
}

/* -- the three parts -- */

struct options {
    const char *troth, *torn;
    unsigned kills;
    uint64_t seed;
};

static void run_safe(const struct options *o, struct totals *t)
{
    unsigned rounds =
        o->kills <= 4 ? 2 : 2 * ((o->kills + 2 * ROUND_KILLS - 1) / (2 * ROUND_KILLS));
    unsigned left = o->kills;
    for (unsigned i = 0; i < rounds && !is_bad(t); i++) {
        unsigned kills = left / (rounds - i);
        uint64_t seed = o->seed * 1000 + i;
        char torn[64];
        snprintf(torn, sizeof(torn), "TROTH_TEST_VFS=torn:%" PRIu64, seed);
        const char *const environment[] = {torn, "TROTH_TEST_CHECKPOINT=200", NULL};
        run_round(i % 2 ? o->torn : o->troth, i % 2 ? environment : NULL, kills, seed, t);
        left -= kills;
    }
}

/* True when it fails, as it must. */
static bool run_unsafe(const struct options *o)
{
    struct totals t = {0};
    static const char *const environment[] = {"TROTH_TEST_VFS=drop", "TROTH_TEST_SAFETY=off", NULL};
    for (uint64_t i = 0; i < 3 && !is_bad(&t); i++) {
        run_round(o->torn, environment, UNSAFE_KILLS, o->seed * 1000 + 900 + i, &t);
    }
    if (is_bad(&t)) {
        fprintf(stderr, "crash: with synchronous=OFF it fails within %u kills, as it must: %s\n",
                t.kills, t.lost ? "acknowledged touches are lost" : t.wrong);
        return true;
    }
    fprintf(stderr, "crash: with synchronous=OFF nothing fails: this test proves nothing\n");
    return false;
}

/* At a database that was left: is its ledger that of a replay? */
static int look(const char *place)
{
    struct judgement j = judge(place, NULL, 0);
    printf("%" PRIu64 " touches, %" PRIu64 " obligations, %" PRIu64 " corrected: %s\n", j.stored,
           j.obligations, j.corrected, j.wrong[0] ? j.wrong : "equal");
    return j.wrong[0] != 0;
}

static int usage(void)
{
    fprintf(stderr,
            "crash --troth PROGRAM --torn PROGRAM [--kills N] [--seed N] | --look DATABASE\n");
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option list[] = {
        {"look", required_argument, NULL, 'l'}, {"troth", required_argument, NULL, 't'},
        {"torn", required_argument, NULL, 'o'}, {"kills", required_argument, NULL, 'k'},
        {"seed", required_argument, NULL, 's'}, {0}};
    struct options o = {.kills = 200, .seed = (uint64_t)time(NULL) % 1000000};
    int letter;
    while ((letter = getopt_long(argc, argv, "", list, NULL)) != -1) {
        switch (letter) {
        case 'l':
            return look(optarg);
        case 't':
            o.troth = optarg;
            break;
        case 'o':
            o.torn = optarg;
            break;
        case 'k':
            o.kills = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 's':
            o.seed = strtoull(optarg, NULL, 10);
            break;
        default:
            return usage();
        }
    }
    if (!o.troth || !o.torn) {
        return usage();
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    fprintf(stderr, "crash: seed %" PRIu64 "\n", o.seed);
    struct totals t = {.keep = true};
    run_safe(&o, &t);
    printf("kills %u acknowledged %" PRIu64 " lost %" PRIu64 " doubled %" PRIu64
           " ledger %s events %" PRIu64 " missed %" PRIu64 " repeated %" PRIu64 "\n",
           t.kills, t.acknowledged, t.lost, t.doubled, t.wrong[0] ? "differs" : "equal", t.heard,
           t.missed, t.repeated);
    if (is_bad(&t)) {
        fprintf(stderr, "crash: seed %" PRIu64 ": %s\n", o.seed, t.wrong);
        return 1;
    }
    fprintf(stderr, "crash: %" PRIu64 " obligations, %" PRIu64 " entries compared\n", t.obligations,
            t.entries);
    return run_unsafe(&o) ? 0 : 1;
}
