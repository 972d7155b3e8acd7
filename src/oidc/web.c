#include "oidc/web.h"

#include <curl/curl.h>
#include <stdlib.h>

static void drop_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

static bool part_is(CURLU *url, CURLUPart part, const char *const *words)
{
    char *value = NULL;
    bool found = false;
    if (curl_url_get(url, part, &value, 0) == CURLUE_OK) {
        for (; *words && !found; words++) {
            found = strcmp(value, *words) == 0;
        }
    }
    curl_free(value);
    return found;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    bool has = curl_url_get(url, part, &value, 0) == CURLUE_OK;
    curl_free(value);
    return has;
}

bool web_is_safe_url(struct text t)
{
    static const char *const safe[] = {"https", NULL}, *const plain[] = {"http", NULL},
                             *const own[] = {"localhost", "127.0.0.1", "[::1]", NULL};
    char words[WEB_URL_MAX + 1];
    CURLU *url CLEANUP(drop_url) = curl_url();
    if (!url) {
        abort();
    }
    if (t.len == 0 || t.len > WEB_URL_MAX || memchr(t.ptr, '\0', t.len)) {
        return false;
    }
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c <= ' ' || c > '~' || strchr("\"<>\\^`{|}", c)) {
            return false;
        }
    }
    memcpy(words, t.ptr, t.len);
    words[t.len] = '\0';
    if (curl_url_set(url, CURLUPART_URL, words, 0) || has_part(url, CURLUPART_USER) ||
        has_part(url, CURLUPART_PASSWORD) || has_part(url, CURLUPART_FRAGMENT)) {
        return false;
    }
    return part_is(url, CURLUPART_SCHEME, safe) ||
           (part_is(url, CURLUPART_SCHEME, plain) && part_is(url, CURLUPART_HOST, own));
}

void web_escape(struct buf *out, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._~", c));
        if (plain) {
            buf_add_char(out, (char)c);
        } else {
            buf_addf(out, "%%%02X", (unsigned)c);
        }
    }
}

void web_add_pair(struct buf *out, const char *name, struct text value)
{
    buf_addf(out, "&%s=", name);
    web_escape(out, value);
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    struct buf *body = context;
    if (body->len + size * count > WEB_BYTES_MAX) {
        return 0; /* curl ends the call */
    }
    buf_add(body, bytes, size * count);
    return size * count;
}

static void drop_curl(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void drop_list(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

/* User and password are written as forms are before they become Basic (RFC 6749, 2.3.1). */
static void set_basic(CURL *curl, const struct web_ask *ask)
{
    struct buf user CLEANUP(buf_release) = {0}, password CLEANUP(buf_release) = {0};
    web_escape(&user, ask->user);
    web_escape(&password, ask->password);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(curl, CURLOPT_USERNAME, user.ptr);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.ptr ? password.ptr : "");
    if (password.ptr) {
        explicit_bzero(password.ptr, password.len);
    }
}

static void set_bounds(CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)WEB_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)WEB_WHOLE_MS);
}

enum err web_call(const struct web_ask *ask, struct arena *arena, struct web_answer *ret,
                  struct err_info *info)
{
    struct buf body CLEANUP(buf_release) = {0};
    char trouble[CURL_ERROR_SIZE] = "";
    CURL *curl CLEANUP(drop_curl) = curl_easy_init();
    struct curl_slist *headers CLEANUP(drop_list) =
        curl_slist_append(NULL, "Accept: application/json");
    if (!curl || !headers) {
        abort();
    }
    set_bounds(curl);
    curl_easy_setopt(curl, CURLOPT_URL, arena_text(arena, ask->url).ptr);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trouble);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    if (ask->form.len) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)ask->form.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->form.ptr);
    }
    if (ask->user.len) {
        set_basic(curl, ask);
    }
    if (ask->bearer.len) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, arena_text(arena, ask->bearer).ptr);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        return err_set(info, ERR_IO, "%s", trouble[0] ? trouble : curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    *ret = (struct web_answer){(unsigned)status, arena_text(arena, buf_text(&body))};
    return ERR_NONE;
}
