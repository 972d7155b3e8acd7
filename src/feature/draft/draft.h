/* Drafts of the Code: made from the version in force, written by several people, and either
 * published or discarded. A discarded one can be taken up again. */
#ifndef TROTH_FEATURE_DRAFT_DRAFT_H
#define TROTH_FEATURE_DRAFT_DRAFT_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

enum draft_state { DRAFT_OPEN, DRAFT_SENT, DRAFT_PUBLISHED, DRAFT_DISCARDED, DRAFT_STATES };
const char *draft_state_name(enum draft_state s); /* "open", … */
enum { DRAFT_NAME_MAX = 100, DRAFT_NOTE_MAX = 2000, DRAFTS_OPEN_MAX = 200 };

/* Who does something: a member of staff by their id; a token by its id, below 0; 0: a command. */
struct author {
    int64_t id;
    struct text name;
};

struct draft {
    int64_t id;
    struct text name;
    enum draft_state state;
    int64_t revision;        /* of name, text and files; from 1 */
    int64_t base_version_id; /* 0: there was none */
    struct text source;      /* empty in lists */
    struct text files;       /* JSON: texts by name */
    int64_t created_us, changed_us;
    struct text changed_by, note, sent_by, decided_by, reason;
    int64_t from_us;             /* MOMENT_NEVER: at once */
    int64_t sent_us, decided_us; /* MOMENT_NEVER: not */
    int64_t version_id;          /* 0: not published */
};

extern const struct statement_table draft_statements;

/* All in the clerk's transaction, but those that read. Texts live in the arena. */

/* ERR_LIMIT: too many open ones. */
enum err draft_add(struct database *db, const struct draft *d, struct author by,
                   struct err_info *info);
/* ERR_NOT_FOUND. */
enum err draft_find(struct database *db, int64_t id, struct arena *arena, struct draft *ret,
                    struct err_info *info);
/* Name, source and files; counts the revision up. The draft must be open. */
enum err draft_change(struct database *db, const struct draft *d, struct author by, int64_t now_us,
                      struct err_info *info);
/* State, and all that goes with it: note, from, sent, decided, reason, version. */
enum err draft_move(struct database *db, const struct draft *d, struct err_info *info);
/* Newest first, of that state (DRAFT_STATES: of open and sent ones), with ids below before; without
 * source and files. ret has room for most. */
enum err draft_list(struct database *db, enum draft_state state, int64_t before, size_t most,
                    struct arena *arena, struct draft *ret, size_t *ret_count,
                    struct err_info *info);
/* Whoever sends it stands for it as well. */
enum err draft_add_author(struct database *db, int64_t id, struct author by, struct err_info *info);
enum err draft_authors(struct database *db, int64_t id, struct arena *arena, struct author **ret,
                       size_t *ret_count, struct err_info *info);

#endif
