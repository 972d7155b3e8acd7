#include "feature/webhook/health.h"

#include "base/log.h"
#include "base/moment.h"

enum { GONE = 410 };

enum { CONTACT_LANGUAGE, STATEMENTS };
static const struct statement statements[] = {
    [CONTACT_LANGUAGE] = {"webhook_contact_language", "SELECT language FROM staff WHERE email = $1",
                          NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table health_statements = {statements, STATEMENTS};

/* As staff's addresses are kept. */
static struct text in_small_letters(struct arena *arena, struct text words)
{
    char *out = arena_alloc(arena, words.len + 1);
    for (size_t i = 0; i < words.len; i++) {
        char c = words.ptr[i];
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct text){out, words.len};
}

/* A member of staff reads their own; whom nobody knows, English. */
static enum err contact_language(struct database *db, struct text contact, struct arena *arena,
                                 struct text *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CONTACT_LANGUAGE]);
    query_bind_text(&q, 1, in_small_letters(arena, contact));
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = !e && row ? arena_text(arena, query_text(&q, 0)) : (struct text){0};
    return e;
}

static enum err tell_contact(struct outbox *o, struct database *db, const struct endpoint *e,
                             enum letter letter, struct arena *arena, struct err_info *info)
{
    struct text language;
    int64_t id;
    if (e->contact.len == 0) {
        return ERR_NONE;
    }
    enum err result = contact_language(db, e->contact, arena, &language, info);
    if (result) {
        return result;
    }
    const struct outbox_mail mail = {
        .letter = letter, .to = e->contact, .language = language, .body = e->url};
    return outbox_add_mail(o, db, &mail, &id, info);
}

enum err health_settle(struct outbox *o, struct database *db, int64_t endpoint_id,
                       const struct delivery *delivery, int64_t now_us, bool *ret_changed,
                       struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct endpoint one;
    *ret_changed = false;
    enum err e = endpoint_find(db, endpoint_id, &arena, &one, info);
    if (e || !one.enabled) {
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    bool works = delivery->state == OUTBOX_SENT, was_well = one.failing_since_us == MOMENT_NEVER;
    bool over = !works && !was_well && now_us - one.failing_since_us > ENDPOINT_PATIENCE_US;
    bool gone = delivery->state == OUTBOX_FAILED && delivery->code == GONE;
    if (works == was_well && !over && !gone) {
        return ERR_NONE;
    }
    one.failing_since_us = works ? MOMENT_NEVER : was_well ? now_us : one.failing_since_us;
    if (over || gone) {
        one.enabled = false;
        one.disabled_why = gone ? TEXT("It answered that it is gone (410).")
                                : TEXT("It has failed for five days.");
        log_say(LOG_WARNING, "webhook_disabled", "%.*s", TEXT_ARG(one.disabled_why));
        e = tell_contact(o, db, &one, gone ? LETTER_WEBHOOK_GONE : LETTER_WEBHOOK_FAILING, &arena,
                         info);
    }
    *ret_changed = true;
    return e ? e : endpoint_change(db, &one, info);
}
