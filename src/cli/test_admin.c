/* Where a running server is found that has its database elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/admin.h"

#define DATABASE "postgresql://nobody@db.invalid/troth"

/* The one file in it is removed, then the folder. */
static size_t empty_folder(const char *folder)
{
    size_t count = 0;
    DIR *all = opendir(folder);
    assert_non_null(all);
    for (const struct dirent *one; (one = readdir(all));) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", folder, one->d_name);
        count += one->d_name[0] != '.' && unlink(path) == 0;
    }
    closedir(all);
    assert_int_equal(rmdir(folder), 0);
    return count;
}

static void a_variable_set_to_nothing_names_no_folder(void **state)
{
    (void)state;
    char folder[] = "/tmp/troth-admin-XXXXXX";
    struct arena arena CLEANUP(arena_release) = {0};
    assert_non_null(mkdtemp(folder));
    setenv("RUNTIME_DIRECTORY", "", 1);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    assert_int_equal(admin_write(DATABASE, NULL, 8080, "secret", NULL), ERR_NONE);
    assert_true(text_is(admin_url(&arena, DATABASE), "http://localhost:8080"));
    assert_int_equal(empty_folder(folder), 1);

    setenv("XDG_RUNTIME_DIR", "", 1); /* so it is /tmp */
    assert_int_equal(admin_write(DATABASE, NULL, 8081, "secret", NULL), ERR_NONE);
    assert_true(text_is(admin_url(&arena, DATABASE), "http://localhost:8081"));
    admin_remove(DATABASE, "secret");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_variable_set_to_nothing_names_no_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
