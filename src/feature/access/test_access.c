#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "feature/access/limiter.h"
#include "feature/access/role.h"
#include "feature/access/roll.h"
#include "store/migrate.h"
#include "store/testing.h"

static const int64_t now_us = INT64_C(1740000000000000);

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

static enum err create(struct store *s, const char *name, const char *scopes, int64_t expires_us,
                       struct token *ret, char secret[TOKEN_TEXT_SIZE])
{
    return token_create(s->db, text_of(name), text_of(scopes),
                        (struct token_giver){.name = TEXT("Ana Souza"), .may = permission_admin()},
                        expires_us, now_us, &s->arena, ret, secret, NULL);
}

/* -- tokens -- */

static void a_token_is_stored_as_its_hash_alone(void **state)
{
    struct store *s = *state;
    struct token made, *all;
    char secret[TOKEN_TEXT_SIZE];
    unsigned char hash[TOKEN_HASH_BYTES];
    size_t count;
    assert_int_equal(create(s, "shop", "touch:write", MOMENT_NEVER, &made, secret), ERR_NONE);
    assert_int_equal(strlen(secret), 6 + 43);
    token_hash(text_of(secret), hash);
    assert_int_equal(token_list(s->db, &s->arena, &all, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
    assert_memory_equal(all[0].hash, hash, sizeof(hash));
    assert_true(text_is(all[0].name, "shop"));
    assert_true(all[0].expires_us == MOMENT_NEVER && all[0].revoked_us == MOMENT_NEVER);
}

static void scopes_are_known_ones_in_one_order_once_each(void **state)
{
    struct store *s = *state;
    permission_set set;
    assert_int_equal(permission_check(TEXT(" admin,ledger:read  admin"), "scopes", &set, NULL),
                     ERR_NONE);
    assert_true(text_is(permission_words(&s->arena, set), "ledger:read admin"));
    assert_int_equal(permission_check(TEXT("admi"), "scopes", &set, NULL), ERR_INVALID);
    assert_int_equal(permission_check(TEXT("*"), "scopes", &set, NULL), ERR_INVALID);
    assert_int_equal(permission_check(TEXT("  "), "scopes", &set, NULL), ERR_INVALID);
}

static void nobody_gives_a_token_more_than_they_have(void **state)
{
    struct store *s = *state;
    struct token made;
    char secret[TOKEN_TEXT_SIZE];
    permission_set mine = permission_parse(TEXT("token:write ledger:read"));
    for (int more = 0; more < 2; more++) {
        assert_int_equal(token_create(s->db, TEXT("x"),
                                      more ? TEXT("ledger:read admin") : TEXT("ledger:read"),
                                      (struct token_giver){.name = TEXT("Ana Souza"), .may = mine},
                                      MOMENT_NEVER, now_us, &s->arena, &made, secret, NULL),
                         more ? ERR_FORBIDDEN : ERR_NONE);
    }
}

static void every_permission_of_a_role_that_is_built_in_is_known(void **state)
{
    struct store *s = *state;
    for (size_t i = 0; i < ROLES_BUILT_IN; i++) {
        permission_set set;
        struct text words = text_of(roles_built_in[i].permissions);
        assert_int_equal(permission_check(words, "permissions", &set, NULL), ERR_NONE);
        assert_true(text_eq(permission_words(&s->arena, set), words));
        assert_true(role_built_in(roles_built_in[i].id) == &roles_built_in[i]);
    }
}

static void a_name_has_up_to_100_bytes_and_no_control_characters(void **state)
{
    (void)state;
    char name[TOKEN_NAME_MAX + 1];
    memset(name, 'x', sizeof(name));
    assert_int_equal(token_check_name((struct text){name, TOKEN_NAME_MAX}, NULL), ERR_NONE);
    assert_int_equal(token_check_name((struct text){name, TOKEN_NAME_MAX + 1}, NULL), ERR_INVALID);
    assert_int_equal(token_check_name(TEXT(""), NULL), ERR_INVALID);
    assert_int_equal(token_check_name(TEXT("a\nb"), NULL), ERR_INVALID);
    assert_int_equal(token_check_name(TEXT("\xff"), NULL), ERR_INVALID);
}

static void the_first_revocation_counts(void **state)
{
    struct store *s = *state;
    struct token made, *all;
    char secret[TOKEN_TEXT_SIZE];
    size_t count;
    assert_int_equal(create(s, "x", "admin", now_us + 1, &made, secret), ERR_NONE);
    assert_int_equal(token_revoke(s->db, made.id, now_us + 5, NULL), ERR_NONE);
    assert_int_equal(token_revoke(s->db, made.id, now_us + 9, NULL), ERR_NONE);
    assert_int_equal(token_list(s->db, &s->arena, &all, &count, NULL), ERR_NONE);
    assert_true(all[0].revoked_us == now_us + 5);
    assert_int_equal(token_revoke(s->db, made.id + 1, now_us, NULL), ERR_NOT_FOUND);
}

static void a_token_that_has_expired_already_is_not_made(void **state)
{
    struct store *s = *state;
    struct token made;
    char secret[TOKEN_TEXT_SIZE];
    assert_int_equal(create(s, "x", "admin", now_us, &made, secret), ERR_INVALID);
    assert_int_equal(create(s, "x", "admin", now_us + 1, &made, secret), ERR_NONE);
}

/* -- sessions -- */

static void expect_link(struct store *s, int64_t at_us, char code[TOKEN_TEXT_SIZE])
{
    assert_int_equal(session_link(s->db, 1, at_us, code, NULL), ERR_NONE);
}

static enum err enter(struct store *s, const char *code, int64_t at_us,
                      char cookie[TOKEN_TEXT_SIZE])
{
    struct session_start start = {.method = "link"};
    enum err e = session_link_use(s->db, text_of(code), at_us, &start.staff_id, NULL);
    return e ? e : session_begin(s->db, &start, at_us, cookie, NULL, NULL);
}

/* The roll as a server that starts at that instant has it. */
static bool is_known(struct store *s, const char *cookie, int64_t at_us)
{
    struct roll *roll CLEANUP(roll_free) = NULL;
    assert_int_equal(roll_read(s->db, at_us, &roll, NULL), ERR_NONE);
    return roll_session(roll, text_of(cookie), at_us) != NULL;
}

static void a_link_lets_in_once(void **state)
{
    struct store *s = *state;
    char code[TOKEN_TEXT_SIZE], cookie[TOKEN_TEXT_SIZE], other[TOKEN_TEXT_SIZE];
    expect_link(s, now_us, code);
    assert_false(is_known(s, code, now_us));
    assert_int_equal(enter(s, "troth_guess", now_us, cookie), ERR_FORBIDDEN);
    assert_int_equal(enter(s, code, now_us, cookie), ERR_NONE);
    assert_int_equal(enter(s, code, now_us, other), ERR_FORBIDDEN);
    assert_true(is_known(s, cookie, now_us));
    assert_true(is_known(s, cookie, now_us + SESSION_LIFE_US - 1));
    assert_false(is_known(s, cookie, now_us + SESSION_LIFE_US));
}

static void a_link_is_good_for_ten_minutes(void **state)
{
    struct store *s = *state;
    char code[TOKEN_TEXT_SIZE], cookie[TOKEN_TEXT_SIZE];
    expect_link(s, now_us, code);
    assert_int_equal(enter(s, code, now_us + LINK_LIFE_US, cookie), ERR_FORBIDDEN);
    assert_int_equal(enter(s, code, now_us + LINK_LIFE_US - 1, cookie), ERR_NONE);
}

static void a_session_that_is_revoked_is_shut_out_and_stays_listed(void **state)
{
    struct store *s = *state;
    char code[TOKEN_TEXT_SIZE], cookie[TOKEN_TEXT_SIZE];
    struct session *all;
    size_t count;
    expect_link(s, now_us, code);
    assert_int_equal(enter(s, code, now_us, cookie), ERR_NONE);
    assert_int_equal(session_list(s->db, now_us, &s->arena, &all, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(session_revoke(s->db, all[0].id, now_us + 5, NULL), ERR_NONE);
    assert_int_equal(session_revoke(s->db, all[0].id, now_us + 9, NULL), ERR_NONE);
    assert_false(is_known(s, cookie, now_us + 5));
    assert_int_equal(session_list(s->db, now_us, &s->arena, &all, &count, NULL), ERR_NONE);
    assert_true(count == 1 && all[0].revoked_us == now_us + 5);
    assert_int_equal(session_revoke(s->db, all[0].id + 2, now_us, NULL), ERR_NOT_FOUND);
}

static void links_have_a_bound_and_old_ones_make_room(void **state)
{
    struct store *s = *state;
    char code[TOKEN_TEXT_SIZE];
    for (int i = 0; i < LINKS_MAX; i++) {
        expect_link(s, now_us, code);
    }
    assert_int_equal(session_link(s->db, 1, now_us + LINK_LIFE_US - 1, code, NULL), ERR_LIMIT);
    expect_link(s, now_us + LINK_LIFE_US, code);
}

static void when_a_session_was_seen_is_written_within_the_hour(void **state)
{
    struct store *s = *state;
    char code[TOKEN_TEXT_SIZE], cookie[TOKEN_TEXT_SIZE];
    struct session *all;
    size_t count;
    expect_link(s, now_us, code);
    assert_int_equal(enter(s, code, now_us, cookie), ERR_NONE);
    struct roll *roll CLEANUP(roll_free) = NULL;
    assert_int_equal(roll_read(s->db, now_us, &roll, NULL), ERR_NONE);
    for (int64_t later = SESSION_SEEN_STEP_US - 1; later <= SESSION_SEEN_STEP_US; later++) {
        roll_session(roll, text_of(cookie), now_us)->seen_us = now_us + later;
        assert_int_equal(roll_write_seen(roll, s->db, NULL), ERR_NONE);
        assert_int_equal(session_list(s->db, now_us, &s->arena, &all, &count, NULL), ERR_NONE);
        assert_true(all[0].seen_us == (later < SESSION_SEEN_STEP_US ? now_us : now_us + later));
    }
}

/* -- limiter -- */

static unsigned admitted(struct limiter *l, uint64_t sender, uint32_t rate, int64_t now_ns,
                         unsigned tries)
{
    unsigned count = 0;
    int64_t wait_ns;
    for (unsigned i = 0; i < tries; i++) {
        count += limiter_admit(l, sender, rate, now_ns, &wait_ns);
    }
    return count;
}

static void two_seconds_worth_come_at_once_and_then_the_rate(void **state)
{
    (void)state;
    static struct limiter l;
    static const int64_t second = 1000000000, start = 77 * second;
    assert_int_equal(admitted(&l, 1, 10, start, 100), 20);
    assert_int_equal(admitted(&l, 1, 10, start + second, 100), 10);
    assert_int_equal(admitted(&l, 1, 10, start + 60 * second, 100), 20);
    assert_int_equal(admitted(&l, 2, 10, start, 5), 5);
    assert_int_equal(admitted(&l, 2, 0, start, 1000), 1000);
}

static void who_is_refused_is_told_how_long_to_wait(void **state)
{
    (void)state;
    static struct limiter l;
    int64_t wait_ns = 0, start = 5;
    assert_int_equal(admitted(&l, 9, 2, start, 4), 4);
    assert_false(limiter_admit(&l, 9, 2, start, &wait_ns));
    assert_true(limiter_admit(&l, 9, 2, start + wait_ns, &wait_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_stored_as_its_hash_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scopes_are_known_ones_in_one_order_once_each, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_gives_a_token_more_than_they_have, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_permission_of_a_role_that_is_built_in_is_known,
                                        set_up, tear_down),
        cmocka_unit_test(a_name_has_up_to_100_bytes_and_no_control_characters),
        cmocka_unit_test_setup_teardown(the_first_revocation_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_that_has_expired_already_is_not_made, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_link_lets_in_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_good_for_ten_minutes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_session_that_is_revoked_is_shut_out_and_stays_listed,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_have_a_bound_and_old_ones_make_room, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(when_a_session_was_seen_is_written_within_the_hour, set_up,
                                        tear_down),
        cmocka_unit_test(two_seconds_worth_come_at_once_and_then_the_rate),
        cmocka_unit_test(who_is_refused_is_told_how_long_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
