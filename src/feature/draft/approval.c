#include "feature/draft/approval.h"

#include "feature/access/permission.h"
#include "feature/access/role.h"

enum { SETTING_FIND, SETTING_SET, HELD_LIST, APPROVAL_LIST, APPROVAL_ADD, STATEMENTS };

#define SECOND_PERSON "second_person"

static const struct statement statements[] = {
    [SETTING_FIND] = {"code_setting_find", "SELECT value FROM code_setting WHERE name = $1", NULL},
    [SETTING_SET] = {"code_setting_set",
                     "INSERT INTO code_setting (name, value) VALUES ($1, $2) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     NULL},
    [HELD_LIST] = {"code_approver_roles",
                   "SELECT s.id, h.role_id, r.permissions FROM staff s "
                   "JOIN staff_role h ON h.staff_id = s.id LEFT JOIN role r ON r.id = h.role_id "
                   "WHERE s.disabled_us IS NULL ORDER BY s.id",
                   NULL},
    [APPROVAL_LIST] = {"code_approval_list",
                       "SELECT version_id, draft_id, sent_by, approved_by, approved_us, note "
                       "FROM code_approval ORDER BY version_id DESC",
                       NULL},
    [APPROVAL_ADD] = {"code_approval_add",
                      "INSERT INTO code_approval (version_id, draft_id, sent_by, approved_by, "
                      "approved_us, note) VALUES ($1, $2, $3, $4, $5, $6)",
                      NULL},
};
const struct statement_table approval_statements = {statements, STATEMENTS};

const char *const second_person_names[] = {"auto", "always", "never", NULL};

static enum err read_setting(struct database *db, enum second_person *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SETTING_FIND]);
    query_bind_text(&q, 1, TEXT(SECOND_PERSON));
    bool row = false;
    enum err e = query_row(&q, &row, info);
    *ret = SECOND_AUTO;
    for (int i = 0; !e && row && second_person_names[i]; i++) {
        if (text_is(query_text(&q, 0), second_person_names[i])) {
            *ret = (enum second_person)i;
        }
    }
    return e;
}

static bool role_approves(const struct query *q)
{
    const struct role *built_in = role_built_in(query_int(q, 1));
    struct text words = built_in ? text_of(built_in->permissions) : query_text(q, 2);
    permission_set wanted = permission_parse(TEXT("code:approve"));
    return (permission_in_force(permission_parse(words)) & wanted) != 0;
}

static enum err count_approvers(struct database *db, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_LIST]);
    int64_t count = 0, last = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (query_int(&q, 0) != last && role_approves(&q)) {
            last = query_int(&q, 0);
            count++;
        }
    }
    *ret = count;
    return e;
}

enum err approval_rule(struct database *db, struct approval_rule *ret, struct err_info *info)
{
    struct approval_rule rule = {0};
    enum err e = read_setting(db, &rule.setting, info);
    e = e ? e : count_approvers(db, &rule.approvers, info);
    rule.is_needed =
        rule.setting == SECOND_ALWAYS || (rule.setting == SECOND_AUTO && rule.approvers >= 2);
    if (!e) {
        *ret = rule;
    }
    return e;
}

enum err approval_set_rule(struct database *db, enum second_person setting, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SETTING_SET]);
    query_bind_text(&q, 1, TEXT(SECOND_PERSON));
    query_bind_text(&q, 2, text_of(second_person_names[setting]));
    return query_run(&q, info);
}

enum err approval_list(struct database *db, struct arena *arena, struct approval **ret,
                       size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[APPROVAL_LIST]);
    struct approval *list = NULL;
    size_t count = 0, room = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (count == room) {
            room = room ? 2 * room : 16;
            list = arena_grow(arena, list, count, room, sizeof(*list));
        }
        list[count++] = (struct approval){.version_id = query_int(&q, 0),
                                          .draft_id = query_int(&q, 1),
                                          .sent_by = arena_text(arena, query_text(&q, 2)),
                                          .approved_by = arena_text(arena, query_text(&q, 3)),
                                          .approved_us = query_int(&q, 4),
                                          .note = arena_text(arena, query_text(&q, 5))};
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}

enum err approval_add(struct database *db, const struct approval *a, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[APPROVAL_ADD]);
    query_bind_int(&q, 1, a->version_id);
    query_bind_int(&q, 2, a->draft_id);
    query_bind_text(&q, 3, a->sent_by);
    query_bind_text(&q, 4, a->approved_by);
    query_bind_int(&q, 5, a->approved_us);
    query_bind_text(&q, 6, a->note);
    return query_run(&q, info);
}
