#include "feature/calendar/calendar.h"

#include "base/id.h"
#include "feature/calendar/calendar_part.h"

#include <stdio.h>

enum { MONTHS = 12, DAY_WORDS = 7, DATE_SIZE = 16 };
static const char *const day_words[DAY_WORDS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* -- shapes -- */

static const struct field spell_fields[] = {
    {.name = "days", .type = FIELD_ARRAY, .required = true, .doc = "mon … sun."},
    {.name = "from", .type = FIELD_TEXT, .required = true, .doc = "\"09:00\""},
    {.name = "until", .type = FIELD_TEXT, .required = true, .doc = "\"17:30\"; up to 24:00."},
    {.name = "since",
     .type = FIELD_TEXT,
     .doc = "A date from which these hours replace all before."},
};
static const struct shape spell_shape = {"CalendarSpell", spell_fields, 4};
static const struct field closure_fields[] = {
    {.name = "first", .type = FIELD_TEXT, .required = true, .doc = "A date; yearly: MM-DD."},
    {.name = "last", .type = FIELD_TEXT, .required = true, .doc = "The same, included."},
    {.name = "yearly", .type = FIELD_BOOLEAN, .required = true, .doc = "In every year."},
    {.name = "reason", .type = FIELD_TEXT, .required = true, .doc = "May be empty."},
};
static const struct shape closure_shape = {"CalendarClosure", closure_fields, 4};
static const struct field day_fields[] = {
    {.name = "date", .type = FIELD_TEXT, .required = true, .doc = "2027-04-21"},
    {.name = "open", .type = FIELD_INTEGER, .required = true, .doc = "So many seconds."},
    {.name = "closed", .type = FIELD_BOOLEAN, .required = true, .doc = "By a closure."},
    {.name = "reason",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Of the closure; may be empty."},
};
static const struct shape day_shape = {"CalendarDay", day_fields, 4};
#define CALENDAR_FIELDS                                                                            \
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As in the Code."},              \
        {.name = "zone", .type = FIELD_TEXT, .required = true, .doc = "Time zone."},               \
        {.name = "always", .type = FIELD_BOOLEAN, .required = true, .doc = "Open day and night."}, \
        {.name = "hours",                                                                          \
         .type = FIELD_ARRAY,                                                                      \
         .required = true,                                                                         \
         .shape = &spell_shape,                                                                    \
         .doc = "Opening hours."},                                                                 \
        {.name = "closures",                                                                       \
         .type = FIELD_ARRAY,                                                                      \
         .required = true,                                                                         \
         .shape = &closure_shape,                                                                  \
         .doc = "Closed days, as written."},                                                       \
    {                                                                                              \
        .name = "files", .type = FIELD_ARRAY, .required = true, .doc = "iCalendar files it names." \
    }
static const struct field calendar_fields[] = {CALENDAR_FIELDS};
const struct shape calendar_shape = {"Calendar", calendar_fields, 6};
static const struct field one_fields[] = {
    CALENDAR_FIELDS,
    {.name = "version", .type = FIELD_TEXT, .required = true, .doc = "Of the Code: ver_…"},
    {.name = "days",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &day_shape,
     .doc = "Of twelve months, from the first of this one."},
};
const struct shape calendar_one_shape = {"CalendarYear", one_fields, 8};

/* -- finding -- */

enum err calendar_sight_read(struct database *db, const struct version *v,
                             const struct calendar_def *def, struct arena *arena,
                             struct calendar_sight *ret, struct err_info *info)
{
    struct book_frozen frozen = {db, v->id};
    struct text zone = def->zone.len ? def->zone : v->code->zone.len ? v->code->zone : TEXT("UTC");
    struct text bytes;
    *ret = (struct calendar_sight){
        .version = v, .def = def, .files = ARENA_ARRAY(arena, struct text, def->ics_count)};
    enum err e = book_read_frozen(&frozen, arena_printf(arena, "zoneinfo/%.*s", TEXT_ARG(zone)),
                                  arena, &bytes, info);
    e = e == ERR_NOT_FOUND ? zone_load(arena, zone, &ret->zone, info)
        : e                ? e
                           : zone_parse(arena, zone, bytes, &ret->zone, info);
    for (size_t i = 0; i < def->ics_count && !e; i++) {
        e = book_read_frozen(&frozen, def->ics_files[i], arena, &ret->files[i], info);
    }
    return e;
}

enum err calendar_sight_find(struct request *r, struct database *db, const struct book *book,
                             struct calendar_sight *ret, struct err_info *info)
{
    const struct version *v = book_current(book, moment_now());
    for (size_t i = 0; v && i < v->code->calendar_count; i++) {
        if (text_eq(v->code->calendars[i].name, request_text(r, "name"))) {
            return calendar_sight_read(db, v, &v->code->calendars[i], request_arena(r), ret, info);
        }
    }
    (void)err_field(info, ERR_NOT_FOUND, "name",
                    "The Code in force has no calendar of that name. GET /api/v1/calendars lists "
                    "them.");
    return ERR_NOT_FOUND; /* for the analyser, which does not follow the line above */
}

int64_t calendar_sight_day(const struct calendar_sight *s, int64_t us)
{
    return floor_div(zone_to_local(s->zone, us), DAY_US);
}

/* -- writing -- */

static void write_date(struct json_writer *w, struct date d, bool yearly)
{
    char words[DATE_SIZE];
    if (yearly) {
        snprintf(words, sizeof(words), "%02d-%02d", d.month, d.day);
    } else {
        snprintf(words, sizeof(words), "%04d-%02d-%02d", d.year, d.month, d.day);
    }
    json_str(w, words);
}

void calendar_write_date(struct json_writer *w, const char *name, int64_t day)
{
    json_key(w, name);
    write_date(w, date_of_days(day), false);
}

static void write_clock(struct json_writer *w, const char *name, int32_t s)
{
    char words[DATE_SIZE];
    snprintf(words, sizeof(words), "%02d:%02d", s / 3600 % 100, s / 60 % 60);
    json_key(w, name);
    json_str(w, words);
}

static void write_spell(struct json_writer *w, const struct spell *s)
{
    json_object_begin(w);
    json_key(w, "days");
    json_array_begin(w);
    for (unsigned i = 0; i < DAY_WORDS; i++) {
        if (s->days & 1u << i) {
            json_str(w, day_words[i]);
        }
    }
    json_array_end(w);
    write_clock(w, "from", s->from_s);
    write_clock(w, "until", s->until_s);
    json_key(w, "since");
    if (s->has_from_date) {
        write_date(w, s->from_date, false);
    } else {
        json_null(w);
    }
    json_object_end(w);
}

static void write_closure(struct json_writer *w, const struct closure *c)
{
    json_object_begin(w);
    json_key(w, "first");
    write_date(w, c->date, c->yearly);
    json_key(w, "last");
    write_date(w, c->last, c->yearly);
    json_key(w, "yearly");
    json_bool(w, c->yearly);
    json_key(w, "reason");
    json_text(w, c->reason);
    json_object_end(w);
}

static void write_members(struct json_writer *w, const struct code *code,
                          const struct calendar_def *def)
{
    json_key(w, "name");
    json_text(w, def->name);
    json_key(w, "zone");
    json_text(w, def->zone.len ? def->zone : code->zone.len ? code->zone : TEXT("UTC"));
    json_key(w, "always");
    json_bool(w, def->always);
    json_key(w, "hours");
    json_array_begin(w);
    for (size_t i = 0; i < def->spell_count; i++) {
        write_spell(w, &def->spells[i]);
    }
    json_array_end(w);
    json_key(w, "closures");
    json_array_begin(w);
    for (size_t i = 0; i < def->closure_count; i++) {
        write_closure(w, &def->closures[i]);
    }
    json_array_end(w);
    json_key(w, "files");
    json_array_begin(w);
    for (size_t i = 0; i < def->ics_count; i++) {
        json_text(w, def->ics_files[i]);
    }
    json_array_end(w);
}

static void write_days(struct json_writer *w, const struct calendar_sight *s,
                       const struct calendar *c, const struct closed_days *days)
{
    json_key(w, "days");
    json_array_begin(w);
    for (int64_t i = 0; i < days->count; i++) {
        int64_t from_us = zone_to_utc(s->zone, (days->first + i) * DAY_US);
        int64_t until_us = zone_to_utc(s->zone, (days->first + i + 1) * DAY_US);
        json_object_begin(w);
        calendar_write_date(w, "date", days->first + i);
        json_key(w, "open");
        json_int(w, calendar_open_time(c, from_us, until_us) / SECOND_US);
        json_key(w, "closed");
        json_bool(w, days->is_closed[i]);
        json_key(w, "reason");
        json_text(w, days->reasons[i]);
        json_object_end(w);
    }
    json_array_end(w);
}

/* -- handlers -- */

enum err calendar_list(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    (void)db, (void)info;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    const struct version *v = book_current(book, moment_now());
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; v && i < v->code->calendar_count; i++) {
        json_object_begin(&w);
        write_members(&w, v->code, &v->code->calendars[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

enum err calendar_show(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    struct calendar_sight s;
    struct calendar *compiled;
    struct closed_days days = {0};
    char id[ID_TEXT_SIZE];
    enum err e = calendar_sight_find(r, db, book, &s, info);
    e = e ? e
          : calendar_compile(request_arena(r), s.def, s.zone, s.def->ics_count ? s.files : NULL,
                             &compiled, info);
    if (e) {
        return e;
    }
    struct date first = date_of_days(calendar_sight_day(&s, moment_now()));
    first.day = 1;
    int64_t day = date_to_days(first);
    int64_t end = date_to_days((struct date){first.year + MONTHS / 12, first.month, 1});
    e = closed_days_read(&s, day, end - day, request_arena(r), &days, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_members(&w, s.version->code, s.def);
    json_key(&w, "version");
    json_str(&w, id_format(s.version->id, "ver", id));
    write_days(&w, &s, compiled, &days);
    json_object_end(&w);
    return ERR_NONE;
}

/* -- the module -- */

#define NAME_FIELD                                                                             \
    {                                                                                          \
        .name = "name", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .least = 1, \
        .most = CODE_NAME_MAX, .doc = "Of the calendar, as in the Code."                       \
    }
static const struct field name_fields[] = {NAME_FIELD};
static const struct field import_fields[] = {
    NAME_FIELD,
    {.name = "leave_out",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .most = 4000,
     .doc = "Lines of events that are not wanted, with a comma between."},
};
static const char *const import_types[] = {"text/calendar", "text/plain", NULL};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/calendars",
     .scope = "code:read",
     .summary = "The calendars of the Code in force.",
     .kind = ROUTE_READ,
     .reply = &calendar_shape,
     .reply_list = true,
     .handle = calendar_list},
    {.method = METHOD_GET,
     .path = "/api/v1/calendars/{name}",
     .scope = "code:read",
     .summary = "One calendar, with every day of twelve months.",
     .kind = ROUTE_READ,
     .fields = name_fields,
     .field_count = 1,
     .reply = &calendar_one_shape,
     .handle = calendar_show},
    {.method = METHOD_POST,
     .path = "/api/v1/calendars/{name}/import",
     .scope = "code:draft",
     .summary = "What an iCalendar file would close, and the text of the Code with it. Nothing is "
                "changed: send that text to /api/v1/drafts.",
     .kind = ROUTE_READ,
     .fields = import_fields,
     .field_count = 2,
     .body = BODY_RAW,
     .body_most = ICAL_BYTES_MAX + 1,
     .body_types = import_types,
     .reply = &calendar_import_shape,
     .handle = calendar_import},
};

static enum err open_calendars(struct server *server, struct database *db, void **ret_self,
                               struct err_info *info)
{
    (void)db, (void)info;
    *ret_self = server_module(server, "code");
    return ERR_NONE;
}

const struct module calendar_module = {
    .name = "calendar",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_calendars,
};
