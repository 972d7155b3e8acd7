/* Inside of this feature: what mails say, in English, Brazilian Portuguese and Spanish. */
#ifndef TROTH_FEATURE_OUTBOX_LETTER_H
#define TROTH_FEATURE_OUTBOX_LETTER_H

#include "base/text.h"
#include "feature/outbox/outbox.h"

struct letter_words {
    const char *subject;
    const char *lines[3]; /* paragraphs before the link; NULL: none */
    const char *link;     /* what the link does */
    const char *after;    /* the paragraph after it; NULL: none */
};
enum letter_language { LETTER_ENGLISH, LETTER_PORTUGUESE, LETTER_SPANISH, LETTER_LANGUAGES };
/* {who}, {subject}, {brand}, {until} and {body} stand for the mail's own. */
extern const struct letter_words letter_words[LETTER_LANGUAGES][LETTERS];

enum letter_language letter_language(struct text tag);
void letter_subject(const struct outbox_mail *mail, struct buf *out);
void letter_text(const struct outbox_mail *mail, struct buf *out);
void letter_html(const struct outbox_mail *mail, struct buf *out);

#endif
