#include "feature/comment/comment.h"

enum { COMMENT_ADD, COMMENT_HELD_COUNT, COMMENT_FIND, COMMENT_CHANGE, COMMENT_LIST, STATEMENTS };

#define COLUMNS                                                                       \
    "id, version_id, promise, by_customer, name, contact, words, written_us, state, " \
    "is_public, answer, answered_by, answered_us"

static const struct statement statements[] = {
    [COMMENT_ADD] = {"comment_add",
                     "INSERT INTO comment (id, version_id, promise, by_customer, name, contact, "
                     "words, written_us, state, is_public, answer, answered_by, changed_us) "
                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', '', $8)",
                     NULL},
    [COMMENT_HELD_COUNT] = {"comment_held_count", "SELECT count(*) FROM comment WHERE state = 0",
                            NULL},
    [COMMENT_FIND] = {"comment_find", "SELECT " COLUMNS " FROM comment WHERE id = $1", NULL},
    [COMMENT_CHANGE] = {"comment_change",
                        "UPDATE comment SET state = $1, is_public = $2, answer = $3, answered_by = "
                        "$4, answered_us = $5, changed_us = $6 WHERE id = $7",
                        NULL},
    [COMMENT_LIST] = {"comment_list",
                      "SELECT " COLUMNS " FROM comment WHERE id < $1 AND state BETWEEN $2 AND $3 "
                      "AND ($4 = '' OR promise = $4) AND is_public >= $5 ORDER BY id DESC LIMIT $6",
                      NULL},
};
const struct statement_table comment_statements = {statements, STATEMENTS};

const char *const comment_state_names[] = {"held", "open", "answered", "closed", NULL};

static enum err check_room(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COMMENT_HELD_COUNT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && query_int(&q, 0) >= COMMENT_HELD_MAX) {
        e = err_set(info, ERR_BUSY, "Very many comments wait to be read. Try again tomorrow.");
    }
    return e;
}

enum err comment_add(struct database *db, const struct comment *c, struct err_info *info)
{
    enum err e = c->state == COMMENT_HELD ? check_room(db, info) : ERR_NONE;
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COMMENT_ADD]);
    query_bind_int(&q, 1, c->id);
    query_bind_int(&q, 2, c->version_id);
    query_bind_text(&q, 3, c->promise);
    query_bind_int(&q, 4, c->by_customer);
    query_bind_text(&q, 5, c->name);
    query_bind_text(&q, 6, c->contact);
    query_bind_text(&q, 7, c->words);
    query_bind_int(&q, 8, c->written_us);
    query_bind_int(&q, 9, c->state);
    return query_run(&q, info);
}

static void read_comment(const struct query *q, struct arena *arena, struct comment *c)
{
    *c = (struct comment){
        .id = query_int(q, 0),
        .version_id = query_int(q, 1),
        .promise = arena_text(arena, query_text(q, 2)),
        .by_customer = query_int(q, 3) != 0,
        .name = arena_text(arena, query_text(q, 4)),
        .contact = arena_text(arena, query_text(q, 5)),
        .words = arena_text(arena, query_text(q, 6)),
        .written_us = query_int(q, 7),
        .state = (enum comment_state)query_int(q, 8),
        .is_public = query_int(q, 9) != 0,
        .answer = arena_text(arena, query_text(q, 10)),
        .answered_by = arena_text(arena, query_text(q, 11)),
        .answered_us = query_is_null(q, 12) ? MOMENT_NEVER : query_int(q, 12),
    };
}

enum err comment_find(struct database *db, int64_t id, struct arena *arena, struct comment *ret,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COMMENT_FIND]);
    query_bind_int(&q, 1, id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return err_field(info, ERR_NOT_FOUND, "id", "There is no such comment.");
    }
    if (!e) {
        read_comment(&q, arena, ret);
    }
    return e;
}

enum err comment_change(struct database *db, const struct comment *c, int64_t now_us,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COMMENT_CHANGE]);
    query_bind_int(&q, 1, c->state);
    query_bind_int(&q, 2, c->is_public);
    query_bind_text(&q, 3, c->answer);
    query_bind_text(&q, 4, c->answered_by);
    if (c->answered_us == MOMENT_NEVER) {
        query_bind_null(&q, 5);
    } else {
        query_bind_int(&q, 5, c->answered_us);
    }
    query_bind_int(&q, 6, now_us);
    query_bind_int(&q, 7, c->id);
    return query_run(&q, info);
}

enum err comment_list(struct database *db, const struct comment_filter *filter, size_t most,
                      struct arena *arena, struct comment *ret, size_t *ret_count,
                      struct err_info *info)
{
    bool any = filter->state == COMMENT_STATES;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COMMENT_LIST]);
    query_bind_int(&q, 1, filter->before);
    query_bind_int(&q, 2, any ? COMMENT_HELD : filter->state);
    query_bind_int(&q, 3, any ? COMMENT_CLOSED : filter->state);
    query_bind_text(&q, 4, filter->promise);
    query_bind_int(&q, 5, filter->only_public);
    query_bind_int(&q, 6, (int64_t)most);
    bool row;
    enum err e;
    size_t count = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        read_comment(&q, arena, &ret[count++]);
    }
    if (!e) {
        *ret_count = count;
    }
    return e;
}
