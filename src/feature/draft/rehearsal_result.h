/* What a rehearsal found: the obligations that end otherwise, and the figures as JSON. */
#ifndef TROTH_FEATURE_DRAFT_REHEARSAL_RESULT_H
#define TROTH_FEATURE_DRAFT_REHEARSAL_RESULT_H

#include "engine/zone.h"
#include "feature/draft/rehearsal.h"
#include "http/request.h"
#include "report/comparison.h"

/* All of them, in the arena; hours and weekdays on the clock of that zone. Returns how many. */
size_t rehearsed_list(struct arena *arena, const struct comparison *c, const struct zone *zone,
                      struct rehearsed **ret);
/* {"promises": …, "changed", "newly_broken", "newly_kept", "by_promise", "by_hour", "by_weekday",
 * "by_team"}, in the arena. */
struct text rehearsal_result(struct arena *arena, const struct comparison *c,
                             const struct rehearsed *list, size_t count);

/* The same as a viewer may read it: without the teams that are hidden from them. Totals stay those
 * of the whole company, as the public page tells them. */
enum err rehearsal_result_for(const struct identity *viewer, struct text result,
                              struct arena *arena, struct json_writer *w, struct err_info *info);

#endif
