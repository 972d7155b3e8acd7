#include "base/moment.h"
#include "intake/mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char city[] =
    "# the city's export\n"
    "mapping \"City\"\n"
    "  source \"city\"\n"
    "  zone America/New_York\n"
    "  time \"%m/%d/%Y %I:%M:%S %p\"\n"
    "  key ID\n"
    "  missing \"NULL\", \"-\"\n"
    "\n"
    "values channels\n"
    "  \"Call\", \"Phone\"  \"phone\"\n"
    "  \"App\"  \"app\"\n"
    "  else keep\n"
    "\n"
    "skip when TYPE = \"Test\" \"tests of the city\"\n"
    "\n"
    "touch request.opened\n"
    "  occurred OPENED\n"
    "  thread ID\n"
    "  channel column \"How told\" through channels\n"
    "  attribute type TYPE\n"
    "  attribute target moment DUE\n"
    "  attribute size number SIZE else \"1\"\n"
    "  attribute label \"case \" +\n"
    "    ID\n"
    "\n"
    "touch request.closed when CLOSED is given and not (TYPE in (\"A\", \"B\"))\n"
    "  id ID + \"/end\"\n"
    "  occurred CLOSED at the earliest OPENED \"closed too early\"\n"
    "  thread ID\n"
    "  actor \"staff\"\n";

struct fixture {
    struct arena arena;
    struct mapping *mapping;
    struct mapper *mapper;
    uint64_t notes[MAPPING_NOTES_MAX];
    struct touch touches[MAPPING_TOUCHES_MAX];
    size_t count;
    struct err_info info;
};

static void release(struct fixture *f)
{
    arena_release(&f->arena);
}

static struct mapping *parse_ok(struct arena *arena, const char *source)
{
    struct diagnostics d;
    struct mapping *m = mapping_parse(arena, text_of(source), &d);
    if (d.errors) {
        fail_msg("line %u: %.*s", d.items[0].span.line, TEXT_ARG(d.items[0].message));
    }
    struct text zone_name = mapping_zone(m);
    if (zone_name.len) {
        struct zone *zone;
        assert_int_equal(zone_load(arena, zone_name, &zone, NULL), ERR_NONE);
        mapping_set_zone(m, zone);
    }
    return m;
}

/* Cells are separated by |. */
static struct row row_of(struct arena *arena, const char *cells)
{
    struct text *list = ARENA_ARRAY(arena, struct text, 32);
    size_t count = 0;
    for (const char *p = cells;; p++) {
        const char *end = strchrnul(p, '|');
        list[count++] = (struct text){p, (size_t)(end - p)};
        p = end;
        if (*p == '\0') {
            return (struct row){list, count};
        }
    }
}

static void begin(struct fixture *f, const char *source, const char *header)
{
    *f = (struct fixture){0};
    f->mapping = parse_ok(&f->arena, source);
    assert_int_equal(mapper_new(&f->arena, f->mapping, row_of(&f->arena, header), &f->mapper, NULL),
                     ERR_NONE);
}

static enum err row(struct fixture *f, const char *cells)
{
    f->count = 99;
    return mapper_row(f->mapper, &f->arena, row_of(&f->arena, cells), f->touches, &f->count,
                      f->notes, &f->info);
}

static const char header[] = "ID|OPENED|DUE|CLOSED|TYPE|How told|SIZE";

static void assert_moment(int64_t us, const char *expected)
{
    char words[MOMENT_TEXT_SIZE];
    assert_string_equal(moment_format(us, words), expected);
}

