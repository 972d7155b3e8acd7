/* 29,701 requests to a city with the due times that it gave: ours must agree as often as an
 * independent program found. Rules: one limit a file; working days by the city's calendar, days by
 * the clock. */
#include "engine/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
// cmocka wants those first
#include <cmocka.h>

enum { SKIPPED = 77, LINE_MAX_BYTES = 8192 };

static const char *folder;

static struct closure closed_on(const char *date)
{
    struct closure c = {0};
    assert_true(date_parse(text_of(date), &c.date));
    c.last = c.date;
    return c;
}

static struct calendar *city_calendar(struct arena *a)
{
    static const char *const holidays[] = {"2015-01-01", "2015-01-19", "2015-02-16", "2015-04-20",
                                           "2015-05-25", "2015-07-03", "2015-09-07", "2015-10-12",
                                           "2015-11-11", "2015-11-26", "2015-12-25", "2016-01-01",
                                           "2016-01-18", "2016-02-15", "2016-04-18"};
    enum { COUNT = sizeof holidays / sizeof *holidays };
    struct closure *closures = ARENA_ARRAY(a, struct closure, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        closures[i] = closed_on(holidays[i]);
    }
    struct spell *office = ARENA_NEW(a, struct spell);
    *office = (struct spell){.days = 0x1f, .from_s = 30600, .until_s = 61200};
    struct calendar_def def = {.name = TEXT("office"),
                               .zone = TEXT("America/New_York"),
                               .spells = office,
                               .spell_count = 1,
                               .closures = closures,
                               .closure_count = COUNT};
    struct calendar *c = NULL;
    struct err_info info = {0};
    if (calendar_compile(a, &def, NULL, NULL, &c, &info) != ERR_NONE) {
        fail_msg("%s", info.text);
    }
    return c;
}

/* "01/31/2015 11:12:50 AM" on the city's clock; MOMENT_NEVER when blank. */
static int64_t city_time(const struct zone *zone, const char *text)
{
    char clock[32];
    int64_t local;
    if (*text == '\0') {
        return MOMENT_NEVER;
    }
    assert_int_equal(strlen(text), strlen("01/31/2015 11:12:50 AM"));
    snprintf(clock, sizeof clock, "%.4s-%.2s-%.2sT%.8sZ", text + 6, text, text + 3, text + 11);
    assert_true(moment_parse(text_of(clock), &local));
    bool twelve = strncmp(text + 11, "12", 2) == 0, afternoon = text[20] == 'P';
    local += (afternoon ? 12 * HOUR_US : 0) - (twelve ? 12 * HOUR_US : 0);
    return zone_to_utc(zone, local);
}

struct agreement {
    int due_given, due_near, verdicts, verdicts_same, kept, broken, open;
};

enum { OPENED, TARGET, CLOSED, VERDICT, FIELDS };

static void count_row(struct agreement *n, const struct clock *clock, struct duration limit,
                      char *const field[FIELDS])
{
    int64_t opened = city_time(clock->zone, field[OPENED]);
    int64_t target = city_time(clock->zone, field[TARGET]);
    int64_t closed = city_time(clock->zone, field[CLOSED]);
    int64_t due = duration_after(clock, limit, opened);
    n->open += closed == MOMENT_NEVER;
    n->kept += closed != MOMENT_NEVER && closed <= due;
    n->broken += closed != MOMENT_NEVER && closed > due;
    if (closed != MOMENT_NEVER) {
        n->verdicts++;
        n->verdicts_same += (closed <= due) == (strcmp(field[VERDICT], "ONTIME") == 0);
    }
    if (target != MOMENT_NEVER) {
        n->due_given++;
        n->due_near += llabs(target - due) <= 90 * SECOND_US;
    }
}

static struct agreement compare(const struct clock *clock, const char *name, struct duration limit)
{
    struct agreement n = {0};
    char path[4096], line[LINE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f)); /* titles */
    while (fgets(line, sizeof line, f) != NULL) {
        char *rest = line, *field[FIELDS];
        (void)strsep(&rest, ",");
        for (int i = 0; i < FIELDS; i++) {
            field[i] = strsep(&rest, ",");
            assert_non_null(field[i]);
        }
        count_row(&n, clock, limit, field);
    }
    fclose(f);
    return n;
}

struct expected {
    const char *name;
    enum unit unit;
    int64_t count;
    int due_given, due_per_mille, verdict_per_mille, kept, broken, open;
};

static const struct expected table[] = {
    {"sign-repair", UNIT_WORKING_DAY, 10, 4815, 952, 996, 3814, 777, 234},
    {"street-light-outages", UNIT_WORKING_DAY, 10, 7954, 931, 995, 5141, 1627, 1188},
    {"rodent-activity", UNIT_DAY, 30, 2171, 1000, 1000, 1322, 422, 427},
    {"pick-up-dead-animal", UNIT_WORKING_DAY, 1, 2247, 993, 999, 2123, 74, 50},
    {"general-comments-for-a-program-or-policy", UNIT_WORKING_DAY, 10, 4840, 973, 999, 2081, 411,
     2348},
    {"traffic-signal-repair", UNIT_DAY, 180, 2096, 784, 952, 1986, 12, 98},
    {"request-for-recycling-cart", UNIT_WORKING_DAY, 15, 2971, 768, 928, 1869, 1101, 1},
    {"unsatisfactory-living-conditions", UNIT_DAY, 120, 2595, 1000, 1000, 944, 19, 1632},
};

static int per_mille(int part, int whole)
{
    return whole == 0 ? 0 : (part * 2000 + whole) / (2 * whole); /* rounded */
}

static void due_times_and_verdicts_agree_with_the_city(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar *office = city_calendar(&a);
    struct zone *zone = NULL;
    assert_int_equal(zone_load(&a, TEXT("America/New_York"), &zone, NULL), ERR_NONE);
    struct clock clock = {zone, &office};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct expected *e = &table[i];
        struct duration limit = {
            .unit = e->unit, .count = e->count, .calendar = e->unit == UNIT_WORKING_DAY ? 0 : -1};
        struct agreement n = compare(&clock, e->name, limit);
        int near = per_mille(n.due_near, n.due_given);
        int same = per_mille(n.verdicts_same, n.verdicts);
        print_message("%-42s %5d due, %5.1f %% near, %5.1f %% same verdict, %d / %d / %d\n",
                      e->name, n.due_given, near / 10.0, same / 10.0, n.kept, n.broken, n.open);
        assert_int_equal(n.due_given, e->due_given);
        assert_int_equal(near, e->due_per_mille);
        assert_int_equal(same, e->verdict_per_mille);
        assert_int_equal(n.kept, e->kept);
        assert_int_equal(n.broken, e->broken);
        assert_int_equal(n.open, e->open);
    }
}

int main(int count, char **arguments)
{
    struct stat found;
    folder = count > 1 ? arguments[1] : "";
    if (stat(folder, &found) != 0) {
        printf("skipped: no shared data\n");
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_times_and_verdicts_agree_with_the_city),
    };
    return cmocka_run_group_tests_name("city due times", tests, NULL, NULL);
}
