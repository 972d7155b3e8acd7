/* Closures from iCalendar files: the days that a calendar is closed on account of them. */
#include "engine/ical.h"
#include "engine/test_clock_help.h"

struct days {
    struct arena arena;
    struct day_range *ranges;
    size_t count;
    enum err err;
    struct err_info info;
};

static void days_release(struct days *d)
{
    arena_release(&d->arena);
}

static void read_ics(struct days *d, const char *zone, struct text ics)
{
    *d = (struct days){0};
    struct zone *z = test_zone(&d->arena, zone);
    d->err = ical_days(&d->arena, ics, z, &d->ranges, &d->count, &d->info);
}

/* A file with these lines of events. */
static void read_events(struct days *d, const char *zone, const char *events)
{
    struct buf b CLEANUP(buf_release) = {0};
    buf_addf(&b,
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//made//by hand//EN\r\n%sEND:VCALENDAR\r\n",
             events);
    read_ics(d, zone, buf_text(&b));
}

/* The closed days in words, "2015-01-01 2015-01-03", in order, each once. */
static struct text closed_days(struct days *d)
{
    struct buf b CLEANUP(buf_release) = {0};
    if (d->err != ERR_NONE) {
        fail_msg("refused: %s", d->info.text);
    }
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < d->count; i++) {
        first = d->ranges[i].first < first ? d->ranges[i].first : first;
        last = d->ranges[i].last > last ? d->ranges[i].last : last;
    }
    for (int64_t day = first; day <= last; day++) {
        bool closed = false;
        for (size_t i = 0; i < d->count; i++) {
            closed |= d->ranges[i].first <= day && day <= d->ranges[i].last;
        }
        if (closed) {
            struct date date = date_of_days(day);
            buf_addf(&b, "%s%04d-%02d-%02d", b.len == 0 ? "" : " ", date.year, date.month,
                     date.day);
        }
    }
    return arena_text(&d->arena, buf_text(&b));
}

static void assert_closed(const char *zone, const char *events, const char *expected)
{
    struct days d CLEANUP(days_release);
    read_events(&d, zone, events);
    assert_string_equal(closed_days(&d).ptr, expected);
}

static void assert_refused(const char *events, enum err err, const char *says)
{
    struct days d CLEANUP(days_release);
    read_events(&d, "Europe/London", events);
    assert_int_equal(d.err, err);
    if (strstr(d.info.text, says) == NULL) {
        fail_msg("says: %s", d.info.text);
    }
}

#define EVENT(lines) "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Rest\r\n" lines "END:VEVENT\r\n"

static void all_day_events_close_their_days(void **state)
{
    (void)state;
    assert_closed("Europe/London", EVENT("DTSTART;VALUE=DATE:20150101\r\n"), "2015-01-01");
    assert_closed("Europe/London",
                  EVENT("DTSTART;VALUE=DATE:20150403\r\nDTEND;VALUE=DATE:20150405\r\n"),
                  "2015-04-03 2015-04-04");
    assert_closed("Europe/London", EVENT("DTSTART;VALUE=DATE:20150403\r\nDURATION:P2D\r\n"),
                  "2015-04-03 2015-04-04");
}

static void timed_events_close_every_local_day_they_touch(void **state)
{
    (void)state;
    /* 23:00 UTC on New Year's Eve is the same day in London, the next in Sydney */
    const char *evening = EVENT("DTSTART:20141231T230000Z\r\nDTEND:20141231T233000Z\r\n");
    assert_closed("Europe/London", evening, "2014-12-31");
    assert_closed("Australia/Sydney", evening, "2015-01-01");
    assert_closed("Europe/London", EVENT("DTSTART:20150601T220000\r\nDTEND:20150602T000000\r\n"),
                  "2015-06-01");
    assert_closed("Europe/London", EVENT("DTSTART:20150601T220000\r\nDTEND:20150602T000001\r\n"),
                  "2015-06-01 2015-06-02");
    assert_closed("Europe/London",
                  EVENT("DTSTART;TZID=America/New_York:20150601T200000\r\nDURATION:PT30M\r\n"),
                  "2015-06-02");
}

