#include "engine/calendar_table.h"
#include "engine/ical.h"

#include <stdlib.h>

struct builder {
    struct arena *arena;
    struct arena scratch;
    const struct calendar_def *def;
    struct calendar *calendar;
    struct week *weeks;
    struct day_block *blocks;
    int64_t table_end_day; /* blocks are filled to here */
    struct day_range *imported;
    size_t imported_count;
};

static void builder_release(struct builder *b)
{
    arena_release(&b->scratch);
}

static enum err wrong(struct err_info *info, const struct calendar_def *def, struct span span,
                      const char *what)
{
    enum err e = err_set(info, ERR_INVALID, "calendar \"%.*s\": %s", TEXT_ARG(def->name), what);
    if (info != NULL) {
        info->line = span.line;
        info->column = span.column;
    }
    return e;
}

/* -- opening hours -- */

static int64_t spell_first_day(const struct spell *s)
{
    return s->has_from_date ? date_to_days(s->from_date) : INT64_MIN;
}

static int compare_spells(const void *a, const void *b)
{
    const struct spell *left = a, *right = b;
    int64_t x = spell_first_day(left), y = spell_first_day(right);
    if (x != y) {
        return x < y ? -1 : 1;
    }
    return (left->from_s > right->from_s) - (left->from_s < right->from_s);
}

/* The spells of one weekday, joined where they touch. They come ordered by their beginning. */
static void week_set_day(struct builder *b, struct week *week, size_t weekday,
                         const struct spell *spells, size_t count)
{
    struct opening *openings = ARENA_ARRAY(b->arena, struct opening, count);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(spells[i].days >> weekday & 1)) {
            continue;
        }
        struct opening o = {spells[i].from_s * SECOND_US, spells[i].until_s * SECOND_US};
        if (used > 0 && o.from_us <= openings[used - 1].until_us) {
            struct opening *last = &openings[used - 1];
            last->until_us = o.until_us > last->until_us ? o.until_us : last->until_us;
        } else {
            openings[used++] = o;
        }
    }
    week->openings[weekday] = openings;
    week->opening_count[weekday] = used;
    for (size_t i = 0; i < used; i++) {
        week->length_us[weekday] += openings[i].until_us - openings[i].from_us;
    }
}

/* Every seventh day of a block that begins with one weekday. */
static uint64_t weekday_in_block(size_t weekday, size_t begins_with)
{
    uint64_t bits = 0;
    for (size_t i = (weekday + WEEK_DAYS - begins_with) % WEEK_DAYS; i < BLOCK_DAYS;
         i += WEEK_DAYS) {
        bits |= UINT64_C(1) << i;
    }
    return bits;
}

static void week_find_kinds(struct week *week)
{
    for (size_t weekday = 0; weekday < WEEK_DAYS; weekday++) {
        if (week->length_us[weekday] == 0) {
            continue;
        }
        size_t kind = 0;
        while (kind < week->kind_count && week->kinds[kind].length_us != week->length_us[weekday]) {
            kind++;
        }
        week->kinds[kind].length_us = week->length_us[weekday];
        week->kind_count += kind == week->kind_count;
        for (size_t i = 0; i < WEEK_DAYS; i++) {
            uint64_t bits = weekday_in_block(weekday, i);
            week->kinds[kind].in_block[i] |= bits;
            week->open_in_block[i] |= bits;
        }
    }
}

static void add_week(struct builder *b, int64_t first_day, const struct spell *spells, size_t count)
{
    struct week *week = &b->weeks[b->calendar->week_count++];
    week->first_day = first_day;
    for (size_t weekday = 0; weekday < WEEK_DAYS; weekday++) {
        week_set_day(b, week, weekday, spells, count);
    }
    week_find_kinds(week);
}

static const struct spell always = {.days = 0x7f, .from_s = 0, .until_s = 86400};

/* One week of hours for each date from which spells are given. */
static enum err add_weeks(struct builder *b, struct err_info *info)
{
    size_t count = b->def->always ? 1 : b->def->spell_count;
    struct spell *spells = ARENA_ARRAY(&b->scratch, struct spell, count);
    for (size_t i = 0; i < count; i++) {
        spells[i] = b->def->always ? always : b->def->spells[i];
        if (spells[i].from_s < 0 || spells[i].until_s > 86400 ||
            spells[i].from_s >= spells[i].until_s) {
            return wrong(info, b->def, spells[i].span,
                         "opening hours must end after they begin, by 24:00");
        }
    }
    qsort(spells, count, sizeof *spells, compare_spells);
    b->weeks = ARENA_ARRAY(b->arena, struct week, count == 0 ? 1 : count);
    for (size_t i = 0; i < count;) {
        size_t from = i;
        int64_t first_day = spell_first_day(&spells[from]);
        while (i < count && spell_first_day(&spells[i]) == first_day) {
            i++;
        }
        add_week(b, first_day, spells + from, i - from);
    }
    if (count == 0) {
        add_week(b, INT64_MIN, NULL, 0);
    }
    b->calendar->weeks = b->weeks;
    return ERR_NONE;
}

