/* Who is who, for a running server (rules 44 to 47). The touches that say it stand among those
 * heard anywhere, so that every server reads them again when one comes. One that comes has all
 * touches of the keys that it concerns (the family) judged anew: under the keys that they had, and
 * under those that they have now. The family's obligations are one heap until each is taken by the
 * fold that has it (late_family.c). */
#include "feature/ledger/job.h"
#include "feature/ledger/touch_order.h"
#include "feature/ledger/waking.h"
#include "store/sharing.h"

#include <stdlib.h>

void keeper_judge(const struct keeper *k, struct touch *t)
{
    t->thread = who_key(k->who, WHO_THREAD, t->thread);
    t->customer = who_key(k->who, WHO_CUSTOMER, t->customer);
}

bool job_kind_of(struct key key, enum who_kind *ret)
{
    *ret = key.kind == KEY_CUSTOMER ? WHO_CUSTOMER : WHO_THREAD;
    return key.kind == KEY_CUSTOMER || key.kind == KEY_THREAD;
}

bool job_is_grouped(const struct job *job, struct key key, struct text text)
{
    enum who_kind kind;
    return job_kind_of(key, &kind) && who_is_grouped(job->keeper->who, kind, text);
}

static struct key key_of(enum who_kind kind)
{
    return (struct key){.kind = kind == WHO_CUSTOMER ? KEY_CUSTOMER : KEY_THREAD};
}

/* -- the touches of a key, as they are judged -- */

struct judging {
    struct job *job;
    touch_row_each *each;
    void *context;
};

static bool give_judged(void *context, const struct touch *t)
{
    struct judging *judging = context;
    struct touch judged = *t;
    keeper_judge(judging->job->keeper, &judged);
    return judging->each(judging->context, &judged);
}

struct member { /* a key of a group */
    struct member *next;
    struct text key;
};
struct members {
    struct arena *arena;
    struct member *first;
};

static void add_member(void *context, struct text key)
{
    struct members *members = context;
    struct member *member = ARENA_NEW(members->arena, struct member);
    *member = (struct member){members->first, arena_text(members->arena, key)};
    members->first = member;
}

static struct member *members_of(struct job *job, enum who_kind kind, struct text root)
{
    struct members members = {.arena = &job->arena};
    who_each(job->keeper->who, kind, root, add_member, &members);
    return members.first;
}

struct touch_list {
    struct job *job;
    struct touch *items;
    size_t count, capacity;
};

static bool add_to_list(void *context, const struct touch *t)
{
    struct touch_list *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        list->items =
            arena_grow(&list->job->arena, list->items, list->count, capacity, sizeof(*list->items));
        list->capacity = capacity;
    }
    list->items[list->count++] = touch_copy(&list->job->arena, t);
    return true;
}

static int compare_listed(const void *a, const void *b)
{
    return touch_compare(a, b);
}

static enum err touches_of_group(struct job *job, enum who_kind kind, struct text root,
                                 touch_row_each *each, void *context)
{
    struct touch_list list = {.job = job};
    struct judging judging = {job, add_to_list, &list};
    enum err e = ERR_NONE;
    for (struct member *m = members_of(job, kind, root); m && !e; m = m->next) {
        e = touch_row_of_key(job->db, key_of(kind), m->key, give_judged, &judging, job->info);
    }
    if (!e && list.count) {
        qsort(list.items, list.count, sizeof(*list.items), compare_listed);
    }
    for (size_t i = 0; i < list.count && !e && each(context, &list.items[i]); i++) {
    }
    return e;
}

enum err job_touches_of_key(struct job *job, struct key key, struct text text, touch_row_each *each,
                            void *context)
{
    enum who_kind kind;
    if (job_kind_of(key, &kind) && who_is_grouped(job->keeper->who, kind, text)) {
        return touches_of_group(job, kind, text, each, context);
    }
    struct judging judging = {job, each, context};
    return touch_row_of_key(job->db, key, text, give_judged, &judging, job->info);
}

enum err job_opens_thread(struct job *job, const struct touch *judged, bool *ret_opens)
{
    int64_t id = (int64_t)judged->place;
    if (!who_is_grouped(job->keeper->who, WHO_THREAD, judged->thread)) {
        return touch_row_opens_thread(job->db, judged->thread, judged->occurred_us, id, ret_opens,
                                      job->info);
    }
    enum err e = ERR_NONE;
    *ret_opens = true;
    for (struct member *m = members_of(job, WHO_THREAD, judged->thread); m && !e; m = m->next) {
        bool opens = false;
        e = touch_row_opens_thread(job->db, m->key, judged->occurred_us, id, &opens, job->info);
        *ret_opens = *ret_opens && opens;
    }
    return e;
}

/* -- what is judged anew -- */

struct anywhere { /* a touch of the family that is heard anywhere */
    struct anywhere *next;
    int64_t id, occurred_us;
};

struct anew {
    struct job *job;
    const struct cause *cause;
    struct anywhere **anywhere; /* NULL: of no interest */
};

static void note_anywhere(struct anew *anew, const struct touch *t)
{
    struct anywhere *note = ARENA_NEW(&anew->job->arena, struct anywhere);
    *note = (struct anywhere){*anew->anywhere, (int64_t)t->place, t->occurred_us};
    *anew->anywhere = note;
}

