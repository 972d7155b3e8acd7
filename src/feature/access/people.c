#include "feature/access/people.h"

#include "feature/access/role.h"
#include "feature/access/rows.h"

#include <stdlib.h>

enum { PEOPLE, PEOPLE_FACTOR, PEOPLE_ROLES, PEOPLE_TEAMS, PEOPLE_MEMBERS, STATEMENTS };

static const struct statement statements[] = {
    [PEOPLE] = {"people",
                "SELECT s.id, s.name, t.confirmed_us FROM staff s LEFT JOIN totp t ON "
                "t.staff_id = s.id WHERE s.disabled_us IS NULL ORDER BY s.id",
                NULL},
    [PEOPLE_FACTOR] = {"people_factor",
                       "SELECT value FROM sign_in_setting WHERE name = 'second_factor_roles'",
                       NULL},
    [PEOPLE_ROLES] = {"people_roles",
                      "SELECT s.staff_id, s.role_id, r.permissions FROM staff_role s "
                      "LEFT JOIN role r ON r.id = s.role_id",
                      NULL},
    [PEOPLE_TEAMS] = {"people_teams",
                      "SELECT id, coalesce(parent_id, 0), name, restricted FROM team ORDER BY id",
                      NULL},
    [PEOPLE_MEMBERS] = {"people_members", "SELECT staff_id, team_id FROM team_member", NULL},
};
const struct statement_table people_statements = {statements, STATEMENTS};

struct team_row {
    int64_t id, parent_id;
    struct text name;
    bool restricted;
};
struct teams {
    struct team_row *list; /* by id */
    size_t count, restricted;
};

static void read_person(const struct query *q, struct arena *arena, void *to)
{
    *(struct person *)to = (struct person){
        .id = query_int(q, 0),
        .name = arena_text(arena, query_text(q, 1)),
        .has_factor = !query_is_null(q, 2),
    };
}

static void read_team(const struct query *q, struct arena *arena, void *to)
{
    *(struct team_row *)to = (struct team_row){
        .id = query_int(q, 0),
        .parent_id = query_int(q, 1),
        .name = arena_text(arena, query_text(q, 2)),
        .restricted = query_int(q, 3) != 0,
    };
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b; /* each row begins with its id */
    return (x > y) - (x < y);
}

static struct person *find(const struct people *people, int64_t id)
{
    return people->count ? bsearch(&id, people->list, people->count, sizeof(*people->list), by_id)
                         : NULL;
}

static const struct team_row *find_team(const struct teams *teams, int64_t id)
{
    return teams->count ? bsearch(&id, teams->list, teams->count, sizeof(*teams->list), by_id)
                        : NULL;
}

enum err people_factor_roles(struct database *db, struct factor_roles *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PEOPLE_FACTOR]);
    bool row;
    enum err e = query_row(&q, &row, info);
    struct factor_roles roles = {.count = 0};
    struct text rest = !e && row ? query_text(&q, 0) : TEXT("");
    while (rest.len && roles.count < FACTOR_ROLES_MAX) {
        const char *space = memchr(rest.ptr, ' ', rest.len);
        struct text word = {rest.ptr, space ? (size_t)(space - rest.ptr) : rest.len};
        size_t step = word.len + (space != NULL);
        roles.count += text_to_int64(word, &roles.ids[roles.count]);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    if (!e) {
        *ret = roles;
    }
    return e;
}

static bool asks_for_factor(const struct factor_roles *roles, int64_t role_id)
{
    for (size_t i = 0; i < roles->count; i++) {
        if (roles->ids[i] == role_id) {
            return true;
        }
    }
    return false;
}

static enum err read_roles(struct database *db, const struct people *people, struct err_info *info)
{
    struct factor_roles factor;
    enum err known = people_factor_roles(db, &factor, info);
    if (known) {
        return known;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PEOPLE_ROLES]);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        struct person *p = find(people, query_int(&q, 0));
        const struct role *role = role_built_in(query_int(&q, 1));
        if (p) {
            p->permissions |=
                permission_parse(role ? text_of(role->permissions) : query_text(&q, 2));
            p->wants_factor = p->wants_factor || asks_for_factor(&factor, query_int(&q, 1));
        }
    }
    return e;
}

