#include "intake/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

/* What came of a file: "event@place " for touches, "!line:words " for refusals. */
struct heard {
    struct buf story;
    char last_id[TOUCH_NAME_MAX + 1];
};

static void heard_release(struct heard *h)
{
    buf_release(&h->story);
}

static bool on_touch(void *context, const struct touch *t)
{
    struct heard *h = context;
    bool again = t->id.len == strlen(h->last_id) && text_is(t->id, h->last_id);
    snprintf(h->last_id, sizeof(h->last_id), "%.*s", TEXT_ARG(t->id));
    buf_addf(&h->story, "%.*s@%llu ", TEXT_ARG(t->id), (unsigned long long)t->place);
    return !again;
}

static void on_refused(void *context, uint64_t line, const struct err_info *info)
{
    struct heard *h = context;
    buf_addf(&h->story, "!%llu:%.12s ", (unsigned long long)line, info->text);
}

struct run {
    struct heard heard;
    struct intake_sink sink;
    struct intake in;
    struct err_info info;
};

static void run_release(struct run *r)
{
    heard_release(&r->heard);
}

static void prepare(struct run *r, const struct mapping *m)
{
    *r = (struct run){0};
    r->sink = (struct intake_sink){&r->heard, on_touch, on_refused, NULL};
    r->in = (struct intake){.sink = &r->sink, .mapping = m};
}

static enum err read_text(struct run *r, struct text text)
{
    struct bytes *b = bytes_of(text);
    enum err e = intake_read(&r->in, b, &r->info);
    bytes_close(b);
    return e;
}

static enum err read_file(struct run *r, const char *name)
{
    struct bytes *b;
    enum err e = bytes_open(name, &b, &r->info);
    if (e) {
        return e;
    }
    e = intake_read(&r->in, b, &r->info);
    bytes_close(b);
    return e;
}

static void story_is(const struct run *r, const char *expected)
{
    assert_string_equal(r->heard.story.ptr ? r->heard.story.ptr : "", expected);
}

#define TOUCH(id) \
    "{\"source\":\"s\",\"id\":\"" id "\",\"event\":\"a.b\",\"occurred\":\"2025-01-01T00:00:00Z\"}"

static void lines_are_touches_and_wrong_ones_are_told(void **state)
{
    (void)state;
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    assert_int_equal(
        read_text(&r, TEXT("\xef\xbb\xbf\n" TOUCH("1") "\r\n\n  \n{\"source\":1}\n" TOUCH(
                          "2") "\n" TOUCH("2") "\n{\n" TOUCH("3"))),
        ERR_NONE);
    story_is(&r, "1@1 !5:source must  2@2 2@3 !8:expected a n 3@4 ");
    assert_int_equal(r.in.records, 6);
    assert_int_equal(r.in.taken, 3);
    assert_int_equal(r.in.again, 1);
    assert_int_equal(r.in.refused, 2);
}

static void nothing_is_no_error(void **state)
{
    (void)state;
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    assert_int_equal(read_text(&r, TEXT("")), ERR_NONE);
    assert_int_equal(read_text(&r, TEXT(" \n\n")), ERR_NONE);
    assert_int_equal(read_text(&r, TEXT("[]")), ERR_NONE);
    assert_int_equal(read_text(&r, TEXT(" [ ] \n")), ERR_NONE);
    story_is(&r, "");
}

static void zeros_are_refused_and_not_taken_for_an_empty_file(void **state)
{
    (void)state;
    static const char zeros[8] = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    assert_int_equal(read_text(&r, (struct text){zeros, sizeof(zeros)}), ERR_NONE);
    assert_int_equal(r.in.records, 1);
    assert_int_equal(r.in.refused, 1);
}

static void place_goes_on_over_files(void **state)
{
    (void)state;
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    assert_int_equal(read_text(&r, TEXT(TOUCH("1"))), ERR_NONE);
    assert_int_equal(read_text(&r, TEXT("[" TOUCH("2") "]")), ERR_NONE);
    story_is(&r, "1@1 2@2 ");
}

