#include "lang/wording.h"

const struct wording *wording_of(enum language l)
{
    static const struct wording *const all[LANGUAGES] = {
        [LANGUAGE_ENGLISH] = &wording_english,
        [LANGUAGE_PORTUGUESE] = &wording_portuguese,
        [LANGUAGE_SPANISH] = &wording_spanish,
    };
    return all[l];
}
