#include "http/proxy.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { ADDRESS_MAX = 45 };

/* As 16 bytes. */
static bool parse_address(struct text words, unsigned char ret[16])
{
    char address[ADDRESS_MAX + 1];
    static const unsigned char four_in_six[12] = {[10] = 0xff, [11] = 0xff};
    if (words.len == 0 || words.len > ADDRESS_MAX) {
        return false;
    }
    memcpy(address, words.ptr, words.len);
    address[words.len] = '\0';
    if (inet_pton(AF_INET, address, ret + 12) == 1) {
        memcpy(ret, four_in_six, sizeof(four_in_six));
        return true;
    }
    return inet_pton(AF_INET6, address, ret) == 1;
}

enum err proxy_network_parse(struct text words, struct proxy_network *ret, struct err_info *info)
{
    const char *slash = words.len ? memchr(words.ptr, '/', words.len) : NULL;
    struct text address = {words.ptr, slash ? (size_t)(slash - words.ptr) : words.len};
    struct proxy_network network;
    bool is_four = address.len && !memchr(address.ptr, ':', address.len);
    int64_t most = is_four ? 32 : 128, bits = most;
    bool fits = parse_address(address, network.bytes);
    if (fits && slash) {
        struct text number = {slash + 1, words.len - address.len - 1};
        fits = text_to_int64(number, &bits) && bits >= 0 && bits <= most;
    }
    if (!fits) {
        return err_set(info, ERR_INVALID,
                       "'%.*s' is no address or network; 10.0.0.0/8 or 192.0.2.7 would be one",
                       TEXT_ARG(words));
    }
    network.bits = (unsigned)(bits + 128 - most);
    *ret = network;
    return ERR_NONE;
}

static bool has(const struct proxy_network *n, const unsigned char address[16])
{
    unsigned whole = n->bits / 8, rest = n->bits % 8;
    if (memcmp(n->bytes, address, whole) != 0) {
        return false;
    }
    return rest == 0 || (n->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool proxy_network_has(const struct proxy_network *networks, size_t count, struct text address)
{
    unsigned char bytes[16];
    if (count == 0 || !parse_address(address, bytes)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (has(&networks[i], bytes)) {
            return true;
        }
    }
    return false;
}

/* The last element of a list with commas, which it shortens. */
static struct text take_last(struct text *list)
{
    size_t start = list->len;
    while (start > 0 && list->ptr[start - 1] != ',') {
        start--;
    }
    struct text last = text_trim((struct text){list->ptr + start, list->len - start});
    list->len = start ? start - 1 : 0;
    return last;
}

struct text proxy_client(const struct proxy_network *networks, size_t count, struct text forwarded,
                         struct text peer)
{
    struct text client = peer;
    while (forwarded.len && proxy_network_has(networks, count, client)) {
        unsigned char bytes[16];
        struct text before = take_last(&forwarded);
        if (!parse_address(before, bytes)) {
            return client;
        }
        client = before;
    }
    return client;
}
