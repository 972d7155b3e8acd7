#include "engine/zone_table.h"

#include "engine/zone_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_SIZE = 44, TYPE_SIZE = 6, ZONE_NAME_MAX = 128 };
enum { RULE_CHANGES_MAX = 1 + 2 * 405 }; /* two a year, some more than 400 years */

/* Listed changes outside these years (zic marks the Big Bang by one) are moved to the edge. */
static const int64_t earliest_s = INT64_C(-62135596800); /* year 1 */
static const int64_t latest_s = INT64_C(253402300800);   /* year 10000 */
static const int32_t latest_year = 10000;

struct header {
    char version; /* NUL, '2', '3', … */
    size_t utc_marks, standard_marks, leaps, times, types, chars;
};

/* One block of data: version 1 has times of four bytes, the second block of eight. */
struct block {
    struct header header;
    const unsigned char *times, *time_types, *types, *chars;
    size_t time_size;
};

/* The table while it grows; sized beforehand. */
struct growing {
    struct stretch *stretches;
    uint16_t *types;
    size_t count;
    const struct zone_type *zone_types;
};

static uint32_t big_endian_32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big_endian_signed(const unsigned char *p, size_t size)
{
    if (size == 4) {
        return (int32_t)big_endian_32(p);
    }
    return (int64_t)((uint64_t)big_endian_32(p) << 32 | big_endian_32(p + 4));
}

static bool read_header(struct text t, size_t at, struct header *ret)
{
    if (t.len < at || t.len - at < HEADER_SIZE || memcmp(t.ptr + at, "TZif", 4) != 0) {
        return false;
    }
    const unsigned char *p = (const unsigned char *)t.ptr + at;
    *ret = (struct header){
        .version = (char)p[4],
        .utc_marks = big_endian_32(p + 20),
        .standard_marks = big_endian_32(p + 24),
        .leaps = big_endian_32(p + 28),
        .times = big_endian_32(p + 32),
        .types = big_endian_32(p + 36),
        .chars = big_endian_32(p + 40),
    };
    return true;
}

static size_t block_size(const struct header *h, size_t time_size)
{
    return h->times * (time_size + 1) + h->types * TYPE_SIZE + h->chars +
           h->leaps * (time_size + 4) + h->standard_marks + h->utc_marks;
}

/* The block that counts, and what follows it (the footer of version 2 and later). */
static bool read_block(struct text t, struct block *ret, struct text *ret_rest)
{
    struct block b = {.time_size = 4};
    size_t at = 0;
    if (!read_header(t, 0, &b.header)) {
        return false;
    }
    if (b.header.version >= '2') {
        at = HEADER_SIZE + block_size(&b.header, 4);
        b.time_size = 8;
        if (!read_header(t, at, &b.header)) {
            return false;
        }
    }
    at += HEADER_SIZE;
    size_t size = block_size(&b.header, b.time_size);
    if (t.len - at < size) {
        return false;
    }
    b.times = (const unsigned char *)t.ptr + at;
    b.time_types = b.times + b.header.times * b.time_size;
    b.types = b.time_types + b.header.times;
    b.chars = b.types + b.header.types * TYPE_SIZE;
    *ret = b;
    *ret_rest = (struct text){t.ptr + at + size, t.len - at - size};
    return true;
}

static bool counts_are_sound(const struct header *h)
{
    return h->types >= 1 && h->types <= 256 && h->chars >= 1 &&
           (h->utc_marks == 0 || h->utc_marks == h->types) &&
           (h->standard_marks == 0 || h->standard_marks == h->types);
}

/* Room for two types more, those of the footer. */
static bool read_types(struct arena *arena, const struct block *b, struct zone_type **ret)
{
    struct zone_type *types = ARENA_ARRAY(arena, struct zone_type, b->header.types + 2);
    struct text chars = arena_text(arena, (struct text){(const char *)b->chars, b->header.chars});
    for (size_t i = 0; i < b->header.types; i++) {
        const unsigned char *p = b->types + i * TYPE_SIZE;
        int32_t offset_s = (int32_t)big_endian_32(p);
        if (offset_s < -ZONE_OFFSET_MAX_S || offset_s > ZONE_OFFSET_MAX_S || p[4] > 1 ||
            p[5] >= chars.len || memchr(chars.ptr + p[5], 0, chars.len - p[5]) == NULL) {
            return false;
        }
        types[i] = (struct zone_type){offset_s, chars.ptr + p[5]};
    }
    *ret = types;
    return true;
}

static void grow(struct growing *g, int64_t start_us, uint16_t type)
{
    if (g->count > 0 && start_us <= g->stretches[g->count - 1].start_us) {
        g->count--; /* a stretch of no length: the later one counts */
    }
    g->stretches[g->count] = (struct stretch){
        .start_us = g->count == 0 ? MOMENT_BEFORE_ALL : start_us,
        .offset_us = g->zone_types[type].offset_s * SECOND_US,
    };
    g->types[g->count++] = type;
}

