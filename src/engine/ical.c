#include "engine/ical.h"

#include "engine/ical_rule.h"
#include "engine/zone_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 8, ZONES_MAX = 32, LINE_START = 12 /* "BEGIN:VEVENT" */ };
enum { PATIENCE_DAYS = 10000000 }; /* days looked at for the repeats of one file */
#define LENGTH_MOST_US (INT64_C(36525) * DAY_US)

struct ical_time { /* a wall-clock time of some zone */
    int64_t local_us;
    const struct zone *zone; /* NULL: UTC */
    bool is_date;            /* then it is a whole day of the calendar's zone */
};

struct named_zone {
    struct text name;
    const struct zone *zone;
};

struct excluded { /* occurrences of one event that do not take place: instants, and whole days */
    int64_t *instants, *days;
    size_t instant_count, day_count;
};

struct change {
    const char *uid;
    struct ical_time instead_of;
};

struct reader {
    struct arena *arena;  /* of the caller */
    struct arena scratch; /* gone at the end */
    const struct zone *zone;
    struct named_zone zones[ZONES_MAX];
    size_t zone_count;
    icalcomponent *root;
    icalcomponent **events;
    size_t event_count;
    uint32_t *lines; /* of events, as they stand in the text */
    size_t line_count;
    struct change *changes;
    size_t change_count;
    struct excluded excluded; /* room for any event's */
    struct day_range *ranges;
    size_t range_count, range_room;
    size_t occurrence_count;
    int64_t patience; /* see ical_rule.h */
    bool is_lenient;  /* an event that cannot be followed does not spoil the others */
    struct err_info *info;
};

static void reader_release(struct reader *r)
{
    arena_release(&r->scratch);
    if (r->root != NULL) {
        icalcomponent_free(r->root);
    }
}

/* -- times -- */

static enum err bad_event(struct reader *r, icalcomponent *event, const char *what)
{
    const char *title = icalcomponent_get_summary(event);
    return err_set(r->info, ERR_INVALID, "iCalendar event \"%.60s\": %s",
                   title != NULL ? title : "without a summary", what);
}

static enum err zone_of_id(struct reader *r, icalcomponent *event, const char *id,
                           const struct zone **ret)
{
    struct text name = text_of(id);
    if (text_eq(name, zone_name(r->zone))) {
        *ret = r->zone;
        return ERR_NONE;
    }
    for (size_t i = 0; i < r->zone_count; i++) {
        if (text_eq(name, r->zones[i].name)) {
            *ret = r->zones[i].zone;
            return ERR_NONE;
        }
    }
    struct zone *zone = NULL;
    if (r->zone_count == ZONES_MAX) {
        return err_set(r->info, ERR_LIMIT, "the iCalendar file names more than %d time zones",
                       ZONES_MAX);
    }
    if (zone_load(&r->scratch, name, &zone, NULL) != ERR_NONE) {
        return bad_event(r, event,
                         "its TZID is no IANA time zone; write one such as Europe/London");
    }
    r->zones[r->zone_count++] = (struct named_zone){arena_text(&r->scratch, name), zone};
    *ret = zone;
    return ERR_NONE;
}

static bool fields_are_sound(icaltimetype t)
{
    return date_valid((struct date){t.year, t.month, t.day}) &&
           (t.is_date || (t.hour >= 0 && t.hour < 24 && t.minute >= 0 && t.minute < 60 &&
                          t.second >= 0 && t.second <= 60));
}

static int64_t local_us_of(icaltimetype t)
{
    int64_t us = date_to_days((struct date){t.year, t.month, t.day}) * DAY_US;
    return t.is_date ? us : us + t.hour * HOUR_US + t.minute * MINUTE_US + t.second * SECOND_US;
}

/* A time of a property, in its TZID, in UTC, or floating: then it is of the calendar's zone. */
static enum err read_time(struct reader *r, icalcomponent *event, icalproperty *property,
                          icaltimetype t, struct ical_time *ret)
{
    if (icaltime_is_null_time(t) || !fields_are_sound(t)) {
        return bad_event(r, event, "a date in it does not exist");
    }
    struct ical_time time = {local_us_of(t), r->zone, t.is_date != 0};
    icalparameter *id = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (!time.is_date && icaltime_is_utc(t)) {
        time.zone = NULL;
    } else if (!time.is_date && id != NULL && icalparameter_get_tzid(id) != NULL) {
        enum err e = zone_of_id(r, event, icalparameter_get_tzid(id), &time.zone);
        if (e != ERR_NONE) {
            return e;
        }
    }
    *ret = time;
    return ERR_NONE;
}

