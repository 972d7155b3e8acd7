#include "oidc/sign_in.h"

#include "base/json.h"
#include "oidc/web.h"

#include <sodium.h>

static void encode(const unsigned char bytes[32], char ret[OIDC_SECRET_SIZE])
{
    sodium_bin2base64(ret, OIDC_SECRET_SIZE, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void draw(char ret[OIDC_SECRET_SIZE])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof(bytes));
    encode(bytes, ret);
    sodium_memzero(bytes, sizeof(bytes));
}

void oidc_secrets_draw(struct oidc_secrets *ret)
{
    draw(ret->state);
    draw(ret->nonce);
    draw(ret->verifier);
}

struct text oidc_sign_in_url(const struct oidc_discovery *d, const struct oidc_client *client,
                             const struct oidc_secrets *secrets, struct arena *arena)
{
    struct buf url CLEANUP(buf_release) = {0};
    struct text at = d->authorization_endpoint, verifier = text_of(secrets->verifier);
    unsigned char hash[crypto_hash_sha256_BYTES];
    char challenge[OIDC_SECRET_SIZE];
    crypto_hash_sha256(hash, (const unsigned char *)verifier.ptr, verifier.len);
    encode(hash, challenge);
    buf_add_text(&url, at);
    buf_add_str(&url, memchr(at.ptr, '?', at.len) ? "&" : "?");
    buf_add_str(&url, "response_type=code&scope=openid%20email%20profile");
    web_add_pair(&url, "client_id", client->id);
    web_add_pair(&url, "redirect_uri", client->return_url);
    web_add_pair(&url, "state", text_of(secrets->state));
    web_add_pair(&url, "nonce", text_of(secrets->nonce));
    web_add_pair(&url, "code_challenge", text_of(challenge));
    buf_add_str(&url, "&code_challenge_method=S256");
    return arena_text(arena, buf_text(&url));
}

static struct text text_member(const struct json *object, const char *name)
{
    const struct json *j = json_get(object, name);
    return j && j->type == JSON_TEXT ? j->text : TEXT("");
}

enum err oidc_exchange_read(unsigned status, struct text json, struct arena *arena,
                            struct oidc_tokens *ret, struct err_info *info)
{
    const struct json *doc = NULL;
    if (status >= 500) {
        return err_set(info, ERR_IO, "The provider answered %u.", status);
    }
    if (json_parse(arena, json, &json_default_limits, &doc, NULL)) {
        return err_set(info, ERR_INVALID, "The provider answered what is no JSON.");
    }
    struct text why = text_member(doc, "error"), token = text_member(doc, "id_token");
    if (text_is(why, "invalid_grant")) {
        return err_set(info, ERR_FORBIDDEN, "The provider does not take this code (any more).");
    }
    if (status != 200) {
        return err_set(info, ERR_INVALID,
                       "The provider answered %u and says \"%.*s\": are client and secret right?",
                       status, why.len < 60 ? (int)why.len : 60, why.ptr);
    }
    if (token.len == 0) {
        return err_set(info, ERR_INVALID, "The provider's answer has no ID token.");
    }
    *ret = (struct oidc_tokens){token, text_member(doc, "access_token")};
    return ERR_NONE;
}

enum err oidc_exchange(const struct oidc_discovery *d, const struct oidc_client *client,
                       struct text code, struct text verifier, struct arena *arena,
                       struct oidc_tokens *ret, struct err_info *info)
{
    struct buf form CLEANUP(buf_release) = {0};
    struct web_ask ask = {.url = d->token_endpoint};
    struct web_answer answer;
    bool by_basic = client->secret.len && d->takes_basic;
    buf_add_str(&form, "grant_type=authorization_code");
    web_add_pair(&form, "code", code);
    web_add_pair(&form, "redirect_uri", client->return_url);
    web_add_pair(&form, "code_verifier", verifier);
    if (by_basic) {
        ask.user = client->id;
        ask.password = client->secret;
    } else {
        web_add_pair(&form, "client_id", client->id);
    }
    if (client->secret.len && !by_basic) {
        web_add_pair(&form, "client_secret", client->secret);
    }
    ask.form = buf_text(&form);
    enum err e = web_call(&ask, arena, &answer, info);
    sodium_memzero(form.ptr, form.len);
    return e ? e : oidc_exchange_read(answer.status, answer.body, arena, ret, info);
}

enum err oidc_person_read(struct text json, struct arena *arena, struct oidc_person *person,
                          struct err_info *info)
{
    const struct json *doc = NULL;
    if (json_parse(arena, json, &json_default_limits, &doc, NULL) ||
        !text_eq(text_member(doc, "sub"), person->subject)) {
        return err_set(info, ERR_INVALID,
                       "The provider tells of somebody else than who signed in.");
    }
    const struct json *verified = json_get(doc, "email_verified");
    if (person->email.len == 0) {
        person->email = text_member(doc, "email");
        person->email_verified = oidc_is_true(verified);
    }
    if (person->name.len == 0) {
        person->name = text_member(doc, "name");
    }
    return ERR_NONE;
}

enum err oidc_ask_person(const struct oidc_discovery *d, struct text access_token,
                         struct arena *arena, struct oidc_person *person, struct err_info *info)
{
    struct web_answer answer;
    struct web_ask ask = {.url = d->userinfo_endpoint, .bearer = access_token};
    enum err e = web_call(&ask, arena, &answer, info);
    if (!e && answer.status != 200) {
        e = err_set(info, ERR_IO, "The provider answered %u when asked about who signed in.",
                    answer.status);
    }
    return e ? e : oidc_person_read(answer.body, arena, person, info);
}
