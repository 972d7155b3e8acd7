#include "feature/staff/member.h"

#include "base/id.h"
#include "engine/zone.h"
#include "feature/access/rows.h"
#include "store/sharing.h"

enum {
    MEMBER_ADD,
    MEMBER_COUNT,
    MEMBER_FIND,
    MEMBER_FIND_BY_EMAIL,
    MEMBER_LIST,
    MEMBER_WRITE,
    STATEMENTS
};

#define COLUMNS "id, email, name, language, time_zone, theme, created_us, disabled_us"

static const struct statement statements[] = {
    [MEMBER_ADD] = {"member_add",
                    "INSERT INTO staff (id, email, name, language, theme, created_us) "
                    "VALUES ($1, $2, $3, $4, $5, $6)",
                    NULL},
    [MEMBER_COUNT] = {"member_count", "SELECT count(*), coalesce(max(id), 0) FROM staff", NULL},
    [MEMBER_FIND] = {"member_find", "SELECT " COLUMNS " FROM staff WHERE id = $1", NULL},
    [MEMBER_FIND_BY_EMAIL] = {"member_find_by_email",
                              "SELECT " COLUMNS " FROM staff WHERE email = $1", NULL},
    [MEMBER_LIST] = {"member_list",
                     "SELECT " COLUMNS " FROM staff WHERE id > $1 ORDER BY id LIMIT $2", NULL},
    [MEMBER_WRITE] = {"member_write",
                      "UPDATE staff SET name = $1, language = $2, time_zone = $3, theme = $4, "
                      "email = $5, disabled_us = $6 WHERE id = $7",
                      NULL},
};
const struct statement_table member_statements = {statements, STATEMENTS};

static const char address_taken[] = "Somebody with this address is there already.";
const char *const member_languages[] = {"en", "pt-BR", "es", NULL};
const char *const member_themes[] = {"auto", "light", "dark", NULL};

/* Whether it is one, only a mail shows: this finds slips of the hand. */
static bool may_be_email(struct text t)
{
    const char *at = t.len ? memchr(t.ptr, '@', t.len) : NULL;
    if (!at || at == t.ptr || at == t.ptr + t.len - 1 || t.len > MEMBER_EMAIL_MAX ||
        memchr(at + 1, '@', t.len - (size_t)(at + 1 - t.ptr)) || text_utf8_valid(t) != t.len) {
        return false;
    }
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c <= ' ' || c == 0x7f || memchr("<>()[]\\,;:\"", c, 11)) {
            return false;
        }
    }
    return true;
}