static int64_t instant_of(struct ical_time t)
{
    return t.zone == NULL ? t.local_us : zone_write(t.zone, t.local_us);
}

static int64_t read_clock(const struct zone *zone, int64_t us)
{
    return zone == NULL ? us : zone_read(zone, us);
}

/* The same time on the calendar's clock. */
static int64_t here(const struct reader *r, struct ical_time t)
{
    return t.zone == r->zone ? t.local_us : zone_read(r->zone, instant_of(t));
}

/* -- occurrences -- */

struct event {
    icalcomponent *component;
    struct ical_time start;
    int64_t length_us; /* on the clock of its start */
    struct excluded excluded;
};

static int compare_int64(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool holds(const int64_t *sorted, size_t count, int64_t wanted)
{
    return bsearch(&wanted, sorted, count, sizeof *sorted, compare_int64) != NULL;
}

static enum err add_occurrence(struct reader *r, const struct event *e, int64_t local_us)
{
    if (++r->occurrence_count > ICAL_RANGES_MAX) {
        return err_set(r->info, ERR_LIMIT,
                       "the iCalendar file has more than %d occurrences; end its repeating events",
                       ICAL_RANGES_MAX);
    }
    struct ical_time start = e->start, end = e->start;
    start.local_us = local_us;
    end.local_us = local_us + e->length_us;
    if (holds(e->excluded.instants, e->excluded.instant_count, instant_of(start)) ||
        holds(e->excluded.days, e->excluded.day_count, day_of_local(local_us))) {
        return ERR_NONE;
    }
    int64_t first = day_of_local(here(r, start)), last = day_of_local(here(r, end) - 1);
    if (r->range_count == r->range_room) {
        size_t room = r->range_room == 0 ? 64 : 2 * r->range_room;
        r->ranges = arena_grow(r->arena, r->ranges, r->range_count, room, sizeof *r->ranges);
        r->range_room = room;
    }
    r->ranges[r->range_count++] = (struct day_range){first, last < first ? first : last};
    return ERR_NONE;
}

/* Where the rule ends, on the clock of the event's start: at the horizon at the latest. */
static int64_t end_of_rule(const struct icalrecurrencetype *rule, const struct event *e)
{
    int64_t end_us = date_to_days((struct date){ICAL_LAST_YEAR + 1, 1, 1}) * DAY_US - 1;
    if (icaltime_is_null_time(rule->until) || !fields_are_sound(rule->until)) {
        return end_us;
    }
    int64_t until_us = local_us_of(rule->until);
    if (rule->until.is_date) {
        until_us += DAY_US - 1;
    } else if (icaltime_is_utc(rule->until) && !e->start.is_date) {
        until_us = read_clock(e->start.zone, until_us);
    }
    return until_us < end_us ? until_us : end_us;
}

static enum err add_rule(struct reader *r, const struct event *e,
                         const struct icalrecurrencetype *rule)
{
    const char *objection = ical_rule_objection(rule);
    if (objection != NULL) {
        return bad_event(r, e->component, objection);
    }
    int64_t end_us = end_of_rule(rule, e), start_day = day_of_local(e->start.local_us), day;
    struct ical_rule days;
    ical_rule_begin(&days, rule, start_day, day_of_local(end_us), &r->patience);
    while (ical_rule_next(&days, &day)) {
        int64_t local_us = e->start.local_us + (day - start_day) * DAY_US;
        if (local_us > end_us) {
            break;
        }
        enum err err = add_occurrence(r, e, local_us);
        if (err != ERR_NONE) {
            return err;
        }
    }
    if (r->patience <= 0) {
        return err_set(r->info, ERR_LIMIT,
                       "the repeating events of the iCalendar file reach too far; end them "
                       "with UNTIL");
    }
    return ERR_NONE;
}

static enum err add_extra_dates(struct reader *r, const struct event *e)
{
    for (icalproperty *p = icalcomponent_get_first_property(e->component, ICAL_RDATE_PROPERTY);
         p != NULL; p = icalcomponent_get_next_property(e->component, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype value = icalproperty_get_rdate(p);
        bool is_period = icaltime_is_null_time(value.time);
        struct ical_time t;
        enum err err =
            read_time(r, e->component, p, is_period ? value.period.start : value.time, &t);
        if (err == ERR_NONE) {
            err = add_occurrence(r, e, read_clock(e->start.zone, instant_of(t)));
        }
        if (err != ERR_NONE) {
            return err;
        }
    }
    return ERR_NONE;
}

static void exclude(struct excluded *x, struct ical_time t)
{
    if (t.is_date) {
        x->days[x->day_count++] = day_of_local(t.local_us);
    } else {
        x->instants[x->instant_count++] = instant_of(t);
    }
}

/* EXDATEs, and the occurrences that other events of the same UID change. */
static enum err find_excluded(struct reader *r, struct event *e)
{
    icalcomponent *c = e->component;
    const char *uid = icalcomponent_get_uid(c);
    e->excluded = r->excluded; /* the same room for every event */
    for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_EXDATE_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(c, ICAL_EXDATE_PROPERTY)) {
        struct ical_time t;
        enum err err = read_time(r, c, p, icalproperty_get_exdate(p), &t);
        if (err != ERR_NONE) {
            return err;
        }
        exclude(&e->excluded, t);
    }
    for (size_t i = 0; uid != NULL && i < r->change_count; i++) {
        if (strcmp(uid, r->changes[i].uid) == 0) {
            exclude(&e->excluded, r->changes[i].instead_of);
        }
    }
    qsort(e->excluded.instants, e->excluded.instant_count, sizeof(int64_t), compare_int64);
    qsort(e->excluded.days, e->excluded.day_count, sizeof(int64_t), compare_int64);
    return ERR_NONE;
}

/* -- events -- */

/* libical drops what it cannot read and leaves a note: fine for a colour, not for a date. */
static enum err check_notes(struct reader *r, icalcomponent *event)
{
    static const char *const needed[] = {"DTSTART", "DTEND",  "DURATION",     "RRULE",
                                         "RDATE",   "EXDATE", "RECURRENCE-ID"};
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY);
         p != NULL; p = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY)) {
        const char *note = icalproperty_get_xlicerror(p);
        for (size_t i = 0; note != NULL && i < sizeof needed / sizeof *needed; i++) {
            if (strstr(note, needed[i]) != NULL) {
                return bad_event(r, event, "one of its dates or its RRULE cannot be read");
            }
        }
    }
    return ERR_NONE;
}

