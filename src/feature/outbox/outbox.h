/* The outbox: what is to be sent outside is a row, written in the same transaction as its cause,
 * and sent afterwards by a thread of its own: at least once, again and again with growing pauses
 * until it goes well, is refused for good, or three days have passed. A row is leased for a few
 * seconds to the server that sends it, so another one goes on where a server died. All tries carry
 * the same token (Message-ID, webhook-id), by which who receives it twice can tell. */
#ifndef TROTH_FEATURE_OUTBOX_OUTBOX_H
#define TROTH_FEATURE_OUTBOX_OUTBOX_H

#include "server/server.h"

struct outbox;

extern const struct module outbox_module; /* "outbox"; its self is the struct outbox */

enum outbox_kind { OUTBOX_MAIL, OUTBOX_WEBHOOK, OUTBOX_KINDS };
enum outbox_state { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_CANCELLED, OUTBOX_STATES };

#define OUTBOX_PATIENCE_US (3 * DAY_US)
enum { OUTBOX_TOKEN_SIZE = 27, OUTBOX_ANSWER_MOST = 1024, OUTBOX_CONTENT_MOST = 256 << 10 };

struct outbox_row {
    int64_t id;
    enum outbox_kind kind;
    enum outbox_state state;
    struct text token, target, title, content, error;
    int64_t target_id, since_us, next_us, lease, done_us; /* done_us: MOMENT_NEVER, not yet */
    int64_t tries;
};

/* -- mails -- */

enum letter {                    /* what a mail is about */
              LETTER_INVITATION, /* who, link, until_us */
              LETTER_RESET,      /* link, until_us: another password */
              LETTER_SIGN_IN,    /* link, until_us: lets in once */
              /* A change of how somebody gets in: who, subject (its name), until (when), link. */
              LETTER_PASSKEY_ADDED,
              LETTER_PASSKEY_REMOVED,
              LETTER_FACTOR_SET,
              LETTER_FACTOR_REMOVED,
              LETTER_CODES_RENEWED,
              LETTER_PROVIDER_LINKED,
              LETTER_PROVIDER_UNLINKED,
              LETTER_PASSWORD_CHANGED,
              LETTER_APPROVAL, /* who, subject, link: a draft of the Code wants a second person */
              LETTER_REVIEW,   /* subject, link, until_us: the Code is to be reviewed */
              LETTER_SIGN_OFF, /* subject, link: the version in force is not signed off */
              LETTER_TEXT,     /* subject, body, link: words of the sender's own */
              LETTER_WEBHOOK_FAILING, /* body: its address */
              LETTER_WEBHOOK_GONE,    /* body: its address */
              LETTER_TEST,            /* that mail works */
              LETTERS
};
struct outbox_mail {
    enum letter letter;
    struct text language;    /* "en", "pt-BR", "es"; others: English */
    struct text to, to_name; /* to: as people write it; to_name may be empty */
    struct text brand;       /* empty: as the company has set it, else Troth */
    struct text colour;      /* of its button, "#0f6b5c"; empty: likewise */
    struct text who;         /* whose act it is */
    struct text subject;     /* what it is about: a Code, a draft */
    struct text body;        /* LETTER_TEXT */
    struct text link;        /* absolute */
    struct text until;       /* when the link ends, or when it happened */
    struct text unsubscribe; /* List-Unsubscribe: https://… or mailto:…; may be empty */
};
/* In a job of the clerk: the mail leaves once the job is durable. ERR_INVALID: no address, or a
 * control character. `o` may be NULL (a command without a server): the next server sends it. */
enum err outbox_add_mail(struct outbox *o, struct database *db, const struct outbox_mail *mail,
                         int64_t *ret_id, struct err_info *info);

/* In a job of the clerk: any row; kind, target, target_id, title and content count. */
enum err outbox_add(struct outbox *o, struct database *db, const struct outbox_row *row,
                    int64_t *ret_id, struct err_info *info);

struct outbox_again {
    int64_t target_id, since_us, after_id; /* what it was sent since then, after that id */
    bool only_failed;
};
/* In a job of the clerk: what one target was sent is sent again, 1,000 rows at most; *ret_more:
 * call again after *ret_last. */
enum err outbox_replay(struct outbox *o, struct database *db, const struct outbox_again *what,
                       int64_t *ret_count, int64_t *ret_last, bool *ret_more,
                       struct err_info *info);

/* Where mails go. */
struct outbox_mail_config {
    const char *from;      /* address */
    const char *from_name; /* NULL: none */
    const char *smtp, *password, *ca_file;
    bool without_tls;
};
enum err outbox_check_mail(const struct outbox_mail_config *config, struct err_info *info);
/* Before outbox_start(); without it mails wait. ERR_INVALID says what is wrong. */
enum err outbox_set_mail(struct outbox *o, const struct outbox_mail_config *config,
                         struct err_info *info);
/* Once the server runs: starts sending. */
enum err outbox_start(struct outbox *o, struct err_info *info);
bool outbox_has_mail(const struct outbox *o);

#endif
