/* Events of an iCalendar file as clauses of a calendar: `closed 2027-04-21 "Tiradentes"`. An event
 * of the same day in every year becomes `closed every`; other repeats are written out for some
 * years; what has passed, and what is closed already, is left out. */
#include "base/id.h"
#include "feature/calendar/calendar_part.h"
#include "words/said.h"

enum {
    REPEATS_YEARS = 3, /* this year and so many more are written out */
    CLAUSES_MOST = 1000,
    REASON_MOST = 200,
    LEFT_OUT_MOST = 1000
};

static const char *const repeat_words[] = {"no", "yearly", "yes", NULL};
static const char *const state_words[] = {"new",      "there",          "passed", "cancelled",
                                          "left-out", "not-understood", NULL};
enum event_state { NEW, THERE, PASSED, CANCELLED, LEFT_OUT, NOT_UNDERSTOOD };

static const struct field event_fields[] = {
    {.name = "line",
     .type = FIELD_INTEGER,
     .required = true,
     .doc = "Where it begins; 0: unknown."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "Its SUMMARY; may be empty."},
    {.name = "state",
     .type = FIELD_CHOICE,
     .choices = state_words,
     .required = true,
     .doc = "What becomes of it."},
    {.name = "repeats",
     .type = FIELD_CHOICE,
     .choices = repeat_words,
     .required = true,
     .doc = "yearly: on the same day of each year."},
    {.name = "first", .type = FIELD_TEXT, .doc = "The first day to come, else its first."},
    {.name = "last", .type = FIELD_TEXT, .doc = "The last day of that occurrence."},
    {.name = "clauses", .type = FIELD_ARRAY, .required = true, .doc = "What is added to the Code."},
    {.name = "problem", .type = FIELD_TEXT, .doc = "Why it was not understood."},
};
static const struct shape event_shape = {"CalendarEvent", event_fields, 8};
static const struct field import_reply_fields[] = {
    {.name = "calendar", .type = FIELD_TEXT, .required = true, .doc = "Which."},
    {.name = "version", .type = FIELD_TEXT, .required = true, .doc = "Of the Code: ver_…"},
    {.name = "until",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Repeats are written out to it."},
    {.name = "added", .type = FIELD_INTEGER, .required = true, .doc = "So many clauses."},
    {.name = "events",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &event_shape,
     .doc = "In the order of the file."},
    {.name = "source", .type = FIELD_TEXT, .required = true, .doc = "The Code with what is added."},
};
const struct shape calendar_import_shape = {"CalendarImport", import_reply_fields, 6};

struct import {
    struct arena *arena;
    struct closed_days days; /* from today on */
    int64_t today, repeats_until;
    enum language language; /* of who imports */
    size_t added;
    struct buf text; /* the clauses, a line each */
};

static void import_release(struct import *i)
{
    buf_release(&i->text);
}

/* -- clauses -- */

/* As the Code writes it: one line, quotes and backslashes escaped. */
static struct text reason_of(struct import *i, struct text title)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct text left = text_trim(title);
    size_t most = left.len < REASON_MOST ? left.len : REASON_MOST;
    while (most > 0 && most < left.len && (left.ptr[most] & 0xc0) == 0x80) {
        most--; /* not within a letter */
    }
    for (size_t k = 0; k < most; k++) {
        char c = left.ptr[k];
        if (c == '"' || c == '\\') {
            buf_add_char(&out, '\\');
        }
        buf_add_char(&out, (unsigned char)c < ' ' || c == 0x7f ? ' ' : c);
    }
    return arena_text(i->arena, buf_text(&out));
}

static void add_clause(struct import *i, struct json_writer *w, struct text when, struct text title)
{
    struct text reason = reason_of(i, title);
    struct text clause = reason.len ? arena_printf(i->arena, "closed   %.*s \"%.*s\"",
                                                   TEXT_ARG(when), TEXT_ARG(reason))
                                    : arena_printf(i->arena, "closed   %.*s", TEXT_ARG(when));
    buf_addf(&i->text, "  %.*s\n", TEXT_ARG(clause));
    json_text(w, clause);
    i->added++;
}