/* How long the event lasts, on the clock of its start: DTEND, DURATION, or by default one day if
 * it is all-day, no time if not. */
static enum err read_length(struct reader *r, struct event *e)
{
    icalproperty *end = icalcomponent_get_first_property(e->component, ICAL_DTEND_PROPERTY);
    icalproperty *lasts = icalcomponent_get_first_property(e->component, ICAL_DURATION_PROPERTY);
    e->length_us = e->start.is_date ? DAY_US : 0;
    if (end != NULL) {
        struct ical_time t = {0};
        enum err err = read_time(r, e->component, end, icalproperty_get_dtend(end), &t);
        if (err != ERR_NONE) {
            return err;
        }
        int64_t end_us =
            t.zone == e->start.zone ? t.local_us : read_clock(e->start.zone, instant_of(t));
        e->length_us = end_us - e->start.local_us;
    } else if (lasts != NULL) {
        struct icaldurationtype d = icalproperty_get_duration(lasts);
        e->length_us = (int64_t)d.weeks * 7 * DAY_US + (int64_t)d.days * DAY_US +
                       (int64_t)d.hours * HOUR_US + (int64_t)d.minutes * MINUTE_US +
                       (int64_t)d.seconds * SECOND_US;
        e->length_us = d.is_neg ? -1 : e->length_us;
    }
    if (e->length_us < 0 || e->length_us > LENGTH_MOST_US) {
        return bad_event(r, e->component, "it must end after it begins, within 100 years");
    }
    return ERR_NONE;
}

