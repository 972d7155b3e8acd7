/* What a provider answers: any bytes are read or refused with words. The first byte says as what:
 * d description, k keys, t keys and (on the next line) a token, x the answer to a code, u who
 * somebody is. What the test's own keys have not signed lets nobody in. */
#include "oidc/sign_in.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum err e, const struct err_info *info)
{
    if (e && !info->text[0]) {
        abort();
    }
}

static enum err read_token(struct text in, struct arena *arena, struct err_info *info)
{
    const char *end = in.len ? memchr(in.ptr, '\n', in.len) : NULL;
    size_t len = end ? (size_t)(end - in.ptr) : in.len;
    struct text token = {in.ptr + len + (end != NULL), in.len - len - (end != NULL)};
    struct oidc_keys keys;
    struct oidc_person person;
    const struct oidc_expected expected = {TEXT("https://login.example"), TEXT("troth"),
                                           TEXT("n-1"), INT64_C(1740000030) * SECOND_US};
    enum err e = oidc_keys_read((struct text){in.ptr, len}, arena, &keys, info);
    e = e ? e : oidc_id_token_judge(token, &keys, &expected, arena, &person, info);
    if (!e && person.subject.len == 0) {
        abort();
    }
    return e;
}

static enum err read_as(char kind, struct text in, struct arena *arena, struct err_info *info)
{
    struct oidc_discovery discovery;
    struct oidc_keys keys;
    struct oidc_tokens tokens;
    struct oidc_person person = {.subject = TEXT("ana")};
    switch (kind) {
    case 'd':
        return oidc_discovery_read(in, TEXT("https://login.example"), arena, &discovery, info);
    case 'k':
        return oidc_keys_read(in, arena, &keys, info);
    case 't':
        return read_token(in, arena, info);
    case 'x':
        return oidc_exchange_read(in.len % 3 ? 200 : 400, in, arena, &tokens, info);
    case 'u':
        return oidc_person_read(in, arena, &person, info);
    default:
        return ERR_NONE;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    if (size) {
        struct text in = {(const char *)data + 1, size - 1};
        check(read_as((char)data[0], in, &arena, &info), &info);
    }
    return 0;
}