/* Wherever it is heard, whether or not it opens its thread. */
static bool fold_anew(void *context, const struct touch *t)
{
    struct anew *anew = context;
    struct job *job = anew->job;
    for (int opens = 0; opens < 2 && !text_is(t->source, "troth"); opens++) {
        const struct bound *b = plan_bind(job->plan, t, opens == 1, &job->arena);
        if (b && bound_is_anywhere(b) && anew->anywhere) {
            note_anywhere(anew, t);
        }
        for (uint32_t lane = 0; b && lane < plan_lane_count(job->plan); lane++) {
            struct text key;
            if (bound_enters(b, lane) && bound_key(b, lane, &key)) {
                job_fold_anew(job, lane, key, anew->cause);
            }
        }
    }
    return true;
}

static enum err fold_touches_anew(struct job *job, enum who_kind kind, struct text key,
                                  const struct cause *cause, struct anywhere **ret_anywhere)
{
    struct anew anew = {job, cause, ret_anywhere};
    struct judging judging = {job, fold_anew, &anew};
    return touch_row_of_key(job->db, key_of(kind), key, give_judged, &judging, job->info);
}

enum err job_thread_anew(struct job *job, const struct touch *judged)
{
    const struct cause cause = {judged->source, judged->id};
    enum err e = ERR_NONE;
    for (struct member *m = members_of(job, WHO_THREAD, judged->thread); m && !e; m = m->next) {
        e = fold_touches_anew(job, WHO_THREAD, m->key, &cause, NULL);
    }
    return e;
}

/* -- the family -- */

bool job_is_family(const struct job *job, enum who_kind kind, struct text key)
{
    for (const struct relative *r = job->family; r; r = r->next) {
        if (r->kind == kind && text_eq(r->key, key)) {
            return true;
        }
    }
    return false;
}

static void add_relative(struct job *job, enum who_kind kind, struct text key)
{
    if (!job_is_family(job, kind, key)) {
        struct relative *r = ARENA_NEW(&job->arena, struct relative);
        *r = (struct relative){job->family, kind, arena_text(&job->arena, key)};
        job->family = r;
    }
}

static void add_group(struct job *job, enum who_kind kind, struct text key)
{
    struct text root = who_key(job->keeper->who, kind, key);
    for (struct member *m = members_of(job, kind, root); m; m = m->next) {
        add_relative(job, kind, m->key);
    }
    add_relative(job, kind, key);
}

static enum err family_anew(struct job *job, const struct cause *cause,
                            struct anywhere **ret_anywhere)
{
    enum err e = ERR_NONE;
    for (const struct relative *r = job->family; r && !e; r = r->next) {
        e = fold_touches_anew(job, r->kind, r->key, cause, ret_anywhere);
        for (uint32_t lane = 0; lane < plan_lane_count(job->plan); lane++) {
            enum who_kind kind;
            if (job_kind_of(plan_lane_key(job->plan, lane), &kind) && kind == r->kind) {
                job_fold_anew(job, lane, r->key, cause);
            }
        }
    }
    return e;
}

/* What the family says anywhere says another thing now, or is heard at all: every key is told to
 * look again, from the first of it on. */
static enum err hear_family_anew(struct job *job, const struct anywhere *all)
{
    int64_t since_us = MOMENT_NEVER;
    enum err e = ERR_NONE;
    for (const struct anywhere *a = all; a && !e; a = a->next) {
        since_us = a->occurred_us < since_us ? a->occurred_us : since_us;
        e = touch_row_add_anywhere(job->db, a->id, job->info);
    }
    if (e || !all) {
        return e;
    }
    job->keeper->waking = true;
    e = waking_add(job->db, job->plan, since_us, job->info);
    return e ? e : keeper_read_world(job->keeper, job->db, job->info);
}

enum err job_learn_who(struct job *job, const struct touch_new *list, size_t count)
{
    struct cause cause = {0};
    for (size_t i = 0; i < count; i++) {
        struct who_said said;
        if (list[i].is_new && who_says(list[i].touch, &said)) {
            add_group(job, said.kind, said.survivor);
            add_group(job, said.kind, said.other);
            cause = (struct cause){list[i].touch->source, list[i].touch->id};
        }
    }
    if (!job->family) {
        return ERR_NONE;
    }
    if (!database_is_alone(job->db)) {
        return database_want_alone(job->db, job->info);
    }
    job->keeper->world_doubtful = true; /* until the job has succeeded */
    struct anywhere *anywhere = NULL;   /* as it was judged, and as it is */
    enum err e = family_anew(job, &cause, &anywhere);
    for (size_t i = 0; i < count && !e; i++) {
        struct who_said said;
        if (list[i].is_new && who_says(list[i].touch, &said)) {
            e = touch_row_add_anywhere(job->db, list[i].id, job->info);
        }
    }
    e = e ? e : mark_move(job->db, KEEPER_WORLD, job->info);
    e = e ? e : keeper_read_world(job->keeper, job->db, job->info);
    e = e ? e : family_anew(job, &cause, &anywhere);
    e = e ? e : hear_family_anew(job, anywhere);
    job->keeper->world_doubtful = true;
    return e;
}
