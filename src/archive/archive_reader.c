#include "archive/archive.h"

#include "base/json.h"
#include "base/moment.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <zstd.h>

enum { WINDOW_LOG = 23, PORTION = 65536, WORDS_MOST = 65536 };

struct archive_reader {
    struct seal_reader *seal;
    ZSTD_DStream *zstd;
    struct text sealed; /* what seal_read() gave and zstd has not taken yet */
    bool frame_ended;
    struct buf record; /* content of the present one */
    crypto_generichash_state hash;
    struct archive_head head;
    struct arena arena; /* of the present table */
    struct stored_table table;
    bool in_table, has_ended;
    struct text rows; /* of the present R record, still to be read */
    struct table_sum sum;
    uint64_t tables, all_rows;
};

static enum err is_damaged(struct err_info *info, const char *what)
{
    return err_set(info, ERR_INVALID, "the backup is damaged: %s. Use another one", what);
}

static enum err is_cut(struct err_info *info)
{
    return err_set(info, ERR_INVALID,
                   "the backup is cut off or damaged: it has no end. Use another one");
}

/* -- bytes -- */

/* Up to `most` bytes at the end of out; *ret_got is 0 at the end of the frame. */
static enum err unpack(struct archive_reader *r, struct buf *out, size_t most, size_t *ret_got,
                       struct err_info *info)
{
    buf_reserve(out, most);
    ZSTD_outBuffer to = {out->ptr + out->len, most, 0};
    while (to.pos == 0 && !r->frame_ended) {
        enum err e = r->sealed.len ? ERR_NONE : seal_read(r->seal, &r->sealed, info);
        if (e) {
            return e;
        }
        ZSTD_inBuffer in = {r->sealed.ptr, r->sealed.len, 0};
        size_t left = ZSTD_decompressStream(r->zstd, &to, &in);
        if (ZSTD_isError(left)) {
            return is_damaged(info, ZSTD_getErrorName(left));
        }
        if (left && in.size == 0 && to.pos == 0) {
            return is_cut(info);
        }
        r->sealed = (struct text){r->sealed.ptr + in.pos, r->sealed.len - in.pos};
        r->frame_ended = left == 0;
    }
    out->len += to.pos;
    out->ptr[out->len] = '\0';
    *ret_got = to.pos;
    return ERR_NONE;
}

static enum err unpack_all(struct archive_reader *r, struct buf *out, size_t len,
                           struct err_info *info)
{
    while (len) { /* memory is taken as the bytes come, not as a length promises */
        size_t got = 0;
        enum err e = unpack(r, out, len < PORTION ? len : PORTION, &got, info);
        if (e || got == 0) {
            return e ? e : is_cut(info);
        }
        len -= got;
    }
    return ERR_NONE;
}

/* Its content is in r->record. Rows may be long, words not. */
static enum err read_record(struct archive_reader *r, char *ret_kind, struct err_info *info)
{
    buf_clear(&r->record);
    enum err e = unpack_all(r, &r->record, 5, info);
    if (e) {
        return e;
    }
    unsigned char head[5];
    memcpy(head, r->record.ptr, sizeof(head));
    size_t len = head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16 | (size_t)head[4] << 24;
    if (len > (head[0] == 'R' ? ARCHIVE_RECORD_MOST : WORDS_MOST)) {
        return is_damaged(info, "a part is too long");
    }
    buf_clear(&r->record);
    e = unpack_all(r, &r->record, len, info);
    if (!e && head[0] != 'Z') {
        crypto_generichash_update(&r->hash, head, sizeof(head));
        crypto_generichash_update(&r->hash, (const unsigned char *)r->record.ptr, len);
    }
    *ret_kind = e ? *ret_kind : (char)head[0];
    return e;
}

/* -- words -- */

static enum err read_words(struct archive_reader *r, struct arena *arena, const struct json **ret,
                           struct err_info *info)
{
    struct err_info why;
    return json_parse(arena, buf_text(&r->record), &json_default_limits, ret, &why)
               ? is_damaged(info, "its description cannot be read")
               : ERR_NONE;
}

