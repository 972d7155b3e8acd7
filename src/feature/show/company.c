#include "feature/show/company.h"

#include "base/log.h"
#include "feature/demo/cast.h"
#include "feature/staff/member.h"
#include "feature/staff/staff.h"
#include "feature/staff/team.h"

static enum err add_team(struct database *db, const char *name, int64_t parent_id, int64_t now_us,
                         struct arena *arena, int64_t *ret_id, struct err_info *info)
{
    struct team_list teams;
    enum err e = team_list(db, arena, &teams, info);
    if (e) {
        return e;
    }
    const struct team *there = team_named(&teams, text_of(name));
    struct team t = {.name = text_of(name), .parent_id = parent_id, .created_us = now_us};
    e = there ? ERR_NONE : team_add(db, &teams, &t, info);
    if (!e) {
        *ret_id = there ? there->id : t.id;
    }
    return e;
}

/* livia@quintal.example is Livia, as the touches have her. */
static struct text address_of(const struct agent *agent, struct arena *arena)
{
    return arena_printf(arena, "%c%s@quintal.example", agent->name[0] - 'A' + 'a', agent->name + 1);
}

static enum err enrol_agent(struct database *db, const struct agent *agent, int64_t parent_id,
                            int64_t now_us, struct arena *arena, struct err_info *info)
{
    struct belonging team = {.lead = strcmp(agent->role, "lead") == 0};
    int64_t id = 0;
    enum err e = add_team(db, agent->team, parent_id, now_us, arena, &team.team_id, info);
    e = e ? e
          : staff_enrol(db, text_of(agent->name), address_of(agent, arena), text_of(agent->role),
                        now_us, &id, info);
    return e ? e : team_set_of_member(db, id, &team, 1, info);
}

enum err show_enrol(struct database *db, int64_t now_us, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    int64_t id = 0, service_id = 0;
    enum err e = staff_enrol(db, TEXT("Alma"), TEXT(SHOW_ADMINISTRATOR), TEXT("administrator"),
                             now_us, &id, info);
    e = e ? e : add_team(db, "service", 0, now_us, &arena, &service_id, info);
    for (size_t i = 0; i < CAST_COUNT && !e; i++) {
        bool packs = i >= CAST_ROASTERY_FIRST;
        e = enrol_agent(db, &cast_agents[i], packs ? 0 : service_id, now_us, &arena, info);
    }
    return e ? e
             : staff_enrol(db, TEXT("Bruna"), TEXT("bruna@quintal.example"), TEXT("manager"),
                           now_us, &id, info);
}

void show_make_link(struct database *db, char ret_code[TOKEN_TEXT_SIZE])
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    struct member m;
    enum err e = member_find_by_email(db, TEXT(SHOW_ADMINISTRATOR), &arena, &m, &info);
    e = e ? e : session_link(db, m.id, moment_now(), ret_code, &info);
    if (e) {
        ret_code[0] = '\0';
        log_say(LOG_WARNING, "no_sign_in_link", "%s %s", info.text, info.detail);
    }
}
