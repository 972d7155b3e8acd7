#include "feature/audit/sight.h"

#include "base/id.h"
#include "feature/ledger/excuse_row.h"
#include "feature/ledger/ledger_row.h"

static bool begins(struct text t, struct text with)
{
    return t.len >= with.len && memcmp(t.ptr, with.ptr, with.len) == 0;
}

static enum err has_obligation(const struct sight *sight, struct database *db, int64_t id,
                               struct arena *arena, bool *ret, struct err_info *info)
{
    struct ledger_row row;
    enum err e = ledger_row_find(db, id, arena, &row, info);
    *ret = !e && identity_sees_team(sight->viewer, row.team);
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err has_excuse(const struct sight *sight, struct database *db, int64_t id,
                           struct arena *arena, bool *ret, struct err_info *info)
{
    struct excuse_row row;
    enum err e = excuse_row_find(db, id, arena, &row, info);
    if (e) {
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    return has_obligation(sight, db, row.obligation_id, arena, ret, info);
}

enum err sight_has(const struct sight *sight, struct database *db, const struct chain_link *link,
                   struct arena *arena, bool *ret, struct err_info *info)
{
    int64_t id;
    *ret = true;
    if (!sight->viewer->hidden_team_count || !link->has_words) {
        return ERR_NONE;
    }
    if (begins(link->action, TEXT("customer."))) {
        return customer_is_seen(sight->customers, db, sight->viewer, link->subject, arena, ret,
                                info);
    }
    if (begins(link->action, TEXT("obligation."))) {
        *ret = false;
        return id_parse(link->subject, "obl", &id) ? has_obligation(sight, db, id, arena, ret, info)
                                                   : ERR_NONE;
    }
    if (begins(link->action, TEXT("excuse."))) {
        *ret = false;
        return id_parse(link->subject, "exc", &id) ? has_excuse(sight, db, id, arena, ret, info)
                                                   : ERR_NONE;
    }
    return ERR_NONE;
}
