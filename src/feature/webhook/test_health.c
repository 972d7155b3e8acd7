/* How an endpoint fares over days, by a clock that the test sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "base/moment.h"
#include "feature/outbox/row.h"
#include "feature/webhook/health.h"
#include "store/migrate.h"
#include "store/testing.h"

static const int64_t start_us = INT64_C(1740000000000000);
static const struct delivery fails = {.state = OUTBOX_WAITING, .code = 500};
static const struct delivery works = {.state = OUTBOX_SENT, .code = 204};
static const struct delivery gone = {.state = OUTBOX_FAILED, .code = 410};

struct store {
    struct place place;
    struct database *db;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct store store;
    store = (struct store){.place = place_make_light()};
    struct database_config config = {.place = store.place.path, .mode = DATABASE_WRITE};
    *state = &store;
    return sodium_init() < 0 || database_open(&config, &store.db, NULL) ||
           migrate(store.db, &schema_migrations, NULL);
}

static int tear_down(void **state)
{
    struct store *store = *state;
    database_close(&store->db);
    place_remove(&store->place);
    arena_release(&store->arena);
    return 0;
}

static int64_t make(struct store *s, const char *contact)
{
    struct endpoint e = {.url = TEXT("https://example.com/hook"),
                         .contact = text_of(contact),
                         .events = TEXT("obligation.kept"),
                         .secret = TEXT("whsec_x"),
                         .enabled = true,
                         .failing_since_us = MOMENT_NEVER};
    assert_int_equal(endpoint_add(s->db, &e, NULL), ERR_NONE);
    return e.id;
}

static struct endpoint settle(struct store *s, int64_t id, const struct delivery *d, int64_t at_us)
{
    struct endpoint e;
    bool changed;
    assert_int_equal(health_settle(NULL, s->db, id, d, start_us + at_us, &changed, NULL), ERR_NONE);
    assert_int_equal(endpoint_find(s->db, id, &s->arena, &e, NULL), ERR_NONE);
    return e;
}

/* Subjects of the mails that wait, the newest first. */
static struct outbox_rows mails(struct store *s)
{
    struct outbox_rows rows;
    assert_int_equal(
        outbox_row_list(s->db, OUTBOX_MAIL, OUTBOX_WAITING, INT64_MAX, 10, &s->arena, &rows, NULL),
        ERR_NONE);
    return rows;
}

static void five_days_of_failures_disable_an_endpoint_and_not_a_moment_less(void **state)
{
    struct store *s = *state;
    int64_t id = make(s, "ops@example.org");
    assert_int_equal(settle(s, id, &fails, 0).failing_since_us, start_us);
    assert_true(settle(s, id, &fails, 3 * DAY_US).enabled);
    struct endpoint e = settle(s, id, &fails, 5 * DAY_US);
    assert_true(e.enabled);
    assert_int_equal(e.failing_since_us, start_us);
    assert_int_equal(mails(s).count, 0);
    e = settle(s, id, &fails, 5 * DAY_US + 1);
    assert_false(e.enabled);
    assert_true(text_contains(e.disabled_why, TEXT("five days")));
    assert_int_equal(mails(s).count, 1);
    settle(s, id, &fails, 6 * DAY_US);
    assert_int_equal(mails(s).count, 1); /* told once */
}

static void a_success_in_between_begins_the_days_anew(void **state)
{
    struct store *s = *state;
    int64_t id = make(s, "");
    settle(s, id, &fails, 0);
    assert_true(settle(s, id, &works, 4 * DAY_US).failing_since_us == MOMENT_NEVER);
    assert_int_equal(settle(s, id, &fails, 5 * DAY_US).failing_since_us, start_us + 5 * DAY_US);
    assert_true(settle(s, id, &fails, 10 * DAY_US).enabled);
    assert_false(settle(s, id, &fails, 10 * DAY_US + 1).enabled);
    assert_int_equal(mails(s).count, 0); /* nobody to tell */
}

static void add_staff(struct store *s, const char *email, const char *language)
{
    static const struct statement add = {
        "test_staff_add",
        "INSERT INTO staff (id, email, name, language, theme, created_us) VALUES ($1, $2, 'x', $3, "
        "'auto', 1)",
        NULL};
    static const struct statement_table table = {&add, 1};
    static int64_t next_id = 1;
    assert_int_equal(database_prepare(s->db, &table, NULL), ERR_NONE);
    struct query q CLEANUP(query_end) = query_begin(s->db, &add);
    query_bind_int(&q, 1, next_id++);
    query_bind_text(&q, 2, text_of(email));
    query_bind_text(&q, 3, text_of(language));
    assert_int_equal(query_run(&q, NULL), ERR_NONE);
}

static void its_contact_is_told_in_their_own_language(void **state)
{
    struct store *s = *state;
    add_staff(s, "ana@example.org", "pt-BR");
    add_staff(s, "luz@example.org", "es");
    static const struct {
        const char *contact;
        const struct delivery *last;
        struct text subject, words;
    } cases[] = {
        {"Ana@example.org", &fails, TEXT("Um webhook foi desativado"), TEXT("cinco dias")},
        {"luz@example.org", &gone, TEXT("Se ha desactivado un webhook"), TEXT("410")},
        {"ops@example.org", &fails, TEXT("A webhook was disabled"), TEXT("five days")},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t id = make(s, cases[i].contact);
        settle(s, id, &fails, 0);
        assert_false(settle(s, id, cases[i].last, 6 * DAY_US).enabled);
        struct outbox_rows rows = mails(s);
        struct outbox_row row;
        assert_int_equal(rows.count, i + 1);
        assert_int_equal(outbox_row_find(s->db, rows.list[0].id, &s->arena, &row, NULL), ERR_NONE);
        assert_true(text_eq(rows.list[0].title, cases[i].subject));
        assert_true(text_contains(row.content, cases[i].words));
        assert_true(text_contains(row.content, TEXT("https://example.com/hook")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            five_days_of_failures_disable_an_endpoint_and_not_a_moment_less, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_success_in_between_begins_the_days_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(its_contact_is_told_in_their_own_language, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("webhook health", tests, NULL, NULL);
}