static struct text date_words(struct import *i, int64_t day)
{
    struct date d = date_of_days(day);
    return arena_printf(i->arena, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void add_days(struct import *i, struct json_writer *w, const struct day_range *range,
                     struct text title)
{
    int64_t day = range->first, first, last;
    while (closed_days_gap(&i->days, day, range->last, &first, &last)) {
        struct text when = date_words(i, first);
        if (last > first) {
            when =
                arena_printf(i->arena, "%.*s..%.*s", TEXT_ARG(when), TEXT_ARG(date_words(i, last)));
        }
        add_clause(i, w, when, title);
        closed_days_close(&i->days, first, last, title);
        day = last + 1;
    }
}

/* -- events -- */

/* One day, the same in every year up to the horizon. The start of an event that repeats stands
 * twice.
 */
static bool is_yearly(const struct ical_event *e)
{
    if (!e->repeats || e->count < 3) {
        return false;
    }
    struct date first = date_of_days(e->ranges[0].first);
    for (size_t k = 0; k < e->count; k++) {
        struct date d = date_of_days(e->ranges[k].first);
        int32_t year = first.year + (int32_t)k - (k > 0);
        if (e->ranges[k].first != e->ranges[k].last || d.year != year || d.month != first.month ||
            d.day != first.day) {
            return false;
        }
    }
    return date_of_days(e->ranges[e->count - 1].first).year == ICAL_LAST_YEAR;
}

static bool counts(const struct import *i, const struct ical_event *e,
                   const struct day_range *range)
{
    return range->last >= i->today && (!e->repeats || range->first <= i->repeats_until);
}

/* The first occurrence to come, else the first of all; NULL: there is none. */
static const struct day_range *shown_range(const struct import *i, const struct ical_event *e)
{
    const struct day_range *found = NULL;
    for (size_t k = 0; k < e->count; k++) {
        const struct day_range *range = &e->ranges[k];
        bool sooner = !found || (found->last < i->today
                                     ? range->last >= i->today
                                     : range->last >= i->today && range->first < found->first);
        found = sooner ? range : found;
    }
    return found;
}

static bool all_closed(const struct import *i, const struct ical_event *e)
{
    for (size_t k = 0; k < e->count; k++) {
        int64_t first, last;
        if (counts(i, e, &e->ranges[k]) &&
            closed_days_gap(&i->days, e->ranges[k].first, e->ranges[k].last, &first, &last)) {
            return false;
        }
    }
    return true;
}

static void add_yearly(struct import *i, struct json_writer *w, const struct ical_event *e)
{
    struct date d = date_of_days(e->ranges[0].first);
    add_clause(i, w, arena_printf(i->arena, "every %02d-%02d", d.month, d.day), e->title);
    for (size_t k = 0; k < e->count; k++) {
        closed_days_close(&i->days, e->ranges[k].first, e->ranges[k].last, e->title);
    }
}

/* Days that follow each other become one clause. */
static void add_ranges(struct import *i, struct json_writer *w, const struct ical_event *e)
{
    for (size_t k = 0; k < e->count; k++) {
        struct day_range run = e->ranges[k];
        if (!counts(i, e, &run)) {
            continue;
        }
        while (k + 1 < e->count && counts(i, e, &e->ranges[k + 1]) &&
               e->ranges[k + 1].first >= run.first && e->ranges[k + 1].first <= run.last + 1) {
            k++;
            run.last = e->ranges[k].last > run.last ? e->ranges[k].last : run.last;
        }
        add_days(i, w, &run, e->title);
    }
}

static enum event_state add_event(struct import *i, const struct ical_event *e, bool is_left_out,
                                  struct json_writer *w)
{
    const struct day_range *shown = shown_range(i, e);
    if (e->problem.len) {
        return NOT_UNDERSTOOD;
    }
    if (e->is_cancelled || !shown) {
        return CANCELLED;
    }
    if (shown->last < i->today) {
        return PASSED;
    }
    if (all_closed(i, e)) {
        return THERE;
    }
    if (is_left_out) {
        return LEFT_OUT;
    }
    if (is_yearly(e)) {
        add_yearly(i, w, e);
        return NEW;
    }
    add_ranges(i, w, e);
    return NEW;
}

static void write_event(struct import *i, const struct ical_event *e, bool is_left_out,
                        struct json_writer *w)
{
    const struct day_range *shown = shown_range(i, e);
    json_object_begin(w);
    json_key(w, "line");
    json_int(w, e->line);
    json_key(w, "title");
    json_text(w, e->title);
    json_key(w, "repeats");
    json_str(w, repeat_words[is_yearly(e) ? 1 : e->repeats ? 2 : 0]);
    if (shown) {
        calendar_write_date(w, "first", shown->first);
        calendar_write_date(w, "last", shown->last);
    }
    json_key(w, "clauses");
    json_array_begin(w);
    enum event_state state = add_event(i, e, is_left_out, w);
    json_array_end(w);
    json_key(w, "state");
    json_str(w, state_words[state]);
    if (e->problem.len) {
        json_key(w, "problem");
        say_json(w, i->language, e->problem);
    }
    json_object_end(w);
}

/* -- the text -- */

/* The byte after the last line of the calendar's block. */
static size_t end_of_block(const struct code *code, const struct calendar_def *def)
{
    size_t end = def->span.offset + def->span.length;
    for (size_t k = 0; k < def->spell_count; k++) {
        size_t here = def->spells[k].span.offset + def->spells[k].span.length;
        end = here > end ? here : end;
    }
    for (size_t k = 0; k < def->closure_count; k++) {
        size_t here = def->closures[k].span.offset + def->closures[k].span.length;
        end = here > end ? here : end;
    }
    while (end < code->source.len && code->source.ptr[end] != '\n') {
        end++;
    }
    return end < code->source.len ? end + 1 : end;
}

static struct text with_clauses(struct import *i, const struct calendar_sight *s)
{
    const struct code *code = s->version->code;
    size_t end = end_of_block(code, s->def);
    bool broken = end > 0 && code->source.ptr[end - 1] != '\n';
    return arena_printf(i->arena, "%.*s%s%.*s%.*s",
                        TEXT_ARG(((struct text){code->source.ptr, end})),
                        broken && i->added ? "\n" : "", TEXT_ARG(buf_text(&i->text)),
                        TEXT_ARG(((struct text){code->source.ptr + end, code->source.len - end})));
}

/* What was made must be a Code still: it could have grown too long, or never be open. */
static enum err check(struct import *i, struct text source, struct err_info *info)
{
    struct diagnostics *found = ARENA_NEW(i->arena, struct diagnostics);
    if (i->added > CLAUSES_MOST || source.len > CODE_BYTES_MAX) {
        return err_set(
            info, ERR_LIMIT,
            "The file would add %zu closures; %d at once are the most. Leave events out, "
            "or import a file with fewer.",
            i->added, CLAUSES_MOST);
    }
    code_parse(i->arena, source, found);
    for (size_t k = 0; k < found->count; k++) {
        if (found->items[k].severity == SEVERITY_ERROR) {
            return err_set(info, ERR_INVALID, "With these closures the Code has a mistake: %.*s.",
                           TEXT_ARG(found->items[k].message));
        }
    }
    return ERR_NONE;
}

/* -- the request -- */

static enum err read_left_out(struct request *r, bool *left_out, size_t count,
                              const struct ical_event *events, struct err_info *info)
{
    struct text words = request_text(r, "leave_out");
    for (size_t at = 0; at < words.len; at++) {
        uint32_t line = 0;
        size_t begin = at;
        for (; at < words.len && words.ptr[at] >= '0' && words.ptr[at] <= '9' && at - begin < 8;
             at++) {
            line = line * 10 + (uint32_t)(words.ptr[at] - '0');
        }
        if (at == begin || (at < words.len && words.ptr[at] != ',')) {
            return err_field(info, ERR_INVALID, "leave_out",
                             "leave_out holds numbers of lines with a comma between: 7,31");
        }
        for (size_t k = 0; k < count; k++) {
            left_out[k] = left_out[k] || (line && events[k].line == line);
        }
    }
    return ERR_NONE;
}

static enum err begin(struct request *r, const struct calendar_sight *s, struct import *ret,
                      struct err_info *info)
{
    int64_t today = calendar_sight_day(s, moment_now());
    int32_t year = date_of_days(today).year;
    int64_t end = date_to_days((struct date){ICAL_LAST_YEAR + 1, 1, 1});
    ret->arena = request_arena(r);
    ret->today = today;
    ret->repeats_until = date_to_days((struct date){year + REPEATS_YEARS, 12, 31});
    return closed_days_read(s, today, end - today, ret->arena, &ret->days, info);
}

enum err calendar_import(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    struct import i CLEANUP(import_release) = {.language = request_language(r)};
    struct calendar_sight s;
    struct ical_event *events = NULL;
    size_t count = 0;
    char id[ID_TEXT_SIZE];
    enum err e = calendar_sight_find(r, db, book, &s, info);
    e = e ? e : begin(r, &s, &i, info);
    e = e ? e : ical_events(request_arena(r), request_body(r), s.zone, &events, &count, info);
    bool *left_out = ARENA_ARRAY(request_arena(r), bool, count + 1);
    e = e ? e : read_left_out(r, left_out, count, events, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "calendar");
    json_text(&w, s.def->name);
    json_key(&w, "version");
    json_str(&w, id_format(s.version->id, "ver", id));
    calendar_write_date(&w, "until", i.repeats_until);
    json_key(&w, "events");
    json_array_begin(&w);
    for (size_t k = 0; k < count && i.added <= CLAUSES_MOST; k++) {
        write_event(&i, &events[k], left_out[k], &w);
    }
    json_array_end(&w);
    json_key(&w, "added");
    json_int(&w, (int64_t)i.added);
    struct text source = with_clauses(&i, &s);
    json_key(&w, "source");
    json_text(&w, source);
    json_object_end(&w);
    return check(&i, source, info);
}
