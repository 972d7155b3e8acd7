/* Calendars: when a company is open, and every way the language counts time. Compiled once;
 * look-ups take logarithmic or constant time, also years ahead. Rules: docs/language.md, "Clocks".
 */
#ifndef TROTH_ENGINE_CALENDAR_H
#define TROTH_ENGINE_CALENDAR_H

#include "engine/zone.h"
#include "lang/code.h"

struct calendar; /* nothing is open before 1900 */

/* Compiles a calendar of a Code. ics: the contents of its iCalendar files, in order (closures on
 * the days that their events cover, RRULE expanded; libical), NULL when it has none. Zones are
 * loaded by name unless given. Errors: unknown zone, never open, malformed iCalendar. */
enum err calendar_compile(struct arena *arena, const struct calendar_def *def, struct zone *zone,
                          const struct text *ics, struct calendar **ret, struct err_info *info);

bool calendar_is_open(const struct calendar *c, int64_t us);
/* First instant >= us at which it is open; last closing <= us. MOMENT_NEVER / MOMENT_BEFORE_ALL if
 * none. */
int64_t calendar_next_opening(const struct calendar *c, int64_t us);
int64_t calendar_last_closing(const struct calendar *c, int64_t us);
/* Open microseconds in [from, until); negative when until < from. */
int64_t calendar_open_time(const struct calendar *c, int64_t from_us, int64_t until_us);
/* The instant at which `open_us` microseconds of open time have run since `from`; a limit that runs
 * out at closing ends at closing. 0 gives the next opening if closed, else from. */
int64_t calendar_lay(const struct calendar *c, int64_t from_us, int64_t open_us);
/* Due instants of "N working days" (0: the next opening) and "N full working days" (days after the
 * local day of start; 0: start). */
int64_t calendar_add_days(const struct calendar *c, int64_t start_us, int64_t days);
int64_t calendar_add_full_days(const struct calendar *c, int64_t start_us, int64_t days);
/* Last closing of the local day of `us` if that day is open, else of the last open day before it.
 */
int64_t calendar_end_of(const struct calendar *c, int64_t us);

/* -- durations, in any unit. `calendars` are the plan's, indexed as code.calendars; `zone` is the
 * Code's. -- */
struct clock {
    const struct zone *zone;
    struct calendar *const *calendars;
};

/* When d has run since start; never before it. Beyond year 9999: MOMENT_NEVER. A later start never
 * gives an earlier end, with two exceptions that keeping the clock time implies: months clamp (30
 * January 11:00 and 31 January 10:00 both end on 28 February), and an hour that the clock goes
 * through twice in autumn is the same clock time twice (days, working days). */
int64_t duration_after(const struct clock *clock, struct duration d, int64_t start_us);
/* The same ending at the end of the day reached (`end of D`): last closing for working units, else
 * midnight. */
int64_t duration_end_after(const struct clock *clock, struct duration d, int64_t start_us);
/* `D before M`. Elapsed: M - D. Civil: the same clock time D earlier, month ends clamped. Working
 * units and calendar days: the latest instant t with duration_after(t) <= M; MOMENT_BEFORE_ALL:
 * none. */
int64_t duration_before(const struct clock *clock, struct duration d, int64_t moment_us);
/* `at least D before M` is duration_after(D, touch) <= M. */

/* The clock a duration runs on: open time for working units, else elapsed. measure() is the time on
 * it between two instants, lay() the instant reached after that much of it. Used for pauses and
 * warnings. */
int64_t duration_measure(const struct clock *clock, struct duration d, int64_t from_us,
                         int64_t until_us);
int64_t duration_lay(const struct clock *clock, struct duration d, int64_t from_us,
                     int64_t amount_us);

/* Start of the calendar window (day, week from Monday, month, quarter, year from month-day) that
 * holds us, in the Code's zone, and start of the next one. Not for WINDOW_ROLLING or WINDOW_NONE.
 */
void window_bounds(const struct zone *zone, struct window w, int64_t us, int64_t *ret_start_us,
                   int64_t *ret_next_us);

#endif
