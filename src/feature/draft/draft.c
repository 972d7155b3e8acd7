#include "feature/draft/draft.h"

enum {
    DRAFT_ADD,
    DRAFT_FIND,
    DRAFT_CHANGE,
    DRAFT_MOVE,
    DRAFT_LIST,
    DRAFT_COUNT,
    AUTHOR_ADD,
    AUTHOR_LIST,
    STATEMENTS
};

static const struct statement statements[] = {
    [DRAFT_ADD] = {"draft_add",
                   "INSERT INTO draft (id, name, state, revision, base_version_id, source, files, "
                   "created_us, changed_us, changed_by, note, sent_by, decided_by, reason) "
                   "VALUES ($1, $2, 0, 1, $3, $4, $5, $6, $6, $7, '', '', '', '')",
                   NULL},
    [DRAFT_FIND] = {"draft_find",
                    "SELECT id, name, state, revision, base_version_id, created_us, changed_us, "
                    "changed_by, note, from_us, sent_us, sent_by, decided_us, decided_by, reason, "
                    "version_id, source, files FROM draft WHERE id = $1",
                    NULL},
    [DRAFT_CHANGE] = {"draft_change",
                      "UPDATE draft SET name = $1, source = $2, files = $3, revision = revision + "
                      "1, changed_us = $4, changed_by = $5 WHERE id = $6",
                      NULL},
    [DRAFT_MOVE] = {"draft_move",
                    "UPDATE draft SET state = $1, note = $2, from_us = $3, sent_us = $4, sent_by = "
                    "$5, decided_us = $6, decided_by = $7, reason = $8, version_id = $9 "
                    "WHERE id = $10",
                    NULL},
    [DRAFT_LIST] = {"draft_list",
                    "SELECT id, name, state, revision, base_version_id, created_us, changed_us, "
                    "changed_by, note, from_us, sent_us, sent_by, decided_us, decided_by, reason, "
                    "version_id FROM draft WHERE state BETWEEN $1 AND $2 AND id < $3 "
                    "ORDER BY id DESC LIMIT $4",
                    NULL},
    [DRAFT_COUNT] = {"draft_count", "SELECT count(*) FROM draft WHERE state IN (0, 1)", NULL},
    [AUTHOR_ADD] = {"draft_author_add",
                    "INSERT INTO draft_author (draft_id, person_id, name) VALUES ($1, $2, $3) "
                    "ON CONFLICT (draft_id, person_id) DO UPDATE SET name = excluded.name",
                    NULL},
    [AUTHOR_LIST] = {"draft_author_list",
                     "SELECT person_id, name FROM draft_author WHERE draft_id = $1 "
                     "ORDER BY person_id",
                     NULL},
};
const struct statement_table draft_statements = {statements, STATEMENTS};

const char *draft_state_name(enum draft_state s)
{
    static const char *const names[] = {"open", "sent", "published", "discarded"};
    return names[s];
}

static int64_t moment_of(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

static void bind_moment(struct query *q, int parameter, int64_t us)
{
    if (us == MOMENT_NEVER) {
        query_bind_null(q, parameter);
    } else {
        query_bind_int(q, parameter, us);
    }
}

static void bind_id(struct query *q, int parameter, int64_t id)
{
    if (id == 0) {
        query_bind_null(q, parameter);
    } else {
        query_bind_int(q, parameter, id);
    }
}

static void read_draft(const struct query *q, struct arena *arena, struct draft *d)
{
    *d = (struct draft){
        .id = query_int(q, 0),
        .name = arena_text(arena, query_text(q, 1)),
        .state = (enum draft_state)query_int(q, 2),
        .revision = query_int(q, 3),
        .base_version_id = query_int(q, 4),
        .created_us = query_int(q, 5),
        .changed_us = query_int(q, 6),
        .changed_by = arena_text(arena, query_text(q, 7)),
        .note = arena_text(arena, query_text(q, 8)),
        .from_us = moment_of(q, 9),
        .sent_us = moment_of(q, 10),
        .sent_by = arena_text(arena, query_text(q, 11)),
        .decided_us = moment_of(q, 12),
        .decided_by = arena_text(arena, query_text(q, 13)),
        .reason = arena_text(arena, query_text(q, 14)),
        .version_id = query_int(q, 15),
    };
}

enum err draft_add_author(struct database *db, int64_t id, struct author by, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[AUTHOR_ADD]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, by.id);
    query_bind_text(&q, 3, by.name);
    return query_run(&q, info);
}

