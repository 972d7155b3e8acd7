/* Inside of this feature: a table being written to a file, as CSV or as a spreadsheet. Cells come
 * in the order of the columns. No text is ever run as a formula: CSV has an apostrophe before what
 * would be, a spreadsheet says of each cell that it is text. */
#ifndef TROTH_FEATURE_EXPORT_SHEET_H
#define TROTH_FEATURE_EXPORT_SHEET_H

#include "engine/zone.h"
#include "lang/value.h"

enum sheet_kind { SHEET_CSV, SHEET_XLSX };

struct sheet;

/* page: the name of a spreadsheet's page. An unnamed file is written. ERR_IO: there is no room for
 * it. */
enum err sheet_open(enum sheet_kind kind, const char *page, const struct zone *zone,
                    struct sheet **ret, struct err_info *info);
void sheet_close(struct sheet **s); /* for CLEANUP; NULL inside is fine */
void sheet_text(struct sheet *s, struct text value);
void sheet_int(struct sheet *s, int64_t value);
/* Of 1: a spreadsheet shows 0.961 as 96.1 %. */
void sheet_share(struct sheet *s, double share);
/* The amount as a number; its currency is another cell's. */
void sheet_money(struct sheet *s, struct money amount);
/* In the zone: CSV as RFC 3339 with its offset, a spreadsheet as a date and time of that zone.
 * MOMENT_NEVER: empty. */
void sheet_moment(struct sheet *s, int64_t us);
enum err sheet_end_row(struct sheet *s, struct err_info *info);
/* Ends it and hands over the descriptor of the file, at its beginning. */
enum err sheet_finish(struct sheet *s, int *ret_file, struct err_info *info);

#endif
