#include "oidc/keys.h"

#include "base/json.h"
#include "oidc/web.h"

static struct text member(const struct json *object, const char *name)
{
    const struct json *j = json_get(object, name);
    return j && j->type == JSON_TEXT ? j->text : TEXT("");
}

bool oidc_is_coded(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_';
        if (!plain) {
            return false;
        }
    }
    return t.len > 0 && t.len % 4 != 1;
}

/* What is public of it is written anew: whatever else a provider puts there is not passed on. */
static struct text write_jwk(struct arena *arena, const char *kind, const char *const *names,
                             const struct text *values)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    json_key(&w, "kty");
    json_str(&w, kind);
    for (; *names; names++, values++) {
        json_key(&w, *names);
        json_text(&w, *values);
    }
    json_object_end(&w);
    return arena_text(arena, buf_text(&out));
}

static bool read_rsa(const struct json *j, struct arena *arena, struct oidc_key *key)
{
    static const char *const names[] = {"n", "e", NULL};
    const struct text values[] = {member(j, "n"), member(j, "e")};
    enum { LEAST = (OIDC_RSA_BYTES_MIN * 4 + 2) / 3, MOST = 1400 };
    if (!oidc_is_coded(values[0]) || !oidc_is_coded(values[1]) || values[0].len < LEAST ||
        values[0].ptr[0] == 'A' || values[0].len > MOST || values[1].len > 8) {
        return false;
    }
    key->kind = OIDC_KEY_RSA;
    key->jwk = write_jwk(arena, "RSA", names, values);
    return true;
}

static bool read_p256(const struct json *j, struct arena *arena, struct oidc_key *key)
{
    static const char *const names[] = {"crv", "x", "y", NULL};
    const struct text values[] = {member(j, "crv"), member(j, "x"), member(j, "y")};
    if (!text_is(values[0], "P-256") || values[1].len != 43 || values[2].len != 43 ||
        !oidc_is_coded(values[1]) || !oidc_is_coded(values[2])) {
        return false;
    }
    key->kind = OIDC_KEY_P256;
    key->jwk = write_jwk(arena, "EC", names, values);
    return true;
}

static bool read_key(const struct json *j, struct arena *arena, struct oidc_key *ret)
{
    struct text kind = member(j, "kty"), use = member(j, "use");
    if (use.len && !text_is(use, "sig")) {
        return false;
    }
    *ret = (struct oidc_key){.id = member(j, "kid"), .alg = member(j, "alg")};
    return text_is(kind, "RSA")  ? read_rsa(j, arena, ret)
           : text_is(kind, "EC") ? read_p256(j, arena, ret)
                                 : false;
}

enum err oidc_keys_read(struct text json, struct arena *arena, struct oidc_keys *ret,
                        struct err_info *info)
{
    const struct json *doc, *list = NULL;
    if (json_parse(arena, json, &json_default_limits, &doc, NULL) == ERR_NONE) {
        list = json_get(doc, "keys");
    }
    if (!list || list->type != JSON_ARRAY) {
        return err_set(info, ERR_INVALID, "What the provider gives as its keys is no key set.");
    }
    ret->count = 0;
    for (const struct json *j = list->first; j && ret->count < OIDC_KEYS_MAX; j = j->next) {
        ret->count += read_key(j, arena, &ret->list[ret->count]);
    }
    return ERR_NONE;
}

enum err oidc_keys_fetch(const struct oidc_discovery *d, struct arena *arena, struct text *ret_json,
                         struct err_info *info)
{
    struct web_answer answer;
    struct web_ask ask = {.url = d->jwks_uri};
    enum err e = web_call(&ask, arena, &answer, info);
    if (!e && answer.status != 200) {
        e = err_set(info, ERR_IO, "The provider answered %u when asked for its keys.",
                    answer.status);
    }
    if (!e) {
        *ret_json = answer.body;
    }
    return e;
}
