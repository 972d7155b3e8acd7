#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "feature/audit/audit_part.h"
#include "feature/audit/trail.h"
#include "feature/audit/verify.h"
#include "store/migrate.h"
#include "store/testing.h"

static const int64_t now_us = INT64_C(1740000000000000);

struct store {
    struct place place;
    struct database *db;
    struct arena arena;
    struct audit_report report;
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

static void append(struct store *s, int64_t node, const char *action, const char *subject)
{
    struct chain_link link = {
        .node = node,
        .at_us = now_us,
        .actor_kind = IDENTITY_STAFF,
        .actor_id = 7,
        .actor = TEXT("Ana Souza"),
        .action = text_of(action),
        .subject = text_of(subject),
        .before = TEXT("{\"name\":\"Support\"}"),
        .after = TEXT("{\"name\":\"Service\"}"),
    };
    assert_int_equal(chain_append(s->db, &link, NULL), ERR_NONE);
}

static void change(struct store *s, const char *sql)
{
    assert_int_equal(database_script(s->db, text_of(sql), NULL), ERR_NONE);
}

/* Ten rows in the chain of server 1, three in that of server 2. */
static void fill(struct store *s)
{
    for (int i = 0; i < 10; i++) {
        append(s, 1, "team.renamed", i % 2 ? "tea_odd" : "tea_even");
    }
    for (int i = 0; i < 3; i++) {
        append(s, 2, "role.made", "rol_1");
    }
}

static void check(struct store *s, const struct chain_end *expected, size_t count)
{
    assert_int_equal(audit_check(s->db, expected, count, &s->arena, &s->report, NULL), ERR_NONE);
}

static void expect_fault(struct store *s, int64_t node, int64_t seq)
{
    check(s, NULL, 0);
    assert_true(s->report.fault_count > 0);
    assert_int_equal(s->report.faults[0].node, node);
    assert_int_equal(s->report.faults[0].seq, seq);
}

static void what_was_written_is_whole(void **state)
{
    struct store *s = *state;
    check(s, NULL, 0);
    assert_int_equal(s->report.rows, 0);
    fill(s);
    check(s, NULL, 0);
    assert_int_equal(s->report.fault_count, 0);
    assert_int_equal(s->report.rows, 13);
    assert_int_equal(s->report.end_count, 2);
    assert_int_equal(s->report.ends[0].seq, 10);
    assert_int_equal(s->report.ends[1].seq, 3);
}

static void a_long_chain_is_checked_in_slices(void **state)
{
    struct store *s = *state;
    for (int i = 0; i < 2001; i++) {
        append(s, 1, "team.renamed", "tea_1");
    }
    check(s, NULL, 0);
    assert_int_equal(s->report.rows, 2001);
    assert_int_equal(s->report.fault_count, 0);
    change(s, "UPDATE audit SET action = 'x' WHERE seq = 1500");
    expect_fault(s, 1, 1500);
    assert_int_equal(s->report.fault_count, 1);
}

static void changed_words_are_seen(void **state)
{
    struct store *s = *state;
    fill(s);
    change(s, "UPDATE audit_words SET after = '{}' WHERE id = (SELECT id FROM audit WHERE node = 1 "
              "AND seq = 4)");
    expect_fault(s, 1, 4);
    assert_int_equal(s->report.fault_count, 1);
}

static void a_changed_actor_is_seen(void **state)
{
    struct store *s = *state;
    fill(s);
    change(s, "UPDATE audit SET actor_id = 8 WHERE node = 2 AND seq = 2");
    expect_fault(s, 2, 2);
}

static void a_row_taken_out_is_seen(void **state)
{
    struct store *s = *state;
    fill(s);
    change(s, "DELETE FROM audit WHERE node = 1 AND seq = 5");
    expect_fault(s, 1, 5);
}

static void rewriting_a_row_with_its_hash_breaks_the_next(void **state)
{
    struct store *s = *state;
    fill(s);
    change(s, "UPDATE audit SET hash = digest WHERE node = 1 AND seq = 5");
    expect_fault(s, 1, 5);
    assert_int_equal(s->report.fault_count, 2);
    assert_int_equal(s->report.faults[1].seq, 6);
}

static void an_end_cut_off_is_seen_by_another_chains_anchor(void **state)
{
    struct store *s = *state;
    fill(s);
    assert_int_equal(audit_anchor(s->db, 2, now_us, NULL), ERR_NONE);
    check(s, NULL, 0);
    assert_int_equal(s->report.fault_count, 0);
    change(s, "DELETE FROM audit WHERE node = 1 AND seq > 8");
    expect_fault(s, 1, 10);
}

static void a_chain_written_anew_is_seen_by_an_anchor(void **state)
{
    struct store *s = *state;
    fill(s);
    assert_int_equal(audit_anchor(s->db, 2, now_us, NULL), ERR_NONE);
    change(s, "DELETE FROM audit_words WHERE id IN (SELECT id FROM audit WHERE node = 1);"
              "DELETE FROM audit WHERE node = 1");
    for (int i = 0; i < 10; i++) {
        append(s, 1, "nothing.done", "tea_1");
    }
    expect_fault(s, 1, 10);
    assert_int_equal(s->report.fault_count, 1);
}

static void an_end_written_down_shows_what_was_cut_off_later(void **state)
{
    struct store *s = *state;
    fill(s);
    check(s, NULL, 0);
    struct chain_end ends[] = {s->report.ends[0], s->report.ends[1]};
    append(s, 1, "team.renamed", "tea_1");
    check(s, ends, 2);
    assert_int_equal(s->report.fault_count, 0);
    change(s, "DELETE FROM audit WHERE node = 1 AND seq > 9");
    check(s, NULL, 0);
    assert_int_equal(s->report.fault_count, 0); /* nothing in the database tells */
    check(s, ends, 2);
    assert_int_equal(s->report.fault_count, 1);
    assert_int_equal(s->report.faults[0].seq, 10);
}

static void where_no_other_chain_is_there_is_no_anchor(void **state)
{
    struct store *s = *state;
    append(s, 1, "team.renamed", "tea_1");
    assert_int_equal(audit_anchor(s->db, 1, now_us, NULL), ERR_NONE);
    check(s, NULL, 0);
    assert_int_equal(s->report.rows, 1);
}

/* -- words -- */

static void words_are_erased_and_the_chain_holds(void **state)
{
    struct store *s = *state;
    int64_t count = 0;
    fill(s);
    assert_int_equal(audit_erase(s->db, TEXT("tea_odd"), &count, NULL), ERR_NONE);
    assert_int_equal(count, 5);
    check(s, NULL, 0);
    assert_int_equal(s->report.fault_count, 0);
    assert_int_equal(s->report.erased, 5);
    assert_int_equal(audit_erase(s->db, TEXT(""), &count, NULL), ERR_INVALID);
}

static void a_rule_writes_as_a_rule(void **state)
{
    struct store *s = *state;
    struct audit_note note = {.action = TEXT("webhook.disabled"), .subject = TEXT("whk_1")};
    assert_int_equal(audit_write(s->db, &note, now_us, NULL), ERR_NONE);
    check(s, NULL, 0);
    assert_int_equal(s->report.fault_count, 0);
}

struct seen {
    size_t count;
    int64_t last;
};

static void see(void *self, const struct chain_link *link)
{
    struct seen *seen = self;
    assert_true(seen->last == 0 || link->id < seen->last);
    seen->last = link->id;
    seen->count++;
}

static size_t count(struct store *s, struct trail_filter f, size_t most, int64_t *ret_next)
{
    static const struct identity reader = {.hidden_team_count = 0};
    const struct sight all = {.viewer = &reader};
    struct seen seen = {0};
    f.until_us = f.until_us ? f.until_us : INT64_MAX;
    f.from_us = f.from_us ? f.from_us : INT64_MIN;
    assert_int_equal(trail_read(s->db, &f, &all, most, &s->arena, see, &seen, ret_next, NULL),
                     ERR_NONE);
    return seen.count;
}

static void the_trail_is_found_by_who_what_and_words(void **state)
{
    struct store *s = *state;
    int64_t next;
    fill(s);
    assert_int_equal(count(s, (struct trail_filter){0}, 100, &next), 13);
    assert_int_equal(next, 0);
    assert_int_equal(count(s, (struct trail_filter){.action = TEXT("role.made")}, 100, &next), 3);
    assert_int_equal(count(s, (struct trail_filter){.subject = TEXT("tea_odd")}, 100, &next), 5);
    assert_int_equal(count(s, (struct trail_filter){.words = TEXT("ana s")}, 100, &next), 13);
    assert_int_equal(count(s, (struct trail_filter){.words = TEXT("TEA_odd")}, 100, &next), 5);
    assert_int_equal(count(s, (struct trail_filter){.actor = TEXT("command")}, 100, &next), 0);
    assert_int_equal(count(s, (struct trail_filter){.until_us = now_us}, 100, &next), 0);
    assert_int_equal(count(s, (struct trail_filter){.from_us = now_us}, 100, &next), 13);
    assert_int_equal(trail_check(&(struct trail_filter){.actor = TEXT("Ana")}, NULL), ERR_INVALID);
}

static void pages_of_the_trail_join_without_a_gap(void **state)
{
    struct store *s = *state;
    struct trail_filter f = {0};
    size_t found = 0;
    fill(s);
    do {
        found += count(s, f, 4, &f.before_id);
    } while (f.before_id);
    assert_int_equal(found, 13);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_whole),
        TEST(a_long_chain_is_checked_in_slices),
        TEST(changed_words_are_seen),
        TEST(a_changed_actor_is_seen),
        TEST(a_row_taken_out_is_seen),
        TEST(rewriting_a_row_with_its_hash_breaks_the_next),
        TEST(an_end_cut_off_is_seen_by_another_chains_anchor),
        TEST(a_chain_written_anew_is_seen_by_an_anchor),
        TEST(an_end_written_down_shows_what_was_cut_off_later),
        TEST(where_no_other_chain_is_there_is_no_anchor),
        TEST(words_are_erased_and_the_chain_holds),
        TEST(a_rule_writes_as_a_rule),
        TEST(the_trail_is_found_by_who_what_and_words),
        TEST(pages_of_the_trail_join_without_a_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
