/* Inside of this feature: mails, by SMTP. */
#ifndef TROTH_FEATURE_OUTBOX_MAIL_CARRIER_H
#define TROTH_FEATURE_OUTBOX_MAIL_CARRIER_H

#include "feature/outbox/carrier.h"

struct mailer;

/* Not ready until mailer_set(). */
struct mailer *mailer_new(void);
void mailer_free(struct mailer **mailer);
enum err mailer_set(struct mailer *m, const struct outbox_mail_config *config,
                    struct err_info *info);
const struct carrier *mailer_carrier(const struct mailer *m);

/* A row's content: what a mail holds besides its address and subject. */
struct mail_content {
    struct text to_name, from_name, text, html, unsubscribe;
};
void mail_content_write(const struct mail_content *c, struct buf *out);
/* Texts in the arena or in `in`. */
enum err mail_content_read(struct arena *arena, struct text in, struct mail_content *ret,
                           struct err_info *info);

#endif