/* -- days -- */

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The first year from which all repeats every 400 years. */
static int32_t repeating_year(const struct builder *b)
{
    const struct calendar *c = b->calendar;
    int32_t year = later(c->zone->repeats_from_year, CALENDAR_FIRST_YEAR);
    for (size_t i = 0; i < c->week_count; i++) {
        if (c->weeks[i].first_day > CALENDAR_FIRST_DAY) {
            year = later(year, date_of_days(c->weeks[i].first_day).year);
        }
    }
    for (size_t i = 0; i < b->def->closure_count; i++) {
        if (!b->def->closures[i].yearly) {
            year = later(year, b->def->closures[i].last.year);
        }
    }
    for (size_t i = 0; i < b->imported_count; i++) {
        year = later(year, date_of_days(b->imported[i].last).year);
    }
    return year + 1;
}

static uint64_t bits_between(int64_t from, int64_t until)
{
    return (until >= BLOCK_DAYS ? ~UINT64_C(0) : bits_below((size_t)until)) &
           ~bits_below((size_t)(from < 0 ? 0 : from));
}

/* Opens the days from..until (half-open) by a week's hours; or closes them, when week is NULL. */
static void mark_days(struct builder *b, int64_t from, int64_t until, const struct week *week)
{
    from = from < CALENDAR_FIRST_DAY ? CALENDAR_FIRST_DAY : from;
    until = until > b->table_end_day ? b->table_end_day : until;
    if (from >= until) {
        return;
    }
    size_t first = (size_t)(from - CALENDAR_FIRST_DAY) / BLOCK_DAYS;
    size_t last = (size_t)(until - 1 - CALENDAR_FIRST_DAY) / BLOCK_DAYS;
    for (size_t i = first; i <= last; i++) {
        int64_t starts = CALENDAR_FIRST_DAY + (int64_t)i * BLOCK_DAYS;
        uint64_t bits = bits_between(from - starts, until - starts);
        if (week != NULL) {
            b->blocks[i].open |= bits & week->open_in_block[i % WEEK_DAYS];
        } else {
            b->blocks[i].open &= ~bits;
        }
    }
}

static void make_blocks(struct builder *b)
{
    struct calendar *c = b->calendar;
    int32_t repeats_from = repeating_year(b);
    int32_t end_year = repeats_from + 400;
    end_year = end_year < CALENDAR_END_YEAR ? end_year : CALENDAR_END_YEAR;
    c->end_day = date_to_days((struct date){end_year, 1, 1});
    c->block_count = (size_t)(c->end_day - CALENDAR_FIRST_DAY) / BLOCK_DAYS + 1;
    b->table_end_day = CALENDAR_FIRST_DAY + (int64_t)c->block_count * BLOCK_DAYS;
    b->blocks = ARENA_ARRAY(b->arena, struct day_block, c->block_count + 1);
    c->blocks = b->blocks;
    for (size_t i = 0; i < c->week_count; i++) {
        int64_t until = i + 1 < c->week_count ? c->weeks[i + 1].first_day : b->table_end_day;
        mark_days(b, c->weeks[i].first_day, until, &c->weeks[i]);
    }
}

static void close_yearly(struct builder *b, struct date date)
{
    for (date.year = CALENDAR_FIRST_YEAR; date.year <= CALENDAR_END_YEAR; date.year++) {
        int64_t day = date_to_days(date);
        if (day >= b->table_end_day) {
            return;
        }
        if (date.month != 2 || date.day <= date_days_in_month(date.year, 2)) {
            mark_days(b, day, day + 1, NULL);
        }
    }
}

static void close_days(struct builder *b)
{
    for (size_t i = 0; i < b->def->closure_count; i++) {
        const struct closure *closure = &b->def->closures[i];
        if (closure->yearly) {
            close_yearly(b, closure->date);
        } else {
            mark_days(b, date_to_days(closure->date), date_to_days(closure->last) + 1, NULL);
        }
    }
    for (size_t i = 0; i < b->imported_count; i++) {
        mark_days(b, b->imported[i].first, b->imported[i].last + 1, NULL);
    }
}

/* -- sums -- */

static void suspect_days(struct builder *b, uint64_t *suspects, int64_t from, int64_t until)
{
    for (int64_t day = from < CALENDAR_FIRST_DAY ? CALENDAR_FIRST_DAY : from;
         day < until && day < b->table_end_day; day++) {
        size_t at = (size_t)(day - CALENDAR_FIRST_DAY);
        suspects[at / BLOCK_DAYS] |= UINT64_C(1) << at % BLOCK_DAYS;
    }
}

