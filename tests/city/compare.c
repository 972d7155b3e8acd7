/* Holds a ledger of `troth replay` against the city's own records of the same requests, and prints
 * one row of a table: due times given, within 90 s of the city's, verdict agrees, kept / broken /
 * open. Kept and broken count closed requests only, for which the city has a verdict too.
 *
 *   city_compare NAME PROMISE RECORDS LEDGER WANTED
 *
 * Ends with 1 where the figures are not the wanted ones. Due times of promises named …-by-named-day
 * are the city's own and agree by themselves: a line below the row says how many they are. */
#include <assert.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/moment.h"
#include "engine/zone.h"
#include "intake/time_format.h"

enum { COLUMNS_MAX = 64, TOLERANCE_S = 90 };

struct line {
    struct text cells[COLUMNS_MAX];
    size_t count;
};

struct sheet {
    struct arena arena;
    struct line *lines; /* the first is the header */
    size_t count, room;
    struct line *now;
};

static void sheet_release(struct sheet *s)
{
    arena_release(&s->arena);
}

static void sheet_cell(void *cell, size_t length, void *context)
{
    struct sheet *s = context;
    if (s->now == NULL) {
        if (s->count == s->room) {
            size_t room = s->room == 0 ? 1024 : s->room * 2;
            s->lines = arena_grow(&s->arena, s->lines, s->count, room, sizeof(struct line));
            s->room = room;
        }
        s->now = &s->lines[s->count++];
    }
    assert(s->now->count < COLUMNS_MAX);
    s->now->cells[s->now->count++] =
        arena_text(&s->arena, (struct text){length > 0 ? cell : "", length});
}

static void sheet_end(int last, void *context)
{
    (void)last;
    ((struct sheet *)context)->now = NULL;
}

static void sheet_read(struct sheet *s, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    struct csv_parser parser;
    if (csv_init(&parser, 0) != 0)
        abort();
    char bytes[1 << 16];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        csv_parse(&parser, bytes, got, sheet_cell, sheet_end, s);
    csv_fini(&parser, sheet_cell, sheet_end, s);
    csv_free(&parser);
    fclose(file);
    if (s->count == 0) {
        fprintf(stderr, "%s is empty\n", path);
        exit(2);
    }
}

static size_t sheet_column(const struct sheet *s, const char *name)
{
    for (size_t i = 0; i < s->lines[0].count; i++)
        if (text_is(s->lines[0].cells[i], name))
            return i;
    fprintf(stderr, "there is no column %s\n", name);
    exit(2);
}

/* "01/31/2015 02:05:00 PM", local; MOMENT_NEVER when blank. */
static int64_t city_time(const struct zone *zone, struct text t)
{
    if (t.len == 0)
        return MOMENT_NEVER;
    int64_t local_us;
    if (!time_format_read(TEXT("%m/%d/%Y %I:%M:%S %p"), t, &local_us)) {
        fprintf(stderr, "not a time: %s\n", t.ptr);
        exit(2);
    }
    return zone_to_utc(zone, local_us);
}

static int line_by_key(const void *a, const void *b, void *column)
{
    size_t key = *(const size_t *)column;
    return text_compare(((const struct line *)a)->cells[key], ((const struct line *)b)->cells[key]);
}

/* The ledger's line of a request; sorted by key. */
static const struct line *ledger_find(const struct sheet *ledger, size_t key, struct text id)
{
    size_t low = 1, high = ledger->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(ledger->lines[middle].cells[key], id);
        if (order == 0)
            return &ledger->lines[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct tally {
    unsigned given, near, named, near_unnamed, closed, agree, kept, broken, open;
};

static bool is_named_day(struct text promise)
{
    return text_contains(promise, TEXT("-by-named-day"));
}

/* Prints the row; false when it is not the wanted one. */
static bool tally_print(const struct tally *t, const char *name, const char *promise,
                        const char *wanted)
{
    char figures[128];
    snprintf(figures, sizeof figures, "%u | %.1f %% | %.1f %% | %u / %u / %u", t->given,
             100.0 * t->near / t->given, 100.0 * t->agree / t->closed, t->kept, t->broken, t->open);
    bool same = strcmp(figures, wanted) == 0;
    printf("  %-40s | %-15s | %-43s | %-43s | %s\n", name, promise, figures, wanted,
           same ? "equal" : "DIFFERS");
    if (t->named > 0) {
        printf("    %u of these due times were named by the city one by one and agree by "
               "themselves; of the "
               "other %u, %.1f %% agree;\n    by the rules alone, %.1f %% of all\n",
               t->named, t->given - t->named, 100.0 * t->near_unnamed / (t->given - t->named),
               100.0 * t->near_unnamed / t->given);
    }
    return same;
}

static void compare(const struct sheet *records, struct sheet *ledger, const struct zone *zone,
                    struct tally *t)
{
    size_t id = sheet_column(records, "CASE_ENQUIRY_ID"),
           target = sheet_column(records, "TARGET_DT"), closed = sheet_column(records, "CLOSED_DT"),
           verdict = sheet_column(records, "OnTime_Status"),
           promise = sheet_column(ledger, "promise"), key = sheet_column(ledger, "key"),
           due = sheet_column(ledger, "due"), state = sheet_column(ledger, "state");
    qsort_r(ledger->lines + 1, ledger->count - 1, sizeof(struct line), line_by_key, &key);
    for (size_t i = 1; i < records->count; i++) {
        const struct line *record = &records->lines[i];
        const struct line *entry = ledger_find(ledger, key, record->cells[id]);
        if (entry == NULL) {
            fprintf(stderr, "the ledger lacks request %s\n", record->cells[id].ptr);
            exit(1);
        }
        int64_t theirs = city_time(zone, record->cells[target]), ours;
        if (theirs != MOMENT_NEVER) {
            bool named = is_named_day(entry->cells[promise]);
            bool near = moment_parse(entry->cells[due], &ours) &&
                        llabs(ours - theirs) <= TOLERANCE_S * SECOND_US;
            t->given++;
            t->near += near;
            t->named += named;
            t->near_unnamed += near && !named;
        }
        if (record->cells[closed].len == 0) {
            t->open++;
            continue;
        }
        bool kept = text_is(entry->cells[state], "kept");
        t->closed++;
        t->kept += kept;
        t->broken += text_is(entry->cells[state], "broken");
        t->agree += kept == text_is(record->cells[verdict], "ONTIME");
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "city_compare NAME PROMISE RECORDS LEDGER WANTED\n");
        return 2;
    }
    struct sheet records CLEANUP(sheet_release) = {0}, ledger CLEANUP(sheet_release) = {0};
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    struct err_info info;
    if (zone_load(&arena, TEXT("America/New_York"), &zone, &info) != ERR_NONE) {
        fprintf(stderr, "%s\n", info.text);
        return 2;
    }
    sheet_read(&records, argv[3]);
    sheet_read(&ledger, argv[4]);
    struct tally t = {0};
    compare(&records, &ledger, zone, &t);
    return tally_print(&t, argv[1], argv[2], argv[5]) ? 0 : 1;
}
