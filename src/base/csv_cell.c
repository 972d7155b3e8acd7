#include "base/csv_cell.h"

#include <string.h>

void csv_cell(struct buf *out, struct text value)
{
    bool is_formula = value.len && memchr("=+-@\t\r", value.ptr[0], 6);
    bool needs_quotes = false;
    for (size_t i = 0; i < value.len; i++) {
        needs_quotes = needs_quotes || memchr(",\"\r\n\t;", value.ptr[i], 6);
    }
    if (!needs_quotes) {
        buf_add_str(out, is_formula ? "'" : "");
        buf_add_text(out, value);
        return;
    }
    buf_add_str(out, is_formula ? "\"'" : "\"");
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"') {
            buf_add_char(out, '"');
        }
        buf_add_char(out, value.ptr[i]);
    }
    buf_add_char(out, '"');
}