static void one_row_gives_several_touches(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    assert_int_equal(row(&f, "7|01/02/2015 10:17:03 AM|07/16/2015 08:30:00 AM|01/05/2015 12:32:32 "
                             "PM|Sign|Phone|2.5"),
                     ERR_NONE);
    assert_int_equal(f.count, 2);
    const struct touch *t = &f.touches[0];
    assert_true(text_is(t->event, "request.opened") && text_is(t->id, "7/request.opened"));
    assert_true(text_is(t->source, "city") && text_is(t->thread, "7"));
    assert_true(text_is(t->channel, "phone"));
    assert_moment(t->occurred_us, "2015-01-02T15:17:03Z");
    assert_int_equal(t->attribute_count, 4);
    assert_moment(touch_field(t, TEXT("target")).moment_us, "2015-07-16T12:30:00Z");
    assert_true(touch_field(t, TEXT("size")).number == 2.5);
    assert_true(text_is(touch_field(t, TEXT("label")).text, "case 7"));
    t = &f.touches[1];
    assert_true(text_is(t->event, "request.closed") && text_is(t->id, "7/end"));
    assert_int_equal(t->actor, ACTOR_STAFF);
    assert_moment(t->occurred_us, "2015-01-05T17:32:32Z");
}

static void missing_cells_leave_fields_out(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    assert_int_equal(row(&f, "7|01/02/2015 10:17:03 AM|-||NULL|Web|"), ERR_NONE);
    assert_int_equal(f.count, 1);
    assert_true(text_is(f.touches[0].channel, "Web"));
    assert_int_equal(touch_field(&f.touches[0], TEXT("target")).type, VALUE_NONE);
    assert_int_equal(touch_field(&f.touches[0], TEXT("type")).type, VALUE_NONE);
    assert_true(touch_field(&f.touches[0], TEXT("size")).number == 1.0);
}

static void condition_decides_whether_a_touch_comes(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    assert_int_equal(row(&f, "7|01/02/2015 10:17:03 AM||01/05/2015 12:32:32 PM|B|App|"), ERR_NONE);
    assert_int_equal(f.count, 1);
}

static void closing_at_or_before_opening_is_moved_and_counted(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    const struct mapping_note *notes;
    assert_int_equal(mapping_notes(f.mapping, &notes), 2);
    assert_true(text_is(notes[1].reason, "closed too early") && !notes[1].is_skip);
    assert_int_equal(row(&f, "7|01/02/2015 10:00:00 AM||01/02/2015 09:59:59 AM|x|App|"), ERR_NONE);
    assert_int_equal(f.notes[1], 1);
    assert_true(f.touches[1].occurred_us == f.touches[0].occurred_us);
    assert_int_equal(row(&f, "7|01/02/2015 10:00:00 AM||01/02/2015 10:00:00 AM|x|App|"), ERR_NONE);
    assert_int_equal(f.notes[1], 2);
    assert_int_equal(row(&f, "7|01/02/2015 10:00:00 AM||01/02/2015 10:00:01 AM|x|App|"), ERR_NONE);
    assert_int_equal(f.notes[1], 2);
}

static void skipped_rows_are_counted(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    assert_int_equal(row(&f, "7|nonsense||||x|"), ERR_INVALID);
    assert_int_equal(row(&f, "7|nonsense|||Test|x|"), ERR_NONE);
    assert_int_equal(f.count, 0);
    assert_int_equal(f.notes[0], 1);
}

static void unreadable_rows_are_refused_whole_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *cells, *field, *words;
    } cases[] = {
        {"7|02/30/2015 10:00:00 AM||||App|", "occurred", "02/30/2015"},
        {"7|||||App|", "occurred", "missing"},
        {"7|01/02/2015 10:00:00 AM|soon|||App|", "target", "soon"},
        {"7|01/02/2015 10:00:00 AM||||App|many", "size", "many"},
        {"|01/02/2015 10:00:00 AM||||App|", "id", "ID"},
        {"7|01/02/2015 10:00:00 AM||later|x|App|", "occurred", "later"},
        {"7|01/02/2015 10:00:00 AM", "", "2 cells, the header 7"},
    };
    struct fixture f CLEANUP(release);
    begin(&f, city, header);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(row(&f, cases[i].cells), ERR_INVALID);
        assert_string_equal(f.info.field, cases[i].field);
        assert_non_null(strstr(f.info.text, cases[i].words));
        assert_int_equal(f.count, 99);
    }
}