static enum err read_teams(struct database *db, struct arena *arena, struct teams *ret,
                           struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PEOPLE_TEAMS]);
    struct rows rows = {.arena = arena, .row_size = sizeof(struct team_row), .read = read_team};
    enum err e = rows_read(&q, &rows, info);
    *ret = (struct teams){rows.list, e ? 0 : rows.count, 0};
    for (size_t i = 0; i < ret->count; i++) {
        ret->restricted += ret->list[i].restricted;
    }
    return e;
}

/* A membership, in the order of people. */
struct membership {
    int64_t staff_id, team_id;
};

static void read_member(const struct query *q, struct arena *arena, void *to)
{
    (void)arena;
    *(struct membership *)to = (struct membership){query_int(q, 0), query_int(q, 1)};
}

/* Is the team, or one above it, among these? The tree has no circle, and a walk is bounded anyway.
 */
static bool belongs(const struct teams *teams, const struct team_row *team,
                    const struct membership *members, size_t count)
{
    for (size_t steps = 0; team && steps <= teams->count; steps++) {
        for (size_t i = 0; i < count; i++) {
            if (members[i].team_id == team->id) {
                return true;
            }
        }
        team = find_team(teams, team->parent_id);
    }
    return false;
}

static void hide(struct person *p, const struct teams *teams, const struct membership *members,
                 size_t count, struct arena *arena)
{
    static const char reads_all[] = "restricted:read";
    permission_set all = permission_in_force(p->permissions);
    if (teams->restricted == 0 || all & permission_parse(text_of(reads_all))) {
        return;
    }
    struct text *hidden = ARENA_ARRAY(arena, struct text, teams->restricted);
    for (size_t i = 0; i < teams->count; i++) {
        const struct team_row *team = &teams->list[i];
        if (team->restricted && !belongs(teams, team, members, count)) {
            hidden[p->hidden_count++] = team->name;
        }
    }
    p->hidden = hidden;
}

static enum err hide_teams(struct database *db, struct arena *arena, const struct teams *teams,
                           const struct people *people, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PEOPLE_MEMBERS]);
    struct rows rows = {.arena = arena, .row_size = sizeof(struct membership), .read = read_member};
    enum err e = rows_read(&q, &rows, info);
    if (e) {
        return e;
    }
    struct membership *all = rows.list;
    if (rows.count) {
        qsort(all, rows.count, sizeof(*all), by_id);
    }
    size_t first = 0;
    for (size_t i = 0; i < people->count; i++) {
        struct person *p = &people->list[i];
        while (first < rows.count && all[first].staff_id < p->id) {
            first++;
        }
        size_t end = first;
        while (end < rows.count && all[end].staff_id == p->id) {
            end++;
        }
        hide(p, teams, all + first, end - first, arena);
        p->scopes = permission_words(arena, p->permissions);
    }
    return ERR_NONE;
}

static void list_restricted(struct people *people, const struct teams *teams, struct arena *arena)
{
    people->restricted = ARENA_ARRAY(arena, struct text, teams->restricted);
    for (size_t i = 0; i < teams->count; i++) {
        if (teams->list[i].restricted) {
            people->restricted[people->restricted_count++] = teams->list[i].name;
        }
    }
}

enum err people_read(struct database *db, struct arena *arena, struct people *ret,
                     struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PEOPLE]);
    struct rows rows = {.arena = arena, .row_size = sizeof(struct person), .read = read_person};
    enum err e = rows_read(&q, &rows, info);
    if (e) {
        return e;
    }
    struct people people = {.list = rows.list, .count = rows.count};
    struct teams teams;
    e = read_roles(db, &people, info);
    e = e ? e : read_teams(db, arena, &teams, info);
    e = e ? e : hide_teams(db, arena, &teams, &people, info);
    if (!e) {
        list_restricted(&people, &teams, arena);
        *ret = people;
    }
    return e;
}

const struct person *people_find(const struct people *people, int64_t staff_id)
{
    return find(people, staff_id);
}