static void array_gives_its_elements(void **state)
{
    (void)state;
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    assert_int_equal(read_text(&r, TEXT("[\n" TOUCH("1") ",\n {\"x\":\"],[\\\"\"},\n\n" TOUCH(
                                       "2") "\n,5,, {\"a\":[{}]}]\n")),
                     ERR_NONE);
    story_is(&r, "1@1 !3:unknown fiel 2@2 !6:a touch is a !6:a touch is m !6:unknown fiel ");
    assert_int_equal(read_text(&r, TEXT("[" TOUCH("4"))), ERR_INVALID);
    assert_non_null(strstr(r.info.text, "no closing ]"));
    assert_int_equal(read_text(&r, TEXT("[" TOUCH("4") "]\n\n x")), ERR_INVALID);
    assert_int_equal(r.info.line, 3);
}

/* One touch as long as asked, by spaces before it. */
static void add_padded(struct buf *b, const char *touch, size_t length)
{
    for (size_t i = strlen(touch); i < length; i++) {
        buf_add_char(b, ' ');
    }
    buf_add_str(b, touch);
    buf_add_char(b, '\n');
}

static void write_file(char *name, struct text content, bool gzip)
{
    static const char template[] = "/tmp/troth-intake-XXXXXX";
    memcpy(name, template, sizeof(template));
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    if (gzip) {
        gzFile file = gzdopen(fd, "wb");
        assert_int_equal(gzwrite(file, content.ptr, (unsigned)content.len), content.len);
        assert_int_equal(gzclose(file), Z_OK);
    } else {
        assert_int_equal(write(fd, content.ptr, content.len), content.len);
        close(fd);
    }
}

static void line_limit_holds_just_under_and_just_over(void **state)
{
    (void)state;
    struct buf text CLEANUP(buf_release) = {0};
    buf_add_str(&text, TOUCH("0") "\n"); /* the blanks before a first touch belong to no line */
    add_padded(&text, TOUCH("1"), INTAKE_LINE_MAX);
    add_padded(&text, TOUCH("2"), INTAKE_LINE_MAX + 1);
    add_padded(&text, TOUCH("3"), 300000);
    add_padded(&text, TOUCH("4"), 1);
    char name[64];
    for (int as_file = 0; as_file < 2; as_file++) {
        struct run r CLEANUP(run_release);
        prepare(&r, NULL);
        write_file(name, buf_text(&text), false);
        enum err e = as_file ? read_file(&r, name) : read_text(&r, buf_text(&text));
        unlink(name);
        assert_int_equal(e, ERR_NONE);
        story_is(&r, "0@1 1@2 !3:the line is  3@3 4@4 ");
    }
}

static void gzip_is_undone_and_damage_is_told(void **state)
{
    (void)state;
    struct buf text CLEANUP(buf_release) = {0};
    for (int i = 0; i < 5000; i++) {
        buf_addf(&text,
                 "{\"source\":\"s\",\"id\":\"%d-%d\",\"event\":\"a.b\","
                 "\"occurred\":\"2025-01-01T00:00:00Z\"}\n",
                 i, i * 7919 % 5000);
    }
    char name[64];
    struct run r CLEANUP(run_release);
    prepare(&r, NULL);
    write_file(name, buf_text(&text), true);
    assert_int_equal(read_file(&r, name), ERR_NONE);
    assert_int_equal(r.in.taken, 5000);
    assert_int_equal(truncate(name, 20000), 0);
    assert_int_equal(read_file(&r, name), ERR_IO);
    assert_non_null(strstr(r.info.text, "cut off"));
    assert_true(r.in.taken > 5000);
    unlink(name);
    assert_int_equal(read_file(&r, name), ERR_NOT_FOUND);
    assert_int_equal(read_file(&r, "/tmp"), ERR_IO);
}

static const char mapping_text[] = "mapping \"M\"\n"
                                   "  source \"s\"\n"
                                   "  delimiter \";\"\n"
                                   "  key id\n"
                                   "skip when what = \"none\" \"nothing\"\n"
                                   "touch a.b\n"
                                   "  occurred at-time\n"
                                   "  attribute what what\n"
                                   "touch c.d when what contains \"two\"\n"
                                   "  occurred at-time\n";

static struct mapping *mapping_of(struct arena *a, const char *text)
{
    struct diagnostics d;
    struct mapping *m = mapping_parse(a, text_of(text), &d);
    assert_int_equal(d.errors, 0);
    return m;
}

