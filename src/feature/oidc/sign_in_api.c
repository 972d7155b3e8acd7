/* The two steps of a sign-in by a provider. What belongs to it (state, nonce, PKCE's verifier,
 * where it shall lead) travels in a cookie as a ticket that only we can read, so nothing is written
 * for who merely begins, and only the browser that began can come back. Who is signed in and links
 * the account that they have there goes the same way; that ticket is good in their session alone,
 * and is given only to a page of ours, so that nobody is led to link a stranger's account. */
#include "base/id.h"
#include "base/log.h"
#include "feature/access/cookie.h"
#include "feature/access/fresh.h"
#include "feature/oidc/oidc_parts.h"
#include "feature/signin/ticket.h"
#include "feature/staff/member.h"
#include "oidc/id_token.h"
#include "oidc/sign_in.h"

#include <sodium.h>

#define COOKIE "troth_sign_in"
#define PURPOSE "sign in by a provider"
#define LIFE_US (15 * MINUTE_US)
#define USUAL_PATH "/console/today"
#define OWN_PATH "/console/me"
enum { PATH_MAX_LETTERS = 500 };

struct stay { /* of one request, in its arena */
    int64_t provider_id;
    int64_t session_id; /* that links; 0: somebody signs in */
    struct provider provider;
    struct oidc_client client;
    struct text state, nonce, verifier, path; /* as the ticket has them */
    struct text ticket;
    int64_t until_us;
    struct oidc_discovery discovery;
    struct newcomer newcomer;
    enum trouble trouble;
};

/* The name of the provider's own log is the operator's; nothing of a token stands in it. */
static void log_trouble(const struct stay *s, enum trouble trouble, const struct err_info *info)
{
    struct log_line line = log_begin(LOG_WARNING, "sign_in_by_provider");
    log_text(&line, "provider", s->provider.name);
    log_str(&line, "trouble", trouble_word(trouble));
    log_str(&line, "why", info->text);
    log_end(&line);
}

/* A path of the console's own, never another site: no //, no \, no control characters. */
static struct text own_path(struct text path)
{
    bool fits = path.len <= PATH_MAX_LETTERS && text_starts(path, TEXT("/console/"));
    for (size_t i = 0; i < path.len && fits; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        fits = c > ' ' && c < 127 && !strchr("\\\"<>", c);
    }
    return fits ? path : TEXT(USUAL_PATH);
}

static const char *cookie_name(const struct request *r)
{
    return request_is_secure(r) ? "__Host-" COOKIE : COOKIE;
}

static void set_cookie(struct request *r, struct reply *reply, struct text ticket)
{
    int64_t life_us = ticket.len ? LIFE_US : 0;
    reply_header(reply, "Set-Cookie",
                 arena_printf(request_arena(r),
                              "%s=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                              cookie_name(r), TEXT_ARG(ticket), (long long)(life_us / SECOND_US),
                              request_is_secure(r) ? "; Secure" : ""));
}

static void lead_back(struct request *r, struct reply *reply, const struct stay *s,
                      enum trouble trouble)
{
    reply_redirect(reply, arena_printf(request_arena(r), "%s?problem=%s",
                                       s->session_id ? OWN_PATH : "/console/sign-in",
                                       trouble_word(trouble)));
}

static struct stay *begin(struct request *r)
{
    struct stay *s = ARENA_NEW(request_arena(r), struct stay);
    if (!id_parse(request_text(r, "id"), "idp", &s->provider_id)) {
        s->provider_id = 0;
    }
    request_keep(r, s);
    return s;
}

/* -- the way there -- */

enum err leave_prepare(struct request *r, struct err_info *info)
{
    (void)info;
    begin(r)->path = own_path(request_text(r, "to"));
    return ERR_NONE;
}

