#include "feature/measure/measure_question.h"

const char *const measure_by_words[] = {"promise", "principle",     "channel", "team", "day",
                                        "month",   "promise-month", "hour",    NULL};
const char *const measure_per_words[] = {"all", "day", "week", "month", NULL};

static enum err read_day(const struct request *r, const char *field, int32_t otherwise,
                         int32_t *ret, struct err_info *info)
{
    struct date date;
    *ret = otherwise;
    if (!request_has(r, field)) {
        return ERR_NONE;
    }
    if (!date_parse(request_text(r, field), &date)) {
        return err_field(info, ERR_INVALID, field, "%s must be a day like 2025-01-31.", field);
    }
    *ret = (int32_t)date_to_days(date);
    return ERR_NONE;
}

static enum err bound_hours(const struct book *book, struct measure_question *q,
                            struct err_info *info)
{
    if (q->channel || q->team) {
        return err_field(info, ERR_INVALID, q->channel ? "channel" : "team",
                         "Hours are counted by promise alone: leave it out.");
    }
    int32_t today = book_day(book, moment_now());
    q->until_day = q->until_day == INT32_MAX ? today + 1 : q->until_day;
    q->from_day = q->from_day == INT32_MIN ? q->until_day - 365 : q->from_day;
    if ((int64_t)q->until_day - q->from_day > MEASURE_HOURS_DAYS_MAX) {
        return err_field(info, ERR_INVALID, "from", "By hour, at most 400 days are looked at.");
    }
    return ERR_NONE;
}

enum err measure_question_read(struct request *r, const struct book *book,
                               struct measure_question *q, struct text chosen[2],
                               struct err_info *info)
{
    *q = (struct measure_question){.by = (enum measure_by)request_choice(r, "by", 0),
                                   .per = (enum measure_per)request_choice(r, "per", 0),
                                   .promise = request_text(r, "promise"),
                                   .principle = request_text(r, "principle"),
                                   .viewer = request_identity(r)};
    chosen[0] = request_text(r, "channel");
    chosen[1] = request_text(r, "team");
    q->channel = request_has(r, "channel") ? &chosen[0] : NULL;
    q->team = request_has(r, "team") ? &chosen[1] : NULL;
    bool has_time =
        q->by == MEASURE_BY_DAY || q->by == MEASURE_BY_MONTH || q->by == MEASURE_BY_PROMISE_MONTH;
    if (q->per != MEASURE_PER_ALL && (has_time || q->by == MEASURE_BY_HOUR)) {
        return err_field(info, ERR_INVALID, "per", "By this, it is split by time already.");
    }
    enum err e = read_day(r, "from", INT32_MIN, &q->from_day, info);
    e = e ? e : read_day(r, "until", INT32_MAX, &q->until_day, info);
    return e || q->by != MEASURE_BY_HOUR ? e : bound_hours(book, q, info);
}
