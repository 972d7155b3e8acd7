/* A row as bytes, the same whichever database it comes from, and the checksum of a table:
 * BLAKE2b-128 of each row, added up as two numbers of 64 bits, so that the order of the rows is of
 * no meaning.
 *
 * A row is its cells, one after the other: 0 nothing; 1 a number (zigzag, seven bits a byte, the
 * lowest first); 2 text or 3 bytes, with their length as such a number (not zigzag). */
#ifndef TROTH_ARCHIVE_ROW_CODE_H
#define TROTH_ARCHIVE_ROW_CODE_H

#include "store/table_row.h"

void row_encode(const struct stored_table *t, const struct cell *cells, struct buf *out);
/* Takes the next row off *bytes; texts point into it. ERR_INVALID: not a row of that table. */
enum err row_decode(const struct stored_table *t, struct text *bytes, struct cell *ret_cells,
                    struct err_info *info);

struct table_sum {
    uint64_t rows, low, high;
};
void table_sum_add(struct table_sum *sum, struct text encoded_row);
bool table_sum_eq(const struct table_sum *a, const struct table_sum *b);
enum { TABLE_SUM_TEXT = 32 };
/* 32 hexadecimal digits; returns out. */
char *table_sum_format(const struct table_sum *sum, char out[TABLE_SUM_TEXT + 1]);

#endif
