/* Members of staff: rows of the tables `staff` and `staff_role`. */
#ifndef TROTH_FEATURE_STAFF_MEMBER_H
#define TROTH_FEATURE_STAFF_MEMBER_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

enum { MEMBER_NAME_MAX = 100, MEMBER_EMAIL_MAX = 254, MEMBERS_MAX = 100000 };

extern const struct statement_table member_statements;
extern const char *const member_languages[]; /* NULL-terminated; the first is the usual one */
extern const char *const member_themes[];
extern const char *const member_states[]; /* of member_filter.state, from 1 */

struct member {
    int64_t id;
    struct text email, name, language, theme;
    struct text time_zone; /* empty: the Code's */
    int64_t created_us;
    int64_t disabled_us; /* MOMENT_NEVER: is not */
    int64_t seen_us;     /* when they were here last, within the hour; MOMENT_NEVER: not yet */
    bool second_factor;  /* asked for when they sign in */
};

/* An address in small letters, without spaces around; ERR_INVALID where it cannot be one. */
enum err member_email(struct arena *arena, struct text words, struct text *ret,
                      struct err_info *info);
enum err member_check_name(struct text name, struct err_info *info);

/* Checks name and address. ERR_CONFLICT: somebody has that address. */
enum err member_add(struct database *db, struct text name, struct text email, int64_t now_us,
                    struct arena *arena, struct member *ret, struct err_info *info);
/* ERR_NOT_FOUND. */
enum err member_find(struct database *db, int64_t id, struct arena *arena, struct member *ret,
                     struct err_info *info);
/* email: as member_email() gives it. ERR_NOT_FOUND. */
enum err member_find_by_email(struct database *db, struct text email, struct arena *arena,
                              struct member *ret, struct err_info *info);
enum member_state {
    MEMBER_ANY,
    MEMBER_ENABLED,
    MEMBER_ACTIVE,  /* enabled, and has been here */
    MEMBER_INVITED, /* enabled, and has not been here yet */
    MEMBER_DISABLED
};
struct member_filter {
    int64_t after;            /* only larger ids */
    int64_t role_id, team_id; /* 0: any */
    enum member_state state;
    struct text words; /* somewhere in name or address, whatever the case and accents; empty: any */
};
/* The first that pass, by id. */
enum err member_list(struct database *db, const struct member_filter *filter, size_t most,
                     struct arena *arena, struct member **ret, size_t *ret_count,
                     struct err_info *info);
/* Writes name, email, language, time zone, theme, and whether and since when they are disabled.
 * ERR_CONFLICT: somebody else has that address. */
enum err member_write(struct database *db, const struct member *m, struct err_info *info);

#endif
