#include "feature/outbox/outbox.h"

#include "base/moment.h"
#include "feature/brand/brand.h"
#include "feature/outbox/letter.h"
#include "feature/outbox/mail_carrier.h"
#include "feature/outbox/outbox_api.h"
#include "feature/outbox/outbox_inside.h"
#include "feature/outbox/row.h"
#include "feature/outbox/worker.h"
#include "mail/address.h"
#include "server/metrics.h"
#include "store/sharing.h"

#include <sodium.h>
#include <stdlib.h>

enum { NAME_MOST = 900, SUBJECT_MOST = 400, BODY_MOST_BYTES = 64 << 10, LINK_MOST = 2000 };

struct outbox {
    struct server *server;
    const struct carrier *carriers[OUTBOX_KINDS];
    struct mailer *mailer;
    _Atomic(struct worker *) worker; /* NULL: not started; that is while requests come already */
    bool changed;                    /* the clerk's */
};

/* -- adding -- */

void outbox_changed(struct outbox *o)
{
    o->changed = true;
}

enum err outbox_add(struct outbox *o, struct database *db, const struct outbox_row *row,
                    int64_t *ret_id, struct err_info *info)
{
    if (row->content.len > OUTBOX_CONTENT_MOST) {
        return err_set(info, ERR_LIMIT, "What is sent may have %d KiB.", OUTBOX_CONTENT_MOST >> 10);
    }
    enum err e = outbox_row_add(db, row, ret_id, info);
    if (!e && o) {
        outbox_changed(o);
    }
    return e;
}

enum err outbox_replay(struct outbox *o, struct database *db, const struct outbox_again *what,
                       int64_t *ret_count, int64_t *ret_last, bool *ret_more, struct err_info *info)
{
    enum err e = outbox_row_replay(db, what, ret_count, ret_last, info);
    if (!e) {
        *ret_more = *ret_count == OUTBOX_REPLAY_MOST;
        outbox_changed(o);
    }
    return e;
}

static bool is_line(struct text t, size_t most)
{
    for (size_t i = 0; i < t.len; i++) {
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == 127) {
            return false;
        }
    }
    return t.len <= most && text_utf8_valid(t) == t.len;
}

static enum err check_mail(const struct outbox_mail *m, struct err_info *info)
{
    const struct text lines[] = {m->to_name, m->brand, m->who, m->until};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!is_line(lines[i], NAME_MOST)) {
            return err_set(info, ERR_INVALID, "A name in a mail is one line of at most %d bytes.",
                           NAME_MOST);
        }
    }
    if (!is_line(m->subject, SUBJECT_MOST)) {
        return err_set(info, ERR_INVALID, "The subject of a mail is one line of at most %d bytes.",
                       SUBJECT_MOST);
    }
    bool web = text_starts(m->link, TEXT("https://")) || text_starts(m->link, TEXT("http://"));
    if (!is_line(m->link, LINK_MOST) || (m->link.len && !web) || !is_line(m->unsubscribe, 900)) {
        return err_set(info, ERR_INVALID,
                       "A link in a mail is an address of the web, at most %d "
                       "bytes.",
                       LINK_MOST);
    }
    return m->body.len <= BODY_MOST_BYTES && text_utf8_valid(m->body) == m->body.len
               ? ERR_NONE
               : err_set(info, ERR_INVALID, "The text of a mail is UTF-8 of at most %d KiB.",
                         BODY_MOST_BYTES >> 10);
}

enum err outbox_add_mail(struct outbox *o, struct database *db, const struct outbox_mail *given,
                         int64_t *ret_id, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct outbox_mail branded = *given;
    const struct outbox_mail *mail = &branded;
    struct buf subject CLEANUP(buf_release) = {0}, text CLEANUP(buf_release) = {0};
    struct buf html CLEANUP(buf_release) = {0}, content CLEANUP(buf_release) = {0};
    struct text to;
    enum err e = mail_address(&arena, mail->to, &to, info);
    if (!e && mail->brand.len == 0) {
        e = brand_of_mails(db, &arena, &branded.brand, &branded.colour, info);
    }
    e = e ? e : check_mail(mail, info);
    if (e) {
        return e;
    }
    letter_subject(mail, &subject);
    letter_text(mail, &text);
    letter_html(mail, &html);
    const struct mail_content parts = {.to_name = mail->to_name,
                                       .from_name = mail->brand,
                                       .text = buf_text(&text),
                                       .html = buf_text(&html),
                                       .unsubscribe = mail->unsubscribe};
    mail_content_write(&parts, &content);
    const struct outbox_row row = {.kind = OUTBOX_MAIL,
                                   .target = to,
                                   .title = buf_text(&subject),
                                   .content = buf_text(&content)};
    return outbox_add(o, db, &row, ret_id, info);
}

