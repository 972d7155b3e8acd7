/* Inside of this feature: one calendar of the version in force, with what it was published with. */
#ifndef TROTH_FEATURE_CALENDAR_CALENDAR_PART_H
#define TROTH_FEATURE_CALENDAR_CALENDAR_PART_H

#include "engine/ical.h"
#include "feature/code/publisher.h"
#include "http/route.h"

struct calendar_sight {
    const struct version *version;
    const struct calendar_def *def;
    struct zone *zone;
    struct text *files; /* its iCalendar files, as def->ics_files */
};
/* Its frozen zone and files, in the arena. */
enum err calendar_sight_read(struct database *db, const struct version *v,
                             const struct calendar_def *def, struct arena *arena,
                             struct calendar_sight *ret, struct err_info *info);
/* The calendar that the path names. ERR_NOT_FOUND. */
enum err calendar_sight_find(struct request *r, struct database *db, const struct book *book,
                             struct calendar_sight *ret, struct err_info *info);
/* The day on its clock, since 1970-01-01. */
int64_t calendar_sight_day(const struct calendar_sight *s, int64_t us);

void calendar_write_date(struct json_writer *w, const char *name, int64_t day);

/* -- days of a span, and what closes each -- */

struct closed_days {
    int64_t first, count;
    struct text *reasons; /* of each day; may be empty */
    bool *is_closed;
};
/* By its closures, those of files included. first, count: the span; in the arena. */
enum err closed_days_read(const struct calendar_sight *s, int64_t first, int64_t count,
                          struct arena *arena, struct closed_days *ret, struct err_info *info);
/* The first of these days that are not closed yet, and how many follow each other, from `day` to
 * `last`; false: all are closed, or lie outside. */
bool closed_days_gap(const struct closed_days *d, int64_t day, int64_t last, int64_t *ret_day,
                     int64_t *ret_last);
void closed_days_close(struct closed_days *d, int64_t day, int64_t last, struct text reason);

route_handler calendar_list, calendar_show, calendar_import;
extern const struct shape calendar_shape, calendar_one_shape, calendar_import_shape;

#endif