static enum err check_room(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_COUNT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && query_int(&q, 0) >= DRAFTS_OPEN_MAX) {
        e = err_set(info, ERR_LIMIT, "There are %d open drafts. Discard some that nobody needs.",
                    DRAFTS_OPEN_MAX);
    }
    return e;
}

enum err draft_add(struct database *db, const struct draft *d, struct author by,
                   struct err_info *info)
{
    enum err e = check_room(db, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_ADD]);
    query_bind_int(&q, 1, d->id);
    query_bind_text(&q, 2, d->name);
    bind_id(&q, 3, d->base_version_id);
    query_bind_text(&q, 4, d->source);
    query_bind_text(&q, 5, d->files);
    query_bind_int(&q, 6, d->created_us);
    query_bind_text(&q, 7, by.name);
    e = query_run(&q, info);
    return e ? e : draft_add_author(db, d->id, by, info);
}

enum err draft_find(struct database *db, int64_t id, struct arena *arena, struct draft *ret,
                    struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_FIND]);
    query_bind_int(&q, 1, id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return err_field(info, ERR_NOT_FOUND, "id",
                         "There is no such draft. GET /api/v1/drafts lists them.");
    }
    if (!e) {
        read_draft(&q, arena, ret);
        ret->source = arena_text(arena, query_text(&q, 16));
        ret->files = arena_text(arena, query_text(&q, 17));
    }
    return e;
}

enum err draft_change(struct database *db, const struct draft *d, struct author by, int64_t now_us,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_CHANGE]);
    query_bind_int(&q, 6, d->id);
    query_bind_text(&q, 1, d->name);
    query_bind_text(&q, 2, d->source);
    query_bind_text(&q, 3, d->files);
    query_bind_int(&q, 4, now_us);
    query_bind_text(&q, 5, by.name);
    enum err e = query_run(&q, info);
    return e ? e : draft_add_author(db, d->id, by, info);
}

enum err draft_move(struct database *db, const struct draft *d, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_MOVE]);
    query_bind_int(&q, 10, d->id);
    query_bind_int(&q, 1, d->state);
    query_bind_text(&q, 2, d->note);
    bind_moment(&q, 3, d->from_us);
    bind_moment(&q, 4, d->sent_us);
    query_bind_text(&q, 5, d->sent_by);
    bind_moment(&q, 6, d->decided_us);
    query_bind_text(&q, 7, d->decided_by);
    query_bind_text(&q, 8, d->reason);
    bind_id(&q, 9, d->version_id);
    return query_run(&q, info);
}

enum err draft_list(struct database *db, enum draft_state state, int64_t before, size_t most,
                    struct arena *arena, struct draft *ret, size_t *ret_count,
                    struct err_info *info)
{
    bool living = state == DRAFT_STATES;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DRAFT_LIST]);
    query_bind_int(&q, 1, living ? DRAFT_OPEN : state);
    query_bind_int(&q, 2, living ? DRAFT_SENT : state);
    query_bind_int(&q, 3, before);
    query_bind_int(&q, 4, (int64_t)most);
    bool row;
    enum err e;
    size_t count = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        read_draft(&q, arena, &ret[count++]);
    }
    *ret_count = e ? *ret_count : count;
    return e;
}

enum err draft_authors(struct database *db, int64_t id, struct arena *arena, struct author **ret,
                       size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[AUTHOR_LIST]);
    query_bind_int(&q, 1, id);
    struct author *list = NULL;
    size_t count = 0, room = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (count == room) {
            room = room ? 2 * room : 8;
            list = arena_grow(arena, list, count, room, sizeof(*list));
        }
        list[count++] = (struct author){query_int(&q, 0), arena_text(arena, query_text(&q, 1))};
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}
