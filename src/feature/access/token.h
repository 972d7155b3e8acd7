/* Tokens: what programs show to be let in. 256 random bits; the database holds only their hash, so
 * that whoever reads it cannot use them. */
#ifndef TROTH_FEATURE_ACCESS_TOKEN_H
#define TROTH_FEATURE_ACCESS_TOKEN_H

#include "base/arena.h"
#include "base/moment.h"
#include "feature/access/permission.h"
#include "http/request.h"
#include "store/database.h"

enum { TOKEN_HASH_BYTES = 32, TOKEN_TEXT_SIZE = 64, TOKEN_NAME_MAX = 100, TOKENS_MAX = 10000 };
#define TOKEN_USED_STEP_US HOUR_US

extern const struct statement_table token_statements;

struct token {
    int64_t id;
    struct text name;
    unsigned char hash[TOKEN_HASH_BYTES];
    struct text scopes; /* words with one space between */
    int64_t created_us;
    int64_t expires_us;     /* MOMENT_NEVER: it does not */
    int64_t revoked_us;     /* MOMENT_NEVER: it is not */
    int64_t used_us;        /* as the database has it, within TOKEN_USED_STEP_US; MOMENT_BEFORE_ALL:
                               never */
    struct text created_by; /* a name; empty: not known */
    struct token_maker {
        enum identity_kind kind; /* a person, or the first token of those that made each other;
                                    IDENTITY_NONE: the command line, or not known */
        int64_t id;
    } maker;
};

/* A new secret, terminated: "troth_" and 43 letters. */
void token_draw(char ret_secret[TOKEN_TEXT_SIZE]);
void token_hash(struct text secret, unsigned char ret_hash[TOKEN_HASH_BYTES]);
/* A hash as it stands in the database. */
void token_hash_read(struct text bytes, unsigned char ret_hash[TOKEN_HASH_BYTES]);

enum err token_check_name(struct text name, struct err_info *info);

/* Who makes a token, and what they may do themselves: no token may do more. */
struct token_giver {
    struct text name;
    permission_set may;
    struct token_maker maker;
};
/* Checks name and scopes; ret_secret is known to nobody else afterwards. ERR_FORBIDDEN: more than
 * the giver may do. */
enum err token_create(struct database *db, struct text name, struct text scopes,
                      struct token_giver giver, int64_t expires_us, int64_t now_us,
                      struct arena *arena, struct token *ret, char ret_secret[TOKEN_TEXT_SIZE],
                      struct err_info *info);
enum err token_used(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
/* ERR_NOT_FOUND. Revoking again changes nothing. */
enum err token_revoke(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
/* ERR_NOT_FOUND; a revoked one is found, too. */
enum err token_find(struct database *db, int64_t id, struct arena *arena, struct token *ret,
                    struct err_info *info);
/* All, the newest first. */
enum err token_list(struct database *db, struct arena *arena, struct token **ret, size_t *ret_count,
                    struct err_info *info);

#endif