static void csv_rows_become_touches(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, mapping_of(&a, mapping_text));
    assert_int_equal(read_text(&r, TEXT("\xef\xbb\xbfid;at-time;what\r\n"
                                        "1;2025-01-01T00:00:00Z;\"two;\r\nlines \"\"q\"\"\"\r\n"
                                        "\r\n"
                                        "2;2025-01-01T00:00:00Z;one;more\r\n"
                                        "3;soon;x\r\n"
                                        "4;2025-01-01T00:00:00Z;none\r\n"
                                        "5;2025-01-01T00:00:00Z;\xff\r\n"
                                        "6;2025-01-01T00:00:00Z;5\" pipe")),
                     ERR_NONE);
    story_is(&r, "1/a.b@1 1/c.d@2 !5:the row has  !6:occurred: \"s !8:cell 3 is no 6/a.b@3 ");
    assert_int_equal(r.in.records, 6);
    assert_int_equal(r.in.notes[0], 1);
}

static void csv_in_latin1_is_read_when_the_mapping_says_so(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, mapping_of(&a, "mapping \"M\"\n source \"s\"\n encoding latin-1\n columns id, t\n"
                               "touch a.b\n id id\n occurred t\n"));
    assert_int_equal(read_text(&r, TEXT("\xe9,2025-01-01T00:00:00Z\n")), ERR_NONE);
    story_is(&r, "\xc3\xa9@1 ");
}

static void csv_without_its_columns_is_refused_whole(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, mapping_of(&a, mapping_text));
    assert_int_equal(read_text(&r, TEXT("\nid;at-tme;what\n1;2;3\n")), ERR_INVALID);
    assert_non_null(strstr(r.info.text, "at-tme"));
    assert_int_equal(r.info.line, 2);
    assert_int_equal(read_text(&r, TEXT("")), ERR_INVALID);
    story_is(&r, "");
}

static void open_quote_is_told_and_bounded(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, mapping_of(&a, mapping_text));
    assert_int_equal(read_text(&r, TEXT("id;at-time;what\n1;2;\"x\n2;2;y\n")), ERR_NONE);
    story_is(&r, "!2:a quote is n ");
    struct buf text CLEANUP(buf_release) = {0};
    buf_add_str(&text, "id;at-time;what\n1;2;\"");
    for (size_t i = 0; i < INTAKE_LINE_MAX; i++) {
        buf_add_char(&text, i % 100 ? 'x' : '\n');
    }
    assert_int_equal(read_text(&r, buf_text(&text)), ERR_LIMIT);
    assert_int_equal(r.info.line, 2);
}

static void stray_quote_takes_no_other_row_with_it(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct run r CLEANUP(run_release);
    prepare(&r, mapping_of(&a, mapping_text));
    assert_int_equal(read_text(&r, TEXT("id;at-time;what\r\n"
                                        "1;2025-01-01T00:00:00Z;\"5\" pipe\r\n"
                                        "2;2025-01-01T00:00:00Z;\"3 pipe\"\r\n"
                                        "3;2025-01-01T00:00:00Z;\"5\" wide\"\r\n"
                                        "4;2025-01-01T00:00:00Z;\"two \"\"lines\"\"\r\nof it\"\r\n"
                                        "5;2025-01-01T00:00:00Z;\"a\" \"b\r\n"
                                        "6;2025-01-01T00:00:00Z;\"c\" \r\n")),
                     ERR_NONE);
    story_is(&r, "!2:a quote with 2/a.b@1 3/a.b@2 4/a.b@3 4/c.d@4 !7:a quote with 6/a.b@5 ");
    assert_int_equal(r.in.records, 6);
    assert_int_equal(read_text(&r, TEXT("id;\"at\"-time;what\n1;2;3\n")), ERR_INVALID);
    assert_non_null(strstr(r.info.text, "write it twice"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_touches_and_wrong_ones_are_told),
        cmocka_unit_test(nothing_is_no_error),
        cmocka_unit_test(zeros_are_refused_and_not_taken_for_an_empty_file),
        cmocka_unit_test(place_goes_on_over_files),
        cmocka_unit_test(array_gives_its_elements),
        cmocka_unit_test(line_limit_holds_just_under_and_just_over),
        cmocka_unit_test(gzip_is_undone_and_damage_is_told),
        cmocka_unit_test(csv_rows_become_touches),
        cmocka_unit_test(csv_in_latin1_is_read_when_the_mapping_says_so),
        cmocka_unit_test(csv_without_its_columns_is_refused_whole),
        cmocka_unit_test(open_quote_is_told_and_bounded),
        cmocka_unit_test(stray_quote_takes_no_other_row_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
