/* The whole Code of the language's description, read into the expected structure. */
#include "lang/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static struct code *code;

static struct text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fail_msg("cannot open %s", path);
    }
    char *bytes = arena_alloc(&arena, CODE_BYTES_MAX);
    size_t len = fread(bytes, 1, CODE_BYTES_MAX, file);
    fclose(file);
    return (struct text){bytes, len};
}

static struct code *parse(struct text source)
{
    struct diagnostics d;
    struct code *parsed = code_parse(&arena, source, &d);
    if (d.errors) {
        struct buf out CLEANUP(buf_release) = {0};
        diagnostics_print(&d, TEXT("code"), source, &out);
        fail_msg("%s", out.ptr);
    }
    return parsed;
}

static int set_up(void **state)
{
    (void)state;
    code = parse(read_file("tests/golden/codes/harbour-city.troth"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const struct promise *promise(const char *name)
{
    for (size_t i = 0; i < code->promise_count; i++) {
        if (text_is(code->promises[i].name, name)) {
            return &code->promises[i];
        }
    }
    fail_msg("no promise %s", name);
    return NULL;
}

static void assert_text(struct text t, const char *expected)
{
    assert_int_equal(t.len, text_of(expected).len);
    assert_memory_equal(t.ptr, expected, t.len);
}

static void assert_duration(struct duration d, enum unit unit, int64_t count, int calendar,
                            const char *words)
{
    assert_int_equal(d.unit, unit);
    assert_int_equal(d.count, count);
    assert_int_equal(d.calendar, calendar);
    assert_text(d.words, words);
}

static void the_code_block_is_read(void **state)
{
    (void)state;
    assert_text(code->title, "Harbour City services");
    assert_text(code->owner, "Office of Customer Experience");
    assert_text(code->contact, "code@harbour.example");
    assert_text(code->scope, "Everyone who asks the city for a service");
    assert_text(code->zone, "America/New_York");
    assert_int_equal(code->zone_span.line, 5);
    assert_int_equal(code->zone_span.column, 12);
    assert_int_equal(code->channel_count, 4);
    assert_text(code->channels[2], "whatsapp");
    assert_true(code->applies.has_from);
    assert_false(code->applies.has_until);
    assert_int_equal(code->applies.from.year, 2015);
    assert_true(code->has_review);
    assert_duration(code->review, UNIT_MONTH, 6, -1, "6 months");
    assert_int_equal(code->span.line, 1);
}

static void calendars_groups_and_principles_are_read(void **state)
{
    (void)state;
    assert_int_equal(code->calendar_count, 1);
    const struct calendar_def *office = &code->calendars[0];
    assert_text(office->name, "office");
    assert_text(office->zone, "America/New_York");
    assert_false(office->always);
    assert_int_equal(office->spell_count, 1);
    assert_int_equal(office->spells[0].days, 0x1f);
    assert_int_equal(office->spells[0].from_s, 8 * 3600 + 1800);
    assert_int_equal(office->spells[0].until_s, 17 * 3600);
    assert_int_equal(office->closure_count, 2);
    assert_false(office->closures[0].yearly);
    assert_int_equal(office->closures[0].last.day, 19);
    assert_text(office->closures[0].reason, "Martin Luther King Day");
    assert_true(office->closures[1].yearly);
    assert_int_equal(office->closures[1].date.month, 12);
    assert_int_equal(office->closures[1].date.year, 0);
    assert_int_equal(code->group_count, 1);
    assert_int_equal(code->groups[0].member_count, 3);
    assert_int_equal(code->principle_count, 2);
    assert_text(code->principles[1].name, "respect");
    assert_text(code->principles[1].title, "We treat you as a person");
    assert_text(code->principles[0].words,
                "When we name a date, we keep it, and we tell you early if we cannot.");
}

static void tables_are_read(void **state)
{
    (void)state;
    assert_int_equal(code->table_count, 1);
    const struct table *t = &code->tables[0];
    assert_text(t->name, "first-answer");
    assert_text(t->attribute, "priority");
    assert_int_equal(t->by, TABLE_BY_TEXT);
    assert_int_equal(t->gives, TABLE_DURATIONS);
    assert_int_equal(t->row_count, 3);
    assert_text(t->rows[0].text, "urgent");
    assert_duration(t->rows[0].duration, UNIT_ELAPSED, HOUR_US, -1, "1 hour");
    assert_duration(t->rows[1].duration, UNIT_WORKING_TIME, 4 * HOUR_US, 0,
                    "4 working hours of office");
    assert_false(t->rows[1].is_else);
    assert_true(t->rows[2].is_else);
    assert_duration(t->rows[2].duration, UNIT_WORKING_DAY, 1, 0, "1 working day of office");
}

static void a_duty_within_a_limit_is_read(void **state)
{
    (void)state;
    const struct promise *p = promise("sign-repair");
    assert_int_equal(p->principle, 0);
    assert_text(p->words, "We repair a damaged sign within 10 working days.");
    assert_text(p->on->name, "request.opened");
    assert_int_equal(p->on->where->kind, COND_COMPARE);
    assert_text(p->on->where->field, "type");
    assert_int_equal(p->on->where->op, COMPARE_EQ);
    assert_int_equal(p->on->where->operand.kind, OPERAND_VALUE);
    assert_text(p->on->where->operand.value.text, "Sign Repair");
    assert_int_equal(p->key.kind, KEY_THREAD);
    assert_int_equal(p->duty.kind, DUTY_WITHIN);
    assert_text(p->duty.event->name, "request.closed");
    assert_int_equal(p->duty.limit.kind, LIMIT_DURATION);
    assert_int_equal(p->duty.limit.from_next_opening_of, -1);
    assert_duration(p->duty.limit.duration, UNIT_WORKING_DAY, 10, 0, "10 working days of office");
    assert_true(p->has_target);
    assert_int_equal(p->target_ppm, 900000);
    assert_int_equal(p->target_window.kind, WINDOW_MONTH);
    assert_true(p->has_warn);
    assert_int_equal(p->warn_ppm, 800000);
    assert_int_equal(p->remedy.kind, REMEDY_NONE);
}

static void conditions_actors_and_tables_of_a_duty_are_read(void **state)
{
    (void)state;
    const struct promise *p = promise("answer");
    const struct cond *where = p->on->where;
    assert_int_equal(p->principle, 1);
    assert_int_equal(where->kind, COND_AND);
    assert_int_equal(where->left->kind, COND_IN);
    assert_int_equal(where->left->value_count, 3);
    assert_text(where->left->values[1].text, "chat");
    assert_int_equal(where->right->kind, COND_OPENS_THREAD);
    assert_int_equal(p->duty.event->by, BY_STAFF);
    assert_int_equal(p->duty.event->where->kind, COND_NOT);
    assert_int_equal(p->duty.event->where->left->operand.value.type, VALUE_BOOL);
    assert_true(p->duty.event->where->left->operand.value.boolean);
    assert_int_equal(p->duty.limit.kind, LIMIT_TABLE);
    assert_int_equal(p->duty.limit.table, 0);
}

static void pauses_excuses_voids_and_extensions_are_read(void **state)
{
    (void)state;
    const struct promise *p = promise("answer");
    assert_int_equal(p->pair_count, 2);
    assert_int_equal(p->pairs[0].kind, PAIR_PAUSE);
    assert_text(p->pairs[0].start->name, "customer.asked");
    assert_text(p->pairs[0].end->name, "message.received");
    assert_int_equal(p->pairs[0].end->by, BY_CUSTOMER);
    assert_true(p->pairs[0].has_most);
    assert_int_equal(p->pairs[0].most.count, 5);
    assert_int_equal(p->pairs[1].kind, PAIR_EXCUSE);
    assert_true(p->pairs[1].start->anywhere);
    assert_true(p->pairs[1].end->anywhere); /* declared for all, ended for all */
    assert_false(p->pairs[1].has_most);
    assert_text(p->void_when->name, "thread.marked-spam");
    assert_null(p->void_when->or);
    assert_int_equal(p->extension_count, 1);
    assert_int_equal(p->extensions[0].times, 1);
    assert_int_equal(p->extensions[0].by.unit, UNIT_WORKING_DAY);
    assert_int_equal(p->extensions[0].when->by, BY_STAFF);
    assert_int_equal(p->remedy.kind, REMEDY_CREDIT);
    assert_int_equal(p->remedy.amount.kind, AMOUNT_FIXED);
    assert_int_equal(p->remedy.amount.money.minor, 1000);
    assert_string_equal(p->remedy.amount.money.currency, "BRL");
}

static void every_other_duty_is_read(void **state)
{
    (void)state;
    const struct promise *story = promise("one-story");
    assert_null(story->on);
    assert_int_equal(story->duty.kind, DUTY_AT_MOST);
    assert_int_equal(story->duty.count, 1);
    assert_int_equal(story->key.kind, KEY_THREAD);
    assert_int_equal(story->duty.window.kind, WINDOW_NONE);

    const struct promise *quiet = promise("quiet");
    assert_int_equal(quiet->key.kind, KEY_CUSTOMER);
    assert_int_equal(quiet->duty.kind, DUTY_NOT);
    assert_true(quiet->duty.limit_is_start);
    assert_int_equal(quiet->duty.limit.duration.count, 10);
    assert_text(quiet->duty.until->name, "marketing.opted-in");

    const struct promise *progress = promise("progress");
    assert_int_equal(progress->duty.kind, DUTY_EVERY);
    assert_duration(progress->duty.limit.duration, UNIT_DAY, 7, -1, "7 days");
    assert_text(progress->duty.until->name, "complaint.closed");

    const struct promise *notice = promise("notice");
    assert_int_equal(notice->duty.kind, DUTY_BEFORE);
    assert_text(notice->duty.event->name, "works.announced");
    assert_duration(notice->duty.limit.duration, UNIT_ELAPSED, 48 * HOUR_US, -1, "48 hours");

    const struct promise *courtesy = promise("courtesy");
    assert_true(courtesy->is_expectation);
    assert_int_equal(courtesy->duty.count, 0);
    assert_int_equal(courtesy->key.kind, KEY_CUSTOMER);
    assert_int_equal(courtesy->duty.window.kind, WINDOW_ROLLING);
    assert_duration(courtesy->duty.window.rolling, UNIT_MONTH, 12, -1, "12 months");
}

static void permissions_are_read(void **state)
{
    (void)state;
    assert_int_equal(code->permission_count, 1);
    const struct permission *p = &code->permissions[0];
    assert_text(p->name, "goodwill");
    assert_text(p->words, "Any agent may put things right on the spot.");
    assert_int_equal(p->grant_count, 2);
    assert_text(p->grants[1].act, "refund");
    assert_int_equal(p->grants[1].up_to.minor, 50000);
    assert_text(p->grants[1].role, "lead");
    assert_int_equal(p->grants[1].key.kind, KEY_THREAD);
}

/* -- forms that the example does not show; each test reads one promise or table -- */

static const struct promise *one_promise(const char *clauses)
{
    struct text source =
        arena_printf(&arena,
                     "code \"C\"\n  zone UTC\n  channels email\n"
                     "calendar desk\n  open mon..fri 09:00-17:00\n"
                     "table late by minutes\n  under 30  10%%\n  else  20%%\n"
                     "table far by distance\n  up to 1500  250.00 EUR\n  else  600.00 EUR\n"
                     "promise p\n  \"Words.\"\n%s",
                     clauses);
    struct diagnostics d;
    struct code *parsed = code_parse(&arena, source, &d);
    for (size_t i = 0; i < d.count; i++) {
        if (d.items[i].severity == SEVERITY_ERROR) {
            fail_msg("%s: %.*s", clauses, TEXT_ARG(d.items[i].message));
        }
    }
    assert_int_equal(parsed->promise_count, 1);
    return &parsed->promises[0];
}

static void slots_and_moments_are_read(void **state)
{
    (void)state;
    const struct promise *p = one_promise("  on visit.booked\n"
                                          "  must visit.started from slot-start by slot-end\n"
                                          "  void when visit.cancelled at least 1 working day of "
                                          "desk before slot-start\n  void when visit.moved\n");
    assert_int_equal(p->duty.kind, DUTY_BETWEEN);
    assert_text(p->duty.from.attribute, "slot-start");
    assert_text(p->duty.by.attribute, "slot-end");
    assert_int_equal(p->void_when->where->kind, COND_AT_LEAST_BEFORE);
    assert_int_equal(p->void_when->where->limit.duration.unit, UNIT_WORKING_DAY);
    assert_int_equal(p->void_when->where->moment.kind, MOMENT_ATTRIBUTE);
    assert_text(p->void_when->or->name, "visit.moved");

    p = one_promise("  on a.b\n  must c.d by 2 days before due-date\n");
    assert_int_equal(p->duty.by.shift, -1);
    assert_int_equal(p->duty.by.by.count, 2);
    p = one_promise("  on a.b\n  must c.d by agent by 3 days after due-date\n");
    assert_int_equal(p->duty.event->by, BY_ROLE);
    assert_text(p->duty.event->role, "agent");
    assert_int_equal(p->duty.by.shift, 1);
    p = one_promise("  on a.b\n  must c.d by due-date\n");
    assert_int_equal(p->duty.event->by, BY_ANYONE);
    assert_text(p->duty.by.attribute, "due-date");
    p = one_promise("  on a.b\n  must c.d by 2016-02-29\n");
    assert_int_equal(p->duty.by.kind, MOMENT_LITERAL);
    assert_true(p->duty.by.literal_is_local);
    assert_int_equal(p->duty.by.literal_us, 16860 * DAY_US);
    p = one_promise("  on a.b\n  must c.d by 2016-02-29T10:00:00Z\n");
    assert_false(p->duty.by.literal_is_local);
    assert_int_equal(p->duty.by.literal_us, 16860 * DAY_US + 10 * HOUR_US);
}

static void limits_in_every_unit_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        enum unit unit;
        int64_t count;
    } cases[] = {
        {"90 seconds", UNIT_ELAPSED, 90 * SECOND_US},
        {"1.5 hours", UNIT_ELAPSED, 90 * MINUTE_US},
        {"0.000001 seconds", UNIT_ELAPSED, 1},
        {"2 days", UNIT_DAY, 2},
        {"6 weeks", UNIT_DAY, 42},
        {"1 month", UNIT_MONTH, 1},
        {"2 years", UNIT_MONTH, 24},
        {"3 calendar days", UNIT_CALENDAR_DAY, 3},
        {"30 working minutes of desk", UNIT_WORKING_TIME, 30 * MINUTE_US},
        {"4 working hours of desk", UNIT_WORKING_TIME, 4 * HOUR_US},
        {"10 working days of desk", UNIT_WORKING_DAY, 10},
        {"2 full working days of desk", UNIT_FULL_WORKING_DAY, 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct promise *p = one_promise(
            arena_printf(&arena, "  on a.b\n  must c.d within %s\n", cases[i].written).ptr);
        assert_false(p->duty.limit.end_of);
        assert_duration(p->duty.limit.duration, cases[i].unit, cases[i].count,
                        cases[i].unit >= UNIT_WORKING_TIME ? 0 : -1, cases[i].written);
    }
    const struct promise *p = one_promise("  on a.b\n  must c.d by end of 2 days\n");
    assert_int_equal(p->duty.kind, DUTY_WITHIN);
    assert_true(p->duty.limit.end_of);
    p = one_promise("  on a.b\n  must c.d within 3 hours counting from next opening of desk\n");
    assert_int_equal(p->duty.limit.from_next_opening_of, 0);
}

static void alternatives_after_or_are_told_by_the_dot(void **state)
{
    (void)state;
    const struct promise *p =
        one_promise("  on a.b where x = 1 or y = 2 or c.d by another person than e.f\n"
                    "  must g.h or i.j by lead within 1 hour\n");
    assert_int_equal(p->on->where->kind, COND_OR);
    assert_text(p->on->or->name, "c.d");
    assert_int_equal(p->on->or->by, BY_ANOTHER_PERSON);
    assert_text(p->on->or->than, "e.f");
    assert_text(p->duty.event->or->name, "i.j");
    assert_text(p->duty.event->or->role, "lead");
    assert_null(p->duty.event->or->or);
}

static void conditions_bind_not_before_and_before_or(void **state)
{
    (void)state;
    const struct promise *p = one_promise(
        "  on a.b\n  must be not a = 1 and b != two or (c < d and e in (x, \"y z\", 3))\n");
    const struct cond *c = p->duty.be;
    assert_int_equal(c->kind, COND_OR);
    assert_int_equal(c->left->kind, COND_AND);
    assert_int_equal(c->left->left->kind, COND_NOT);
    assert_int_equal(c->left->right->op, COMPARE_NE);
    assert_text(c->left->right->operand.value.text, "two");
    assert_int_equal(c->right->kind, COND_AND);
    assert_int_equal(c->right->left->operand.kind, OPERAND_FIELD);
    assert_text(c->right->left->operand.field, "d");
    assert_int_equal(c->right->right->kind, COND_IN);
    assert_text(c->right->right->values[1].text, "y z");
    assert_int_equal(c->right->right->values[2].type, VALUE_NUMBER);
}

static const struct cond *be(const char *condition)
{
    return one_promise(arena_printf(&arena, "  on a.b\n  must be %s\n", condition).ptr)->duty.be;
}

static void operands_take_their_type_from_their_form(void **state)
{
    (void)state;
    assert_int_equal(be("lasted > 3 hours")->operand.value.duration_us, 3 * HOUR_US);
    assert_int_equal(be("lasted >= 2 days")->operand.value.duration_us, 48 * HOUR_US);
    assert_int_equal(be("price = 10.50 EUR")->operand.value.money.minor, 1050);
    assert_true(be("x <= -2.5")->operand.value.number == -2.5);
    assert_int_equal(be("x = false")->operand.value.type, VALUE_BOOL);
    assert_int_equal(be("x > 2015-01-19")->operand.kind, OPERAND_MOMENT);
    const struct cond *c = be("end > 4 working hours of desk after occurred");
    assert_int_equal(c->operand.kind, OPERAND_MOMENT);
    assert_int_equal(c->operand.moment.shift, 1);
    assert_text(c->operand.moment.attribute, "occurred");
    c = be("at least 14 days before departure");
    assert_int_equal(c->kind, COND_AT_LEAST_BEFORE);
    assert_int_equal(c->limit.duration.count, 14);
    c = be("within 2 hours of arrival");
    assert_int_equal(c->kind, COND_WITHIN);
    assert_text(c->moment.attribute, "arrival");
    assert_int_equal(be("within end of 3 full working days of desk")->moment.kind, MOMENT_OPENING);
    assert_text(be("subject contains \"say \\\"no\\\" \\\\\"")->operand.value.text,
                "say \"no\" \\");
    assert_int_equal(be("x is given")->kind, COND_GIVEN);
    assert_int_equal(be("x is missing")->kind, COND_MISSING);
}

static void counts_take_key_window_and_end_in_any_order(void **state)
{
    (void)state;
    const struct promise *p = one_promise(
        "  at most 3 power.lost where lasted > 3 hours per customer each year from 04-01\n");
    assert_int_equal(p->duty.window.kind, WINDOW_YEAR);
    assert_int_equal(p->duty.window.month, 4);
    assert_int_equal(p->duty.window.day, 1);
    p = one_promise("  on a.b per meter\n"
                    "  at least 2 bill.sent until c.d in any 12 months per meter\n");
    assert_int_equal(p->duty.kind, DUTY_AT_LEAST);
    assert_text(p->key.attribute, "meter");
    assert_int_equal(p->key.kind, KEY_ATTRIBUTE);
    assert_text(p->duty.until->name, "c.d");
    p = one_promise("  on every a.b\n  must not c.d for 7 days\n");
    assert_true(p->on_every);
    assert_false(p->duty.limit_is_start);
    p = one_promise("  on a.b\n  must not c.d\n");
    assert_int_equal(p->duty.limit.kind, LIMIT_NONE);
    p = one_promise("  on a.b\n  must c.d every week until e.f\n");
    assert_duration(p->duty.limit.duration, UNIT_DAY, 7, -1, "week");
}

static const struct remedy *remedy(const char *words)
{
    return &one_promise(
                arena_printf(&arena, "  on a.b\n  must c.d within 1 hour\n  otherwise %s\n", words)
                    .ptr)
                ->remedy;
}

static void remedies_of_every_form_are_read(void **state)
{
    (void)state;
    const struct remedy *r = remedy("credit 95.00 GBP plus 45.00 GBP per 12 hours up to 360.00 GBP "
                                    "at most 5 each year if claimed within 28 days");
    assert_int_equal(r->amount.money.minor, 9500);
    assert_true(r->accrues);
    assert_int_equal(r->step.minor, 4500);
    assert_int_equal(r->step_per.count, 12 * HOUR_US);
    assert_true(r->has_cap);
    assert_int_equal(r->cap.minor, 36000);
    assert_int_equal(r->most, 5);
    assert_int_equal(r->most_window.kind, WINDOW_YEAR);
    assert_true(r->if_claimed);
    assert_int_equal(r->claim_within.count, 28);
    r = remedy("plus 10.34 GBP per calendar day");
    assert_int_equal(r->amount.kind, AMOUNT_NONE);
    assert_int_equal(r->step_per.unit, UNIT_CALENDAR_DAY);
    assert_false(r->has_cap);
    r = remedy("credit 25% of price");
    assert_int_equal(r->amount.kind, AMOUNT_SHARE);
    assert_int_equal(r->amount.share_ppm, 250000);
    assert_text(r->amount.attribute, "price");
    r = remedy("credit late of price");
    assert_int_equal(r->amount.kind, AMOUNT_TABLE_SHARE);
    assert_int_equal(r->amount.table, 0);
    r = remedy("credit far");
    assert_int_equal(r->amount.kind, AMOUNT_TABLE);
    assert_int_equal(r->amount.table, 1);
    r = remedy("task \"Call them\"");
    assert_int_equal(r->kind, REMEDY_TASK);
    assert_text(r->task, "Call them");
}

static void tables_by_bands_and_by_day_are_read(void **state)
{
    (void)state;
    struct code *c = parse(TEXT("code \"C\"\n  zone UTC\n"
                                "table day by day\n  mon..fri  3 hours\n  sat, sun  end of 4 days\n"
                                "  else  5 hours\n"
                                "table band by lasted\n  under 15 minutes  0%\n"
                                "  up to 30 minutes  25%\n  else  99.5%\n"
                                "table price by price\n  up to 10.00 EUR  1 EUR\n"
                                "  else  2.00 EUR\n"));
    assert_int_equal(c->tables[0].by, TABLE_BY_DAY);
    assert_int_equal(c->tables[0].rows[0].days, 0x1f);
    assert_int_equal(c->tables[0].rows[1].days, 0x60);
    assert_true(c->tables[0].rows[1].end_of);
    assert_int_equal(c->tables[1].by, TABLE_BY_NUMBER);
    assert_int_equal(c->tables[1].gives, TABLE_SHARES);
    assert_false(c->tables[1].rows[0].inclusive);
    assert_true(c->tables[1].rows[1].inclusive);
    assert_int_equal(c->tables[1].rows[1].bound.duration_us, 30 * MINUTE_US);
    assert_int_equal(c->tables[1].rows[2].share_ppm, 995000);
    assert_int_equal(c->tables[2].rows[0].bound.money.minor, 1000);
    assert_int_equal(c->tables[2].gives, TABLE_AMOUNTS);
}

static void calendars_of_every_form_are_read(void **state)
{
    (void)state;
    struct code *c =
        parse(TEXT("code \"C\"\n  zone UTC\ncalendar a\n  zone Europe/London\n"
                   "  open mon..fri 09:00-12:00, 13:00-17:30:15\n  open sat, mon 22:00-24:00 from "
                   "2016-01-01\n  open fri..mon 01:00-02:00\n  closed 2015-12-24..2016-01-02\n"
                   "  closed every 02-29\n  closed from \"holidays.ics\"\n"
                   "calendar b\n  open always\n"));
    const struct calendar_def *a = &c->calendars[0];
    assert_text(a->zone, "Europe/London");
    assert_text(c->calendars[1].zone, "UTC");
    assert_int_equal(a->spell_count, 4);
    assert_int_equal(a->spells[1].from_s, 13 * 3600);
    assert_int_equal(a->spells[1].until_s, 17 * 3600 + 1815);
    assert_false(a->spells[1].has_from_date);
    assert_true(a->spells[2].has_from_date);
    assert_int_equal(a->spells[2].from_date.year, 2016);
    assert_int_equal(a->spells[2].days, 0x21);
    assert_int_equal(a->spells[2].until_s, 86400);
    assert_int_equal(a->spells[3].days, 0x71);
    assert_int_equal(a->closure_count, 2);
    assert_int_equal(a->closures[0].date.day, 24);
    assert_int_equal(a->closures[0].last.year, 2016);
    assert_text(a->ics_files[0], "holidays.ics");
    assert_true(c->calendars[1].always);
}

static void blocks_may_stand_in_any_order(void **state)
{
    (void)state;
    struct code *c = parse(
        TEXT("promise p under q\n  \"W.\"\n  on a.b where x in g\n  must c.d within t\n"
             "table t by k\n  else 1 working day of cal\ncalendar cal\n  open mon 09:00-10:00\n"
             "principle q \"Q\"\n  \"Words\"\n    \"go on.\"\ngroup g = one,\n  two,\n    three\n"
             "code \"C\"\n  zone UTC\n"));
    assert_int_equal(c->promises[0].principle, 0);
    assert_int_equal(c->promises[0].on->where->value_count, 3);
    assert_text(c->promises[0].on->where->values[2].text, "three");
    assert_int_equal(c->promises[0].duty.limit.table, 0);
    assert_int_equal(c->tables[0].rows[0].duration.calendar, 0);
    assert_text(c->principles[0].words, "Words go on.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_block_is_read),
        cmocka_unit_test(calendars_groups_and_principles_are_read),
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(a_duty_within_a_limit_is_read),
        cmocka_unit_test(conditions_actors_and_tables_of_a_duty_are_read),
        cmocka_unit_test(pauses_excuses_voids_and_extensions_are_read),
        cmocka_unit_test(every_other_duty_is_read),
        cmocka_unit_test(permissions_are_read),
        cmocka_unit_test(slots_and_moments_are_read),
        cmocka_unit_test(limits_in_every_unit_are_read),
        cmocka_unit_test(alternatives_after_or_are_told_by_the_dot),
        cmocka_unit_test(conditions_bind_not_before_and_before_or),
        cmocka_unit_test(operands_take_their_type_from_their_form),
        cmocka_unit_test(counts_take_key_window_and_end_in_any_order),
        cmocka_unit_test(remedies_of_every_form_are_read),
        cmocka_unit_test(tables_by_bands_and_by_day_are_read),
        cmocka_unit_test(calendars_of_every_form_are_read),
        cmocka_unit_test(blocks_may_stand_in_any_order),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
