#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What goes to stderr between begin and end. */
struct capture {
    int saved, pipe[2];
    char bytes[8192];
};

static void capture_begin(struct capture *c)
{
    assert_int_equal(pipe(c->pipe), 0);
    c->saved = dup(STDERR_FILENO);
    dup2(c->pipe[1], STDERR_FILENO);
}

static void capture_end(struct capture *c)
{
    dup2(c->saved, STDERR_FILENO);
    close(c->saved);
    close(c->pipe[1]);
    ssize_t n = read(c->pipe[0], c->bytes, sizeof(c->bytes) - 1);
    c->bytes[n < 0 ? 0 : n] = '\0';
    close(c->pipe[0]);
}

static void values_are_quoted_and_escaped_where_needed(void **state)
{
    (void)state;
    struct capture c;
    capture_begin(&c);
    struct log_line line = log_begin(LOG_WARNING, "disk");
    log_str(&line, "plain", "a/b-c");
    log_str(&line, "empty", "");
    log_str(&line, "words", "say \"no\"\nlevel=error");
    log_int(&line, "count", -3);
    log_end(&line);
    capture_end(&c);
    assert_non_null(strstr(c.bytes, " level=warning event=disk plain=a/b-c empty=\"\" "
                                    "words=\"say \\\"no\\\"\\nlevel=error\" count=-3\n"));
    assert_ptr_equal(strchr(c.bytes, '\n'), c.bytes + strlen(c.bytes) - 1);
}

static void a_line_that_is_too_long_is_cut_and_still_ends(void **state)
{
    (void)state;
    struct capture c;
    char *big = malloc(5000);
    assert_non_null(big);
    memset(big, 'x', 5000);
    capture_begin(&c);
    struct log_line line = log_begin(LOG_ERROR, "long");
    log_text(&line, "big", (struct text){big, 5000});
    log_str(&line, "after", "cut");
    log_end(&line);
    capture_end(&c);
    free(big);
    assert_int_equal(strlen(c.bytes), LOG_LINE_MAX);
    assert_int_equal(c.bytes[LOG_LINE_MAX - 1], '\n');
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    struct capture c;
    capture_begin(&c);
    log_set_level(LOG_ERROR);
    log_say(LOG_WARNING, "quiet", "nobody hears this");
    log_say(LOG_ERROR, "loud", "%d heard", 1);
    log_set_level(LOG_INFO);
    capture_end(&c);
    assert_null(strstr(c.bytes, "quiet"));
    assert_non_null(strstr(c.bytes, "event=loud say=\"1 heard\"\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_quoted_and_escaped_where_needed),
        cmocka_unit_test(a_line_that_is_too_long_is_cut_and_still_ends),
        cmocka_unit_test(lines_below_the_level_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
