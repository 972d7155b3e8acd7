/* A backup: all tables of a company in one file, the same from SQLite and from PostgreSQL.
 *
 * The content of the sealed file (seal.h) is one zstd frame (RFC 8878, with its checksum) of
 * records: a letter, 4 bytes of length (little-endian), that many bytes.
 *
 *   H  once, first: a JSON object: "format" 1, "schema", "troth" (version), "taken" (RFC 3339),
 *      "from" ("sqlite", "postgresql"), "position" (of the last entry of the ledger, as text)
 *   T  begins a table: "table", "columns" [{"name", "type": "int", "text" or "bytes", "null"}],
 *      "key" (so many of the first columns)
 *   R  rows of it (row_code.h), any number
 *   E  ends it: "rows", "sum" (row_code.h)
 *   Z  once, last: "tables", "rows", "hash": BLAKE2b-256 of all records before, in hexadecimal
 *
 * Nothing follows Z, so a file that was cut off anywhere is refused. Readers pass over members of
 * objects that they do not know; another meaning of what is there needs another format number. */
#ifndef TROTH_ARCHIVE_ARCHIVE_H
#define TROTH_ARCHIVE_ARCHIVE_H

#include "archive/row_code.h"
#include "archive/seal.h"

enum { ARCHIVE_FORMAT = 1, ARCHIVE_RECORD_MOST = 64 << 20 };

struct archive_head {
    uint32_t schema;
    char troth[32], from[16];
    int64_t taken_us, position;
};

struct archive_writer;
enum err archive_create(FILE *file, const struct seal_secret *secret,
                        const struct archive_head *head, struct archive_writer **ret,
                        struct err_info *info);
/* The table must live until archive_end_table(). */
enum err archive_begin_table(struct archive_writer *w, const struct stored_table *t,
                             struct err_info *info);
enum err archive_add_row(struct archive_writer *w, const struct cell *cells, struct err_info *info);
enum err archive_end_table(struct archive_writer *w, struct err_info *info);
/* Until this has succeeded, the file is no backup. It is not synced. */
enum err archive_finish(struct archive_writer *w, struct err_info *info);
void archive_writer_free(struct archive_writer **w); /* for CLEANUP */

struct archive_reader;
enum err archive_open(FILE *file, const struct seal_secret *secret, struct archive_reader **ret,
                      struct err_info *info);
const struct archive_head *archive_head(const struct archive_reader *r);
/* The next table; NULL after the last, when the whole file has been found sound. It lives until the
 * next call. Only after all rows of the one before. */
enum err archive_next_table(struct archive_reader *r, const struct stored_table **ret,
                            struct err_info *info);
/* False: that was the last, and the table's count and checksum are right. Texts live until the next
 * call. */
enum err archive_next_row(struct archive_reader *r, bool *ret_row, struct cell *ret_cells,
                          struct err_info *info);
/* Of the present table, so far. */
const struct table_sum *archive_sum(const struct archive_reader *r);
void archive_reader_free(struct archive_reader **r);

#endif