enum err leave_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct oidc *o = request_self(r);
    struct stay *s = request_kept(r);
    struct arena *arena = request_arena(r);
    if (s->trouble) {
        return ERR_NONE;
    }
    enum err e = provider_find(db, s->provider_id, arena, &s->provider, info);
    if (e) {
        return e;
    }
    s->client = (struct oidc_client){.id = s->provider.client_id,
                                     .return_url = oidc_return_url(o, r, s->provider.id)};
    struct err_info why;
    if (provider_unseal(&s->provider, signin_keys(o->signin), arena, &s->client.secret, &why)) {
        s->trouble = TROUBLE_ANSWER;
        log_trouble(s, s->trouble, &why);
    }
    return ERR_NONE;
}

static enum trouble trouble_of(enum err e)
{
    return e == ERR_IO ? TROUBLE_DOWN : e == ERR_FORBIDDEN ? TROUBLE_EXPIRED : TROUBLE_ANSWER;
}

static void fail(struct stay *s, enum err e, const struct err_info *why)
{
    s->trouble = trouble_of(e);
    log_trouble(s, s->trouble, why);
}

enum err leave_labour(struct request *r, struct err_info *info)
{
    (void)info;
    struct oidc *o = request_self(r);
    struct stay *s = request_kept(r);
    struct err_info why;
    enum err e = s->trouble ? ERR_NONE
                            : cache_discovery(&o->cache, s->provider.issuer, request_arena(r),
                                              &s->discovery, &why);
    if (e) {
        fail(s, e, &why);
    }
    return ERR_NONE;
}

/* The provider's page; what is needed on the way back goes along in a cookie. */
static struct text set_out(struct request *r, struct stay *s, struct reply *reply)
{
    struct oidc *o = request_self(r);
    struct arena *arena = request_arena(r);
    struct oidc_secrets secrets;
    oidc_secrets_draw(&secrets);
    struct text words = arena_printf(
        arena, "%lld\n%lld\n%s\n%s\n%s\n%.*s", (long long)s->provider.id, (long long)s->session_id,
        secrets.state, secrets.nonce, secrets.verifier, TEXT_ARG(s->path));
    set_cookie(
        r, reply,
        keyring_ticket(signin_keys(o->signin), arena, PURPOSE, moment_now() + LIFE_US, words));
    return oidc_sign_in_url(&s->discovery, &s->client, &secrets, arena);
}

enum err leave(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    (void)db, (void)info;
    struct stay *s = request_kept(r);
    if (s->trouble) {
        lead_back(r, reply, s, s->trouble);
    } else {
        reply_redirect_away(reply, set_out(r, s, reply));
    }
    return ERR_NONE;
}

/* -- the way there, to link -- */

enum err link_prepare(struct request *r, struct err_info *info)
{
    (void)info;
    struct stay *s = begin(r);
    s->session_id = request_identity(r)->id;
    s->path = TEXT(OWN_PATH);
    return ERR_NONE;
}

enum err link_look_up(struct request *r, struct database *db, struct err_info *info)
{
    enum err e = check_fresh(r, db, info);
    return e ? e : leave_look_up(r, db, info);
}

enum err link_leave(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    (void)db;
    struct stay *s = request_kept(r);
    if (s->trouble) {
        return err_field(info, ERR_CONFLICT, "id",
                         "This provider does not answer as it should: try again in a moment, or "
                         "tell an administrator.");
    }
    struct text address = set_out(r, s, reply);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "address");
    json_text(&w, address);
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

/* -- the way back -- */

static struct text take_line(struct text *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    struct text line = {rest->ptr, len};
    *rest = (struct text){rest->ptr + len + (end != NULL), rest->len - len - (end != NULL)};
    return line;
}

static bool read_ticket(struct request *r, struct stay *s)
{
    struct oidc *o = request_self(r);
    struct text words, given = request_text(r, "state");
    int64_t id;
    s->ticket = request_cookie(r, cookie_name(r));
    if (s->ticket.len == 0 ||
        !keyring_ticket_read(signin_keys(o->signin), request_arena(r), PURPOSE, s->ticket,
                             moment_now(), &words, &s->until_us)) {
        return false;
    }
    bool is_number = text_to_int64(take_line(&words), &id);
    is_number = text_to_int64(take_line(&words), &s->session_id) && is_number;
    s->state = take_line(&words);
    s->nonce = take_line(&words);
    s->verifier = take_line(&words);
    s->path = own_path(words);
    return is_number && id == s->provider_id && given.len == s->state.len &&
           sodium_memcmp(given.ptr, s->state.ptr, given.len) == 0;
}

