#include "feature/page/asset.h"

#include <string.h>
#include <strings.h>

const struct asset *asset_at(struct text address)
{
    for (const struct asset *a = assets; a->name; a++) {
        if (text_is(address, a->address)) {
            return a;
        }
    }
    return NULL;
}

const char *asset_address(const char *name)
{
    for (const struct asset *a = assets; a->name; a++) {
        if (strcmp(a->name, name) == 0) {
            return a->address;
        }
    }
    return "";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct text trim(struct text t)
{
    while (t.len && is_blank(t.ptr[0])) {
        t.ptr++, t.len--;
    }
    while (t.len && is_blank(t.ptr[t.len - 1])) {
        t.len--;
    }
    return t;
}

/* Whether "q=0", "q=0.0" … stands behind the coding's name. */
static bool is_refused(struct text parameters)
{
    struct text q = trim(parameters);
    if (q.len < 3 || strncasecmp(q.ptr, "q=", 2) != 0) {
        return false;
    }
    for (size_t i = 2; i < q.len; i++) {
        if (q.ptr[i] != '0' && q.ptr[i] != '.') {
            return false;
        }
    }
    return true;
}

static bool is_accepted(struct text accepted, const char *coding)
{
    while (accepted.len) {
        const char *comma = memchr(accepted.ptr, ',', accepted.len);
        struct text one = {accepted.ptr, comma ? (size_t)(comma - accepted.ptr) : accepted.len};
        size_t step = one.len + (comma != NULL);
        accepted = (struct text){accepted.ptr + step, accepted.len - step};
        const char *semicolon = memchr(one.ptr, ';', one.len);
        size_t len = semicolon ? (size_t)(semicolon - one.ptr) : one.len;
        struct text name = trim((struct text){one.ptr, len});
        if (name.len == strlen(coding) && strncasecmp(name.ptr, coding, name.len) == 0) {
            return !semicolon || !is_refused((struct text){semicolon + 1, one.len - len - 1});
        }
    }
    return false;
}

enum asset_coding asset_coding(const struct asset *asset, struct text accepted)
{
    if (asset->as[ASSET_BROTLI].bytes && is_accepted(accepted, "br")) {
        return ASSET_BROTLI;
    }
    if (asset->as[ASSET_GZIP].bytes && is_accepted(accepted, "gzip")) {
        return ASSET_GZIP;
    }
    return ASSET_PLAIN;
}
