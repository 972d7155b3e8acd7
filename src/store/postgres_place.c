#include <libpq-fe.h>
#include <string.h>

#include "store/postgres.h"

bool postgres_takes(const char *place)
{
    struct text t = text_of(place);
    return text_starts(t, TEXT("postgresql://")) || text_starts(t, TEXT("postgres://"));
}

static void add_escaped(struct buf *out, const char *value)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/,:";
    for (; *value; value++) {
        if (strchr(plain, *value)) {
            buf_add_char(out, *value);
        } else {
            buf_addf(out, "%%%02X", (unsigned char)*value);
        }
    }
}

/* Before the value stands `before`; nothing at all for what is not given. */
static void add_part(struct buf *out, const PQconninfoOption *options, const char *keyword,
                     const char *before)
{
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (o->val && *o->val && strcmp(o->keyword, keyword) == 0) {
            buf_add_str(out, before);
            add_escaped(out, o->val);
        }
    }
}

/* Only what is known to hold no secret is repeated: user, host, port and database. */
void postgres_name(const char *place, struct buf *out)
{
    buf_add_str(out, "postgresql://");
    PQconninfoOption *options = PQconninfoParse(place, NULL);
    if (!options) {
        buf_add_str(out, "..."); /* libpq's own words about it would repeat it */
        return;
    }
    add_part(out, options, "user", "");
    buf_add_str(out, out->len > strlen("postgresql://") ? "@" : "");
    add_part(out, options, "dbname", "/");
    add_part(out, options, "host", "?host=");
    add_part(out, options, "port", strstr(out->ptr, "?host=") ? "&port=" : "?port=");
    PQconninfoFree(options);
}

struct word {
    struct text sqlite, postgres;
};
/* SQLite has one integer, of 64 bits. Text is compared and sorted byte by byte, as SQLite does. */
static const struct word words[] = {
    {TEXT("INTEGER"), TEXT("BIGINT")},
    {TEXT("BLOB"), TEXT("BYTEA")},
    {TEXT("REAL"), TEXT("DOUBLE PRECISION")},
    {TEXT("TEXT"), TEXT("TEXT COLLATE \"C\"")},
};

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The word that begins at sql[at] and is written otherwise for PostgreSQL. */
static const struct word *word_at(struct text sql, size_t at)
{
    if (at > 0 && in_word(sql.ptr[at - 1])) {
        return NULL;
    }
    struct text rest = {sql.ptr + at, sql.len - at};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = words[i].sqlite.len;
        if (text_starts(rest, words[i].sqlite) && (rest.len == len || !in_word(rest.ptr[len]))) {
            return &words[i];
        }
    }
    return NULL;
}

/* How much from sql[at] is a string, a quoted name or a comment, to be left as it is. */
static size_t verbatim(struct text sql, size_t at)
{
    char c = sql.ptr[at], end = c == '-' ? '\n' : c;
    bool comment = c == '-' && at + 1 < sql.len && sql.ptr[at + 1] == '-';
    if (!comment && c != '\'' && c != '"') {
        return 0;
    }
    const char *close = memchr(sql.ptr + at + 1, end, sql.len - at - 1);
    return close ? (size_t)(close - sql.ptr) - at + 1 : sql.len - at;
}

void postgres_translate(struct text sql, struct buf *out)
{
    for (size_t at = 0; at < sql.len;) {
        size_t skip = verbatim(sql, at);
        const struct word *word = skip ? NULL : word_at(sql, at);
        if (word) {
            buf_add_text(out, word->postgres);
            at += word->sqlite.len;
            continue;
        }
        skip = skip ? skip : 1;
        buf_add(out, sql.ptr + at, skip);
        at += skip;
    }
}
