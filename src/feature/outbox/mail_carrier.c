#include "feature/outbox/mail_carrier.h"

#include "base/json.h"
#include "mail/address.h"
#include "mail/message.h"
#include "mail/smtp.h"

#include <stdlib.h>

enum { AT_ONCE = 4 };

struct mailer {
    struct carrier carrier;
    struct arena arena;
    atomic_bool ready;
    struct smtp smtp;
    struct text from, from_name, domain; /* the domain of our Message-IDs */
};
struct sending {
    struct smtp_sending smtp;
    struct buf mail;
};

/* -- content -- */

void mail_content_write(const struct mail_content *c, struct buf *out)
{
    struct json_writer w = json_writer(out);
    json_object_begin(&w);
    json_key(&w, "to_name");
    json_text(&w, c->to_name);
    json_key(&w, "from_name");
    json_text(&w, c->from_name);
    json_key(&w, "text");
    json_text(&w, c->text);
    json_key(&w, "html");
    json_text(&w, c->html);
    json_key(&w, "unsubscribe");
    json_text(&w, c->unsubscribe);
    json_object_end(&w);
}

static struct text member(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);
    return value && value->type == JSON_TEXT ? value->text : (struct text){0};
}

enum err mail_content_read(struct arena *arena, struct text in, struct mail_content *ret,
                           struct err_info *info)
{
    const struct json *content;
    enum err e = json_parse(arena, in, &json_default_limits, &content, info);
    if (!e) {
        *ret = (struct mail_content){member(content, "to_name"), member(content, "from_name"),
                                     member(content, "text"), member(content, "html"),
                                     member(content, "unsubscribe")};
    }
    return e;
}

/* -- carrying -- */

static bool is_ready(void *self)
{
    struct mailer *m = self;
    return atomic_load(&m->ready);
}

static enum err build(const struct mailer *m, const struct outbox_row *row, struct arena *arena,
                      struct buf *out, struct err_info *info)
{
    struct mail_content content;
    enum err e = mail_content_read(arena, row->content, &content, info);
    if (e) {
        return ERR_INVALID;
    }
    const struct mail_message message = {
        .from = m->from,
        .from_name = m->from_name.len ? m->from_name : content.from_name,
        .to = row->target,
        .to_name = content.to_name,
        .subject = row->title,
        .text = content.text,
        .html = content.html,
        .id = arena_printf(arena, "%.*s@%.*s", TEXT_ARG(row->token), TEXT_ARG(m->domain)),
        .unsubscribe = content.unsubscribe,
        .date_us = row->since_us,
    };
    return mail_build(&message, out, info);
}

static enum err begin(void *self, const struct outbox_row *row, struct arena *arena, CURL *curl,
                      void **ret_context, struct err_info *info)
{
    const struct mailer *m = self;
    struct sending *s = ARENA_NEW(arena, struct sending);
    enum err e = build(m, row, arena, &s->mail, info);
    if (e) {
        buf_release(&s->mail);
        return e;
    }
    smtp_begin(&m->smtp, curl, m->from, row->target, buf_text(&s->mail), &s->smtp);
    *ret_context = s;
    return ERR_NONE;
}

static void end(void *self, void *context, struct arena *arena, CURL *curl, CURLcode code,
                struct delivery *ret)
{
    (void)self;
    struct sending *s = context;
    static const enum outbox_state states[] = {
        [SMTP_SENT] = OUTBOX_SENT, [SMTP_LATER] = OUTBOX_WAITING, [SMTP_REFUSED] = OUTBOX_FAILED};
    const char *words;
    ret->state = states[smtp_judge(&s->smtp, curl, code, &ret->code, &words)];
    ret->answer = arena_text(arena, text_of(words));
    smtp_end(&s->smtp, curl);
    buf_release(&s->mail);
}

/* -- the mailer -- */

struct mailer *mailer_new(void)
{
    struct mailer *m = calloc(1, sizeof(*m));
    if (!m) {
        abort();
    }
    m->carrier = (struct carrier){.self = m,
                                  .at_once = AT_ONCE,
                                  .waits = true,
                                  .is_ready = is_ready,
                                  .begin = begin,
                                  .end = end};
    return m;
}

void mailer_free(struct mailer **mailer)
{
    struct mailer *m = *mailer;
    if (m) {
        smtp_release(&m->smtp);
        arena_release(&m->arena);
        free(m);
        *mailer = NULL;
    }
}

enum err mailer_set(struct mailer *m, const struct outbox_mail_config *config,
                    struct err_info *info)
{
    if (!config->from || !config->smtp) {
        return err_set(info, ERR_INVALID,
                       "mail needs both: --mail-from ADDRESS and --smtp smtp://HOST:587");
    }
    const struct smtp_config smtp = {config->smtp, config->password, config->ca_file,
                                     config->without_tls};
    struct text from;
    enum err e = mail_address(&m->arena, text_of(config->from), &from, info);
    e = e ? e : smtp_read(&smtp, &m->smtp, info);
    if (e) {
        return e;
    }
    const char *at = strrchr(from.ptr, '@');
    m->from = from;
    m->from_name = arena_text(&m->arena, text_of(config->from_name));
    m->domain = text_of(at + 1);
    atomic_store(&m->ready, true);
    return ERR_NONE;
}

const struct carrier *mailer_carrier(const struct mailer *m)
{
    return &m->carrier;
}
