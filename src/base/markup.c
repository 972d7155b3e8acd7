#include "base/markup.h"

static const char *entity(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default:
        return c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

void markup_text(struct buf *out, struct text t)
{
    size_t done = 0;
    for (size_t i = 0; i < t.len; i++) {
        const char *replacement = entity((unsigned char)t.ptr[i]);
        if (replacement) {
            buf_add(out, t.ptr + done, i - done);
            buf_add_str(out, replacement);
            done = i + 1;
        }
    }
    if (done < t.len) {
        buf_add(out, t.ptr + done, t.len - done);
    }
}
