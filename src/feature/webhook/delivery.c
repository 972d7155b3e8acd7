#include "feature/webhook/delivery.h"

#include "base/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONNECT_S = 10, WHOLE_S = 20, IDLE_S = 30, READ_MOST = 1 << 20, WAIT_MOST_S = 86400 };
enum { OK = 200, OK_END = 300, REDIRECT_END = 400, GONE = 410, TOO_MANY = 429, UNAVAILABLE = 503 };

struct calling {
    const struct guard *guard;
    bool plain; /* http: the body can be read on its way */
    struct curl_slist *headers;
    struct text body;
    char answer[OUTBOX_ANSWER_MOST];
    size_t answer_len, read;
    char refused[96]; /* why no connection was made; empty: none was refused */
    char trouble[CURL_ERROR_SIZE];
};

static void drop_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *words = NULL;
    bool has = curl_url_get(url, part, &words, 0) == CURLUE_OK;
    curl_free(words);
    return has;
}

/* "10.0.0.1", "[::1]", "localhost": an address by itself, as libcurl writes it however it was
 * typed. Other names are judged when they are resolved. */
static bool leads_inside(const struct guard *guard, CURLU *url)
{
    char *host = NULL;
    bool inside = false;
    if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        inside = guard_judge_host(guard, text_of(host)) == GUARD_REFUSED;
    }
    curl_free(host);
    return inside;
}

enum err delivery_check_url(const struct guard *guard, struct text url, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    CURLU *parts CLEANUP(drop_url) = curl_url();
    bool web = text_starts(url, TEXT("https://")) || text_starts(url, TEXT("http://"));
    if (!web || url.len > ENDPOINT_URL_MOST || !parts ||
        curl_url_set(parts, CURLUPART_URL, arena_text(&arena, url).ptr, 0) != CURLUE_OK ||
        has_part(parts, CURLUPART_FRAGMENT)) {
        return err_field(info, ERR_INVALID, "url",
                         "A webhook has an address such as https://example.com/hook.");
    }
    if (has_part(parts, CURLUPART_USER) || has_part(parts, CURLUPART_PASSWORD)) {
        return err_field(info, ERR_INVALID, "url",
                         "Leave user and password out: each call is signed with the webhook's "
                         "secret.");
    }
    if (leads_inside(guard, parts)) {
        return err_field(info, ERR_INVALID, "url",
                         "This address lies inside a network: it is refused unless the server was "
                         "started with --webhook-allow for it.");
    }
    return ERR_NONE;
}

/* -- one call -- */

/* A name has been resolved and a connection is to be made: the last look. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *a)
{
    (void)purpose;
    struct calling *c = context;
    char words[INET6_ADDRSTRLEN];
    enum guard_verdict verdict = guard_judge(c->guard, &a->addr);
    guard_words(&a->addr, words);
    if (verdict == GUARD_REFUSED) {
        snprintf(c->refused, sizeof(c->refused), "refused: %s is not on the open internet", words);
        return CURL_SOCKET_BAD;
    }
    if (verdict != GUARD_ALLOWED && c->plain) {
        snprintf(c->refused, sizeof(c->refused), "refused: http:// is for allowed addresses only");
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t hear(char *bytes, size_t size, size_t count, void *context)
{
    struct calling *c = context;
    size_t len = size * count, room = sizeof(c->answer) - c->answer_len;
    size_t kept = len < room ? len : room;
    memcpy(c->answer + c->answer_len, bytes, kept);
    c->answer_len += kept;
    c->read += len;
    return c->read > READ_MOST ? 0 : len;
}

static void add_header(struct calling *c, const char *name, struct text value)
{
    struct buf line CLEANUP(buf_release) = {0};
    buf_addf(&line, "%s: %.*s", name, TEXT_ARG(value));
    struct curl_slist *longer = curl_slist_append(c->headers, line.ptr);
    if (!longer) {
        abort();
    }
    c->headers = longer;
}

static enum err add_signature(struct calling *c, const struct endpoint *e,
                              const struct outbox_row *row, struct arena *arena,
                              struct err_info *info)
{
    struct buf signature CLEANUP(buf_release) = {0};
    int64_t now_us = moment_now(), now_s = now_us / SECOND_US;
    struct text id = arena_printf(arena, "msg_%.*s", TEXT_ARG(row->token));
    bool signs = webhook_sign(e->secret, id, now_s, row->content, &signature);
    if (e->secret_before.len && now_us < e->secret_before_until_us) {
        signs = webhook_sign(e->secret_before, id, now_s, row->content, &signature) && signs;
    }
    if (!signs) {
        return err_set(info, ERR_INTERNAL, "The webhook's secret cannot be read.");
    }
    add_header(c, "webhook-id", id);
    add_header(c, "webhook-timestamp", arena_printf(arena, "%" PRId64, now_s));
    add_header(c, "webhook-signature", buf_text(&signature));
    add_header(c, "Content-Type", TEXT("application/json"));
    add_header(c, "Expect", (struct text){0});
    return ERR_NONE;
}

static void set_options(struct calling *c, CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L); /* it could lead inside */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");          /* it would resolve the name itself */
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, c);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, c->body.ptr);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body.len);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Troth");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, c->trouble);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, (long)IDLE_S);
}

