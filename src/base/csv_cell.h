/* Cells of CSV files that we write (RFC 4180). */
#ifndef TROTH_BASE_CSV_CELL_H
#define TROTH_BASE_CSV_CELL_H

#include "base/text.h"

/* Appends one cell, in quotes where it needs them. Spreadsheets run cells that begin with = + - @
 * or a tab as formulas: those get an apostrophe before them. */
void csv_cell(struct buf *out, struct text value);

#endif
