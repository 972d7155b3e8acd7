#include "feature/page/words.h"

const struct page_words *page_words(enum language l)
{
    static const struct page_words *const all[LANGUAGES] = {
        [LANGUAGE_ENGLISH] = &page_words_english,
        [LANGUAGE_PORTUGUESE] = &page_words_portuguese,
        [LANGUAGE_SPANISH] = &page_words_spanish,
    };
    return all[l];
}

void page_say(struct buf *out, const char *pattern, const struct text *values)
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
