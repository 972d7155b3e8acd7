/* What a draft changes, in words; and the names that an editor offers. */
#include "lang/difference.h"
#include "lang/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

#define HEAD "code \"C\"\n" HEAD_REST
#define HEAD_REST                                    \
    "  zone UTC\n  channels email\n\n"               \
    "calendar desk\n  open mon..fri 09:00-17:00\n\n" \
    "principle respect \"Respect\"\n  \"We listen.\"\n\n"
#define ANSWER(limit)                                                                         \
    "promise answer under respect\n  \"We answer in " limit ".\"\n"                           \
    "  on message.received where channel = email\n  must message.sent by staff within " limit \
    "\n  target 90% each month\n"
#define NEWS                                                                  \
    "promise news under respect\n  \"You hear of it.\"\n  on works.planned\n" \
    "  must works.announced within 2 days\n"

static const struct code *parse(const char *source)
{
    struct diagnostics found = {0};
    const struct code *code = code_parse(&arena, text_of(source), &found);
    if (found.errors) {
        fail_msg("%.*s", TEXT_ARG(found.items[0].message));
    }
    return code;
}

static const struct difference *find(const char *before, const char *after, const char *name)
{
    struct difference *list;
    size_t count = code_differences(&arena, parse(before), parse(after), LANGUAGE_ENGLISH, &list);
    for (size_t i = 0; i < count; i++) {
        if (text_is(list[i].name, name)) {
            return &list[i];
        }
    }
    return NULL;
}

static void what_is_the_same_is_said_to_be(void **state)
{
    (void)state;
    const char *source = HEAD ANSWER("4 hours");
    const struct difference *d = find(source, source, "answer");
    assert_non_null(d);
    assert_int_equal(d->status, DIFFERENCE_SAME);
    assert_int_equal(d->row_count, 0);
    assert_null(find(source, source, "desk"));
    assert_null(find(source, source, "code"));
}

static void a_changed_promise_is_told_row_by_row(void **state)
{
    (void)state;
    const struct difference *d = find(HEAD ANSWER("4 hours"), HEAD ANSWER("2 hours"), "answer");
    assert_int_equal(d->status, DIFFERENCE_CHANGED);
    assert_true(text_is(d->before_words, "We answer in 4 hours."));
    assert_int_equal(d->row_count, 1);
    assert_true(text_is(d->rows[0].about, "Kept"));
    assert_true(text_contains(d->rows[0].before, TEXT("within 4 hours")));
    assert_true(text_contains(d->rows[0].after, TEXT("within 2 hours")));
}

static void that_excuses_come_to_need_a_second_person_is_told(void **state)
{
    (void)state;
    const char *alone = HEAD ANSWER("4 hours");
    const struct difference *d =
        find(alone, HEAD ANSWER("4 hours") "  excuses need a second person\n", "answer");
    assert_non_null(d);
    assert_int_equal(d->status, DIFFERENCE_CHANGED);
    assert_int_equal(d->row_count, 1);
    assert_true(text_is(d->rows[0].after, "By hand, only if a second person confirms it."));
    d = find(alone, "code \"C\"\n  excuses need a second person\n" HEAD_REST ANSWER("4 hours"),
             "code");
    assert_non_null(d);
    assert_int_equal(d->row_count, 1);
    assert_memory_equal(d->rows[0].after.ptr + d->rows[0].after.len - 15, "a second person", 15);
}

static void promises_come_and_go(void **state)
{
    (void)state;
    const struct difference *d = find(HEAD ANSWER("4 hours"), HEAD ANSWER("4 hours") NEWS, "news");
    assert_int_equal(d->status, DIFFERENCE_NEW);
    assert_int_equal(d->rows[0].before.len, 0);
    d = find(HEAD ANSWER("4 hours") NEWS, HEAD ANSWER("4 hours"), "news");
    assert_int_equal(d->status, DIFFERENCE_GONE);
    assert_int_equal(d->rows[0].after.len, 0);
}

static void a_calendar_that_changed_is_told(void **state)
{
    (void)state;
    const char *later = "code \"C\"\n  zone UTC\n  channels email\n\n"
                        "calendar desk\n  open mon..fri 10:00-17:00\n\n"
                        "principle respect \"Respect\"\n  \"We listen.\"\n\n" ANSWER("4 hours");
    const struct difference *d = find(HEAD ANSWER("4 hours"), later, "desk");
    assert_non_null(d);
    assert_string_equal(d->kind, "calendar");
    assert_true(text_contains(d->rows[0].before, TEXT("09:00")));
    assert_true(text_contains(d->rows[0].after, TEXT("10:00")));
}

static bool is_offered(enum name_kind kind, const char *name)
{
    const struct code *codes[] = {parse(HEAD ANSWER("4 hours")), parse(HEAD NEWS)};
    struct code_name *names;
    size_t count = code_names(&arena, codes, 2, &names), found = 0;
    for (size_t i = 0; i < count; i++) {
        found += names[i].kind == kind && text_is(names[i].name, name);
    }
    assert_in_range(found, 0, 1);
    return found == 1;
}

static void names_of_all_codes_are_offered_once(void **state)
{
    (void)state;
    assert_true(is_offered(NAME_PROMISE, "answer"));
    assert_true(is_offered(NAME_PROMISE, "news"));
    assert_true(is_offered(NAME_EVENT, "message.received"));
    assert_true(is_offered(NAME_EVENT, "works.announced"));
    assert_true(is_offered(NAME_CALENDAR, "desk"));
    assert_true(is_offered(NAME_PRINCIPLE, "respect"));
    assert_true(is_offered(NAME_CHANNEL, "email"));
    assert_false(is_offered(NAME_ATTRIBUTE, "channel"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_is_said_to_be),
        cmocka_unit_test(a_changed_promise_is_told_row_by_row),
        cmocka_unit_test(that_excuses_come_to_need_a_second_person_is_told),
        cmocka_unit_test(promises_come_and_go),
        cmocka_unit_test(a_calendar_that_changed_is_told),
        cmocka_unit_test(names_of_all_codes_are_offered_once),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
