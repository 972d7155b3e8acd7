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