static enum err read_event(struct reader *r, icalcomponent *component)
{
    struct event e = {.component = component};
    icalproperty *start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
    if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED) {
        return ERR_NONE;
    }
    enum err err = check_notes(r, component);
    if (err == ERR_NONE && start == NULL) {
        err = bad_event(r, component, "it has no DTSTART");
    }
    if (err == ERR_NONE) {
        err = read_time(r, component, start, icalproperty_get_dtstart(start), &e.start);
    }
    if (err == ERR_NONE) {
        err = read_length(r, &e);
    }
    if (err == ERR_NONE) {
        err = find_excluded(r, &e);
    }
    if (err == ERR_NONE) {
        err = add_occurrence(r, &e, e.start.local_us);
    }
    for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY);
         p != NULL && err == ERR_NONE;
         p = icalcomponent_get_next_property(component, ICAL_RRULE_PROPERTY)) {
        struct icalrecurrencetype rule = icalproperty_get_rrule(p);
        err = add_rule(r, &e, &rule);
    }
    return err == ERR_NONE ? add_extra_dates(r, &e) : err;
}

static enum err collect_events(struct reader *r, icalcomponent *calendar)
{
    for (icalcomponent *c = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
         c != NULL; c = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        if (r->event_count == ICAL_EVENTS_MAX) {
            return err_set(r->info, ERR_LIMIT, "the iCalendar file has more than %d events",
                           ICAL_EVENTS_MAX);
        }
        r->events[r->event_count++] = c;
    }
    return ERR_NONE;
}

/* Occurrences changed by an event of their own, and room for what an event may exclude. */
static enum err collect_changes(struct reader *r)
{
    size_t exdates = 0;
    r->changes = ARENA_ARRAY(&r->scratch, struct change, r->event_count);
    for (size_t i = 0; i < r->event_count; i++) {
        icalcomponent *c = r->events[i];
        exdates += (size_t)icalcomponent_count_properties(c, ICAL_EXDATE_PROPERTY);
        icalproperty *p = icalcomponent_get_first_property(c, ICAL_RECURRENCEID_PROPERTY);
        const char *uid = p == NULL ? NULL : icalcomponent_get_uid(c);
        if (uid == NULL) {
            continue;
        }
        struct change *change = &r->changes[r->change_count++];
        change->uid = uid;
        enum err err = read_time(r, c, p, icalproperty_get_recurrenceid(p), &change->instead_of);
        if (err != ERR_NONE && !r->is_lenient) {
            return err;
        }
        r->change_count -= err != ERR_NONE;
    }
    r->excluded.instants = ARENA_ARRAY(&r->scratch, int64_t, r->change_count + exdates);
    r->excluded.days = ARENA_ARRAY(&r->scratch, int64_t, r->change_count + exdates);
    return ERR_NONE;
}

static enum err read_root(struct reader *r)
{
    enum err err = ERR_NONE;
    size_t calendars = 1;
    r->events = ARENA_ARRAY(&r->scratch, icalcomponent *, ICAL_EVENTS_MAX);
    if (icalcomponent_isa(r->root) == ICAL_VCALENDAR_COMPONENT) {
        err = collect_events(r, r->root);
    } else { /* several, one after another */
        calendars = 0;
        for (icalcomponent *c =
                 icalcomponent_get_first_component(r->root, ICAL_VCALENDAR_COMPONENT);
             c != NULL && err == ERR_NONE;
             c = icalcomponent_get_next_component(r->root, ICAL_VCALENDAR_COMPONENT)) {
            err = collect_events(r, c);
            calendars++;
        }
    }
    if (calendars == 0) {
        return err_set(r->info, ERR_INVALID,
                       "the iCalendar file holds no VCALENDAR; export it again as .ics");
    }
    return err == ERR_NONE ? collect_changes(r) : err;
}

/* -- the file -- */

static bool begins_event(const char *start, size_t len)
{
    return len == LINE_START && strncasecmp(start, "BEGIN:VEVENT", LINE_START) == 0;
}

/* libical frees components by recursion, so their depth is looked at first, and where the events of
 * a calendar begin. Lines go on after a line break and a blank. Gives the deepest level; -1 when
 * BEGIN and END do not match. */