enum err return_prepare(struct request *r, struct err_info *info)
{
    (void)info;
    struct stay *s = begin(r);
    if (!read_ticket(r, s)) {
        s->trouble = TROUBLE_EXPIRED;
    } else if (request_has(r, "error") || request_text(r, "code").len == 0) {
        s->trouble = TROUBLE_DECLINED;
    }
    return ERR_NONE;
}

/* The token's key may be newer than the keys that are kept. */
static enum err judge(struct oidc *o, struct stay *s, struct text token, struct arena *arena,
                      struct oidc_person *ret, struct err_info *info)
{
    struct oidc_keys keys = {.count = 0};
    const struct oidc_expected expected = {s->provider.issuer, s->client.id, s->nonce,
                                           moment_now()};
    enum err e = cache_keys(&o->cache, &s->discovery, false, arena, &keys, info);
    e = e ? e : oidc_id_token_judge(token, &keys, &expected, arena, ret, info);
    if (e == ERR_NOT_FOUND) {
        e = cache_keys(&o->cache, &s->discovery, true, arena, &keys, info);
        e = e ? e : oidc_id_token_judge(token, &keys, &expected, arena, ret, info);
    }
    return e;
}

static enum err ask_provider(struct request *r, struct stay *s, struct oidc_person *ret,
                             struct err_info *info)
{
    struct oidc *o = request_self(r);
    struct arena *arena = request_arena(r);
    struct oidc_tokens tokens = {0};
    struct text issuer = request_text(r, "iss");
    enum err e = cache_discovery(&o->cache, s->provider.issuer, arena, &s->discovery, info);
    if (!e && (issuer.len || s->discovery.names_itself) && !text_eq(issuer, s->provider.issuer)) {
        return err_set(info, ERR_INVALID, "Another provider has sent this browser back.");
    }
    e = e ? e
          : oidc_exchange(&s->discovery, &s->client, request_text(r, "code"), s->verifier, arena,
                          &tokens, info);
    e = e ? e : judge(o, s, tokens.id, arena, ret, info);
    if (!e && ret->email.len == 0 && tokens.access.len && s->discovery.userinfo_endpoint.len) {
        e = oidc_ask_person(&s->discovery, tokens.access, arena, ret, info);
    }
    return e;
}

enum err return_labour(struct request *r, struct err_info *info)
{
    (void)info;
    struct stay *s = request_kept(r);
    struct err_info why = {0};
    struct oidc_person person = {0};
    if (s->trouble) {
        return ERR_NONE;
    }
    enum err e = ask_provider(r, s, &person, &why);
    if (e) {
        fail(s, e, &why);
        return ERR_NONE;
    }
    s->newcomer = (struct newcomer){s->provider, person.subject, TEXT(""), person.name};
    /* An address that is none here is as good as none. */
    if (person.email_verified &&
        member_email(request_arena(r), person.email, &s->newcomer.email, NULL) != ERR_NONE) {
        s->newcomer.email = TEXT("");
    }
    return ERR_NONE;
}

static void note(struct request *r, const char *action, const struct stay *s, int64_t staff_id)
{
    char id[ID_TEXT_SIZE];
    struct buf words CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&words);
    json_object_begin(&w);
    json_key(&w, "provider");
    json_text(&w, s->provider.name);
    json_key(&w, "issuer");
    json_text(&w, s->provider.issuer);
    json_object_end(&w);
    const struct request_change change = {.action = action,
                                          .subject = text_of(id_format(staff_id, "stf", id)),
                                          .after = buf_text(&words)};
    request_changed(r, &change);
}

