/* The languages that people read: of the public pages, the console and mails. */
#ifndef TROTH_WORDS_LANGUAGE_H
#define TROTH_WORDS_LANGUAGE_H

#include "base/text.h"

enum language { LANGUAGE_ENGLISH, LANGUAGE_PORTUGUESE, LANGUAGE_SPANISH };
enum { LANGUAGES = 3 };

extern const char *const language_tags[];   /* in their order; NULL ends them */
const char *language_tag(enum language l);  /* "en", "pt-BR", "es" */
const char *language_name(enum language l); /* in itself: "Português" */

/* `wanted` (of the address, may be empty), else what Accept-Language likes best, else English. Of
 * "pt-PT" and "es-MX" the first two letters count. */
enum language language_of(struct text wanted, struct text accept);
/* "pt", "pt-BR", "es_MX.UTF-8" (as in $LANG): false where it is none of ours. */
bool language_parse(struct text name, enum language *ret);

const char *language_month(enum language l, int32_t month);     /* "January" */
const char *language_weekday(enum language l, int32_t weekday); /* "Monday"; 0 is Monday */

#endif
