#include "mail/smtp.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_S = 20, REPLY_S = 60, WHOLE_S = 300, IDLE_S = 10 };

static char *copy_of(const char *words)
{
    char *copy = words ? strdup(words) : NULL;
    if (words && !copy) {
        abort();
    }
    return copy;
}

static void drop_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

/* A part of the URL, decoded, to be freed by curl_free(); NULL: it has none. */
static char *part_of(CURLU *url, CURLUPart part)
{
    char *words = NULL;
    return curl_url_get(url, part, &words, CURLU_URLDECODE) == CURLUE_OK ? words : NULL;
}

static enum err check_url(CURLU *url, const struct smtp_config *config, struct err_info *info)
{
    char *scheme = part_of(url, CURLUPART_SCHEME);
    char *user = part_of(url, CURLUPART_USER), *password = part_of(url, CURLUPART_PASSWORD);
    enum err e = ERR_NONE;
    if (!scheme || (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0)) {
        e = err_set(info, ERR_INVALID,
                    "the mail server is named smtp://HOST:587 or smtps://HOST:465");
    } else if (password) {
        e = err_set(info, ERR_INVALID,
                    "a password in an address can be read by every user of the machine: put it "
                    "into a file and name that by --smtp-password-file");
    } else if (!user != !config->password) {
        e = err_set(info, ERR_INVALID,
                    user ? "a user is named but no --smtp-password-file"
                         : "a password needs a user: smtp://USER@HOST:587");
    } else if (user && config->without_tls && strcmp(scheme, "smtp") == 0) {
        e = err_set(info, ERR_INVALID,
                    "a password is sent only within TLS: leave --smtp-without-tls away");
    }
    curl_free(scheme);
    curl_free(user);
    curl_free(password);
    return e;
}

enum err smtp_read(const struct smtp_config *config, struct smtp *ret, struct err_info *info)
{
    CURLU *url CLEANUP(drop_url) = curl_url();
    if (!url || curl_url_set(url, CURLUPART_URL, config->url, CURLU_NON_SUPPORT_SCHEME)) {
        return err_set(info, ERR_INVALID,
                       "\"%s\" is no address of a mail server, such as "
                       "smtp://mail.example.org:587",
                       config->url);
    }
    enum err e = check_url(url, config, info);
    if (e) {
        return e;
    }
    char *user = part_of(url, CURLUPART_USER), *whole = NULL;
    curl_url_set(url, CURLUPART_USER, NULL, 0);
    if (curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK) {
        abort(); /* out of memory: it has been read before */
    }
    *ret = (struct smtp){copy_of(whole), copy_of(user), copy_of(config->password),
                         copy_of(config->ca_file), config->without_tls};
    curl_free(user);
    curl_free(whole);
    return ERR_NONE;
}

void smtp_release(struct smtp *smtp)
{
    if (smtp->password) {
        explicit_bzero(smtp->password, strlen(smtp->password));
    }
    free(smtp->url);
    free(smtp->user);
    free(smtp->password);
    free(smtp->ca_file);
    *smtp = (struct smtp){0};
}

/* -- one mail -- */

static size_t give(char *out, size_t size, size_t count, void *context)
{
    struct smtp_sending *s = context;
    size_t n = s->len - s->sent;
    n = n < size * count ? n : size * count;
    memcpy(out, s->bytes + s->sent, n);
    s->sent += n;
    return n;
}

/* A line of the server; a refusal is kept, whatever it answers to our parting. */
static size_t hear(char *line, size_t size, size_t count, void *context)
{
    struct smtp_sending *s = context;
    if (s->reply[0] == '4' || s->reply[0] == '5') {
        return size * count;
    }
    struct text words = text_trim((struct text){line, size * count});
    size_t n = words.len < sizeof(s->reply) - 1 ? words.len : sizeof(s->reply) - 1;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)words.ptr[i];
        s->reply[i] = (char)(c >= ' ' && c < 127 ? c : '?');
    }
    s->reply[n] = '\0';
    return size * count;
}

/* What is said, to know how far it came; nothing of it is kept. */
static int watch(CURL *curl, curl_infotype type, char *bytes, size_t len, void *context)
{
    (void)curl;
    struct smtp_sending *s = context;
    if (type == CURLINFO_HEADER_OUT && text_starts((struct text){bytes, len}, TEXT("MAIL FROM"))) {
        s->asked = true;
        s->reply[0] = '\0'; /* an EHLO or a way to sign in may have been refused before */
    }
    return 0;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

static char *bracketed(struct text address, char out[300])
{
    snprintf(out, 300, "<%.*s>", TEXT_ARG(address));
    return out;
}

static void set_security(const struct smtp *smtp, CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     (long)(smtp->without_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (smtp->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, smtp->ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (smtp->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, smtp->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, smtp->password);
    }
}

void smtp_begin(const struct smtp *smtp, CURL *curl, struct text from, struct text to,
                struct text mail, struct smtp_sending *s)
{
    char address[300];
    *s = (struct smtp_sending){.bytes = mail.ptr, .len = mail.len};
    s->to = curl_slist_append(NULL, bracketed(to, address));
    if (!s->to) {
        abort();
    }
    curl_easy_setopt(curl, CURLOPT_URL, smtp->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    set_security(smtp, curl);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, bracketed(from, address));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, s->to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, s);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, s);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, s);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* to watch(), not to stderr */
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, s->trouble);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)REPLY_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, (long)IDLE_S);
}

enum smtp_end smtp_judge(const struct smtp_sending *s, CURL *curl, CURLcode code, int *ret_code,
                         const char **ret_words)
{
    long reply = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
    *ret_code = (int)reply;
    if (code == CURLE_OK) {
        *ret_words = s->reply;
        return SMTP_SENT;
    }
    bool is_reply = (s->reply[0] == '4' || s->reply[0] == '5') && s->asked;
    *ret_words = is_reply ? s->reply : s->trouble[0] ? s->trouble : curl_easy_strerror(code);
    /* Before MAIL FROM a refusal means the server or our password, not this mail. */
    return is_reply && s->reply[0] == '5' ? SMTP_REFUSED : SMTP_LATER;
}

void smtp_end(struct smtp_sending *s, CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    curl_slist_free_all(s->to);
    s->to = NULL;
}
