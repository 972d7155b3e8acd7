#include "archive/archive.h"

#include "base/json.h"
#include "base/moment.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <zstd.h>

enum { ROWS_RECORD = 65536, LEVEL = 3 };

struct archive_writer {
    struct seal_writer *seal;
    ZSTD_CStream *zstd;
    struct buf packed; /* out of zstd */
    struct buf rows;   /* of the R record under way */
    struct buf words;  /* of any other */
    crypto_generichash_state hash;
    const struct stored_table *table;
    struct table_sum sum;
    uint64_t tables, all_rows;
};

static enum err squeeze(struct archive_writer *w, struct text bytes, ZSTD_EndDirective how,
                        struct err_info *info)
{
    ZSTD_inBuffer in = {bytes.ptr, bytes.len, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {w->packed.ptr, w->packed.cap, 0};
        left = ZSTD_compressStream2(w->zstd, &out, &in, how);
        if (ZSTD_isError(left)) {
            return err_set(info, ERR_INTERNAL, "zstd: %s", ZSTD_getErrorName(left));
        }
        enum err e = seal_write(w->seal, (struct text){w->packed.ptr, out.pos}, info);
        if (e) {
            return e;
        }
    } while (how == ZSTD_e_end ? left != 0 : in.pos < in.size);
    return ERR_NONE;
}

static enum err write_record(struct archive_writer *w, char kind, struct text content,
                             struct err_info *info)
{
    if (content.len > ARCHIVE_RECORD_MOST) {
        return err_set(info, ERR_LIMIT, "a row of %s is larger than %d MiB",
                       w->table ? w->table->name : "?", ARCHIVE_RECORD_MOST >> 20);
    }
    unsigned char head[5] = {(unsigned char)kind};
    for (int i = 0; i < 4; i++) {
        head[1 + i] = (unsigned char)(content.len >> (8 * i));
    }
    crypto_generichash_update(&w->hash, head, sizeof(head));
    crypto_generichash_update(&w->hash, (const unsigned char *)content.ptr, content.len);
    enum err e = squeeze(w, (struct text){(const char *)head, sizeof(head)}, ZSTD_e_continue, info);
    return e ? e : squeeze(w, content, ZSTD_e_continue, info);
}

static enum err write_head(struct archive_writer *w, const struct archive_head *head,
                           struct err_info *info)
{
    struct json_writer j = json_writer(&w->words);
    char position[24];
    snprintf(position, sizeof(position), "%" PRId64, head->position);
    json_object_begin(&j);
    json_key(&j, "format");
    json_int(&j, ARCHIVE_FORMAT);
    json_key(&j, "schema");
    json_int(&j, head->schema);
    json_key(&j, "troth");
    json_str(&j, head->troth);
    json_key(&j, "taken");
    json_moment(&j, head->taken_us);
    json_key(&j, "from");
    json_str(&j, head->from);
    json_key(&j, "position");
    json_str(&j, position);
    json_object_end(&j);
    return write_record(w, 'H', buf_text(&w->words), info);
}

enum err archive_create(FILE *file, const struct seal_secret *secret,
                        const struct archive_head *head, struct archive_writer **ret,
                        struct err_info *info)
{
    struct archive_writer *w CLEANUP(archive_writer_free) = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->zstd = ZSTD_createCStream();
    if (!w->zstd) {
        abort();
    }
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 1);
    buf_reserve(&w->packed, ZSTD_CStreamOutSize());
    crypto_generichash_init(&w->hash, NULL, 0, crypto_generichash_BYTES);
    enum err e = seal_create(file, secret, &w->seal, info);
    e = e ? e : write_head(w, head, info);
    if (!e) {
        *ret = w;
        w = NULL;
    }
    return e;
}

enum err archive_begin_table(struct archive_writer *w, const struct stored_table *t,
                             struct err_info *info)
{
    w->table = t;
    w->sum = (struct table_sum){0};
    buf_clear(&w->words);
    struct json_writer j = json_writer(&w->words);
    json_object_begin(&j);
    json_key(&j, "table");
    json_str(&j, t->name);
    json_key(&j, "columns");
    json_array_begin(&j);
    for (size_t i = 0; i < t->column_count; i++) {
        json_object_begin(&j);
        json_key(&j, "name");
        json_str(&j, t->columns[i].name);
        json_key(&j, "type");
        json_str(&j, column_type_name(t->columns[i].type));
        json_key(&j, "null");
        json_bool(&j, t->columns[i].nullable);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_key(&j, "key");
    json_int(&j, (int64_t)t->key_count);
    json_object_end(&j);
    return write_record(w, 'T', buf_text(&w->words), info);
}

static enum err flush_rows(struct archive_writer *w, struct err_info *info)
{
    enum err e = w->rows.len ? write_record(w, 'R', buf_text(&w->rows), info) : ERR_NONE;
    buf_clear(&w->rows);
    return e;
}

enum err archive_add_row(struct archive_writer *w, const struct cell *cells, struct err_info *info)
{
    size_t before = w->rows.len;
    row_encode(w->table, cells, &w->rows);
    table_sum_add(&w->sum, (struct text){w->rows.ptr + before, w->rows.len - before});
    return w->rows.len >= ROWS_RECORD ? flush_rows(w, info) : ERR_NONE;
}

enum err archive_end_table(struct archive_writer *w, struct err_info *info)
{
    enum err e = flush_rows(w, info);
    char sum[TABLE_SUM_TEXT + 1];
    buf_clear(&w->words);
    buf_addf(&w->words, "{\"rows\":%" PRIu64 ",\"sum\":\"%s\"}", w->sum.rows,
             table_sum_format(&w->sum, sum));
    w->tables++;
    w->all_rows += w->sum.rows;
    return e ? e : write_record(w, 'E', buf_text(&w->words), info);
}

enum err archive_finish(struct archive_writer *w, struct err_info *info)
{
    unsigned char hash[crypto_generichash_BYTES];
    char digits[2 * sizeof(hash) + 1];
    crypto_generichash_state state = w->hash;
    crypto_generichash_final(&state, hash, sizeof(hash));
    sodium_bin2hex(digits, sizeof(digits), hash, sizeof(hash));
    buf_clear(&w->words);
    buf_addf(&w->words, "{\"tables\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"hash\":\"%s\"}", w->tables,
             w->all_rows, digits);
    enum err e = write_record(w, 'Z', buf_text(&w->words), info);
    e = e ? e : squeeze(w, (struct text){0}, ZSTD_e_end, info);
    return e ? e : seal_finish(w->seal, info);
}

void archive_writer_free(struct archive_writer **w)
{
    if (*w) {
        seal_writer_free(&(*w)->seal);
        ZSTD_freeCStream((*w)->zstd);
        buf_release(&(*w)->packed);
        buf_release(&(*w)->rows);
        buf_release(&(*w)->words);
        free(*w);
    }
    *w = NULL;
}
