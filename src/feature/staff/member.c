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

#define COLUMNS                                                                       \
    "p.id, p.email, p.name, p.language, p.time_zone, p.theme, p.created_us, "         \
    "p.disabled_us, p.seen_us, (SELECT count(*) FROM totp t WHERE t.staff_id = p.id " \
    "AND t.confirmed_us IS NOT NULL)"

static const struct statement statements[] = {
    [MEMBER_ADD] = {"member_add",
                    "INSERT INTO staff (id, email, name, language, theme, created_us) "
                    "VALUES ($1, $2, $3, $4, $5, $6)",
                    NULL},
    [MEMBER_COUNT] = {"member_count", "SELECT count(*), coalesce(max(id), 0) FROM staff", NULL},
    [MEMBER_FIND] = {"member_find", "SELECT " COLUMNS " FROM staff p WHERE p.id = $1", NULL},
    [MEMBER_FIND_BY_EMAIL] = {"member_find_by_email",
                              "SELECT " COLUMNS " FROM staff p WHERE p.email = $1", NULL},
    [MEMBER_LIST] = {"member_list",
                     "SELECT " COLUMNS " FROM staff p WHERE p.id > $1 "
                     "AND (CAST($2 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM staff_role r "
                     "WHERE r.staff_id = p.id AND r.role_id = $2)) "
                     "AND (CAST($3 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM team_member m "
                     "WHERE m.staff_id = p.id AND m.team_id = $3)) "
                     "AND CASE CAST($4 AS BIGINT) WHEN 0 THEN 1 "
                     "WHEN 1 THEN CASE WHEN p.disabled_us IS NULL THEN 1 ELSE 0 END "
                     "WHEN 2 THEN CASE WHEN p.disabled_us IS NULL AND p.seen_us IS NOT NULL "
                     "THEN 1 ELSE 0 END "
                     "WHEN 3 THEN CASE WHEN p.disabled_us IS NULL AND p.seen_us IS NULL "
                     "THEN 1 ELSE 0 END "
                     "ELSE CASE WHEN p.disabled_us IS NOT NULL THEN 1 ELSE 0 END END = 1 "
                     "ORDER BY p.id LIMIT $5",
                     NULL},
    [MEMBER_WRITE] = {"member_write",
                      "UPDATE staff SET name = $1, language = $2, time_zone = $3, theme = $4, "
                      "email = $5, disabled_us = $6 WHERE id = $7",
                      NULL},
};
const struct statement_table member_statements = {statements, STATEMENTS};

static const char address_taken[] = "Somebody with this address is there already.";
const char *const member_languages[] = {"en", "pt-BR", "es", NULL};
const char *const member_themes[] = {"auto", "light", "dark", NULL};
const char *const member_states[] = {"enabled", "active", "invited", "disabled", NULL};

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
                       .disabled_us = MOMENT_NEVER,
                       .seen_us = MOMENT_NEVER};
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
        .seen_us = query_is_null(q, 8) ? MOMENT_NEVER : query_int(q, 8),
        .second_factor = query_int(q, 9) != 0,
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

/* Letters of U+00C0 to U+00FF without what stands above or below them. */
static const char plain_letters[] =
    "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";

/* "João" and "JOAO" are "joao": one searches as one types. to: has room for t. */
static struct text folded(struct text t, char *to)
{
    size_t len = 0;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool is_pair = c == 0xc3 && i + 1 < t.len;
        if (is_pair) {
            to[len++] = plain_letters[(unsigned char)t.ptr[++i] & 0x3f];
        } else {
            to[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : (char)c;
        }
    }
    return (struct text){to, len};
}

static bool text_has_words(struct text t, struct text words)
{
    char plain[MEMBER_EMAIL_MAX]; /* the longer one of name and address */
    t.len = t.len < sizeof(plain) ? t.len : sizeof(plain);
    return text_contains(folded(t, plain), words);
}

static bool has_words(const struct query *q, struct text words)
{
    return text_has_words(query_text(q, 2), words) || text_has_words(query_text(q, 1), words);
}

enum err member_list(struct database *db, const struct member_filter *filter, size_t most,
                     struct arena *arena, struct member **ret, size_t *ret_count,
                     struct err_info *info)
{
    struct text words = folded(filter->words, ARENA_ARRAY(arena, char, filter->words.len + 1));
    struct member *list = ARENA_ARRAY(arena, struct member, most + 1);
    size_t count = 0;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MEMBER_LIST]);
    query_bind_int(&q, 1, filter->after);
    query_bind_int(&q, 2, filter->role_id);
    query_bind_int(&q, 3, filter->team_id);
    query_bind_int(&q, 4, filter->state);
    query_bind_int(&q, 5, words.len ? MEMBERS_MAX : (int64_t)most);
    bool row;
    enum err e = ERR_NONE;
    while (count < most && !(e = query_row(&q, &row, info)) && row) {
        if (!words.len || has_words(&q, words)) {
            read_member(&q, arena, &list[count++]);
        }
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
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
