/* A row's home is the same number in the program and in the SQL of either database. */
#include "store/home.h"
#include "store/migrate.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void sql_makes_the_same_home_as_the_program(void **state)
{
    (void)state;
    static const char *const subjects[] = {
        "",           "a",           "T-1",
        "order 4711", "caf\xc3\xa9", "\xf0\x9f\x98\x80 long: 0123456789 0123456789"};
    static const struct statement home = {"home", "SELECT home_of(CAST($1 AS TEXT))", NULL};
    struct place place = place_make_light();
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = place.path, .mode = DATABASE_WRITE};
    assert_int_equal(database_open(&config, &db, NULL), ERR_NONE);
    assert_int_equal(migrate(db, &schema_migrations, NULL), ERR_NONE);
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &home);
        bool row = false;
        query_bind_text(&q, 1, text_of(subjects[i]));
        assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
        assert_int_equal(query_int(&q, 0), home_of(text_of(subjects[i])));
        assert_true(query_int(&q, 0) >= 0);
    }
    database_close(&db);
    place_remove(&place);
}

/* A database of before: what had homes of another kind gets the new ones. */
static void migrating_gives_every_row_its_home(void **state)
{
    (void)state;
    static const char filling[] =
        "INSERT INTO touch VALUES (1, 77, 's', 'x', 'e', 5, 5, 'T-1', 'c', NULL, 1, NULL, NULL, "
        "NULL, NULL), (2, 77, 's', 'y', 'e', 5, 5, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL);"
        "INSERT INTO touch_key VALUES ('order', 'o-1', 5, 1);"
        "INSERT INTO obligation VALUES (3, 77, 1, 'p', 'T-1', 's', 'x', 0, NULL, NULL, NULL, NULL, "
        "NULL, 0, 5, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0);"
        "INSERT INTO obligation_entry VALUES (4, 3, 1, 5, NULL, NULL, NULL, 0, NULL, NULL, NULL, "
        "0)";
    static const struct statement right = {
        "right",
        "SELECT (SELECT count(*) FROM touch WHERE home_id = home_of(coalesce(thread, "
        "external_id))) + (SELECT count(*) FROM touch_key k JOIN touch t ON t.id = k.touch_id AND "
        "t.home_id = k.touch_home_id WHERE k.home_id = home_of(k.key)) + (SELECT count(*) FROM "
        "obligation o JOIN obligation_entry e ON e.home_id = o.home_id WHERE o.home_id = "
        "home_of('T-1'))",
        NULL};
    struct place place = place_make_light();
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = place.path, .mode = DATABASE_WRITE};
    const struct migrations before = {schema_migrations.list, 5};
    assert_int_equal(database_open(&config, &db, NULL), ERR_NONE);
    assert_int_equal(migrate(db, &before, NULL), ERR_NONE);
    assert_int_equal(database_script(db, text_of(filling), NULL), ERR_NONE);
    assert_int_equal(migrate(db, &schema_migrations, NULL), ERR_NONE);
    bool row = false;
    struct query q CLEANUP(query_end) = query_begin(db, &right);
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    assert_int_equal(query_int(&q, 0), 2 + 1 + 1);
    query_end(&q);
    database_close(&db);
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sql_makes_the_same_home_as_the_program),
        cmocka_unit_test(migrating_gives_every_row_its_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
