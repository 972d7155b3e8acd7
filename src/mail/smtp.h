/* Sending a mail by SMTP (RFC 5321) with libcurl: TLS by STARTTLS or from the first byte, its
 * certificate checked; AUTH only inside TLS. One mail, one recipient, one easy handle, which the
 * caller drives. */
#ifndef TROTH_MAIL_SMTP_H
#define TROTH_MAIL_SMTP_H

#include "base/arena.h"
#include "base/err.h"

#include <curl/curl.h>

struct smtp_config {
    const char *url;      /* smtp://[USER@]HOST[:PORT], smtps://… */
    const char *password; /* NULL: none */
    const char *ca_file;  /* PEM of who may sign the server's certificate; NULL: the system's */
    bool without_tls;     /* smtp:// in the clear: for a server on this machine */
};
/* A sender that can be used: checked, its texts its own. */
struct smtp {
    char *url, *user, *password, *ca_file;
    bool without_tls;
};

/* The same URL rules for command lines: ERR_INVALID says what is wrong. */
enum err smtp_read(const struct smtp_config *config, struct smtp *ret, struct err_info *info);
void smtp_release(struct smtp *smtp);

enum { SMTP_REPLY_SIZE = 256 };
/* One mail under way; lives as long as the handle works for it. */
struct smtp_sending {
    const char *bytes; /* the mail as travels */
    size_t len, sent;
    struct curl_slist *to;
    bool asked; /* MAIL FROM has been said: what is refused from here on is this mail */
    char reply[SMTP_REPLY_SIZE]; /* the first refusal, else the last line */
    char trouble[CURL_ERROR_SIZE];
};
enum smtp_end { SMTP_SENT, SMTP_LATER, SMTP_REFUSED };

/* Addresses as mail_address() gives them. `mail` must outlive the sending. */
void smtp_begin(const struct smtp *smtp, CURL *curl, struct text from, struct text to,
                struct text mail, struct smtp_sending *s);
/* How it went, and the last reply's code (0: none); *ret_words tells it for people. */
enum smtp_end smtp_judge(const struct smtp_sending *s, CURL *curl, CURLcode code, int *ret_code,
                         const char **ret_words);
void smtp_end(struct smtp_sending *s, CURL *curl);

#endif