static enum err tell_linked(struct request *r, struct database *db, const struct stay *s,
                            int64_t staff_id, struct err_info *info)
{
    const struct oidc *o = request_self(r);
    return signin_tell(o->signin, r, db, staff_id, LETTER_PROVIDER_LINKED, s->provider.name, info);
}

static enum err let_in(struct request *r, struct database *db, const struct arrival *who,
                       struct reply *reply, struct err_info *info)
{
    struct oidc *o = request_self(r);
    struct stay *s = request_kept(r);
    request_is_of_staff(r, who->staff_id, who->name);
    enum err e = cookie_begin(signin_access(o->signin), r, db, who->staff_id, "oidc", reply, info);
    if (e) {
        return e;
    }
    if (who->enrolled || who->linked) {
        note(r, who->enrolled ? "staff.enrolled" : "identity.linked", s, who->staff_id);
    }
    signin_mark_browser(o->signin, r, who->email, reply);
    reply_redirect(reply, s->path);
    return who->linked && !who->enrolled ? tell_linked(r, db, s, who->staff_id, info) : ERR_NONE;
}

/* Of who comes without a ticket of ours nothing is known. */
static void note_trouble(struct request *r, const struct stay *s, enum trouble trouble)
{
    if (!s->provider.id) {
        request_changed_nothing(r);
        return;
    }
    struct buf words CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&words);
    json_object_begin(&w);
    json_key(&w, "problem");
    json_str(&w, trouble_word(trouble));
    json_key(&w, "address");
    json_text(&w, s->newcomer.email);
    json_object_end(&w);
    char id[ID_TEXT_SIZE];
    const struct request_change change = {.action = s->session_id ? "identity.refused"
                                                                  : "session.refused",
                                          .subject = text_of(id_format(s->provider_id, "idp", id)),
                                          .after = buf_text(&words)};
    request_changed(r, &change);
}

/* The ticket is used up, whatever comes of it. */
static enum err use_up(struct database *db, struct stay *s, int64_t now_us, struct err_info *info)
{
    if (s->trouble) {
        return ERR_NONE;
    }
    enum err e = ticket_use(db, s->ticket, s->until_us, now_us, info);
    if (e == ERR_CONFLICT) {
        s->trouble = TROUBLE_EXPIRED;
        e = ERR_NONE;
    }
    return e;
}

/* In the session that began, and no other one. */
static enum err link_here(struct request *r, struct database *db, struct stay *s, int64_t now_us,
                          struct reply *reply, struct err_info *info)
{
    const struct identity *me = request_identity(r);
    struct arrival who = {.staff_id = me->staff_id};
    if (me->kind != IDENTITY_STAFF || me->id != s->session_id) {
        who.trouble = TROUBLE_EXPIRED;
    }
    enum err e = who.trouble ? ERR_NONE : newcomer_link(db, &s->newcomer, now_us, &who, info);
    if (e) {
        return e;
    }
    if (who.trouble) {
        note_trouble(r, s, who.trouble);
        lead_back(r, reply, s, who.trouble);
        return ERR_NONE;
    }
    reply_redirect(reply, TEXT(OWN_PATH "?linked=yes"));
    if (!who.linked) {
        request_changed_nothing(r);
        return ERR_NONE;
    }
    note(r, "identity.linked", s, who.staff_id);
    return tell_linked(r, db, s, who.staff_id, info);
}

enum err come_back(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct stay *s = request_kept(r);
    int64_t now_us = moment_now();
    set_cookie(r, reply, TEXT(""));
    enum err e = use_up(db, s, now_us, info);
    struct arrival who = {.trouble = s->trouble};
    if (!e && !who.trouble && s->session_id) {
        return link_here(r, db, s, now_us, reply, info);
    }
    if (!e && !who.trouble) {
        e = newcomer_receive(db, &s->newcomer, now_us, request_arena(r), &who, info);
    }
    if (e) {
        return e;
    }
    if (who.trouble) {
        note_trouble(r, s, who.trouble);
        lead_back(r, reply, s, who.trouble);
        return ERR_NONE;
    }
    return let_in(r, db, &who, reply, info);
}