static void repeating_events_follow_their_rule(void **state)
{
    (void)state;
    assert_closed("Europe/London",
                  EVENT("DTSTART;VALUE=DATE:20151225\r\nRRULE:FREQ=YEARLY;COUNT=3\r\n"),
                  "2015-12-25 2016-12-25 2017-12-25");
    assert_closed(
        "Europe/London",
        EVENT("DTSTART;VALUE=DATE:20150119\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL="
              "20170201\r\n"),
        "2015-01-19 2016-01-18 2017-01-16");
    assert_closed("Europe/London",
                  EVENT("DTSTART;VALUE=DATE:20150601\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;VALUE="
                        "DATE:20150608\r\nRDATE;VALUE=DATE:20150603\r\n"),
                  "2015-06-01 2015-06-03 2015-06-15 2015-06-22");
    /* the last is at 08:00 in Sydney: the very moment of UNTIL */
    assert_closed("Australia/Sydney",
                  EVENT("DTSTART;TZID=Australia/Sydney:20150103T080000\r\nDURATION:PT1H\r\n"
                        "RRULE:FREQ=DAILY;UNTIL=20150104T210000Z\r\n"),
                  "2015-01-03 2015-01-04 2015-01-05");
}

static void assert_repeats(const char *start, const char *rule, const char *expected)
{
    char event[512];
    snprintf(event, sizeof event, EVENT("DTSTART;VALUE=DATE:%s\r\nRRULE:%s\r\n"), start, rule);
    assert_closed("Europe/London", event, expected);
}

/* After the examples of RFC 5545, section 3.8.5.3. */
static void rules_repeat_as_the_standard_says(void **state)
{
    (void)state;
    assert_repeats("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=3",
                   "1997-09-02 1997-09-12 1997-09-22");
    assert_repeats("19970902", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971008;WKST=SU;BYDAY=TU,TH",
                   "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02");
    assert_repeats("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
                   "1997-08-05 1997-08-10 1997-08-19 1997-08-24");
    assert_repeats("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
                   "1997-08-05 1997-08-17 1997-08-19 1997-08-31");
    assert_repeats("19970905", "FREQ=MONTHLY;COUNT=3;BYDAY=1FR",
                   "1997-09-05 1997-10-03 1997-11-07");
    assert_repeats("19970928", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3",
                   "1997-09-28 1997-10-29 1997-11-28");
    assert_repeats("19971113", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2",
                   "1997-11-13 1998-02-13 1998-03-13");
    assert_repeats("19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3",
                   "1997-09-29 1997-10-30 1997-11-27");
    assert_repeats("19970101", "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100",
                   "1997-01-01 1997-04-10 2000-01-01 2000-04-09");
    assert_repeats("19970519", "FREQ=YEARLY;BYDAY=20MO;COUNT=3",
                   "1997-05-19 1998-05-18 1999-05-17");
    assert_repeats("19961105",
                   "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;"
                   "BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
                   "1996-11-05 2000-11-07 2004-11-02");
    assert_repeats("20070115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=4",
                   "2007-01-15 2007-01-30 2007-02-15 2007-03-15");
    assert_repeats("20160229", "FREQ=YEARLY;COUNT=3", "2016-02-29 2020-02-29 2024-02-29");
}

static void rules_that_never_match_come_to_an_end(void **state)
{
    (void)state;
    assert_repeats("20150601", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2015-06-01");
    assert_repeats("20150601", "FREQ=MONTHLY;BYSETPOS=51;BYDAY=MO,TU;COUNT=9", "2015-06-01");
    assert_repeats("20150602", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "2015-06-02");
}

static void endless_events_go_on_to_the_horizon(void **state)
{
    (void)state;
    struct days d CLEANUP(days_release);
    read_events(&d, "Europe/London", EVENT("DTSTART;VALUE=DATE:20151225\r\nRRULE:FREQ=YEARLY\r\n"));
    assert_int_equal(d.err, ERR_NONE);
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < d.count; i++) {
        last = d.ranges[i].last > last ? d.ranges[i].last : last;
    }
    assert_int_equal(last, date_to_days((struct date){ICAL_LAST_YEAR, 12, 25}));
}

static void changed_and_cancelled_occurrences_count_as_changed(void **state)
{
    (void)state;
    assert_closed("Europe/London",
                  EVENT("DTSTART;VALUE=DATE:20150601\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n") EVENT(
                      "RECURRENCE-ID;VALUE=DATE:20150608\r\nDTSTART;VALUE=DATE:20150610\r\n")
                      EVENT("RECURRENCE-ID;VALUE=DATE:20150615\r\nDTSTART;VALUE=DATE:20150615\r\n"
                            "STATUS:CANCELLED\r\n"),
                  "2015-06-01 2015-06-10");
}