static bool add_listed_changes(struct growing *g, const struct block *b, int64_t *ret_last_s)
{
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < b->header.times; i++) {
        int64_t at = big_endian_signed(b->times + i * b->time_size, b->time_size);
        if (b->time_types[i] >= b->header.types || (i > 0 && at <= before)) {
            return false;
        }
        before = at;
        int64_t kept = at < earliest_s ? earliest_s : at;
        if (kept < latest_s) {
            grow(g, kept * SECOND_US, b->time_types[i]);
            *ret_last_s = kept;
        }
    }
    return true;
}

/* Changes by the rule, after the last listed one, in years first to last. Two a year, in order but
 * for ties at the turn of the year. */
static void add_rule_changes(struct growing *g, const struct zone_rule *r, uint16_t standard,
                             int32_t first, int32_t last, int64_t after_s)
{
    for (int32_t year = first; year <= last; year++) {
        int64_t daylight_s, standard_s;
        zone_rule_year(r, year, &daylight_s, &standard_s);
        bool north = daylight_s < standard_s;
        int64_t at[2] = {north ? daylight_s : standard_s, north ? standard_s : daylight_s};
        for (int i = 0; i < 2; i++) {
            if (at[i] > after_s) {
                grow(g, at[i] * SECOND_US, (i == 0) == north ? standard + 1 : standard);
                after_s = at[i] - 1; /* a tie replaces, nothing goes back */
            }
        }
    }
}

static int32_t year_of(int64_t s)
{
    return date_of_days(floor_div(s, 86400)).year;
}

static void add_rule(struct zone *z, struct growing *g, const struct zone_rule *r,
                     uint16_t standard, bool any_listed, int64_t last_s)
{
    int32_t last_year = any_listed ? year_of(last_s) : 0;
    z->repeats_from_year = last_year + 1;
    if (!r->has_daylight) {
        if (!any_listed) {
            g->count = 0;
            grow(g, MOMENT_BEFORE_ALL, standard);
        }
        return;
    }
    z->repeats_from_year = last_year + 2;
    int32_t cycle_year = z->repeats_from_year + 400;
    if (cycle_year < latest_year) {
        z->repeats_from_us = date_to_days((struct date){cycle_year, 1, 1}) * DAY_US;
    }
    int32_t until = cycle_year < latest_year ? cycle_year + 1 : latest_year;
    add_rule_changes(g, r, standard, last_year > 1 ? last_year : 1, until,
                     any_listed ? last_s : INT64_MIN);
}

/* "\nTZ STRING\n"; the string may be empty: then there is no rule. */
static bool read_footer(struct text rest, struct zone_rule *ret, bool *ret_given)
{
    if (rest.len < 2 || rest.ptr[0] != '\n') {
        return false;
    }
    const char *end = memchr(rest.ptr + 1, '\n', rest.len - 1);
    if (end == NULL) {
        return false;
    }
    struct text footer = {rest.ptr + 1, (size_t)(end - rest.ptr - 1)};
    *ret_given = footer.len > 0;
    return footer.len == 0 || zone_rule_parse(footer, ret);
}

/* Ends of the stretches, and the index over them. */
static void finish(struct arena *arena, struct zone *z, const struct growing *g)
{
    int64_t furthest = MOMENT_BEFORE_ALL;
    for (size_t i = 0; i < g->count; i++) {
        struct stretch *s = &g->stretches[i];
        bool is_last = i + 1 == g->count;
        s->end_us = is_last ? MOMENT_NEVER : g->stretches[i + 1].start_us;
        int64_t local_end_us = is_last ? MOMENT_NEVER : s->end_us + s->offset_us;
        furthest = local_end_us > furthest ? local_end_us : furthest;
        s->local_end_us = furthest;
    }
    z->stretches = g->stretches;
    z->stretch_types = g->types;
    z->stretch_count = g->count;
    z->index_base_us = g->count > 1 ? g->stretches[1].start_us : 0;
    int64_t span_us = g->count > 1 ? g->stretches[g->count - 1].start_us - z->index_base_us : 0;
    z->index_count = ((size_t)span_us >> ZONE_BUCKET_BITS) + 2;
    uint32_t *index = ARENA_ARRAY(arena, uint32_t, z->index_count);
    uint32_t at = 0;
    for (size_t i = 0; i < z->index_count; i++) {
        int64_t start_us = z->index_base_us + ((int64_t)i << ZONE_BUCKET_BITS);
        while (start_us >= g->stretches[at].end_us) {
            at++;
        }
        index[i] = at;
    }
    z->index = index;
}

static enum err malformed(struct err_info *info, struct text name, const char *why)
{
    return err_set(
        info, ERR_INVALID,
        "the time zone data of \"%.*s\" cannot be read: %s; reinstall the tzdata package",
        TEXT_ARG(name), why);
}

