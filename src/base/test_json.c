#include "base/json.h"
#include "base/moment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum err parse(struct arena *a, const char *in, const struct json **ret,
                      struct err_info *info)
{
    return json_parse(a, text_of(in), &json_default_limits, ret, info);
}

static const struct json *read_ok(struct arena *a, const char *in)
{
    const struct json *value = NULL;
    struct err_info info;
    enum err e = parse(a, in, &value, &info);
    if (e) {
        fail_msg("%s: %s at %u:%u", in, info.text, info.line, info.column);
    }
    return value;
}

static void reads_every_kind_of_value(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    const struct json *v =
        read_ok(&a, " {\"a\":[1,-2.5e1,true,false,null],\"b\":\"x\\u00e9\\n\",\"c\":{}} ");
    assert_int_equal(v->count, 3);
    const struct json *list = json_get(v, "a");
    assert_int_equal(list->count, 5);
    assert_true(list->first->number == 1.0);
    assert_true(list->first->next->number == -25.0);
    assert_true(list->first->next->next->boolean);
    assert_int_equal(list->first->next->next->next->next->type, JSON_NULL);
    assert_true(text_is(json_get(v, "b")->text, "x\xc3\xa9\n"));
    assert_int_equal(json_get(v, "c")->type, JSON_OBJECT);
    assert_null(json_get(v, "d"));
    assert_null(json_get(list, "a"));
}

static void reads_text_with_surrogate_pairs_and_utf8(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    assert_true(text_is(read_ok(&a, "\"\\ud83d\\ude00 \xe2\x82\xac 12345678 \\\"\\/\"")->text,
                        "\xf0\x9f\x98\x80 \xe2\x82\xac 12345678 \"/"));
    assert_int_equal(read_ok(&a, "\"\"")->text.len, 0);
}

static void refuses_with_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        uint32_t line, column;
    } cases[] = {
        {"", 1, 1},
        {"{\"a\":1,}", 1, 8},
        {"{\"a\":1,\n \"a\":2}", 2, 2},
        {"[1 2]", 1, 4},
        {"[01]", 1, 3},
        {"[1.]", 1, 2},
        {"[1e]", 1, 2},
        {"[-]", 1, 2},
        {"[+1]", 1, 2},
        {"[1e999]", 1, 2},
        {"[nan]", 1, 2},
        {"\"abc", 1, 1},
        {"\"a\tb\"", 1, 3},
        {"\"\\x\"", 1, 2},
        {"\"\\u00g0\"", 1, 4},
        {"\"\\u0000\"", 1, 4},
        {"\"\\ud800\"", 1, 4},
        {"\"\\udc00\\ud800\"", 1, 4},
        {"\"\xc3\x28\"", 1, 2},
        {"\"\xed\xa0\x80\"", 1, 2},
        {"{a:1}", 1, 2},
        {"{\"a\" 1}", 1, 6},
        {"1 2", 1, 3},
        {"\"\\", 1, 1},
        {"[\"\xc3\xa9\",]", 1, 6},
        {"\xef\xbb\xbf{}", 1, 1},
        {"truE", 1, 1},
        {"{\"a\":{\"b\":1,\"\":2,\"c\":3,\"\":4}}", 1, 24},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena a CLEANUP(arena_release) = {0};
        const struct json *v = NULL;
        struct err_info info;
        assert_int_equal(parse(&a, cases[i].in, &v, &info), ERR_INVALID);
        assert_null(v);
        if (info.line != cases[i].line || info.column != cases[i].column) {
            fail_msg("%s: %u:%u %s", cases[i].in, info.line, info.column, info.text);
        }
        assert_true(info.text[0] != '\0');
    }
}

static void finds_a_duplicate_among_many_names(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct buf in CLEANUP(buf_release) = {0};
    for (int i = 0; i < 1000; i++) {
        buf_addf(&in, "%c\"name%d\":0", i ? ',' : '{', i);
    }
    size_t without = in.len;
    buf_add_str(&in, "}");
    const struct json *v = NULL;
    assert_int_equal(json_parse(&a, buf_text(&in), &json_default_limits, &v, NULL), ERR_NONE);
    in.len = without;
    buf_add_str(&in, ",\"name\\u0031\":0}");
    assert_int_equal(json_parse(&a, buf_text(&in), &json_default_limits, &v, NULL), ERR_INVALID);
}

