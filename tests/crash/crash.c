/* Kills the server at random moments under load and shows that nothing acknowledged is lost:
 *   crash --troth PROGRAM --torn PROGRAM [--kills 200] [--seed N]
 * Half of the kills hit the program as it is (the kernel then keeps what was written), half the
 * test build over a file system that loses or tears what was not synced. Kills fall while it starts
 * and migrates, while it works, while the clock alone acts, and while it stops. What was not
 * acknowledged is sent again. Then the same with synchronous=OFF, which must fail: a test of this
 * test. Ends with 0 and one line:
 *   kills 200 acknowledged N lost 0 doubled 0 ledger equal */
#include "base/moment.h"
#include "base/random.h"
#include "child.h"
#include "judge.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ROUND_KILLS = 20, /* of one database; then another is begun */
    UNSAFE_KILLS = 5,
    CONNECTIONS = 4,
    SETTLE_TRIES = 40
};

struct totals {
    unsigned kills;
    uint64_t acknowledged, lost, doubled, altered, obligations, entries;
    char wrong[JUDGE_WORDS];
    bool keep; /* what failed is left for a look */
};

struct round { /* one database and the kills it suffers */
    struct child_plan plan;
    struct child_place place;
    struct random random;
    struct sender *sender;
    char token[CHILD_TOKEN_SIZE];
    bool published;
    int64_t start_us; /* how long a start takes */
    unsigned kills;
    struct totals *totals;
};

static void wrong(struct totals *t, const char *what, const char *words)
{
    if (!t->wrong[0]) {
        snprintf(t->wrong, sizeof(t->wrong), "%s %s", what, words);
    }
}

static bool ready(struct round *r, struct child *c)
{
    int64_t begun = child_clock();
    if (!child_ready(c)) {
        wrong(r->totals, "the server does not start, see", r->place.log);
        return false;
    }
    int64_t took = child_clock() - begun;
    r->start_us = r->start_us && r->start_us < took ? r->start_us : took;
    return true;
}

static void draw_pause(struct round *r, int64_t most_us)
{
    child_sleep((int64_t)random_below(&r->random, (uint64_t)most_us + 1));
}

/* A new database: killed in its first start, migrated at last, given a token. */
static bool begin(struct round *r)
{
    struct child c;
    for (unsigned i = 0; i < 2 && r->kills; i++, r->kills--) {
        child_start(&r->plan, &c);
        draw_pause(r, 60000);
        child_kill(&c);
        r->totals->kills++;
    }
    if (!child_token(&r->plan, r->token)) {
        wrong(r->totals, "no token is made, see", r->place.log);
        return false;
    }
    return true;
}

static void work(struct round *r, const struct child *c)
{
    if (!r->published && !(r->published = sender_publish(r->sender, c->port, r->token))) {
        return;
    }
    sender_start(r->sender, c->port, r->token, CONNECTIONS);
    draw_pause(r, 400000);
    if (random_below(&r->random, 5) == 0) { /* only the clock acts */
        sender_stop(r->sender);
        draw_pause(r, 1500000);
    }
    if (random_below(&r->random, 6) == 0) { /* while it stops */
        kill(c->pid, SIGTERM);
        draw_pause(r, 20000);
    }
}

static bool suffer(struct round *r)
{
    for (; r->kills; r->kills--) {
        struct child c;
        child_start(&r->plan, &c);
        if (random_below(&r->random, 4) == 0) { /* while it starts */
            draw_pause(r, r->start_us * 5 / 4);
        } else if (!ready(r, &c)) {
            return false;
        } else {
            work(r, &c);
        }
        child_kill(&c);
        sender_stop(r->sender);
        r->totals->kills++;
        if (sender_complaint(r->sender)[0]) {
            wrong(r->totals, "the server said", sender_complaint(r->sender));
            return false;
        }
    }
    return true;
}

/* Sends what is left, lets the clock do all that is due, stops, and judges. */
static void settle(struct round *r, struct judgement *ret)
{
    for (int i = 0; i < SETTLE_TRIES; i++) {
        struct child c;
        child_start(&r->plan, &c);
        if (!ready(r, &c)) {
            return;
        }
        if ((!r->published && !(r->published = sender_publish(r->sender, c.port, r->token))) ||
            !sender_finish(r->sender, c.port, r->token)) {
            wrong(r->totals, "what was left is not taken", sender_complaint(r->sender));
        }
        child_sleep(300000);
        int64_t now_us = moment_now();
        if (!child_stop(&c)) {
            wrong(r->totals, "the server does not stop well, see", r->place.log);
            return;
        }
        size_t count;
        const struct sent *list = sender_list(r->sender, &count);
        *ret = judge(r->place.database, list, count);
        if (ret->next_us >= now_us || ret->lost || ret->doubled) {
            return;
        }
    }
    wrong(r->totals, "the clock never catches up", "");
}

static void add_judgement(struct totals *t, const struct round *r, const struct judgement *j)
{
    t->acknowledged += sender_acknowledged(r->sender);
    t->lost += j->lost;
    t->doubled += j->doubled;
    t->altered += j->altered;
    t->obligations += j->obligations;
    t->entries += j->entries;
    if (j->wrong[0]) {
        wrong(t, "", j->wrong);
    }
    if (j->altered) {
        wrong(t, "touches are there that were not sent so", "");
    }
}

static bool is_bad(const struct totals *t)
{
    return t->wrong[0] || t->lost || t->doubled;
}

static void run_round(const char *program, const char *const *environment, unsigned kills,
                      uint64_t seed, struct totals *t)
{
    struct round r = {.place = child_place_make(),
                      .random = random_seeded(seed),
                      .sender = sender_new(seed),
                      .start_us = 50000,
                      .kills = kills,
                      .totals = t};
    r.plan = (struct child_plan){.program = program,
                                 .place = r.place.database,
                                 .log = r.place.log,
                                 .environment = environment};
    struct judgement j = {.lost = 0};
    if (begin(&r) && suffer(&r)) {
        settle(&r, &j);
    }
    add_judgement(t, &r, &j);
    sender_free(r.sender);
    if (!is_bad(t) || !t->keep) {
        child_place_remove(&r.place);
    } else {
        fprintf(stderr, "crash: left for a look: %s\n", r.place.folder);
    }
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

static int usage(void)
{
    fprintf(stderr, "crash --troth PROGRAM --torn PROGRAM [--kills N] [--seed N]\n");
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option list[] = {{"troth", required_argument, NULL, 't'},
                                         {"torn", required_argument, NULL, 'o'},
                                         {"kills", required_argument, NULL, 'k'},
                                         {"seed", required_argument, NULL, 's'},
                                         {0}};
    struct options o = {.kills = 200, .seed = (uint64_t)time(NULL) % 1000000};
    int letter;
    while ((letter = getopt_long(argc, argv, "", list, NULL)) != -1) {
        switch (letter) {
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
    printf("kills %u acknowledged %" PRIu64 " lost %" PRIu64 " doubled %" PRIu64 " ledger %s\n",
           t.kills, t.acknowledged, t.lost, t.doubled, t.wrong[0] ? "differs" : "equal");
    if (is_bad(&t)) {
        fprintf(stderr, "crash: seed %" PRIu64 ": %s\n", o.seed, t.wrong);
        return 1;
    }
    fprintf(stderr, "crash: %" PRIu64 " obligations, %" PRIu64 " entries compared\n", t.obligations,
            t.entries);
    return run_unsafe(&o) ? 0 : 1;
}
