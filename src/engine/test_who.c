/* Who is who, by the touches that say so. */
#include "engine/who.h"

#include "base/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct saying {
    int at;
    const char *event, *survivor, *other;
};

static struct who *told(const struct saying *list, size_t count)
{
    struct who *who = who_new();
    for (size_t i = 0; i < count; i++) {
        char id[32];
        snprintf(id, sizeof(id), "%zu", i);
        struct attribute from = {TEXT("from"),
                                 {.type = VALUE_TEXT, .text = text_of(list[i].other)}};
        struct touch t = {.source = TEXT("test"),
                          .id = text_of(id),
                          .event = text_of(list[i].event),
                          .occurred_us = list[i].at,
                          .attributes = &from,
                          .attribute_count = 1};
        *(list[i].event[0] == 't' ? &t.thread : &t.customer) = text_of(list[i].survivor);
        who_note(who, &t);
    }
    return who;
}

static void expect(const struct saying *list, size_t count, int until, const char *key,
                   const char *judged)
{
    struct who *who = told(list, count);
    (void)who_settle(who, until);
    struct text got = who_key(who, WHO_CUSTOMER, text_of(key));
    if (!text_is(got, judged)) {
        fail_msg("%s is judged under %.*s, not %s", key, TEXT_ARG(got), judged);
    }
    who_free(who);
}
#define EXPECT(list, until, key, judged) \
    expect((list), sizeof(list) / sizeof((list)[0]), (until), (key), (judged))

static void chains_lead_to_the_survivor_of_the_last_merge(void **state)
{
    (void)state;
    const struct saying list[] = {{3, "customer.merged", "c", "b"}, /* told first, said last */
                                  {1, "customer.merged", "a", "d"},
                                  {2, "customer.merged", "b", "a"}};
    EXPECT(list, 9, "d", "c");
    EXPECT(list, 9, "a", "c");
    EXPECT(list, 3, "d", "b");
    EXPECT(list, 2, "b", "b");
    EXPECT(list, 9, "x", "x");
}

static void a_circle_cannot_arise(void **state)
{
    (void)state;
    const struct saying list[] = {{1, "customer.merged", "a", "b"},
                                  {2, "customer.merged", "b", "c"},
                                  {3, "customer.merged", "c", "a"}};
    EXPECT(list, 9, "a", "a");
    EXPECT(list, 9, "b", "a");
    EXPECT(list, 9, "c", "a");
}

static void the_last_word_about_two_keys_counts(void **state)
{
    (void)state;
    const struct saying list[] = {{1, "customer.merged", "a", "b"},
                                  {2, "customer.split", "b", "a"},
                                  {3, "customer.merged", "b", "a"},
                                  {4, "customer.merged", "a", "c"}};
    EXPECT(list, 2, "b", "a");
    EXPECT(list, 3, "b", "b");
    EXPECT(list, 4, "a", "b");
    EXPECT(list, 9, "c", "b");
}

static void a_split_of_two_that_were_never_merged_changes_nothing(void **state)
{
    (void)state;
    const struct saying list[] = {{1, "customer.merged", "a", "b"},
                                  {2, "customer.merged", "a", "c"},
                                  {3, "customer.split", "b", "c"}};
    EXPECT(list, 9, "b", "a");
    EXPECT(list, 9, "c", "a");
}

static void what_names_no_two_keys_says_nothing(void **state)
{
    (void)state;
    const struct saying list[] = {{1, "customer.merged", "a", "a"},
                                  {2, "customer.merged", "", "b"},
                                  {3, "customer.merged", "a", ""},
                                  {4, "thread.merged", "a", "b"}};
    EXPECT(list, 9, "a", "a");
    EXPECT(list, 9, "b", "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_lead_to_the_survivor_of_the_last_merge),
        cmocka_unit_test(a_circle_cannot_arise),
        cmocka_unit_test(the_last_word_about_two_keys_counts),
        cmocka_unit_test(a_split_of_two_that_were_never_merged_changes_nothing),
        cmocka_unit_test(what_names_no_two_keys_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
