#include "archive/row_code.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

static void add_number(struct buf *out, uint64_t n)
{
    while (n > 0x7f) {
        buf_add_char(out, (char)(0x80 | (n & 0x7f)));
        n >>= 7;
    }
    buf_add_char(out, (char)n);
}

static bool take_number(struct text *bytes, uint64_t *ret)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && bytes->len; shift += 7) {
        uint64_t byte = (unsigned char)*bytes->ptr;
        *bytes = (struct text){bytes->ptr + 1, bytes->len - 1};
        n |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = n;
            return shift < 63 || byte <= 1;
        }
    }
    return false;
}

void row_encode(const struct stored_table *t, const struct cell *cells, struct buf *out)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct cell *c = &cells[i];
        buf_add_char(out, (char)c->type);
        if (c->type == CELL_INT) {
            uint64_t bits = (uint64_t)c->number;
            add_number(out, bits << 1 ^ (c->number < 0 ? UINT64_MAX : 0));
        } else if (c->type != CELL_NULL) {
            add_number(out, c->text.len);
            buf_add_text(out, c->text);
        }
    }
}

static bool fits(const struct column *column, enum cell_type type)
{
    static const enum cell_type types[] = {
        [COLUMN_INT] = CELL_INT, [COLUMN_TEXT] = CELL_TEXT, [COLUMN_BYTES] = CELL_BYTES};
    return type == CELL_NULL ? column->nullable : type == types[column->type];
}

static bool take_cell(const struct column *column, struct text *bytes, struct cell *ret)
{
    if (!bytes->len) {
        return false;
    }
    unsigned char type = (unsigned char)*bytes->ptr;
    *bytes = (struct text){bytes->ptr + 1, bytes->len - 1};
    *ret = (struct cell){.type = (enum cell_type)type};
    uint64_t n;
    if (type > CELL_BYTES || !fits(column, ret->type)) {
        return false;
    }
    if (type == CELL_NULL) {
        return true;
    }
    if (!take_number(bytes, &n)) {
        return false;
    }
    if (type == CELL_INT) {
        ret->number = (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0));
        return true;
    }
    if (n > bytes->len) {
        return false;
    }
    ret->text = (struct text){bytes->ptr, (size_t)n};
    *bytes = (struct text){bytes->ptr + n, bytes->len - (size_t)n};
    return type == CELL_BYTES ||
           (text_utf8_valid(ret->text) == n && !text_contains(ret->text, (struct text){"", 1}));
}

enum err row_decode(const struct stored_table *t, struct text *bytes, struct cell *ret_cells,
                    struct err_info *info)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (!take_cell(&t->columns[i], bytes, &ret_cells[i])) {
            return err_set(
                info, ERR_INVALID,
                "the backup is damaged: %s of a row of %s cannot be read. Use another one",
                t->columns[i].name, t->name);
        }
    }
    return ERR_NONE;
}

void table_sum_add(struct table_sum *sum, struct text row)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    _Static_assert(sizeof(hash) == 16, "128 bits");
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)row.ptr, row.len, NULL, 0);
    uint64_t low = 0, high = 0;
    for (int i = 7; i >= 0; i--) {
        low = low << 8 | hash[i];
        high = high << 8 | hash[8 + i];
    }
    sum->rows++;
    sum->low += low;
    sum->high += high;
}

bool table_sum_eq(const struct table_sum *a, const struct table_sum *b)
{
    return a->rows == b->rows && a->low == b->low && a->high == b->high;
}

char *table_sum_format(const struct table_sum *sum, char out[TABLE_SUM_TEXT + 1])
{
    snprintf(out, TABLE_SUM_TEXT + 1, "%016" PRIx64 "%016" PRIx64, sum->high, sum->low);
    return out;
}