static void events_may_come_from_the_row(void **state)
{
    (void)state;
    static const char source[] = "mapping \"Log\"\n"
                                 "  source \"log\"\n"
                                 "  columns case, what, at-time, by\n"
                                 "values steps\n"
                                 "  \"Confirm it\" \"receipt.confirmed\"\n"
                                 "  \"Verdict\" \"promise.kept\"\n"
                                 "values people\n"
                                 "  \"robot\" \"bot\"\n"
                                 "  else \"staff\"\n"
                                 "touch named what through steps\n"
                                 "  id case + \"-\" + what\n"
                                 "  occurred at-time\n"
                                 "  actor by through people\n";
    struct fixture f CLEANUP(release);
    begin(&f, source, "");
    assert_int_equal(row(&f, "1|Confirm it|2011-10-11T13:45:40+02:00|robot"), ERR_NONE);
    assert_true(text_is(f.touches[0].event, "receipt.confirmed"));
    assert_true(text_is(f.touches[0].id, "1-Confirm it"));
    assert_int_equal(f.touches[0].actor, ACTOR_BOT);
    assert_moment(f.touches[0].occurred_us, "2011-10-11T11:45:40Z");
    assert_int_equal(row(&f, "1|Lose it|2011-10-11T13:45:40+02:00|robot"), ERR_INVALID);
    assert_non_null(strstr(f.info.text, "Lose it"));
    assert_int_equal(row(&f, "1|Verdict|2011-10-11T13:45:40+02:00|robot"), ERR_INVALID);
    assert_string_equal(f.info.field, "event");
}

static void two_touches_with_one_id_are_refused(void **state)
{
    (void)state;
    struct fixture f CLEANUP(release);
    begin(
        &f,
        "mapping \"M\"\n source \"s\"\n key A\ntouch a.b\n occurred T\ntouch a.b when B is given\n"
        " occurred T\n",
        "A|B|T");
    assert_int_equal(row(&f, "1||2015-01-01T00:00:00Z"), ERR_NONE);
    assert_int_equal(row(&f, "1|x|2015-01-01T00:00:00Z"), ERR_INVALID);
    assert_string_equal(f.info.field, "id");
}

static void columns_that_are_not_there_are_named_with_the_nearest(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct mapping *m = parse_ok(&a, city);
    struct mapper *mapper;
    struct err_info info;
    assert_int_equal(
        mapper_new(&a, m, row_of(&a, "ID|OPEND|DUE|CLOSED|TYPE|How told|SIZE"), &mapper, &info),
        ERR_INVALID);
    assert_non_null(strstr(info.text, "did you mean \"OPEND\"?"));
    assert_int_equal(
        mapper_new(&a, m, row_of(&a, "ID|OPENED|ID|DUE|CLOSED|TYPE|How told|SIZE"), &mapper, &info),
        ERR_INVALID);
    assert_non_null(strstr(info.text, "twice"));
}