static struct text word(const struct json *object, const char *name)
{
    const struct json *j = json_get(object, name);
    return j && j->type == JSON_TEXT ? j->text : (struct text){0};
}

static bool number(const struct json *object, const char *name, int64_t most, int64_t *ret)
{
    const struct json *j = json_get(object, name);
    int64_t n;
    if (!j || !json_int64(j, &n) || n < 0 || n > most) {
        return false;
    }
    *ret = n;
    return true;
}

static enum err read_head(struct archive_reader *r, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct json *j;
    char kind = 0;
    int64_t format = 0, schema;
    enum err e = read_record(r, &kind, info);
    e = e ? e : read_words(r, &arena, &j, info);
    if (e) {
        return e;
    }
    if (kind != 'H' || !number(j, "format", INT32_MAX, &format)) {
        return is_damaged(info, "it has no head");
    }
    if (format != ARCHIVE_FORMAT) {
        return err_set(info, ERR_INVALID,
                       "the backup has format %" PRId64 ", which this program does not know; use a "
                       "newer one",
                       format);
    }
    if (!number(j, "schema", INT32_MAX, &schema) ||
        !moment_parse(word(j, "taken"), &r->head.taken_us) ||
        !text_to_int64(word(j, "position"), &r->head.position)) {
        return is_damaged(info, "its head is not complete");
    }
    r->head.schema = (uint32_t)schema;
    snprintf(r->head.troth, sizeof(r->head.troth), "%.*s", TEXT_ARG(word(j, "troth")));
    snprintf(r->head.from, sizeof(r->head.from), "%.*s", TEXT_ARG(word(j, "from")));
    return ERR_NONE;
}

static bool read_column(struct arena *arena, const struct json *j, struct column *ret)
{
    struct text name = word(j, "name"), type = word(j, "type");
    const struct json *null = json_get(j, "null");
    *ret = (struct column){.name = arena_text(arena, name).ptr,
                           .nullable = null && null->type == JSON_BOOL && null->boolean};
    for (int t = COLUMN_INT; t <= COLUMN_BYTES; t++) {
        if (text_is(type, column_type_name((enum column_type)t))) {
            ret->type = (enum column_type)t;
            return name.len != 0;
        }
    }
    return false;
}

static enum err read_table(struct archive_reader *r, struct err_info *info)
{
    const struct json *j;
    arena_clear(&r->arena);
    enum err e = read_words(r, &r->arena, &j, info);
    if (e) {
        return e;
    }
    const struct json *list = json_get(j, "columns");
    struct text name = word(j, "table");
    int64_t keys = 0;
    if (!name.len || !list || list->type != JSON_ARRAY || list->count == 0 ||
        list->count > TABLE_COLUMNS_MAX || !number(j, "key", (int64_t)list->count, &keys)) {
        return is_damaged(info, "a table is not described");
    }
    struct column *columns = ARENA_ARRAY(&r->arena, struct column, list->count);
    size_t count = 0;
    for (const struct json *c = list->first; c; c = c->next) {
        if (!read_column(&r->arena, c, &columns[count++])) {
            return is_damaged(info, "a column is not described");
        }
    }
    r->table = (struct stored_table){.name = arena_text(&r->arena, name).ptr,
                                     .columns = columns,
                                     .column_count = count,
                                     .key_count = (size_t)keys};
    r->in_table = true;
    r->sum = (struct table_sum){0};
    r->rows = (struct text){0};
    return ERR_NONE;
}

static enum err check_table(struct archive_reader *r, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct json *j;
    char sum[TABLE_SUM_TEXT + 1];
    int64_t rows = 0;
    enum err e = read_words(r, &arena, &j, info);
    if (e) {
        return e;
    }
    if (!number(j, "rows", INT64_MAX, &rows) || (uint64_t)rows != r->sum.rows ||
        !text_is(word(j, "sum"), table_sum_format(&r->sum, sum))) {
        return err_set(info, ERR_INVALID,
                       "the backup is damaged: the rows of %s are not those that were written. Use "
                       "another one",
                       r->table.name);
    }
    r->in_table = false;
    r->tables++;
    r->all_rows += r->sum.rows;
    return ERR_NONE;
}

