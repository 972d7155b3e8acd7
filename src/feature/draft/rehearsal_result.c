#include "feature/draft/rehearsal_result.h"

#include "base/moment.h"

#include <string.h>

enum { TEAMS_MAX = 200, HOURS = 24, WEEKDAYS = 7, THURSDAY = 3 };

static int64_t state_of(const struct verdict *v)
{
    return v ? (int64_t)v->state : -1;
}

size_t rehearsed_list(struct arena *arena, const struct comparison *c, const struct zone *zone,
                      struct rehearsed **ret)
{
    struct rehearsed *list = ARENA_ARRAY(arena, struct rehearsed, c->change_count);
    for (size_t i = 0; i < c->change_count; i++) {
        const struct change *change = &c->changes[i];
        const struct verdict *v = change->after ? change->after : change->before;
        int64_t local = zone_to_local(zone, v->opened_us), day = floor_div(local, DAY_US);
        list[i] = (struct rehearsed){
            .number = (int64_t)i + 1,
            .promise = v->name,
            .key = v->key,
            .opening_source = v->opening_source,
            .opening_id = v->opening_id,
            .team = v->team,
            .n = v->n,
            .opened_us = v->opened_us,
            .weekday = ((day + THURSDAY) % WEEKDAYS + WEEKDAYS) % WEEKDAYS, /* of 1970-01-01 */
            .hour = (local - day * DAY_US) / HOUR_US,
            .before = state_of(change->before),
            .after = state_of(change->after),
        };
    }
    *ret = list;
    return c->change_count;
}

struct count {
    int64_t changed, newly_broken, newly_kept;
};

static void add(struct count *c, const struct rehearsed *r)
{
    c->changed++;
    c->newly_broken += r->after == STATE_BROKEN && r->before != STATE_BROKEN;
    c->newly_kept += r->after == STATE_KEPT && r->before == STATE_BROKEN;
}

static void write_count(struct json_writer *w, const struct count *c)
{
    json_key(w, "changed");
    json_int(w, c->changed);
    json_key(w, "newly_broken");
    json_int(w, c->newly_broken);
    json_key(w, "newly_kept");
    json_int(w, c->newly_kept);
}

struct named {
    struct text name;
    struct count count;
};
struct counts {
    struct count all, hours[HOURS], weekdays[WEEKDAYS];
    struct named *teams; /* the rest of very many are told with the last */
    size_t team_count;
    struct named *promises; /* by the comparison's */
};

static struct named *team_named(struct counts *k, struct text name)
{
    size_t i = 0;
    while (i < k->team_count && i + 1 < TEAMS_MAX && !text_eq(k->teams[i].name, name)) {
        i++;
    }
    if (i == k->team_count) {
        k->teams[k->team_count++].name = name;
    }
    return &k->teams[i];
}

static void count_all(struct arena *arena, const struct comparison *c, const struct rehearsed *list,
                      size_t count, struct counts *k)
{
    k->teams = ARENA_ARRAY(arena, struct named, TEAMS_MAX);
    k->promises = ARENA_ARRAY(arena, struct named, c->promise_count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t p = 0;
        while (p < c->promise_count && !text_eq(c->promises[p].name, list[i].promise)) {
            p++;
        }
        add(&k->all, &list[i]);
        add(&k->hours[list[i].hour], &list[i]);
        add(&k->weekdays[list[i].weekday], &list[i]);
        add(&team_named(k, list[i].team)->count, &list[i]);
        add(&k->promises[p].count, &list[i]);
    }
}

static void write_series(struct json_writer *w, const char *name, const struct count *list,
                         size_t count)
{
    json_key(w, name);
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(w);
        write_count(w, &list[i]);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_promises(struct json_writer *w, const struct comparison *c,
                           const struct counts *k)
{
    json_key(w, "by_promise");
    json_array_begin(w);
    for (size_t i = 0; i < c->promise_count; i++) {
        json_object_begin(w);
        json_key(w, "promise");
        json_text(w, c->promises[i].name);
        json_key(w, "words");
        json_text(w, c->promises[i].words);
        write_count(w, &k->promises[i].count);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_teams(struct json_writer *w, const struct counts *k)
{
    json_key(w, "by_team");
    json_array_begin(w);
    for (size_t i = 0; i < k->team_count; i++) {
        json_object_begin(w);
        json_key(w, "team");
        json_text(w, k->teams[i].name);
        write_count(w, &k->teams[i].count);
        json_object_end(w);
    }
    json_array_end(w);
}

/* The teams come last, and no text can hold these very bytes: a quotation mark within one is
 * escaped.
 */
#define TEAMS_MEMBER ",\"by_team\":"

struct text rehearsal_result(struct arena *arena, const struct comparison *c,
                             const struct rehearsed *list, size_t count)
{
    struct counts k = {0};
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    count_all(arena, c, list, count, &k);
    json_object_begin(&w);
    write_count(&w, &k.all);
    json_key(&w, "promises");
    comparison_json_promises(&w, c);
    write_promises(&w, c, &k);
    write_series(&w, "by_hour", k.hours, HOURS);
    write_series(&w, "by_weekday", k.weekdays, WEEKDAYS);
    write_teams(&w, &k);
    json_object_end(&w);
    return arena_text(arena, buf_text(&out));
}

static int64_t number_of(const struct json *team, const char *name)
{
    int64_t value = 0;
    const struct json *member = json_get(team, name);
    return member && json_int64(member, &value) ? value : 0;
}

enum err rehearsal_result_for(const struct identity *viewer, struct text result,
                              struct arena *arena, struct json_writer *w, struct err_info *info)
{
    const char *teams_at = memmem(result.ptr, result.len, TEAMS_MEMBER, strlen(TEAMS_MEMBER));
    if (!teams_at || !viewer->hidden_team_count) {
        json_raw(w, result);
        return ERR_NONE;
    }
    size_t before = (size_t)(teams_at - result.ptr), skip = before + strlen(TEAMS_MEMBER);
    struct text teams = {result.ptr + skip, result.len - skip - 1};
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer inner = json_writer(&out);
    const struct json *list;
    enum err e = json_parse(arena, teams, &json_default_limits, &list, info);
    if (e) {
        return e;
    }
    json_array_begin(&inner);
    for (const struct json *team = list->first; team; team = team->next) {
        const struct json *name = json_get(team, "team");
        if (!name || !identity_sees_team(viewer, name->text)) {
            continue;
        }
        const struct count count = {number_of(team, "changed"), number_of(team, "newly_broken"),
                                    number_of(team, "newly_kept")};
        json_object_begin(&inner);
        json_key(&inner, "team");
        json_text(&inner, name->text);
        write_count(&inner, &count);
        json_object_end(&inner);
    }
    json_array_end(&inner);
    json_raw(w, arena_printf(arena, "%.*s" TEAMS_MEMBER "%.*s}", (int)before, result.ptr,
                             (int)out.len, out.ptr));
    return ERR_NONE;
}
