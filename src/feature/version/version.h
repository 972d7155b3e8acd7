/* What becomes of a published version of the Code: who approved it, who of the staff has signed it
 * off, and when it is to be looked at again. The review is an obligation like any other if the Code
 * promises one: publishing gives the touch `code.published`, a review `code.reviewed`, both in the
 * thread "customer-code" with the attribute `review-by`. */
#ifndef TROTH_FEATURE_VERSION_VERSION_H
#define TROTH_FEATURE_VERSION_VERSION_H

#include "base/arena.h"
#include "base/moment.h"
#include "feature/code/book.h"

enum { REVIEW_NOTE_MAX = 2000 };

struct signer { /* a member of staff who may sign in */
    int64_t id;
    struct text name, email, language;
    int64_t signed_us; /* MOMENT_NEVER: not yet */
};
struct review {
    int64_t id, version_id, reviewed_us;
    struct text reviewed_by, note;
};

extern const struct statement_table version_statements;

/* All of the staff, those who have signed first. */
enum err sign_off_list(struct database *db, int64_t version_id, struct arena *arena,
                       struct signer **ret, size_t *ret_count, struct err_info *info);
/* Again changes nothing. */
enum err sign_off_add(struct database *db, int64_t version_id, int64_t staff_id, int64_t now_us,
                      struct err_info *info);
enum err review_add(struct database *db, const struct review *r, struct err_info *info);
/* Of all versions, the newest first; at most 1,000. */
enum err review_list(struct database *db, struct arena *arena, struct review **ret,
                     size_t *ret_count, struct err_info *info);
/* When a version is to be looked at again: its own `review every` after since_us; MOMENT_NEVER: it
 * does not say. */
int64_t review_due(const struct book *book, const struct version *v, int64_t since_us);

#endif
