#include "base/moment.h"
#include "intake/touch_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct touch read_ok(struct arena *a, const char *json)
{
    struct touch t = {0};
    struct err_info info;
    if (touch_parse(a, text_of(json), &t, &info)) {
        fail_msg("%s: %s", json, info.text);
    }
    return t;
}

static void refused(const char *json, enum err expected, const char *field)
{
    struct arena a CLEANUP(arena_release) = {0};
    struct touch t;
    struct err_info info = {0};
    enum err e = touch_parse(&a, text_of(json), &t, &info);
    if (e != expected || strcmp(info.field, field) != 0 || !info.text[0]) {
        fail_msg("%s: %s, field '%s': %s", json, err_name(e), info.field, info.text);
    }
}

#define START \
    "{\"source\":\"s\",\"id\":\"1\",\"event\":\"a.b\",\"occurred\":\"2025-01-01T00:00:00Z\""

static void flat_touch_is_read_whole(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct touch t =
        read_ok(&a, "{\"occurred\":\"2025-03-03T09:12:00-03:00\",\"event\":\"message.received\","
                    "\"id\":\"m-1\",\"source\":\"desk\",\"thread\":\"t\",\"customer\":\"c\","
                    "\"channel\":\"email\",\"actor\":\"staff\",\"person\":\"p\",\"role\":\"lead\","
                    "\"team\":\"x\",\"attributes\":{\"n\":2.5,\"yes\":true,\"gone\":null,"
                    "\"when\":\"2025-03-03T09:12:00Z\"}}");
    assert_true(text_is(t.source, "desk") && text_is(t.id, "m-1"));
    assert_true(text_is(t.event, "message.received"));
    int64_t us = 0;
    assert_true(moment_parse(TEXT("2025-03-03T12:12:00Z"), &us) && t.occurred_us == us);
    assert_true(text_is(t.thread, "t") && text_is(t.customer, "c") && text_is(t.channel, "email"));
    assert_true(text_is(t.person, "p") && text_is(t.role, "lead") && text_is(t.team, "x"));
    assert_int_equal(t.actor, ACTOR_STAFF);
    assert_int_equal(t.attribute_count, 3);
    assert_true(touch_field(&t, TEXT("n")).number == 2.5);
    assert_true(touch_field(&t, TEXT("yes")).boolean);
    assert_int_equal(touch_field(&t, TEXT("gone")).type, VALUE_NONE);
    assert_int_equal(touch_field(&t, TEXT("when")).type, VALUE_TEXT);
}

static void cloud_event_is_read_as_a_touch(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct touch t = read_ok(
        &a, "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/desk\",\"type\":\"order.paid\","
            "\"time\":\"2025-01-01T00:00:00Z\",\"subject\":\"order-1\",\"traceparent\":\"x\","
            "\"datacontenttype\":\"application/json; charset=utf-8\","
            "\"data\":{\"customer\":\"c\",\"attributes\":{\"amount\":\"5.00 EUR\"}}}");
    assert_true(text_is(t.event, "order.paid") && text_is(t.source, "/desk"));
    assert_true(text_is(t.thread, "order-1") && text_is(t.customer, "c"));
    assert_true(text_is(touch_field(&t, TEXT("amount")).text, "5.00 EUR"));
    t = read_ok(&a, "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"d\",\"type\":\"a.b\","
                    "\"time\":\"2025-01-01T00:00:00Z\",\"data\":{\"thread\":\"t\"},"
                    "\"subject\":\"order-1\"}");
    assert_true(text_is(t.thread, "t"));
}

static void wrong_touches_are_refused_by_field(void **state)
{
    (void)state;
    refused("[]", ERR_INVALID, "");
    refused("{\"source\":", ERR_INVALID, "");
    refused(START ",\"thraed\":\"t\"}", ERR_INVALID, "thraed");
    refused(START ",\"thread\":5}", ERR_INVALID, "thread");
    refused(START ",\"actor\":\"boss\"}", ERR_INVALID, "actor");
    refused(START ",\"attributes\":[]}", ERR_INVALID, "attributes");
    refused(START ",\"attributes\":{\"a\":{}}}", ERR_INVALID, "attributes");
    refused(START ",\"attributes\":{\"a\":[1]}}", ERR_INVALID, "attributes");
    refused(START ",\"attributes\":{\"a.b\":1}}", ERR_INVALID, "attributes");
    refused(START ",\"attributes\":{\"\":1}}", ERR_INVALID, "attributes");
    refused(START ",\"attributes\":{\"thread\":1}}", ERR_INVALID, "attributes");
    refused(START ",\"person\":\"a\\nb\"}", ERR_INVALID, "person");
    refused(START ",\"specversion\":\"1.0\"}", ERR_INVALID, "event");
    refused("{\"id\":\"1\",\"event\":\"a.b\",\"occurred\":\"2025-01-01T00:00:00Z\"}", ERR_INVALID,
            "source");
    refused("{\"source\":\"s\",\"id\":\"1\",\"event\":\"a.b\"}", ERR_INVALID, "occurred");
    refused("{\"source\":\"s\",\"id\":\"1\",\"event\":\"a.b\",\"occurred\":\"2025-01-01\"}",
            ERR_INVALID, "occurred");
    refused("{\"source\":\"s\",\"id\":\"1\",\"event\":\"a.b\","
            "\"occurred\":\"9999-12-31T23:59:59-05:00\"}",
            ERR_INVALID, "occurred");
    refused("{\"specversion\":\"0.3\"}", ERR_INVALID, "specversion");
    refused("{\"specversion\":1.0}", ERR_INVALID, "specversion");
    refused("{\"specversion\":\"1.0\",\"source\":\"s\",\"id\":\"1\",\"type\":\"a.b\"}", ERR_INVALID,
            "time");
    refused("{\"specversion\":\"1.0\",\"datacontenttype\":\"text/xml\"}", ERR_INVALID,
            "datacontenttype");
    refused("{\"specversion\":\"1.0\",\"data_base64\":\"\"}", ERR_INVALID, "data_base64");
}