/* Days whose open time may be other than their weekday's in the hours at their block's start. */
static uint64_t *find_suspects(struct builder *b)
{
    const struct calendar *c = b->calendar;
    uint64_t *suspects = ARENA_ARRAY(&b->scratch, uint64_t, c->block_count);
    for (size_t i = 1; i < c->week_count; i++) {
        int64_t first = c->weeks[i].first_day;
        int64_t into_block = floor_mod(first - CALENDAR_FIRST_DAY, BLOCK_DAYS);
        if (into_block > 0) {
            suspect_days(b, suspects, first, first + BLOCK_DAYS - into_block);
        }
    }
    int64_t end_us = b->table_end_day * DAY_US;
    int64_t us = zone_next_change(c->zone, (CALENDAR_FIRST_DAY - 2) * DAY_US);
    while (us < end_us + 2 * DAY_US) {
        int64_t before = zone_read(c->zone, us - 1), after = zone_read(c->zone, us);
        int64_t from = before < after ? before : after, until = before < after ? after : before;
        suspect_days(b, suspects, day_of_local(from), day_of_local(until) + 1);
        us = zone_next_change(c->zone, us);
    }
    return suspects;
}

static int64_t real_length_us(const struct calendar *c, int64_t day)
{
    const struct week *week = calendar_week(c, day);
    size_t weekday = calendar_weekday(day);
    int64_t length_us = 0;
    for (size_t i = 0; i < week->opening_count[weekday]; i++) {
        const struct opening *o = &week->openings[weekday][i];
        length_us += opening_ends_us(c, day, o) - opening_starts_us(c, day, o);
    }
    return length_us;
}

/* Looks at a block's suspects: lists the irregular ones and closes days that the clock left out. */
static uint32_t find_irregular(const struct calendar *c, struct day_block *block, int64_t first_day,
                               uint64_t suspects, struct irregular_day *out)
{
    const struct week *week = calendar_week(c, first_day);
    uint32_t count = 0;
    for (uint64_t rest = suspects & block->open; rest != 0; rest &= rest - 1) {
        int bit = __builtin_ctzll(rest);
        int64_t day = first_day + bit;
        int64_t length_us = real_length_us(c, day);
        int64_t extra_us = length_us - week->length_us[calendar_weekday(day)];
        if (length_us == 0) {
            block->open &= ~(UINT64_C(1) << bit);
        } else if (extra_us != 0) {
            out[count++] = (struct irregular_day){day, extra_us};
        }
    }
    return count;
}

static void sum_up(struct builder *b)
{
    struct calendar *c = b->calendar;
    const uint64_t *suspects = find_suspects(b);
    size_t most = 0;
    for (size_t i = 0; i < c->block_count; i++) {
        most += (size_t)count_bits(suspects[i] & b->blocks[i].open);
    }
    struct irregular_day *irregular = ARENA_ARRAY(b->arena, struct irregular_day, most);
    c->irregular = irregular;
    for (size_t i = 0; i < c->block_count; i++) {
        struct day_block *block = &b->blocks[i];
        int64_t first_day = CALENDAR_FIRST_DAY + (int64_t)i * BLOCK_DAYS;
        block[1].irregular = block->irregular + find_irregular(c, block, first_day, suspects[i],
                                                               irregular + block->irregular);
        block[1].days_before = block->days_before + (uint32_t)count_bits(block->open);
        block[1].time_before_us = block->time_before_us + block_time_us(c, block, ~UINT64_C(0));
    }
    c->end_days = calendar_days_before(c, c->end_day);
    c->end_time_us = calendar_time_before_us(c, c->end_day);
    if (c->end_day < CALENDAR_END_DAY) {
        int64_t cycle_ago = c->end_day - CYCLE_DAYS;
        c->cycle_days = c->end_days - calendar_days_before(c, cycle_ago);
        c->cycle_time_us = c->end_time_us - calendar_time_before_us(c, cycle_ago);
    }
}

static enum err import_days(struct builder *b, const struct text *ics, struct err_info *info)
{
    for (size_t i = 0; i < b->def->ics_count; i++) {
        struct day_range *ranges;
        size_t count;
        enum err e = ical_days(&b->scratch, ics[i], b->calendar->zone, &ranges, &count, info);
        if (e != ERR_NONE) {
            return e;
        }
        b->imported = arena_grow(&b->scratch, b->imported, b->imported_count,
                                 b->imported_count + count, sizeof *ranges);
        for (size_t n = 0; n < count; n++) {
            b->imported[b->imported_count++] = ranges[n];
        }
    }
    return ERR_NONE;
}

enum err calendar_compile(struct arena *arena, const struct calendar_def *def, struct zone *zone,
                          const struct text *ics, struct calendar **ret, struct err_info *info)
{
    struct builder b CLEANUP(builder_release) = {.arena = arena, .def = def};
    enum err e;
    if (zone == NULL && (e = zone_load(arena, def->zone, &zone, info)) != ERR_NONE) {
        return e;
    }
    b.calendar = ARENA_NEW(arena, struct calendar);
    b.calendar->zone = zone;
    if ((e = add_weeks(&b, info)) != ERR_NONE || (e = import_days(&b, ics, info)) != ERR_NONE) {
        return e;
    }
    make_blocks(&b);
    close_days(&b);
    sum_up(&b);
    if (b.calendar->end_days == 0) {
        return wrong(info, def, def->span,
                     "it is never open; add a line like `open mon..fri 09:00-17:00`");
    }
    *ret = b.calendar;
    return ERR_NONE;
}