enum err delivery_begin(const struct guard *guard, const struct endpoint *e,
                        const struct outbox_row *row, struct arena *arena, CURL *curl,
                        void **ret_context, struct err_info *info)
{
    struct calling *c = ARENA_NEW(arena, struct calling);
    c->guard = guard;
    c->plain = text_starts(e->url, TEXT("http://"));
    c->body = row->content;
    enum err result = add_signature(c, e, row, arena, info);
    if (result) {
        curl_slist_free_all(c->headers);
        return result;
    }
    curl_easy_setopt(curl, CURLOPT_URL, arena_text(arena, e->url).ptr);
    set_options(c, curl);
    *ret_context = c;
    return ERR_NONE;
}

/* The beginning of an answer, as text whatever it was. */
static struct text readable(struct arena *arena, struct text answer)
{
    char *out = arena_alloc(arena, answer.len + 1);
    memcpy(out, answer.len ? answer.ptr : "", answer.len);
    struct text left = {out, answer.len};
    for (size_t bad; (bad = text_utf8_valid(left)) < left.len;) {
        out[(size_t)(left.ptr - out) + bad] = '?';
        left = (struct text){left.ptr + bad, left.len - bad};
    }
    for (size_t i = 0; i < answer.len; i++) {
        out[i] = out[i] == '\0' ? '?' : out[i];
    }
    return (struct text){out, answer.len};
}

static void judge(const struct calling *c, CURL *curl, struct arena *arena, long status,
                  struct delivery *ret)
{
    curl_off_t wait_s = 0;
    ret->code = (int)status;
    ret->answer = readable(arena, (struct text){c->answer, c->answer_len});
    if (status >= OK && status < OK_END) {
        ret->state = OUTBOX_SENT;
        return;
    }
    ret->state = status == GONE ? OUTBOX_FAILED : OUTBOX_WAITING;
    bool may_wait = status == TOO_MANY || status == UNAVAILABLE;
    if (may_wait && curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK) {
        ret->wait_us = (wait_s < WAIT_MOST_S ? (int64_t)wait_s : WAIT_MOST_S) * SECOND_US;
    }
    if (ret->answer.len == 0) {
        ret->answer = arena_printf(
            arena, "HTTP %ld%s", status,
            status >= OK_END && status < REDIRECT_END ? ": a redirect is not followed" : "");
    }
}

void delivery_end(void *context, struct arena *arena, CURL *curl, CURLcode code,
                  struct delivery *ret)
{
    struct calling *c = context;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status && (code == CURLE_OK || c->read > READ_MOST)) {
        judge(c, curl, arena, status, ret);
    } else {
        const char *words = c->refused[0]   ? c->refused
                            : c->trouble[0] ? c->trouble
                                            : curl_easy_strerror(code);
        ret->state = OUTBOX_WAITING;
        ret->answer = readable(arena, text_of(words));
    }
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    curl_slist_free_all(c->headers);
}
