#include "feature/access/permission.h"

const struct permission_word permissions[] = {
    {"touch:write", "send touches"},
    {"ledger:read", "read touches and obligations"},
    {"ledger:excuse", "excuse obligations"},
    {"code:read", "read the Code, check drafts"},
    {"code:draft", "write drafts and rehearse them"},
    {"code:approve", "approve drafts of others"},
    {"code:write", "publish a Code"},
    {"code:comment", "comment on promises"},
    {"measure:read", "read adherence"},
    {"events:read", "hear warnings and verdicts"},
    {"customer:read", "read customers"},
    {"customer:write", "merge and split customers, change their traits"},
    {"export", "take lists away as files"},
    {"staff:read", "read staff, teams and roles"},
    {"staff:write", "invite and disable staff, change teams and roles"},
    {"settings:write", "change brand, calendars, webhooks and sign-in"},
    {"token:write", "list, make and revoke tokens"},
    {"audit:read", "read the audit trail"},
    {"restricted:read", "read what belongs to restricted teams"},
    {"admin", "everything"},
    {NULL, NULL},
};
enum { PERMISSIONS = sizeof(permissions) / sizeof(permissions[0]) - 1 };
_Static_assert(PERMISSIONS < 64, "a bit each");

/* The next word of `rest`, which it shortens; false at the end. */
static bool next_word(struct text *rest, struct text *ret_word)
{
    size_t start = 0;
    while (start < rest->len && (rest->ptr[start] == ' ' || rest->ptr[start] == ',')) {
        start++;
    }
    size_t end = start;
    while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != ',') {
        end++;
    }
    *ret_word = (struct text){rest->ptr + start, end - start};
    *rest = (struct text){rest->ptr + end, rest->len - end};
    return end > start;
}

/* 0: there is none of that name. */
static permission_set bit_of(struct text word)
{
    for (int i = 0; i < PERMISSIONS; i++) {
        if (text_is(word, permissions[i].name)) {
            return UINT64_C(1) << i;
        }
    }
    return 0;
}

permission_set permission_parse(struct text words)
{
    permission_set set = 0;
    struct text word;
    while (next_word(&words, &word)) {
        set |= bit_of(word);
    }
    return set;
}

enum err permission_check(struct text words, const char *field, permission_set *ret,
                          struct err_info *info)
{
    permission_set set = 0;
    struct text word;
    while (next_word(&words, &word)) {
        permission_set bit = bit_of(word);
        if (!bit) {
            return err_field(info, ERR_INVALID, field,
                             "There is no permission \"%.*s\"; docs/roles.md and \"troth help "
                             "token\" list them.",
                             word.len < 40 ? (int)word.len : 40, word.ptr);
        }
        set |= bit;
    }
    if (!set) {
        return err_field(info, ERR_INVALID, field,
                         "At least one permission is needed, such as \"ledger:read\".");
    }
    *ret = set;
    return ERR_NONE;
}

permission_set permission_admin(void)
{
    return UINT64_C(1) << (PERMISSIONS - 1);
}

permission_set permission_in_force(permission_set set)
{
    return set & permission_admin() ? (permission_admin() << 1) - 1 : set;
}

bool permission_may_give(permission_set mine, permission_set given)
{
    return (given & ~permission_in_force(mine)) == 0;
}

struct text permission_words(struct arena *arena, permission_set set)
{
    struct buf words CLEANUP(buf_release) = {0};
    for (int i = 0; i < PERMISSIONS; i++) {
        if (set & UINT64_C(1) << i) {
            buf_addf(&words, "%s%s", words.len ? " " : "", permissions[i].name);
        }
    }
    return arena_text(arena, buf_text(&words));
}
