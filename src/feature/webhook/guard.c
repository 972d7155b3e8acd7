#include "feature/webhook/guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Not the open internet: RFC 6890 and its successors. All as IPv6. */
static const struct {
    const char *address;
    unsigned bits;
} inside[] = {
    {"::ffff:0.0.0.0", 96 + 8},
    {"::ffff:10.0.0.0", 96 + 8},
    {"::ffff:100.64.0.0", 96 + 10},
    {"::ffff:127.0.0.0", 96 + 8},
    {"::ffff:169.254.0.0", 96 + 16},
    {"::ffff:172.16.0.0", 96 + 12},
    {"::ffff:192.0.0.0", 96 + 24},
    {"::ffff:192.0.2.0", 96 + 24},
    {"::ffff:192.88.99.0", 96 + 24},
    {"::ffff:192.168.0.0", 96 + 16},
    {"::ffff:198.18.0.0", 96 + 15},
    {"::ffff:198.51.100.0", 96 + 24},
    {"::ffff:203.0.113.0", 96 + 24},
    {"::ffff:224.0.0.0", 96 + 4},
    {"::ffff:240.0.0.0", 96 + 4},
    {"::", 96}, /* unspecified, loopback, IPv4-compatible */
    {"::ffff:0:0:0", 96},
    {"64:ff9b:1::", 48},
    {"100::", 64},
    {"2001::", 23},
    {"2001:db8::", 32},
    {"3fff::", 20},
    {"5f00::", 16},
    {"fc00::", 7},
    {"fe80::", 10},
    {"fec0::", 10},
    {"ff00::", 8},
};

static bool is_within(const unsigned char address[16], const unsigned char range[16], unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    unsigned char mask = (unsigned char)(0xff << (8 - rest));
    return memcmp(address, range, whole) == 0 &&
           (rest == 0 || ((address[whole] ^ range[whole]) & mask) == 0);
}

static void map_four(const void *four, unsigned char ret[16])
{
    memset(ret, 0, 10);
    ret[10] = ret[11] = 0xff;
    memcpy(ret + 12, four, 4);
}

/* IPv4 within IPv6, as gateways take it out: NAT64 (RFC 6052) and 6to4 (RFC 3056). */
static bool take_out_four(const unsigned char address[16], unsigned char ret[16])
{
    static const unsigned char nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (memcmp(address, nat64, sizeof(nat64)) == 0) {
        map_four(address + 12, ret);
        return true;
    }
    if (address[0] == 0x20 && address[1] == 0x02) {
        map_four(address + 2, ret);
        return true;
    }
    return false;
}

static bool is_inside(const unsigned char address[16])
{
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        unsigned char range[16];
        if (inet_pton(AF_INET6, inside[i].address, range) == 1 &&
            is_within(address, range, inside[i].bits)) {
            return true;
        }
    }
    unsigned char hidden[16];
    return take_out_four(address, hidden) && is_inside(hidden);
}

static bool read_address(const struct sockaddr *address, unsigned char ret[16])
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof(four));
        map_four(&four.sin_addr, ret);
        return true;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, address, sizeof(six));
        memcpy(ret, &six.sin6_addr, 16);
        return true;
    }
    return false;
}

static enum guard_verdict judge_bytes(const struct guard *g, const unsigned char bytes[16])
{
    for (size_t i = 0; i < g->count; i++) {
        if (is_within(bytes, g->ranges[i].bytes, g->ranges[i].bits)) {
            return GUARD_ALLOWED;
        }
    }
    return is_inside(bytes) ? GUARD_REFUSED : GUARD_PUBLIC;
}

enum guard_verdict guard_judge(const struct guard *g, const struct sockaddr *address)
{
    unsigned char bytes[16];
    return read_address(address, bytes) ? judge_bytes(g, bytes) : GUARD_REFUSED;
}

/* "localhost" and whatever ends in ".localhost" (RFC 6761), in any case, with or without the dot of
 * the root. */
static bool is_localhost(struct text host)
{
    static const struct text name = TEXT("localhost");
    host.len -= host.len > 0 && host.ptr[host.len - 1] == '.';
    return host.len >= name.len &&
           strncasecmp(host.ptr + host.len - name.len, name.ptr, name.len) == 0 &&
           (host.len == name.len || host.ptr[host.len - name.len - 1] == '.');
}

/* It may be allowed as IPv4 or as IPv6: which one a call takes is seen then. */
static enum guard_verdict judge_localhost(const struct guard *g)
{
    static const unsigned char six[16] = {[15] = 1}, four[4] = {127, 0, 0, 1};
    unsigned char mapped[16];
    map_four(four, mapped);
    enum guard_verdict verdict = judge_bytes(g, mapped);
    return verdict == GUARD_REFUSED ? judge_bytes(g, six) : verdict;
}

enum guard_verdict guard_judge_host(const struct guard *g, struct text host)
{
    char words[INET6_ADDRSTRLEN + 1];
    unsigned char four[4], bytes[16];
    if (is_localhost(host)) {
        return judge_localhost(g);
    }
    if (host.len > 2 && host.ptr[0] == '[') {
        host = (struct text){host.ptr + 1, host.len - 2};
    }
    host.len -= host.len > 0 && host.ptr[host.len - 1] == '.';
    if (host.len >= sizeof(words)) {
        return GUARD_PUBLIC;
    }
    snprintf(words, sizeof(words), "%.*s", TEXT_ARG(host));
    if (inet_pton(AF_INET, words, four) == 1) {
        map_four(four, bytes);
        return judge_bytes(g, bytes);
    }
    return inet_pton(AF_INET6, words, bytes) == 1 ? judge_bytes(g, bytes) : GUARD_PUBLIC;
}

enum err guard_allow(struct guard *g, const char *range, struct err_info *info)
{
    char words[64];
    struct guard_range r = {0};
    unsigned char four[4];
    const char *slash = strchr(range, '/');
    size_t len = slash ? (size_t)(slash - range) : strlen(range);
    int64_t bits = -1;
    if (g->count == GUARD_RANGES_MAX) {
        return err_set(info, ERR_LIMIT, "at most %d ranges may be allowed", GUARD_RANGES_MAX);
    }
    snprintf(words, sizeof(words), "%.*s", (int)len, range);
    bool is_four = inet_pton(AF_INET, words, four) == 1;
    int64_t most = is_four ? 32 : 128;
    if (is_four) {
        map_four(four, r.bytes);
    }
    bool is_number = !slash || text_to_int64(text_of(slash + 1), &bits);
    bits = slash ? bits : most;
    if (len >= sizeof(words) || (!is_four && inet_pton(AF_INET6, words, r.bytes) != 1) ||
        !is_number || bits < 0 || bits > most) {
        return err_set(info, ERR_INVALID,
                       "\"%s\" is no range of addresses, such as 10.1.0.0/16 or fd00::/8", range);
    }
    r.bits = (unsigned)bits + (is_four ? 96 : 0);
    g->ranges[g->count++] = r;
    return ERR_NONE;
}

void guard_words(const struct sockaddr *address, char ret[INET6_ADDRSTRLEN])
{
    char host[INET6_ADDRSTRLEN] = "?";
    const char *bytes = (const char *)address;
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, bytes + offsetof(struct sockaddr_in, sin_addr), host, sizeof(host));
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, bytes + offsetof(struct sockaddr_in6, sin6_addr), host, sizeof(host));
    }
    memcpy(ret, host, sizeof(host));
}
