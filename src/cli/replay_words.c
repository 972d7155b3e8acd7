#include "cli/replay_report.h"

#include <stdio.h>

void words_count(struct buf *out, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            buf_add_char(out, ',');
        }
        buf_add_char(out, digits[i]);
    }
}

void words_percent(struct buf *out, double share)
{
    buf_addf(out, "%.1f %%", share * 100);
}

void words_share_of_ppm(struct buf *out, int32_t ppm)
{
    buf_addf(out, "%.6g %%", (double)ppm / 10000);
}

void words_adherence(struct buf *out, struct adherence a)
{
    if (!a.is_enough) {
        buf_add_str(out, a.n ? "too few to say" : "nothing decided");
        return;
    }
    words_percent(out, a.share);
    buf_addf(out, " (%.1f-%.1f)", a.low * 100, a.high * 100);
}

/* The two largest units: "3 days 4 hours". */
void words_late(struct buf *out, int64_t us)
{
    static const struct {
        int64_t us;
        const char *word;
    } units[] = {{365 * DAY_US, "year"},
                 {DAY_US, "day"},
                 {HOUR_US, "hour"},
                 {MINUTE_US, "minute"},
                 {SECOND_US, "second"}};
    int said = 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && said < 2; i++) {
        int64_t count = us / units[i].us;
        us -= count * units[i].us;
        if (count == 0 && said == 0) {
            continue;
        }
        said++;
        if (count) {
            buf_addf(out, "%s%lld %s%s", said > 1 ? " " : "", (long long)count, units[i].word,
                     count == 1 ? "" : "s");
        }
    }
    if (said == 0) {
        buf_add_str(out, "less than a second");
    }
}

void words_owed(struct buf *out, const struct promise_result *result)
{
    const char *between = "";
    for (size_t i = 0; i < result->owed_count; i++) {
        struct money m = {.minor = result->owed[i].minor};
        snprintf(m.currency, sizeof(m.currency), "%s", result->owed[i].currency);
        buf_add_str(out, between);
        money_format(out, m);
        buf_add_str(out, " in ");
        words_count(out, result->owed[i].count);
        between = ", ";
    }
    if (result->tasks) {
        buf_add_str(out, between);
        words_count(out, result->tasks);
        buf_add_str(out, result->tasks == 1 ? " task" : " tasks");
    }
}

void words_window(struct buf *out, struct window w)
{
    static const char *const words[] = {[WINDOW_NONE] = "",
                                        [WINDOW_ROLLING] = "",
                                        [WINDOW_DAY] = "each day",
                                        [WINDOW_WEEK] = "each week",
                                        [WINDOW_MONTH] = "each month",
                                        [WINDOW_QUARTER] = "each quarter",
                                        [WINDOW_YEAR] = "each year"};
    buf_add_str(out, words[w.kind]);
}

void words_window_start(struct buf *out, struct window w, const struct zone *zone, int64_t us)
{
    struct date d = date_of_days(floor_div(zone_to_local(zone, us), DAY_US));
    buf_addf(out, "%04d-%02d", d.year, d.month);
    if (w.kind != WINDOW_MONTH) {
        buf_addf(out, "-%02d", d.day);
    }
}

void words_local(struct buf *out, const struct zone *zone, int64_t us)
{
    int64_t local_us = zone_to_local(zone, us), days = floor_div(local_us, DAY_US);
    int64_t minutes = (local_us - days * DAY_US) / MINUTE_US;
    struct date d = date_of_days(days);
    buf_addf(out, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, (int)(minutes / 60),
             (int)(minutes % 60));
}

static void times(struct buf *out, const char *before, uint64_t n, const char *one,
                  const char *many)
{
    buf_add_str(out, before);
    words_count(out, n);
    buf_add_str(out, n == 1 ? one : many);
}

void words_intake(struct buf *out, const struct replay_touches *t, const char *before_each)
{
    const struct mapping_note *notes;
    size_t count = t->mapping ? mapping_notes(t->mapping, &notes) : 0;
    if (t->intake.refused) {
        times(out, before_each, t->intake.refused, " line refused", " lines refused");
        buf_add_char(out, '\n');
    }
    if (t->intake.again) {
        times(out, before_each, t->intake.again, " touch was there before: taken once",
              " touches were there before: taken once");
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < count; i++) {
        if (t->intake.notes[i]) {
            times(out, before_each, t->intake.notes[i],
                  notes[i].is_skip ? " row skipped: " : " time taken as the earliest: ",
                  notes[i].is_skip ? " rows skipped: " : " times taken as the earliest: ");
            buf_add_text(out, notes[i].reason);
            buf_add_char(out, '\n');
        }
    }
}

size_t windows_met(const struct report *r, size_t promise)
{
    const struct promise_windows *w = &r->tally->windows[promise];
    int32_t target = plan_promise(r->plan, promise).latest->target_ppm;
    size_t met = 0;
    for (size_t i = 0; i < w->count; i++) {
        met += window_is_met(&w->counts[i], target);
    }
    return met;
}