enum err member_email(struct arena *arena, struct text words, struct text *ret,
                      struct err_info *info)
{
    struct text given = text_trim(words);
    if (!may_be_email(given)) {
        return err_field(info, ERR_INVALID, "email",
                         "That is no address for mail: ana@shop.example would be one.");
    }
    char *small = ARENA_ARRAY(arena, char, given.len + 1);
    for (size_t i = 0; i < given.len; i++) {
        char c = given.ptr[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    *ret = (struct text){small, given.len};
    return ERR_NONE;
}

enum err member_check_name(struct text name, struct err_info *info)
{
    bool fits = name.len >= 1 && name.len <= MEMBER_NAME_MAX && text_utf8_valid(name) == name.len &&
                text_trim(name).len == name.len;
    for (size_t i = 0; i < name.len && fits; i++) {
        fits = (unsigned char)name.ptr[i] >= ' ' && name.ptr[i] != 0x7f;
    }
    return fits ? ERR_NONE
                : err_field(info, ERR_INVALID, "name",
                            "A name has 1 to %d bytes, without control characters and without "
                            "spaces around it.",
                            MEMBER_NAME_MAX);
}

static enum err next_id(struct database *db, int64_t now_us, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_COUNT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    if (query_int(&q, 0) >= MEMBERS_MAX) {
        return err_set(info, ERR_LIMIT, "There are %d members of staff already.", MEMBERS_MAX);
    }
    struct id_source ids = id_source(database_node(db), query_int(&q, 1));
    *ret = id_next(&ids, now_us);
    return ERR_NONE;
}

enum err member_add(struct database *db, struct text name, struct text email, int64_t now_us,
                    struct arena *arena, struct member *ret, struct err_info *info)
{
    struct member m = {.name = arena_text(arena, name),
                       .language = text_of(member_languages[0]),
                       .theme = text_of(member_themes[0]),
                       .created_us = now_us,
                       .disabled_us = MOMENT_NEVER};
    enum err e = member_check_name(name, info);
    e = e ? e : member_email(arena, email, &m.email, info);
    e = e ? e : next_id(db, now_us, &m.id, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_ADD]);
    query_bind_int(&q, 1, m.id);
    query_bind_text(&q, 2, m.email);
    query_bind_text(&q, 3, m.name);
    query_bind_text(&q, 4, m.language);
    query_bind_text(&q, 5, m.theme);
    query_bind_int(&q, 6, m.created_us);
    e = query_run(&q, info);
    if (e == ERR_CONFLICT) {
        return err_field(info, e, "email", address_taken);
    }
    if (!e) {
        *ret = m;
    }
    return e;
}

static void read_member(const struct query *q, struct arena *arena, void *to)
{
    *(struct member *)to = (struct member){
        .id = query_int(q, 0),
        .email = arena_text(arena, query_text(q, 1)),
        .name = arena_text(arena, query_text(q, 2)),
        .language = arena_text(arena, query_text(q, 3)),
        .time_zone = arena_text(arena, query_text(q, 4)),
        .theme = arena_text(arena, query_text(q, 5)),
        .created_us = query_int(q, 6),
        .disabled_us = query_is_null(q, 7) ? MOMENT_NEVER : query_int(q, 7),
    };
}

static enum err find_one(struct query *q, struct arena *arena, struct member *ret,
                         struct err_info *info)
{
    bool row;
    enum err e = query_row(q, &row, info);
    if (!e && !row) {
        e = err_field(info, ERR_NOT_FOUND, "id", "There is no such member of staff.");
    }
    if (!e) {
        read_member(q, arena, ret);
    }
    return e;
}

enum err member_find(struct database *db, int64_t id, struct arena *arena, struct member *ret,
                     struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_FIND]);
    query_bind_int(&q, 1, id);
    return find_one(&q, arena, ret, info);
}

enum err member_find_by_email(struct database *db, struct text email, struct arena *arena,
                              struct member *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_FIND_BY_EMAIL]);
    query_bind_text(&q, 1, email);
    return find_one(&q, arena, ret, info);
}

enum err member_list(struct database *db, int64_t after, int64_t limit, struct arena *arena,
                     struct member **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_LIST]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, limit);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_member};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

static enum err check_zone(struct text name, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    return name.len && zone_load(&arena, name, &zone, NULL)
               ? err_field(info, ERR_INVALID, "time_zone",
                           "This time zone is not known; \"America/Sao_Paulo\" would be one.")
               : ERR_NONE;
}

enum err member_write(struct database *db, const struct member *m, struct err_info *info)
{
    enum err e = member_check_name(m->name, info);
    e = e ? e : check_zone(m->time_zone, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_WRITE]);
    query_bind_text(&q, 1, m->name);
    query_bind_text(&q, 2, m->language);
    query_bind_text_or_null(&q, 3, m->time_zone);
    query_bind_text(&q, 4, m->theme);
    query_bind_text(&q, 5, m->email);
    if (m->disabled_us == MOMENT_NEVER) {
        query_bind_null(&q, 6);
    } else {
        query_bind_int(&q, 6, m->disabled_us);
    }
    query_bind_int(&q, 7, m->id);
    e = query_run(&q, info);
    return e == ERR_CONFLICT ? err_field(info, e, "email", address_taken) : e;
}