/* The stretches: those listed, then those of the rule. */
static bool make_table(struct arena *arena, struct zone *z, const struct block *b,
                       const struct zone_rule *rule, struct zone_type *types)
{
    size_t most = b->header.times + RULE_CHANGES_MAX;
    struct growing g = {ARENA_ARRAY(arena, struct stretch, most),
                        ARENA_ARRAY(arena, uint16_t, most), 0, types};
    int64_t last_s = earliest_s;
    grow(&g, MOMENT_BEFORE_ALL, 0);
    if (!add_listed_changes(&g, b, &last_s)) {
        return false;
    }
    z->repeats_from_us = MOMENT_NEVER;
    z->repeats_from_year = b->header.times > 0 ? year_of(last_s) + 1 : 1;
    if (rule != NULL) {
        uint16_t standard = (uint16_t)b->header.types;
        types[standard] =
            (struct zone_type){rule->standard_s, arena_text(arena, rule->standard_name).ptr};
        types[standard + 1] =
            (struct zone_type){rule->daylight_s, arena_text(arena, rule->daylight_name).ptr};
        add_rule(z, &g, rule, standard, b->header.times > 0, last_s);
    }
    z->types = types;
    finish(arena, z, &g);
    return true;
}

enum err zone_parse(struct arena *arena, struct text name, struct text tzif, struct zone **ret,
                    struct err_info *info)
{
    struct block b;
    struct text rest;
    if (tzif.len > ZONE_BYTES_MAX) {
        return err_set(info, ERR_LIMIT, "the time zone data of \"%.*s\" is over %d bytes",
                       TEXT_ARG(name), ZONE_BYTES_MAX);
    }
    struct zone *z = ARENA_NEW(arena, struct zone);
    z->name = arena_text(arena, name);
    z->bytes = arena_text(arena, tzif);
    if (!read_block(z->bytes, &b, &rest) || !counts_are_sound(&b.header)) {
        return malformed(info, name, "its header is wrong or it is cut short");
    }
    if (b.header.leaps > 0) {
        return malformed(info, name, "it counts leap seconds (take the zone without \"right/\")");
    }
    struct zone_rule rule = {0};
    bool has_rule = false;
    if (b.time_size == 8 && !read_footer(rest, &rule, &has_rule)) {
        return malformed(info, name, "its last line is not a rule");
    }
    struct zone_type *types;
    if (!read_types(arena, &b, &types)) {
        return malformed(info, name, "an offset is wrong");
    }
    if (!make_table(arena, z, &b, has_rule ? &rule : NULL, types)) {
        return malformed(info, name, "its changes are out of order");
    }
    *ret = z;
    return ERR_NONE;
}

/* IANA names only, so that no name leaves the folder. */
static bool name_is_sound(struct text name)
{
    if (name.len == 0 || name.len > ZONE_NAME_MAX || name.ptr[0] == '/' ||
        text_contains(name, TEXT(".."))) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '+' && c != '/') {
            return false;
        }
    }
    return true;
}

static void close_file(FILE **f)
{
    if (*f != NULL) {
        fclose(*f);
    }
}

enum err zone_load(struct arena *arena, struct text name, struct zone **ret, struct err_info *info)
{
    char path[4096];
    const char *folder = getenv("TZDIR");
    int length = snprintf(path, sizeof path, "%s/%.*s",
                          folder != NULL && *folder != '\0' ? folder : "/usr/share/zoneinfo",
                          TEXT_ARG(name));
    FILE *f CLEANUP(close_file) = NULL;
    if (name_is_sound(name) && length < (int)sizeof path) {
        f = fopen(path, "re");
    }
    struct buf bytes CLEANUP(buf_release) = {0};
    buf_reserve(&bytes, 1 << 13);
    char chunk[1 << 13];
    size_t got;
    while (f != NULL && bytes.len <= ZONE_BYTES_MAX &&
           (got = fread(chunk, 1, sizeof chunk, f)) > 0) {
        buf_add(&bytes, chunk, got);
    }
    if (f == NULL || bytes.len == 0) {
        return err_set(info, ERR_NOT_FOUND,
                       "there is no time zone \"%.*s\"; use an IANA name such as Europe/London",
                       TEXT_ARG(name));
    }
    return zone_parse(arena, name, buf_text(&bytes), ret, info);
}

struct text zone_name(const struct zone *z)
{
    return z->name;
}

struct text zone_bytes(const struct zone *z)
{
    return z->bytes;
}

int64_t zone_to_local(const struct zone *z, int64_t utc_us)
{
    return zone_read(z, utc_us);
}

int64_t zone_to_utc(const struct zone *z, int64_t local_us)
{
    return zone_write(z, local_us);
}

int32_t zone_offset(const struct zone *z, int64_t utc_us, const char **ret_abbreviation)
{
    size_t at = 0;
    if (zone_covers(utc_us)) {
        at = (size_t)(zone_stretch(z, utc_us - zone_cycles_us(z, utc_us)) - z->stretches);
    } else if (utc_us > 0) {
        at = z->stretch_count - 1;
    }
    const struct zone_type *type = &z->types[z->stretch_types[at]];
    if (ret_abbreviation != NULL) {
        *ret_abbreviation = type->abbreviation;
    }
    return type->offset_s;
}
