/* Outgoing mail, as `troth serve` is told of it. */
#ifndef TROTH_CLI_SERVE_MAIL_H
#define TROTH_CLI_SERVE_MAIL_H

#include "base/arena.h"
#include "cli/command.h"
#include "feature/outbox/outbox.h"

/* For the command's table of options. */
#define SERVE_MAIL_OPTIONS                                                                     \
    {"mail-from", 0, "ADDRESS", "mails go out from this address; needs --smtp"},               \
        {"smtp", 0, "URL",                                                                     \
         "the server that takes mails: smtp://USER@HOST:587 (STARTTLS), smtps://HOST:465"},    \
        {"smtp-password-file", 0, "FILE", "the password of USER, or env:NAME"},                \
        {"smtp-ca", 0, "FILE", "who may sign that server's certificate (default: as usual)"},  \
    {                                                                                          \
        "smtp-without-tls", 0, NULL, "smtp:// in the clear, for a server on this very machine" \
    }

/* Checked; smtp is NULL where none is named. Texts in the arena. */
enum err serve_mail_read(const struct arguments *a, struct arena *arena,
                         struct outbox_mail_config *ret, struct err_info *info);
/* Once the server runs. */
enum err serve_mail_start(struct outbox *outbox, const struct outbox_mail_config *config,
                          struct err_info *info);

#endif