static void keeps_limits_exactly(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct json_limits limits = {.bytes = 10, .depth = 2, .members = 3};
    const struct json *v;
    assert_int_equal(json_parse(&a, TEXT("[[1, 234]]"), &limits, &v, NULL), ERR_NONE);
    assert_int_equal(json_parse(&a, TEXT("[[1, 2345]]"), &limits, &v, NULL), ERR_LIMIT);
    assert_int_equal(json_parse(&a, TEXT("[[[]]]"), &limits, &v, NULL), ERR_LIMIT);
    assert_int_equal(json_parse(&a, TEXT("[1,2,3]"), &limits, &v, NULL), ERR_NONE);
    assert_int_equal(json_parse(&a, TEXT("[1,2,3,4]"), &limits, &v, NULL), ERR_LIMIT);
}

static void reads_numbers_as_exactly_as_the_library(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "0.1",
                                          "123456789012345",
                                          "1234567890123456",
                                          "9007199254740993",
                                          "2.2250738585072014e-308",
                                          "1e-400",
                                          "-1.7976931348623157e308",
                                          "3.141592653589793238462643383279502884197",
                                          "99999.99999",
                                          "0.000001"};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct arena a CLEANUP(arena_release) = {0};
        const struct json *v = read_ok(&a, numbers[i]);
        double expected = strtod(numbers[i], NULL);
        assert_memory_equal(&v->number, &expected, sizeof(expected));
        assert_true(text_is(v->text, numbers[i]));
    }
}

static void integer_is_told_from_other_numbers(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    int64_t n = 0;
    assert_true(json_int64(read_ok(&a, "9223372036854775807"), &n));
    assert_true(n == INT64_MAX);
    assert_false(json_int64(read_ok(&a, "9223372036854775808"), &n));
    assert_false(json_int64(read_ok(&a, "1.0"), &n));
    assert_false(json_int64(read_ok(&a, "\"1\""), &n));
    assert_false(json_int64(NULL, &n));
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    json_key(&w, "text");
    json_str(&w, "<a href=\"x\">&\x01\n\xc3\xa9");
    json_key(&w, "list");
    json_array_begin(&w);
    json_int(&w, INT64_MIN);
    json_number(&w, 0.1);
    json_number(&w, 1.0 / 3);
    json_number(&w, (double)INFINITY);
    json_bool(&w, true);
    json_null(&w);
    json_moment(&w, 0);
    json_moment(&w, MOMENT_NEVER);
    json_raw(&w, TEXT("[]"));
    json_array_end(&w);
    json_key(&w, "empty");
    json_object_begin(&w);
    json_object_end(&w);
    json_object_end(&w);
    assert_string_equal(out.ptr,
                        "{\"text\":\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\u0001\\n\xc3\xa9\","
                        "\"list\":[-9223372036854775808,0.1,0.3333333333333333,null,true,null,"
                        "\"1970-01-01T00:00:00Z\",null,[]],\"empty\":{}}");
    struct arena a CLEANUP(arena_release) = {0};
    const struct json *v = read_ok(&a, out.ptr);
    assert_true(text_is(json_get(v, "text")->text, "<a href=\"x\">&\x01\n\xc3\xa9"));
    assert_true(json_get(v, "list")->first->next->next->number == 1.0 / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind_of_value),
        cmocka_unit_test(reads_text_with_surrogate_pairs_and_utf8),
        cmocka_unit_test(refuses_with_line_and_column),
        cmocka_unit_test(finds_a_duplicate_among_many_names),
        cmocka_unit_test(keeps_limits_exactly),
        cmocka_unit_test(reads_numbers_as_exactly_as_the_library),
        cmocka_unit_test(integer_is_told_from_other_numbers),
        cmocka_unit_test(writes_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