static void file_without_events_closes_nothing(void **state)
{
    (void)state;
    assert_closed("Europe/London", "", "");
}

static void long_lines_are_joined(void **state)
{
    (void)state;
    assert_closed("Europe/London", EVENT("DTSTART;VALUE=DA\r\n TE:201501\r\n\t01\r\n"),
                  "2015-01-01");
}

static void what_cannot_be_read_is_refused_with_the_reason(void **state)
{
    (void)state;
    assert_refused(EVENT(""), ERR_INVALID, "no DTSTART");
    assert_refused(EVENT("DTSTART;VALUE=DATE:20150230\r\n"), ERR_INVALID, "does not exist");
    assert_refused(EVENT("DTSTART;VALUE=DATE:20150201\r\nDTEND;VALUE=DATE:20150131\r\n"),
                   ERR_INVALID, "end after it begins");
    assert_refused(EVENT("DTSTART;TZID=Mars/Olympus:20150201T100000\r\n"), ERR_INVALID,
                   "no IANA time zone");
    assert_refused(EVENT("DTSTART:20150201T100000\r\nRRULE:FREQ=HOURLY\r\n"), ERR_INVALID,
                   "by day, week, month or year");
    assert_refused(EVENT("DTSTART:20150201T100000\r\nRRULE:FREQ=NOW\r\n"), ERR_INVALID,
                   "cannot be read");
    assert_refused("BEGIN:VEVENT\r\nDTSTART:20150201T100000\r\n", ERR_INVALID, "cut short");
}

static void files_that_are_no_calendar_are_refused(void **state)
{
    (void)state;
    const char *const wrong[] = {"",
                                 "holidays",
                                 "BEGIN:VCALENDAR\r\n",
                                 "END:VCALENDAR\r\n",
                                 "BEGIN:VEVENT\r\nDTSTART:20150201T100000\r\nEND:VEVENT\r\n",
                                 "BEGIN:VCALENDAR\r\nX:\xff\r\nEND:VCALENDAR\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct days d CLEANUP(days_release);
        read_ics(&d, "Etc/UTC", text_of(wrong[i]));
        assert_int_equal(d.err, ERR_INVALID);
    }
}

static void limits_hold_at_the_edge(void **state)
{
    (void)state;
    struct buf b CLEANUP(buf_release) = {0};
    for (int i = 0; i < ICAL_EVENTS_MAX; i++) {
        buf_add_str(&b, "BEGIN:VEVENT\r\nDTSTART:20150101T000000Z\r\nEND:VEVENT\r\n");
    }
    struct days d CLEANUP(days_release);
    read_events(&d, "Etc/UTC", b.ptr);
    assert_int_equal(d.err, ERR_NONE);
    assert_int_equal(d.count, ICAL_EVENTS_MAX);
    buf_add_str(&b, "BEGIN:VEVENT\r\nDTSTART:20150101T000000Z\r\nEND:VEVENT\r\n");
    struct days over CLEANUP(days_release);
    read_events(&over, "Etc/UTC", b.ptr);
    assert_int_equal(over.err, ERR_LIMIT);
}

static void endless_daily_events_run_into_the_limit(void **state)
{
    (void)state;
    assert_refused(EVENT("DTSTART;VALUE=DATE:20150101\r\nRRULE:FREQ=DAILY\r\n")
                       EVENT("DTSTART;VALUE=DATE:20150101\r\nRRULE:FREQ=DAILY\r\n"),
                   ERR_LIMIT, "occurrences");
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    struct buf b CLEANUP(buf_release) = {0};
    for (int i = 0; i < 9; i++) {
        buf_add_str(&b, i == 0 ? "BEGIN:VCALENDAR\r\n" : "BEGIN:VEVENT\r\n");
    }
    for (int i = 9; i-- > 0;) {
        buf_add_str(&b, i == 0 ? "END:VCALENDAR\r\n" : "END:VEVENT\r\n");
    }
    struct days deep CLEANUP(days_release);
    read_ics(&deep, "Etc/UTC", buf_text(&b));
    assert_int_equal(deep.err, ERR_LIMIT);
    buf_clear(&b);
    buf_add_str(&b, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    while (b.len < ICAL_BYTES_MAX) {
        buf_add_str(&b, "\n");
    }
    struct days most CLEANUP(days_release);
    read_ics(&most, "Etc/UTC", buf_text(&b));
    assert_int_equal(most.err, ERR_NONE);
    buf_add_str(&b, "\n");
    struct days over CLEANUP(days_release);
    read_ics(&over, "Etc/UTC", buf_text(&b));
    assert_int_equal(over.err, ERR_LIMIT);
}

static void calendar_is_closed_on_the_days_of_its_files(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    static const struct text names[] = {TEXT("one.ics"), TEXT("two.ics")};
    struct text files[] = {TEXT("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20151225\r\n"
                                "RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
                           TEXT("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20160101\r\n"
                                "END:VEVENT\r\nEND:VCALENDAR\r\n")};
    struct calendar_def def = {.name = TEXT("c"),
                               .zone = TEXT("Europe/London"),
                               .always = true,
                               .ics_files = names,
                               .ics_count = 2};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, NULL, files, &c, NULL), ERR_NONE);
    assert_false(calendar_is_open(c, utc("2015-12-25T12:00:00Z")));
    assert_false(calendar_is_open(c, utc("2016-01-01T23:59:59Z")));
    assert_false(calendar_is_open(c, utc("2200-12-25T12:00:00Z")));
    assert_true(calendar_is_open(c, utc("2015-12-24T12:00:00Z")));
    assert_true(calendar_is_open(c, utc("2017-01-01T12:00:00Z")));
}

