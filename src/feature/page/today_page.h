/* The operator's first page /: the obligations about to break, counting down, and how the month
 * stands. Live: the script hears server-sent events and fetches the part made by today_part() anew.
 */
#ifndef TROTH_FEATURE_PAGE_TODAY_PAGE_H
#define TROTH_FEATURE_PAGE_TODAY_PAGE_H

#include "engine/zone.h"
#include "feature/page/tally.h"
#include "lang/value.h"

enum { TODAY_ROWS_MAX = 100 };

struct today_row {                      /* one open or paused obligation */
    struct text words;                  /* of the promise */
    struct text id;                     /* of the obligation, unique on the page */
    struct text address;                /* of its page: path, already percent-encoded */
    struct text customer, key, channel; /* empty: not known */
    int64_t due_us;                     /* MOMENT_NEVER: none, or unknown while paused */
    bool is_soon;                       /* warned */
    bool is_paused;
};

struct today_standing { /* one promise in the running month */
    struct text words;
    struct text address; /* of its place on the public page: "/code#answer" */
    struct tally tally;
    int32_t target_ppm; /* 0: none */
};

struct today_page {
    struct text company; /* the Code's title */
    const struct zone *zone;
    int64_t now_us;
    const struct today_row *rows; /* by due; those without a due last */
    size_t row_count;
    uint64_t open_count;          /* all that are open or paused, shown here or not */
    struct tally since_yesterday; /* decided since the same time yesterday */
    const struct today_standing *standings;
    size_t standing_count;
    bool has_code, has_touches;     /* what an empty page teaches depends on them */
    const char *events_address;     /* of the stream; constant */
    const char *part_address;       /* of today_part(); constant */
    const char *const *event_names; /* that make the part worth fetching; NULL-terminated */
};

void today_page(const struct today_page *page, struct buf *out);
/* What changes: everything within <main>, for the script. */
void today_part(const struct today_page *page, struct buf *out);

#endif
