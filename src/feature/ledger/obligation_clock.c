/* The clock of one obligation for its page: where it ran, stood still and will run, how much time
 * counted, and when the company was closed meanwhile. */
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"

enum { CLOSED_MOST = 60 };

struct drawing {
    struct json_writer *w;
    struct clock clock;
    struct duration limit;
    bool has_limit;
};

static void stretch(const struct drawing *d, const char *kind, int64_t from_us, int64_t until_us)
{
    if (until_us <= from_us || until_us == MOMENT_NEVER) {
        return;
    }
    bool counts = d->has_limit && d->limit.calendar >= 0;
    int64_t counted_us =
        counts ? duration_measure(&d->clock, d->limit, from_us, until_us) : until_us - from_us;
    json_object_begin(d->w);
    json_key(d->w, "kind");
    json_str(d->w, kind);
    json_key(d->w, "from");
    json_moment(d->w, from_us);
    json_key(d->w, "until");
    json_moment(d->w, until_us);
    json_key(d->w, "counted_seconds");
    json_int(d->w, counted_us / SECOND_US);
    json_object_end(d->w);
}

static void stretches(const struct drawing *d, const struct ledger_row *row,
                      const struct entry_row *entries, size_t count, int64_t now_us)
{
    bool is_decided = row->decided_us != MOMENT_NEVER, is_paused = false;
    int64_t end_us = is_decided ? row->decided_us : now_us, from_us = row->opened_us;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == ENTRY_PAUSED || entries[i].kind == ENTRY_RESUMED) {
            stretch(d, is_paused ? "stands" : "runs", from_us, entries[i].at_us);
            from_us = entries[i].at_us;
            is_paused = entries[i].kind == ENTRY_PAUSED;
        }
    }
    stretch(d, is_paused ? "stands" : "runs", from_us, end_us);
    if (!is_decided) {
        stretch(d, "ahead", end_us, row->due_us);
    } else if (row->state == STATE_BROKEN) {
        stretch(d, "late", end_us, row->fulfilled_us);
    }
}

static int64_t later(int64_t a, int64_t b)
{
    return b != MOMENT_NEVER && b > a ? b : a;
}

static void closed_times(const struct drawing *d, const struct ledger_row *row, int64_t now_us)
{
    const struct calendar *c = d->clock.calendars[d->limit.calendar];
    int64_t end_us = later(later(row->opened_us, row->due_us), row->decided_us);
    end_us = row->decided_us == MOMENT_NEVER ? later(end_us, now_us) : end_us;
    int64_t at_us = row->opened_us;
    for (int i = 0; i < CLOSED_MOST && at_us < end_us; i++) {
        int64_t closes_us = at_us;
        if (calendar_is_open(c, at_us)) {
            int64_t next_us = calendar_lay(c, at_us, calendar_open_time(c, at_us, end_us));
            /* the first closing after at_us: the last one before the next opening behind it */
            int64_t step_us = DAY_US;
            while (at_us + step_us < next_us &&
                   calendar_last_closing(c, at_us + step_us) <= at_us) {
                step_us += DAY_US;
            }
            closes_us = calendar_last_closing(c, at_us + step_us);
            while (closes_us > at_us && calendar_last_closing(c, closes_us - 1) > at_us) {
                closes_us = calendar_last_closing(c, closes_us - 1);
            }
        }
        int64_t opens_us = calendar_next_opening(c, closes_us);
        if (closes_us >= end_us || closes_us < at_us || opens_us <= closes_us) {
            return;
        }
        json_object_begin(d->w);
        json_key(d->w, "from");
        json_moment(d->w, closes_us);
        json_key(d->w, "until");
        json_moment(d->w, opens_us < end_us ? opens_us : end_us);
        json_object_end(d->w);
        at_us = opens_us;
    }
}

/* The promise as it was when the obligation was opened. */
static const struct promise *promise_of(const struct book *book, const struct ledger_row *row,
                                        const struct code **ret_code)
{
    for (size_t i = 0; i < book_version_count(book); i++) {
        const struct version *v = book_version(book, i);
        for (size_t k = 0; v->id == row->version_id && k < v->code->promise_count; k++) {
            if (text_eq(v->code->promises[k].name, row->promise)) {
                *ret_code = v->code;
                return &v->code->promises[k];
            }
        }
    }
    return NULL;
}

/* Of a table, any row will do if all are of one calendar: only its clock is wanted. */
static bool limit_of(const struct code *code, const struct limit *limit, struct duration *ret)
{
    if (limit->kind == LIMIT_DURATION) {
        *ret = limit->duration;
        return true;
    }
    const struct table *table = limit->kind == LIMIT_TABLE ? &code->tables[limit->table] : NULL;
    bool is_one = table && table->row_count && table->gives == TABLE_DURATIONS;
    for (size_t i = 0; is_one && i < table->row_count; i++) {
        is_one = table->rows[i].duration.calendar == table->rows[0].duration.calendar;
    }
    if (is_one) {
        *ret = table->rows[0].duration;
        ret->words = (struct text){0};
    }
    return is_one;
}

static void member(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    if (value.len) {
        json_text(w, value);
    } else {
        json_null(w);
    }
}

void obligation_clock_members(struct json_writer *w, const struct book *book,
                              const struct ledger_row *row, const struct entry_row *entries,
                              size_t count, int64_t now_us)
{
    const struct code *code = NULL;
    const struct promise *promise = promise_of(book, row, &code);
    struct drawing d = {.w = w};
    bool has_clock = promise && plan_clock(book_plan(book), code, &d.clock);
    d.limit = (struct duration){.calendar = -1};
    d.has_limit = has_clock && limit_of(code, &promise->duty.limit, &d.limit);
    bool has_calendar = d.has_limit && d.limit.calendar >= 0;
    struct text none = {0};
    member(w, "words", promise ? promise->words : none);
    member(w, "principle",
           promise && promise->principle >= 0 ? code->principles[promise->principle].title : none);
    member(w, "limit", d.limit.words);
    member(w, "calendar", has_calendar ? code->calendars[d.limit.calendar].name : none);
    member(w, "time_zone", zone_name(book_zone(book)));
    json_key(w, "clock");
    json_array_begin(w);
    stretches(&d, row, entries, count, now_us);
    json_array_end(w);
    json_key(w, "closed");
    json_array_begin(w);
    if (has_calendar) {
        closed_times(&d, row, now_us);
    }
    json_array_end(w);
}
