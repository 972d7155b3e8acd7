#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/metrics.h"

static void values_of_labels_are_escaped(void **state)
{
    (void)state;
    struct buf labels CLEANUP(buf_release) = {0};
    metric_label(&labels, "a", TEXT("one\\two\"three\nfour"));
    metric_label(&labels, "b", TEXT(""));
    assert_string_equal(labels.ptr, "a=\"one\\\\two\\\"three\\nfour\",b=\"\"");
}

static void a_bound_belongs_to_its_own_class_and_classes_are_summed_up(void **state)
{
    (void)state;
    struct histogram h = {0};
    struct histogram_figures f = {0};
    struct buf out CLEANUP(buf_release) = {0};
    histogram_add(&h, 500);
    histogram_add(&h, 501);
    histogram_add(&h, 10000000);
    histogram_add(&h, 10000001);
    histogram_add(&h, -1);
    histogram_read(&h, &f);
    metric_histogram(&out, "x_seconds", "a=\"b\"", &f);
    struct text t = buf_text(&out);
    assert_true(text_contains(t, TEXT("troth_x_seconds_bucket{a=\"b\",le=\"0.0005\"} 2\n")));
    assert_true(text_contains(t, TEXT("troth_x_seconds_bucket{a=\"b\",le=\"0.001\"} 3\n")));
    assert_true(text_contains(t, TEXT("troth_x_seconds_bucket{a=\"b\",le=\"10\"} 4\n")));
    assert_true(text_contains(t, TEXT("troth_x_seconds_bucket{a=\"b\",le=\"+Inf\"} 5\n")));
    assert_true(text_contains(t, TEXT("troth_x_seconds_sum{a=\"b\"} 20.001002\n")));
    assert_true(text_contains(t, TEXT("troth_x_seconds_count{a=\"b\"} 5\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_labels_are_escaped),
        cmocka_unit_test(a_bound_belongs_to_its_own_class_and_classes_are_summed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
