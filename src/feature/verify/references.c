/* Tables, columns, and rows that name others. */
#include "feature/verify/parts.h"

#include "store/schema_check.h"

#include <inttypes.h>

static const char restore[] = "restore a backup; the database was damaged from outside";
static const char states[] = "troth db verify --repair states, then start the server";

static const struct row_check references[] = {
    {{"verify_file_version",
      "SELECT count(*), min(f.name) FROM code_file f LEFT JOIN code_version v ON v.id = "
      "f.version_id WHERE v.id IS NULL",
      NULL},
     "files belong to no published Code, such as",
     restore},
    {{"verify_obligation_version",
      "SELECT count(*), CAST(min(o.id) AS TEXT) FROM obligation o LEFT JOIN code_version v ON v.id "
      "= o.version_id WHERE v.id IS NULL",
      NULL},
     "obligations name no published Code, such as",
     restore},
    {{"verify_entry_obligation",
      "SELECT count(*), CAST(min(e.id) AS TEXT) FROM obligation_entry e LEFT JOIN obligation o ON "
      "o.id = e.obligation_id WHERE o.id IS NULL",
      NULL},
     "entries belong to no obligation, such as",
     restore},
    {{"verify_obligation_entry",
      "SELECT count(*), CAST(min(o.id) AS TEXT) FROM obligation o WHERE NOT EXISTS (SELECT 1 FROM "
      "obligation_entry e WHERE e.obligation_id = o.id)",
      NULL},
     "obligations have no history, such as",
     restore},
    {{"verify_last_entry",
      "SELECT count(*), CAST(min(o.id) AS TEXT) FROM obligation o JOIN obligation_entry e ON e.id "
      "= "
      "(SELECT max(l.id) FROM obligation_entry l WHERE l.obligation_id = o.id) WHERE e.state <> "
      "o.state",
      NULL},
     "obligations are in another state than their history says, such as",
     restore},
    {{"verify_opening",
      "SELECT count(*), CAST(min(o.id) AS TEXT) FROM obligation o WHERE o.opening_source <> "
      "'troth' "
      "AND NOT EXISTS (SELECT 1 FROM touch t WHERE t.source = o.opening_source AND t.external_id = "
      "o.opening_id)",
      NULL},
     "obligations were opened by a touch that is not there, such as",
     restore},
    {{"verify_obligation_twice", /* one taken back is void and may come again */
      "SELECT count(*), CAST(min(id) AS TEXT) FROM (SELECT min(id) AS id FROM obligation WHERE "
      "state <> 5 GROUP BY promise, key, opening_source, opening_id, n HAVING count(*) > 1) twice",
      NULL},
     "obligations are there twice, such as",
     restore},
    {{"verify_key_touch",
      "SELECT count(*), min(k.key) FROM touch_key k LEFT JOIN touch t ON t.id = k.touch_id AND "
      "t.occurred_us = k.occurred_us WHERE t.id IS NULL",
      NULL},
     "keys of touches name none (touch_key), such as",
     restore},
    {{"verify_anywhere_touch",
      "SELECT count(*), CAST(min(a.touch_id) AS TEXT) FROM touch_anywhere a LEFT JOIN touch t ON "
      "t.id = a.touch_id WHERE t.id IS NULL",
      NULL},
     "rows of touch_anywhere name no touch, such as",
     restore},
    {{"verify_state_touch",
      "SELECT count(*), min(s.key) FROM key_state s WHERE NOT EXISTS (SELECT 1 FROM touch t WHERE "
      "t.thread = s.key) AND NOT EXISTS (SELECT 1 FROM touch t WHERE t.customer = s.key) AND NOT "
      "EXISTS (SELECT 1 FROM touch_key k WHERE k.key = s.key AND s.lane LIKE 'by:' || k.lane || "
      "'%')",
      NULL},
     "states are of keys without touches, such as",
     states},
    {{"verify_role_staff",
      "SELECT count(*), CAST(min(h.staff_id) AS TEXT) FROM staff_role h LEFT JOIN staff s ON s.id "
      "= h.staff_id WHERE s.id IS NULL",
      NULL},
     "roles are held by nobody there is, such as",
     restore},
    {{"verify_role_held", /* those that are built in have the first ids, without a row */
      "SELECT count(*), CAST(min(h.role_id) AS TEXT) FROM staff_role h LEFT JOIN role r ON r.id = "
      "h.role_id WHERE r.id IS NULL AND h.role_id NOT BETWEEN 1 AND 6",
      NULL},
     "roles that are held are not there, such as",
     restore},
    {{"verify_member",
      "SELECT count(*), CAST(min(m.team_id) AS TEXT) FROM team_member m LEFT JOIN staff s ON s.id "
      "= m.staff_id LEFT JOIN team t ON t.id = m.team_id WHERE s.id IS NULL OR t.id IS NULL",
      NULL},
     "memberships name no team or nobody on the staff, such as",
     restore},
    {{"verify_team_parent",
      "SELECT count(*), min(t.name) FROM team t LEFT JOIN team p ON p.id = t.parent_id WHERE "
      "t.parent_id IS NOT NULL AND p.id IS NULL",
      NULL},
     "teams lie within one that is not there, such as",
     restore},
    {{"verify_session_staff",
      "SELECT count(*), CAST(min(n.staff_id) AS TEXT) FROM session n LEFT JOIN staff s ON s.id = "
      "n.staff_id WHERE n.staff_id IS NOT NULL AND s.id IS NULL",
      NULL},
     "sessions are of nobody there is, such as",
     restore},
};

enum err run_checks(struct database *db, const struct row_check *checks, size_t count,
                    enum verify_part part, struct report *r, struct err_info *info)
{
    for (size_t i = 0; i < count; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &checks[i].statement);
        bool row = false;
        enum err e = query_row(&q, &row, info);
        if (e) {
            return e;
        }
        if (row && query_int(&q, 0)) {
            report_find(r, part, checks[i].remedy, "%" PRId64 " %s %.*s", query_int(&q, 0),
                        checks[i].words, TEXT_ARG(query_text(&q, 1)));
        }
    }
    return ERR_NONE;
}

enum err check_references(struct database *db, struct report *r, struct err_info *info)
{
    return run_checks(db, references, sizeof(references) / sizeof(references[0]), VERIFY_REFERENCES,
                      r, info);
}

static void note_difference(void *context, const char *words)
{
    report_find(context, VERIFY_SCHEMA, "use the program that made it, or restore a backup", "%s",
                words);
}

enum err check_schema(struct database *db, uint32_t schema, struct report *r, struct err_info *info)
{
    return schema_check(db, schema, note_difference, r, info);
}