static int nesting_depth(struct reader *r, struct text ics)
{
    char start[LINE_START];
    size_t kept = 0;
    uint32_t line = 1, first = 1; /* the present one; where what is kept began */
    int depth = 0, deepest = 0;
    r->lines = ARENA_ARRAY(&r->scratch, uint32_t, ICAL_EVENTS_MAX);
    for (size_t i = 0; i <= ics.len; i++) {
        char c = i < ics.len ? ics.ptr[i] : '\n';
        if (c == '\r') {
            continue;
        }
        if (c != '\n') {
            if (kept < LINE_START) {
                start[kept++] = c;
            }
            continue;
        }
        line++;
        if (i + 1 < ics.len && (ics.ptr[i + 1] == ' ' || ics.ptr[i + 1] == '\t')) {
            i++;
            continue;
        }
        if (kept >= 6 && strncasecmp(start, "BEGIN:", 6) == 0) {
            if (depth++ == 1 && begins_event(start, kept) && r->line_count < ICAL_EVENTS_MAX) {
                r->lines[r->line_count++] = first;
            }
        } else if (kept >= 4 && strncasecmp(start, "END:", 4) == 0 && --depth < 0) {
            return -1;
        }
        deepest = depth > deepest ? depth : deepest;
        kept = 0;
        first = line;
    }
    return depth == 0 ? deepest : -1;
}

static enum err read_file(struct reader *r, struct text ics)
{
    struct err_info *info = r->info;
    if (ics.len > ICAL_BYTES_MAX) {
        return err_set(info, ERR_LIMIT, "the iCalendar file is over %d bytes; split it",
                       ICAL_BYTES_MAX);
    }
    int depth = nesting_depth(r, ics);
    if (depth > DEPTH_MAX) {
        return err_set(info, ERR_LIMIT, "the iCalendar file nests deeper than %d", DEPTH_MAX);
    }
    if (depth > 0 && memchr(ics.ptr, 0, ics.len) == NULL && text_utf8_valid(ics) == ics.len) {
        icalerror_set_errors_are_fatal(0); /* malformed input is no reason to abort */
        r->root = icalparser_parse_string(arena_text(&r->scratch, ics).ptr);
    }
    if (r->root == NULL) {
        return err_set(info, ERR_INVALID,
                       "the iCalendar file cannot be read or is cut short; export it again as "
                       ".ics (UTF-8)");
    }
    return read_root(r);
}

enum err ical_days(struct arena *arena, struct text ics, const struct zone *zone,
                   struct day_range **ret, size_t *ret_count, struct err_info *info)
{
    struct reader r CLEANUP(reader_release) = {
        .arena = arena, .zone = zone, .info = info, .patience = PATIENCE_DAYS};
    enum err err = read_file(&r, ics);
    for (size_t i = 0; i < r.event_count && err == ERR_NONE; i++) {
        err = read_event(&r, r.events[i]);
    }
    if (err == ERR_NONE) {
        *ret = r.ranges;
        *ret_count = r.range_count;
    }
    return err;
}

static bool repeats(icalcomponent *event)
{
    return icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY) != NULL ||
           icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY) != NULL;
}

/* The event alone; what was found before it went wrong is dropped. */
static struct ical_event tell_event(struct reader *r, size_t i)
{
    icalcomponent *c = r->events[i];
    const char *title = icalcomponent_get_summary(c);
    struct err_info *info = r->info;
    struct err_info why = {0};
    struct ical_event e = {
        .title = arena_text(r->arena, text_of(title != NULL ? title : "")),
        .line = r->line_count == r->event_count ? r->lines[i] : 0,
        .is_cancelled = icalcomponent_get_status(c) == ICAL_STATUS_CANCELLED,
        .repeats = repeats(c),
    };
    r->info = &why;
    r->ranges = NULL;
    r->range_count = r->range_room = 0;
    if (read_event(r, c) == ERR_NONE) {
        e.ranges = r->ranges;
        e.count = r->range_count;
    } else {
        e.problem = arena_text(r->arena, text_of(why.text));
    }
    r->info = info;
    return e;
}

enum err ical_events(struct arena *arena, struct text ics, const struct zone *zone,
                     struct ical_event **ret, size_t *ret_count, struct err_info *info)
{
    struct reader r CLEANUP(reader_release) = {
        .arena = arena, .zone = zone, .info = info, .patience = PATIENCE_DAYS, .is_lenient = true};
    enum err err = read_file(&r, ics);
    if (err != ERR_NONE) {
        return err;
    }
    struct ical_event *list = ARENA_ARRAY(arena, struct ical_event, r.event_count);
    for (size_t i = 0; i < r.event_count; i++) {
        list[i] = tell_event(&r, i);
    }
    *ret = list;
    *ret_count = r.event_count;
    return ERR_NONE;
}
