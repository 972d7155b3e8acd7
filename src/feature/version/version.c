#include "feature/version/version.h"

#include "engine/calendar.h"

enum { SIGN_OFF_LIST, SIGN_OFF_ADD, REVIEW_ADD, REVIEW_LIST, STATEMENTS };

static const struct statement statements[] = {
    [SIGN_OFF_LIST] = {"sign_off_list",
                       "SELECT s.id, s.name, s.email, s.language, o.signed_us FROM staff s "
                       "LEFT JOIN sign_off o ON o.staff_id = s.id AND o.version_id = $1 "
                       "WHERE s.disabled_us IS NULL ORDER BY o.signed_us IS NULL, o.signed_us, "
                       "s.name, s.id",
                       NULL},
    [SIGN_OFF_ADD] = {"sign_off_add",
                      "INSERT INTO sign_off (version_id, staff_id, signed_us) VALUES ($1, $2, $3) "
                      "ON CONFLICT (version_id, staff_id) DO NOTHING",
                      NULL},
    [REVIEW_ADD] = {"code_review_add",
                    "INSERT INTO code_review (id, version_id, reviewed_us, reviewed_by, note) "
                    "VALUES ($1, $2, $3, $4, $5)",
                    NULL},
    [REVIEW_LIST] = {"code_review_list",
                     "SELECT id, version_id, reviewed_us, reviewed_by, note FROM code_review "
                     "ORDER BY id DESC LIMIT 1000",
                     NULL},
};
const struct statement_table version_statements = {statements, STATEMENTS};

enum err sign_off_list(struct database *db, int64_t version_id, struct arena *arena,
                       struct signer **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SIGN_OFF_LIST]);
    query_bind_int(&q, 1, version_id);
    struct signer *list = NULL;
    size_t count = 0, room = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (count == room) {
            room = room ? 2 * room : 32;
            list = arena_grow(arena, list, count, room, sizeof(*list));
        }
        list[count++] = (struct signer){
            .id = query_int(&q, 0),
            .name = arena_text(arena, query_text(&q, 1)),
            .email = arena_text(arena, query_text(&q, 2)),
            .language = arena_text(arena, query_text(&q, 3)),
            .signed_us = query_is_null(&q, 4) ? MOMENT_NEVER : query_int(&q, 4),
        };
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}

enum err sign_off_add(struct database *db, int64_t version_id, int64_t staff_id, int64_t now_us,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SIGN_OFF_ADD]);
    query_bind_int(&q, 1, version_id);
    query_bind_int(&q, 2, staff_id);
    query_bind_int(&q, 3, now_us);
    return query_run(&q, info);
}

enum err review_add(struct database *db, const struct review *r, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REVIEW_ADD]);
    query_bind_int(&q, 1, r->id);
    query_bind_int(&q, 2, r->version_id);
    query_bind_int(&q, 3, r->reviewed_us);
    query_bind_text(&q, 4, r->reviewed_by);
    query_bind_text(&q, 5, r->note);
    return query_run(&q, info);
}

enum err review_list(struct database *db, struct arena *arena, struct review **ret,
                     size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REVIEW_LIST]);
    struct review *list = NULL;
    size_t count = 0, room = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (count == room) {
            room = room ? 2 * room : 16;
            list = arena_grow(arena, list, count, room, sizeof(*list));
        }
        list[count++] = (struct review){.id = query_int(&q, 0),
                                        .version_id = query_int(&q, 1),
                                        .reviewed_us = query_int(&q, 2),
                                        .reviewed_by = arena_text(arena, query_text(&q, 3)),
                                        .note = arena_text(arena, query_text(&q, 4))};
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}

int64_t review_due(const struct book *book, const struct version *v, int64_t since_us)
{
    const struct code *code = v->code;
    struct clock clock = {.zone = book_zone(book)};
    bool says = code->has_review && code->review.calendar < 0;
    return says ? duration_after(&clock, code->review, since_us) : MOMENT_NEVER;
}