/* Nothing may follow. */
static enum err check_end(struct archive_reader *r, struct err_info *info)
{
    size_t got = 0;
    buf_clear(&r->record);
    enum err e = unpack(r, &r->record, 1, &got, info);
    if (!e && got == 0 && !r->sealed.len) {
        e = seal_read(r->seal, &r->sealed, info);
    }
    if (!e && (got || r->sealed.len)) {
        e = err_set(info, ERR_INVALID, "something follows the end of the backup");
    }
    r->has_ended = !e;
    return e;
}

static enum err check_trailer(struct archive_reader *r, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    unsigned char hash[crypto_generichash_BYTES];
    char digits[2 * sizeof(hash) + 1];
    const struct json *j;
    int64_t tables = 0, rows = 0;
    enum err e = read_words(r, &arena, &j, info);
    if (e) {
        return e;
    }
    crypto_generichash_final(&r->hash, hash, sizeof(hash));
    sodium_bin2hex(digits, sizeof(digits), hash, sizeof(hash));
    if (!number(j, "tables", INT64_MAX, &tables) || !number(j, "rows", INT64_MAX, &rows) ||
        (uint64_t)tables != r->tables || (uint64_t)rows != r->all_rows ||
        !text_is(word(j, "hash"), digits)) {
        return is_damaged(info, "its end does not fit its content");
    }
    return check_end(r, info);
}

/* -- in and out -- */

enum err archive_open(FILE *file, const struct seal_secret *secret, struct archive_reader **ret,
                      struct err_info *info)
{
    struct archive_reader *r CLEANUP(archive_reader_free) = calloc(1, sizeof(*r));
    if (!r) {
        abort();
    }
    r->zstd = ZSTD_createDStream();
    if (!r->zstd) {
        abort();
    }
    ZSTD_DCtx_setParameter(r->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
    crypto_generichash_init(&r->hash, NULL, 0, crypto_generichash_BYTES);
    enum err e = seal_open(file, secret, &r->seal, info);
    e = e ? e : read_head(r, info);
    if (!e) {
        *ret = r;
        r = NULL;
    }
    return e;
}

const struct archive_head *archive_head(const struct archive_reader *r)
{
    return &r->head;
}

enum err archive_next_table(struct archive_reader *r, const struct stored_table **ret,
                            struct err_info *info)
{
    char kind = 0;
    enum err e = r->has_ended ? ERR_NONE : read_record(r, &kind, info);
    if (e) {
        return e;
    }
    if (kind == 'T') {
        e = read_table(r, info);
        *ret = e ? *ret : &r->table;
        return e;
    }
    if (!r->has_ended && kind != 'Z') {
        return is_damaged(info, "a part is out of place");
    }
    e = r->has_ended ? ERR_NONE : check_trailer(r, info);
    *ret = e ? *ret : NULL;
    return e;
}

enum err archive_next_row(struct archive_reader *r, bool *ret_row, struct cell *ret_cells,
                          struct err_info *info)
{
    char kind = 0;
    while (r->in_table && !r->rows.len) {
        enum err e = read_record(r, &kind, info);
        if (!e && kind == 'E') {
            e = check_table(r, info);
        } else if (!e && kind == 'R') {
            r->rows = buf_text(&r->record);
        } else if (!e) {
            e = is_damaged(info, "a part is out of place");
        }
        if (e) {
            return e;
        }
    }
    if (!r->in_table) {
        *ret_row = false;
        return ERR_NONE;
    }
    struct text before = r->rows;
    enum err e = row_decode(&r->table, &r->rows, ret_cells, info);
    if (!e) {
        table_sum_add(&r->sum, (struct text){before.ptr, before.len - r->rows.len});
        *ret_row = true;
    }
    return e;
}

const struct table_sum *archive_sum(const struct archive_reader *r)
{
    return &r->sum;
}

void archive_reader_free(struct archive_reader **r)
{
    if (*r) {
        seal_reader_free(&(*r)->seal);
        ZSTD_freeDStream((*r)->zstd);
        buf_release(&(*r)->record);
        arena_release(&(*r)->arena);
        free(*r);
    }
    *r = NULL;
}