static void events_are_told_one_by_one_with_their_line(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *z = NULL;
    assert_int_equal(zone_load(&a, TEXT("America/Sao_Paulo"), &z, NULL), ERR_NONE);
    const struct text ics = TEXT("BEGIN:VCALENDAR\r\n"
                                 "X-NOTE:folded\r\n"
                                 "  line\r\n"
                                 "BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n"
                                 "BEGIN:VEVENT\r\nSUMMARY:Tiradentes\r\n"
                                 "DTSTART;VALUE=DATE:20270421\r\nRRULE:FREQ=YEARLY\r\n"
                                 "END:VEVENT\r\n"
                                 "BEGIN:VEVENT\r\nSUMMARY:Odd\r\n"
                                 "DTSTART;TZID=Nowhere/Land:20270421T100000\r\nEND:VEVENT\r\n"
                                 "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270102\r\n"
                                 "DTEND;VALUE=DATE:20270105\r\nEND:VEVENT\r\n"
                                 "BEGIN:VEVENT\r\nSUMMARY:Off\r\nSTATUS:CANCELLED\r\n"
                                 "DTSTART;VALUE=DATE:20270103\r\nEND:VEVENT\r\n"
                                 "END:VCALENDAR\r\n");
    struct ical_event *list = NULL;
    size_t count = 0;
    assert_int_equal(ical_events(&a, ics, z, &list, &count, NULL), ERR_NONE);
    assert_int_equal(count, 4);
    assert_true(text_is(list[0].title, "Tiradentes") && list[0].repeats);
    assert_int_equal(list[0].line, 7);
    assert_int_equal(list[0].count, ICAL_LAST_YEAR - 2027 + 2); /* its start stands twice */
    assert_int_equal(list[1].line, 12);
    assert_true(text_contains(list[1].problem, TEXT("TZID")));
    assert_int_equal(list[1].count, 0);
    assert_int_equal(list[2].count, 1);
    assert_int_equal(list[2].ranges[0].last - list[2].ranges[0].first, 2);
    assert_false(list[2].repeats || list[2].problem.len);
    assert_true(list[3].is_cancelled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_day_events_close_their_days),
        cmocka_unit_test(timed_events_close_every_local_day_they_touch),
        cmocka_unit_test(repeating_events_follow_their_rule),
        cmocka_unit_test(rules_repeat_as_the_standard_says),
        cmocka_unit_test(rules_that_never_match_come_to_an_end),
        cmocka_unit_test(endless_events_go_on_to_the_horizon),
        cmocka_unit_test(changed_and_cancelled_occurrences_count_as_changed),
        cmocka_unit_test(file_without_events_closes_nothing),
        cmocka_unit_test(long_lines_are_joined),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_the_reason),
        cmocka_unit_test(files_that_are_no_calendar_are_refused),
        cmocka_unit_test(limits_hold_at_the_edge),
        cmocka_unit_test(endless_daily_events_run_into_the_limit),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(calendar_is_closed_on_the_days_of_its_files),
        cmocka_unit_test(events_are_told_one_by_one_with_their_line),
    };
    return cmocka_run_group_tests_name("ical", tests, NULL, NULL);
}
