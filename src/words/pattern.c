#include "words/pattern.h"

void pattern_fill(struct buf *out, const char *pattern, const struct text *values)
{
    for (const char *c = pattern; *c; c++) {
        if (c[0] == '{' && c[1] >= '0' && c[1] <= '9' && c[2] == '}') {
            buf_add_text(out, values[c[1] - '0']);
            c += 2;
        } else {
            buf_add_char(out, *c);
        }
    }
}
