/* A mail as it travels (RFC 5322 and MIME), built by GMime: headers of other letters encoded (RFC
 * 2047), a text with its HTML beside it, lines ended by CRLF and of bounded length. */
#ifndef TROTH_MAIL_MESSAGE_H
#define TROTH_MAIL_MESSAGE_H

#include "base/err.h"
#include "base/text.h"

enum { MAIL_HEADER_MOST = 998 }; /* bytes of a name or subject */

struct mail_message {
    struct text from, from_name, to, to_name; /* addresses as mail_address() gives them */
    struct text subject, text, html;          /* UTF-8; html may be empty */
    struct text id;                           /* Message-ID without < > */
    struct text unsubscribe;                  /* https://… or mailto:…; may be empty */
    int64_t date_us;
};

/* ERR_INVALID: a control character where one line is meant (nothing can add headers of its own). */
enum err mail_build(const struct mail_message *m, struct buf *out, struct err_info *info);

#endif