static void event_names_are_noun_dot_verb(void **state)
{
    (void)state;
    static const char *const wrong[] = {"received", ".received",    "a.",
                                        "a..b",     "a b.c",        "a.\\tb",
                                        "",         "promise.kept", "remedy.withdrawn"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct buf json CLEANUP(buf_release) = {0};
        buf_addf(&json,
                 "{\"source\":\"s\",\"id\":\"1\",\"event\":\"%s\","
                 "\"occurred\":\"2025-01-01T00:00:00Z\"}",
                 wrong[i]);
        refused(json.ptr, ERR_INVALID, "event");
    }
    assert_false(touch_event_is_reserved(TEXT("remedy.paid")));
}

static void touch_with(struct buf *json, size_t thread_bytes, size_t attributes, size_t text_bytes)
{
    buf_clear(json);
    buf_add_str(json, START ",\"thread\":\"");
    for (size_t i = 0; i < thread_bytes; i++) {
        buf_add_char(json, 't');
    }
    buf_add_str(json, "\",\"attributes\":{\"text\":\"");
    for (size_t i = 0; i < text_bytes; i++) {
        buf_add_char(json, 'x');
    }
    buf_add_char(json, '"');
    for (size_t i = 1; i < attributes; i++) {
        buf_addf(json, ",\"a%zu\":1", i);
    }
    buf_add_str(json, "}}");
}

static void bounds_hold_just_under_and_just_over(void **state)
{
    (void)state;
    struct buf json CLEANUP(buf_release) = {0};
    struct arena a CLEANUP(arena_release) = {0};
    touch_with(&json, TOUCH_NAME_MAX, TOUCH_ATTRIBUTES_MAX, TOUCH_TEXT_MAX);
    assert_int_equal(read_ok(&a, json.ptr).attribute_count, TOUCH_ATTRIBUTES_MAX);
    touch_with(&json, TOUCH_NAME_MAX + 1, 1, 1);
    refused(json.ptr, ERR_LIMIT, "thread");
    touch_with(&json, 1, TOUCH_ATTRIBUTES_MAX + 1, 1);
    refused(json.ptr, ERR_LIMIT, "attributes");
    touch_with(&json, 1, 1, TOUCH_TEXT_MAX + 1);
    refused(json.ptr, ERR_LIMIT, "attributes");
}

static void writing_a_touch_gives_what_was_read(void **state)
{
    (void)state;
    static const char json[] =
        START ",\"thread\":\"t\",\"customer\":\"c\",\"channel\":\"e\",\"actor\":\"bot\","
              "\"person\":\"p\",\"role\":\"r\",\"team\":\"x\",\"attributes\":{\"a\":1.5,"
              "\"b\":false,\"c\":\"\xc3\xa9\"}}";
    struct arena a CLEANUP(arena_release) = {0};
    struct touch t = read_ok(&a, json);
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    touch_to_json(&w, &t);
    assert_string_equal(out.ptr, json);
}

static void values_of_the_engine_are_written_as_texts(void **state)
{
    (void)state;
    struct attribute attributes[] = {
        {TEXT("due"), {.type = VALUE_MOMENT, .moment_us = SECOND_US}},
        {TEXT("took"), {.type = VALUE_DURATION, .duration_us = 90 * SECOND_US}},
        {TEXT("price"), {.type = VALUE_MONEY, .money = {1050, "BRL"}}},
    };
    struct touch t = {.source = TEXT("s"),
                      .id = TEXT("1"),
                      .event = TEXT("a.b"),
                      .attributes = attributes,
                      .attribute_count = 3};
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    touch_to_json(&w, &t);
    assert_string_equal(out.ptr, "{\"source\":\"s\",\"id\":\"1\",\"event\":\"a.b\","
                                 "\"occurred\":\"1970-01-01T00:00:00Z\",\"attributes\":{"
                                 "\"due\":\"1970-01-01T00:00:01Z\",\"took\":\"PT90S\","
                                 "\"price\":\"10.50 BRL\"}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_touch_is_read_whole),
        cmocka_unit_test(cloud_event_is_read_as_a_touch),
        cmocka_unit_test(wrong_touches_are_refused_by_field),
        cmocka_unit_test(event_names_are_noun_dot_verb),
        cmocka_unit_test(bounds_hold_just_under_and_just_over),
        cmocka_unit_test(writing_a_touch_gives_what_was_read),
        cmocka_unit_test(values_of_the_engine_are_written_as_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
