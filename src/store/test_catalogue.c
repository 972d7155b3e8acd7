/* Whoever adds a migration tells the catalogue: else backups would leave out what it adds. */
#include "store/migrate.h"
#include "store/schema_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct database *open_at(uint32_t schema)
{
    struct database *db = NULL;
    struct err_info info = {0};
    struct database_config config = {.place = ":memory:", .mode = DATABASE_WRITE};
    const struct migrations then = {schema_migrations.list, schema};
    assert_int_equal(database_open(&config, &db, &info), ERR_NONE);
    assert_int_equal(migrate(db, &then, &info), ERR_NONE);
    return db;
}

struct differences {
    int count;
    char words[256];
};

static void note(void *context, const char *words)
{
    struct differences *d = context;
    d->count++;
    snprintf(d->words, sizeof(d->words), "%s", words);
}

static struct differences differences(struct database *db, uint32_t schema)
{
    struct differences d = {0};
    struct err_info info = {0};
    assert_int_equal(schema_check(db, schema, note, &d, &info), ERR_NONE);
    return d;
}

static void the_catalogue_is_the_schema_of_every_migration(void **state)
{
    (void)state;
    for (uint32_t schema = 1; schema <= schema_migrations.count; schema++) {
        struct database *db CLEANUP(database_close) = open_at(schema);
        struct differences d = differences(db, schema);
        if (d.count) {
            fail_msg("schema %u: %s: tell src/store/catalogue.c", schema, d.words);
        }
    }
}

static void every_kind_of_difference_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } cases[] = {
        {"DROP TABLE tally_open", "the column tally_open.paused is missing"},
        {"CREATE TABLE extra (id INTEGER PRIMARY KEY)", "the column extra.id is not known"},
        {"ALTER TABLE touch DROP COLUMN role", "the column touch.role is missing"},
        {"DROP TABLE waking; CREATE TABLE waking (lane TEXT NOT NULL, begun TEXT NOT NULL, us "
         "BIGINT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (lane, begun))",
         "waking.begun is of the type text, not int"},
        {"DROP TABLE waking; CREATE TABLE waking (lane TEXT NOT NULL, begun BIGINT NOT NULL, us "
         "BIGINT, after TEXT NOT NULL, PRIMARY KEY (lane, begun))",
         "waking.us may, and must not be NULL"},
        {"DROP TABLE waking; CREATE TABLE waking (lane TEXT NOT NULL, begun BIGINT NOT NULL, us "
         "BIGINT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (lane))",
         "waking.begun is not of the primary key"},
    };
    uint32_t newest = (uint32_t)schema_migrations.count;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct database *db CLEANUP(database_close) = open_at(newest);
        assert_int_equal(database_script(db, text_of(cases[i].sql), NULL), ERR_NONE);
        assert_string_equal(differences(db, newest).words, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_the_schema_of_every_migration),
        cmocka_unit_test(every_kind_of_difference_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