static void mistakes_are_told_with_place_and_suggestion(void **state)
{
    (void)state;
    static const struct {
        const char *source, *rule;
        uint32_t line, column;
        const char *suggestion;
    } cases[] = {
        {"", "missing-mapping", 1, 1, "mapping"},
        {"maping \"x\"\n", "unknown-block", 1, 1, "mapping"},
        {"mapping \"x\"\n sorce \"s\"\n", "unknown-line", 2, 2, "source"},
        {"mapping \"x\"\n source \"s\"\n source \"t\"\n", "duplicate-line", 3, 2, ""},
        {"mapping \"x\"\n source \"s\n", "unclosed-text", 2, 9, ""},
        {"mapping \"x\"\n source \"s\"\n time \"%Q\"\n", "wrong-time-format", 3, 7, ""},
        {"mapping \"x\"\n source \"s\"\n time \"%Y-%m-%d\"\n", "missing-zone", 1, 1, "zone"},
        {"mapping \"x\"\n source \"s\"\n encoding ebcdic\n", "unknown-encoding", 3, 11, ""},
        {"mapping \"x\"\n source \"s\"\n delimiter \"::\"\n", "wrong-character", 3, 12, ""},
        {"mapping \"x\"\n source \"s\"\n columns a, b, a\n", "duplicate-column", 3, 16, ""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n id A\n", "missing-line", 3, 7, "occurred"},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n occurred A\n", "missing-line", 3, 7, "id"},
        {"mapping \"x\"\n source \"s\"\ntouch a\n id A\n occurred A\n", "wrong-event", 3, 7, ""},
        {"mapping \"x\"\n source \"s\"\ntouch promise.kept\n id A\n occurred A\n", "wrong-event", 3,
         7, ""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n id A\n occurred A\n thraed A\n", "unknown-line",
         6, 2, "thread"},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n id A through vales\n occurred A\n",
         "unknown-values", 4, 15, ""},
        {"mapping \"x\"\n source \"s\"\nvalues values\n \"a\" \"b\"\n \"a\" \"c\"\n",
         "duplicate-value", 3, 8, ""},
        {"mapping \"x\"\n source \"s\"\nvalues v\n else keep\n \"a\" \"b\"\n", "line-after-else", 5,
         2, ""},
        {"mapping \"x\"\n source \"s\"\nskip when A = B\n", "expected-text", 3, 15, ""},
        {"mapping \"x\"\n source \"s\"\nskip when A in \"b\"\n", "expected-bracket", 3, 19, ""},
        {"mapping \"x\"\n source \"s\"\nskip when (A is given\n", "expected-bracket", 3, 22, ""},
        {"mapping \"x\"\n source \"s\"\nskip when A is lost\n", "expected-comparison", 3, 16, ""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b when else is given\n", "expected-column", 3, 16,
         "column \"else\""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n id A\n occurred A B\n", "unexpected-word", 5,
         13, ""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n attribute a.b A\n", "wrong-attribute", 4, 12,
         ""},
        {"mapping \"x\"\n source \"s\"\ntouch a.b\n attribute thread A\n", "wrong-attribute", 4, 12,
         ""},
        {"mapping \"x\"\n source \"s\"\n columns a\ntouch a.b\n id b\n occurred a\n",
         "unknown-column", 1, 1, ""},
        {"mapping \"x\"\n source \"s\" ;\n", "unknown-sign", 2, 13, ""},
        {"mapping \"x\"\n \tsource \"s\"\n", "mixed-indentation", 2, 1, ""},
        {" source \"s\"\n", "unexpected-line", 1, 2, ""},
        {"mapping \"x\"\n source \"s\"\n", "no-touch", 1, 1, "touch"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena a CLEANUP(arena_release) = {0};
        struct diagnostics d;
        mapping_parse(&a, text_of(cases[i].source), &d);
        const struct diagnostic *found = NULL;
        for (size_t j = 0; j < d.count && !found; j++) {
            found = strcmp(d.items[j].rule, cases[i].rule) == 0 ? &d.items[j] : NULL;
        }
        if (!found || found->span.line != cases[i].line || found->span.column != cases[i].column ||
            !text_contains(found->suggestion, text_of(cases[i].suggestion))) {
            for (size_t j = 0; j < d.count; j++) {
                print_message("%u:%u %s: %.*s\n", d.items[j].span.line, d.items[j].span.column,
                              d.items[j].rule, TEXT_ARG(d.items[j].message));
            }
            fail_msg("case %zu wants %s at %u:%u", i, cases[i].rule, cases[i].line,
                     cases[i].column);
        }
    }
}

static void several_mistakes_are_all_told(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct diagnostics d;
    mapping_parse(
        &a, TEXT("mapping \"x\"\n  sorce \"s\"\n  zone 5,\ntouch a.b\n  ocurred A\n  id A\n"), &d);
    assert_int_equal(d.errors, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_row_gives_several_touches),
        cmocka_unit_test(missing_cells_leave_fields_out),
        cmocka_unit_test(condition_decides_whether_a_touch_comes),
        cmocka_unit_test(closing_at_or_before_opening_is_moved_and_counted),
        cmocka_unit_test(skipped_rows_are_counted),
        cmocka_unit_test(unreadable_rows_are_refused_whole_with_the_reason),
        cmocka_unit_test(events_may_come_from_the_row),
        cmocka_unit_test(two_touches_with_one_id_are_refused),
        cmocka_unit_test(columns_that_are_not_there_are_named_with_the_nearest),
        cmocka_unit_test(mistakes_are_told_with_place_and_suggestion),
        cmocka_unit_test(several_mistakes_are_all_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
