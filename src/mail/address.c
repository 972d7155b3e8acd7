#include "mail/address.h"

#include <idn2.h>
#include <string.h>

enum { LOCAL_MOST = 64, LABEL_MOST = 63 };

/* "atext" of RFC 5322, and dots between. */
static bool is_local(struct text t)
{
    if (t.len == 0 || t.len > LOCAL_MOST || t.ptr[0] == '.' || t.ptr[t.len - 1] == '.') {
        return false;
    }
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr("!#$%&'*+-/=?^_`{|}~.", c))) {
            return false;
        }
        if (c == '.' && t.ptr[i + 1] == '.') {
            return false;
        }
    }
    return true;
}

/* A host name in ASCII: labels of letters, digits and hyphens. */
static bool is_host(struct text t)
{
    size_t label = 0;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool edge = label == 0 || i + 1 == t.len || t.ptr[i + 1] == '.';
        if (c == '.' ? label == 0 : !letter && (c != '-' || edge)) {
            return false;
        }
        label = c == '.' ? 0 : label + 1;
        if (label > LABEL_MOST) {
            return false;
        }
    }
    return label > 0;
}

static bool domain_read(struct arena *arena, struct text t, struct text *ret)
{
    char *ascii = NULL;
    struct text terminated = arena_text(arena, t);
    if (t.len == 0 || t.len > MAIL_ADDRESS_MOST || strlen(terminated.ptr) != t.len ||
        idn2_to_ascii_8z(terminated.ptr, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
            IDN2_OK) {
        return false;
    }
    *ret = arena_text(arena, text_of(ascii));
    idn2_free(ascii);
    return is_host(*ret);
}

enum err mail_address(struct arena *arena, struct text words, struct text *ret,
                      struct err_info *info)
{
    size_t at = words.len;
    while (at > 0 && words.ptr[at - 1] != '@') {
        at--;
    }
    struct text domain;
    if (at == 0 || !is_local((struct text){words.ptr, at - 1}) ||
        !domain_read(arena, (struct text){words.ptr + at, words.len - at}, &domain) ||
        at + domain.len > MAIL_ADDRESS_MOST) {
        return err_set(info, ERR_INVALID,
                       "This is no address of mail. It looks like ana@example.org, with plain "
                       "letters before the @.");
    }
    *ret = arena_printf(arena, "%.*s%.*s", (int)at, words.ptr, TEXT_ARG(domain));
    return ERR_NONE;
}