/* -- the module -- */

void outbox_carry(struct outbox *o, enum outbox_kind kind, const struct carrier *carrier)
{
    o->carriers[kind] = carrier;
}

enum err outbox_check_mail(const struct outbox_mail_config *config, struct err_info *info)
{
    struct mailer *m CLEANUP(mailer_free) = mailer_new();
    return mailer_set(m, config, info);
}

enum err outbox_set_mail(struct outbox *o, const struct outbox_mail_config *config,
                         struct err_info *info)
{
    return mailer_set(o->mailer, config, info);
}

bool outbox_has_mail(const struct outbox *o)
{
    const struct carrier *c = mailer_carrier(o->mailer);
    return c->is_ready(c->self);
}

enum err outbox_start(struct outbox *o, struct err_info *info)
{
    struct worker *worker = NULL;
    enum err e = worker_start(o->server, o->carriers, &worker, info);
    o->worker = worker;
    return e;
}

static enum err open_outbox(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(info, ERR_INTERNAL, "The libraries for sending cannot be started.");
    }
    /* Alone on the database, whoever held a lease is gone. */
    enum err e = database_is_shared(db) ? ERR_NONE : outbox_row_free_all(db, info);
    if (e) {
        return e;
    }
    struct outbox *o = calloc(1, sizeof(*o));
    if (!o) {
        abort();
    }
    o->server = server;
    o->mailer = mailer_new();
    outbox_carry(o, OUTBOX_MAIL, mailer_carrier(o->mailer));
    *ret_self = o;
    return ERR_NONE;
}

static void stop_outbox(void *self)
{
    struct outbox *o = self;
    struct worker *worker = o->worker;
    worker_stop(&worker);
}

static void close_outbox(void *self)
{
    struct outbox *o = self;
    mailer_free(&o->mailer);
    free(o);
}

static void committed(void *self)
{
    struct outbox *o = self;
    if (o->changed && o->worker) {
        worker_wake(o->worker);
    }
    o->changed = false;
}

static void rolled_back(void *self)
{
    struct outbox *o = self;
    o->changed = false;
}

static void write_metrics(void *self, struct buf *out)
{
    struct outbox *o = self;
    static const char *const kinds[] = {"kind=\"mail\"", "kind=\"webhook\""};
    struct worker_figures f[OUTBOX_KINDS];
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        f[kind] = o->worker ? worker_figures(o->worker, (enum outbox_kind)kind)
                            : (struct worker_figures){.oldest_us = MOMENT_NEVER};
    }
    int64_t now_us = moment_now();
    metric_head(out, "outbox_waiting", "gauge", "What is to be sent outside and was not yet.");
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        metric_value(out, "outbox_waiting", kinds[kind], (uint64_t)f[kind].waiting);
    }
    metric_head(out, "outbox_oldest_seconds", "gauge", "How long the oldest of it has waited.");
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        int64_t age_us = f[kind].oldest_us < now_us ? now_us - f[kind].oldest_us : 0;
        metric_value(out, "outbox_oldest_seconds", kinds[kind], (uint64_t)(age_us / SECOND_US));
    }
    metric_head(out, "outbox_tries_total", "counter", "Tries to send, by how they went.");
    static const char *const went[] = {"sent", "later", "failed"};
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        const uint64_t counts[] = {f[kind].sent, f[kind].later, f[kind].failed};
        for (int i = 0; i < 3; i++) {
            struct buf labels CLEANUP(buf_release) = {0};
            buf_addf(&labels, "%s,result=\"%s\"", kinds[kind], went[i]);
            metric_value(out, "outbox_tries_total", labels.ptr, counts[i]);
        }
    }
}

static const struct clerk_hook hook = {.committed = committed, .rolled_back = rolled_back};

const struct module outbox_module = {
    .name = "outbox",
    .routes = outbox_routes,
    .route_count = OUTBOX_ROUTES,
    .statements = &outbox_row_statements,
    .open = open_outbox,
    .stop = stop_outbox,
    .close = close_outbox,
    .hook = &hook,
    .metrics = write_metrics,
};
