#include "feature/ledger/test_keeper_help.h"

#include "base/random.h"
#include "engine/replay.h"

extern const char company_code[]; /* tests/company/company.troth */

static const char *const events[] = {
    "message.received", "message.received", "message.sent",       "message.sent", "customer.asked",
    "outage.declared",  "outage.ended",     "thread.marked-spam", "remedy.paid",  "apology.sent",
    "complaint.opened", "complaint.closed", "call.placed",        "note.added"};
enum { EVENTS = sizeof(events) / sizeof(events[0]), TOUCHES = 60 };

static void make_touches(struct random *r, struct arena *arena, struct touch *touches)
{
    for (size_t i = 0; i < TOUCHES; i++) {
        touches[i] = (struct touch){
            .source = TEXT("test"),
            .id = arena_printf(arena, "t%zu", i),
            .event = text_of(events[random_below(r, EVENTS)]),
            .occurred_us = start_us + (int64_t)random_below(r, 24 * 7) * HOUR_US / 2,
            .thread = arena_printf(arena, "th%d", (int)random_below(r, 3)),
            .customer = arena_printf(arena, "cu%d", (int)random_below(r, 2)),
            .actor = random_below(r, 4) ? ACTOR_STAFF : ACTOR_CUSTOMER,
        };
    }
}

static int by_time(const void *a, const void *b)
{
    const struct touch *x = a, *y = b;
    if (x->occurred_us != y->occurred_us) {
        return x->occurred_us < y->occurred_us ? -1 : 1;
    }
    return text_compare(x->id, y->id);
}

static void shuffle(struct random *r, struct touch *touches)
{
    for (size_t i = TOUCHES; i-- > 1;) {
        size_t k = random_below(r, i + 1);
        struct touch kept = touches[i];
        touches[i] = touches[k];
        touches[k] = kept;
    }
}

/* -- the two ledgers as sorted lines -- */

struct lines {
    const struct plan *plan;
    char *line[4096];
    bool taken_back[4096]; /* perhaps: a late touch may have shown that it was never opened */
    size_t count;
};

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_line(struct lines *lines, struct text promise, struct text key, struct text opening,
                     uint32_t n, int state, int64_t opened, int64_t due, int64_t decided,
                     int64_t fulfilled)
{
    assert_true(lines->count < 4096);
    assert_true(asprintf(&lines->line[lines->count++],
                         "%.*s %.*s %.*s %u state %d opened %lld due %lld decided %lld late %lld",
                         TEXT_ARG(promise), TEXT_ARG(key), TEXT_ARG(opening), n, state,
                         (long long)opened, (long long)due, (long long)decided,
                         (long long)fulfilled) > 0);
}

static void add_obligation(void *context, const struct obligation *o)
{
    struct lines *lines = context;
    add_line(lines, plan_promise(lines->plan, o->promise).name, o->key, o->opening_id, o->n,
             (int)o->state, o->opened_us, o->due_us, o->decided_us, o->fulfilled_us);
}

static void add_stored(struct lines *lines, struct database *db)
{
    static const char *const keys[] = {"th0", "th1", "th2", "cu0", "cu1"};
    struct arena arena CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct ledger_row *rows;
        size_t count;
        assert_int_equal(ledger_row_of_key(db, text_of(keys[i]), &arena, &rows, &count, NULL),
                         ERR_NONE);
        for (size_t k = 0; k < count; k++) {
            struct entry_row *entries;
            size_t entry_count;
            assert_int_equal(
                entry_row_of(db, rows[k].id, rows[k].home_id, &arena, &entries, &entry_count, NULL),
                ERR_NONE);
            assert_true(entry_count > 0);
            add_line(lines, rows[k].promise, rows[k].key, rows[k].opening_id, rows[k].n,
                     (int)rows[k].state, rows[k].opened_us, rows[k].due_us, rows[k].decided_us,
                     rows[k].fulfilled_us);
            lines->taken_back[lines->count - 1] =
                rows[k].state == STATE_VOID && entries[entry_count - 1].kind == ENTRY_CORRECTED;
        }
    }
}

/* What a late touch showed never to have been opened stays in the ledger's history, and is not in a
 * replay. */
static void drop_taken_back(struct lines *stored, const struct lines *replayed)
{
    size_t kept = 0;
    for (size_t i = 0; i < stored->count; i++) {
        bool found = !stored->taken_back[i];
        for (size_t k = 0; k < replayed->count && !found; k++) {
            found = strcmp(stored->line[i], replayed->line[k]) == 0;
        }
        if (found) {
            stored->line[kept++] = stored->line[i];
        } else {
            free(stored->line[i]);
        }
    }
    stored->count = kept;
}

static void same_lines(struct lines *stored, struct lines *replayed, uint64_t seed)
{
    qsort(stored->line, stored->count, sizeof(char *), compare_lines);
    qsort(replayed->line, replayed->count, sizeof(char *), compare_lines);
    for (size_t i = 0; i < stored->count || i < replayed->count; i++) {
        const char *a = i < stored->count ? stored->line[i] : "(nothing)";
        const char *b = i < replayed->count ? replayed->line[i] : "(nothing)";
        if (strcmp(a, b) != 0) {
            fail_msg("seed %llu\nledger %s\nreplay %s", (unsigned long long)seed, a, b);
        }
    }
    for (size_t i = 0; i < stored->count; i++) {
        free(stored->line[i]);
    }
    for (size_t i = 0; i < replayed->count; i++) {
        free(replayed->line[i]);
    }
}

static void replay_all(struct server *s, const struct touch *touches, int64_t until_us,
                       struct lines *lines)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct replay *replay = replay_new(book_plan(s->book));
    for (size_t i = 0; i < TOUCHES; i++) {
        struct touch t = touches[i];
        t.place = i + 1;
        replay_add(replay, &t);
    }
    lines->plan = book_plan(s->book);
    struct replay_options options = {
        .until_us = until_us, .each = add_obligation, .each_context = lines};
    struct promise_result *results;
    assert_int_equal(replay_run(replay, &options, &arena, &results, NULL), ERR_NONE);
    replay_free(replay);
}

/* The counts must be those of the rows. */
static void counts_are_right(struct server *s)
{
    static const struct statement check[] = {
        {"test_tally_kept",
         "SELECT (SELECT coalesce(sum(kept), 0) FROM tally) - (SELECT count(*) FROM obligation "
         "WHERE state = 2), "
         "(SELECT coalesce(sum(broken), 0) FROM tally) - (SELECT count(*) FROM obligation WHERE "
         "state = 3), "
         "(SELECT coalesce(sum(excused), 0) FROM tally) - (SELECT count(*) FROM obligation WHERE "
         "state = 4), "
         "(SELECT coalesce(sum(open), 0) FROM tally_open) - (SELECT count(*) FROM obligation WHERE "
         "state = 0), "
         "(SELECT coalesce(sum(owed), 0) FROM tally_remedy) - (SELECT coalesce(sum(owed_minor), 0) "
         "FROM obligation)",
         NULL}};
    struct query q CLEANUP(query_end) = query_begin(s->db, &check[0]);
    bool row;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(query_int(&q, i), 0);
    }
}

static void live_is_replay(uint64_t seed, bool in_order)
{
    struct random r = random_seeded(seed);
    struct arena arena CLEANUP(arena_release) = {0};
    struct touch touches[TOUCHES];
    struct server s;
    int64_t end_us = start_us + INT64_C(40) * DAY_US;
    make_touches(&r, &arena, touches);
    if (in_order) {
        qsort(touches, TOUCHES, sizeof(*touches), by_time);
    } else {
        shuffle(&r, touches);
    }
    open_server(&s, company_code);
    int64_t now = in_order ? start_us : start_us + INT64_C(31) * DAY_US;
    for (size_t i = 0; i < TOUCHES;) {
        size_t count = 1 + random_below(&r, 6);
        count = count > TOUCHES - i ? TOUCHES - i : count;
        int64_t last = touches[i + count - 1].occurred_us;
        now = last > now ? last : now;
        take(&s, &touches[i], count, now);
        i += count;
        if (random_below(&r, 3) == 0) {
            now += in_order && i < TOUCHES && touches[i].occurred_us > now
                       ? (int64_t)random_below(&r, (uint64_t)(touches[i].occurred_us - now))
                       : 0;
            tick(&s, now);
        }
        if (random_below(&r, 5) == 0) {
            close_keeper(&s);
            open_keeper(&s);
        }
    }
    tick(&s, end_us);
    struct lines stored = {0}, replayed = {0};
    add_stored(&stored, s.db);
    replay_all(&s, touches, end_us, &replayed);
    drop_taken_back(&stored, &replayed);
    same_lines(&stored, &replayed, seed);
    counts_are_right(&s);
    close_server(&s);
}

static uint64_t seeds(void)
{
    const char *wanted = getenv("SEEDS");
    uint64_t usual = place_is_postgres() ? 4 : 40; /* every touch is a commit there, on the disk */
    return wanted ? strtoull(wanted, NULL, 10) : usual;
}

static void the_live_ledger_equals_a_replay(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        live_is_replay(seed, true);
    }
}

static void late_touches_end_in_the_ledger_of_a_replay(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= seeds(); seed++) {
        live_is_replay(seed, false);
    }
}

static const char notice_text[] =
    "code \"Test\"\n  owner \"Desk\"\n  contact \"desk@shop.example\"\n  scope \"All\"\n  zone "
    "Europe/London\n"
    "  channels email\n  review every 6 months\n"
    "principle p \"P\"\n  \"Words.\"\n"
    "promise notice under p\n  \"Two days ahead.\"\n  on works.started\n"
    "  must have works.announced at least 48 hours before\n"
    "promise fixed under p\n  \"Fixed in an hour.\"\n  on fault.reported\n  must fault.fixed "
    "within 1 hour\n"
    "  excused while storm.began anywhere until storm.passed\n";

static void a_new_code_remembers_what_came_before_it(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    struct touch t[4] = {
        {.source = TEXT("test"),
         .id = TEXT("a"),
         .event = TEXT("works.announced"),
         .occurred_us = start_us,
         .thread = TEXT("w")},
        {.source = TEXT("test"),
         .id = TEXT("b"),
         .event = TEXT("storm.began"),
         .occurred_us = start_us + HOUR_US},
        {.source = TEXT("test"),
         .id = TEXT("c"),
         .event = TEXT("works.started"),
         .occurred_us = start_us + 3 * DAY_US,
         .thread = TEXT("w")},
        {.source = TEXT("test"),
         .id = TEXT("d"),
         .event = TEXT("fault.reported"),
         .occurred_us = start_us + 3 * DAY_US,
         .thread = TEXT("f")},
    };
    open_server(&s, company_code);
    take(&s, t, 2, start_us + DAY_US);
    publish(&s, keeper_next_id(s.keeper), notice_text, start_us + 2 * DAY_US);
    take(&s, &t[2], 2, start_us + 3 * DAY_US);
    tick(&s, start_us + 4 * DAY_US);
    struct ledger_row *rows;
    size_t count;
    assert_int_equal(ledger_row_of_key(s.db, TEXT("w"), &arena, &rows, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].state, STATE_KEPT);
    assert_int_equal(ledger_row_of_key(s.db, TEXT("f"), &arena, &rows, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].state, STATE_EXCUSED);
    close_server(&s);
}

static void a_touch_sent_twice_is_taken_once(void **state)
{
    (void)state;
    struct server s;
    struct err_info info = {0};
    struct taking taking[2];
    struct touch t = {.source = TEXT("test"),
                      .id = TEXT("same"),
                      .event = TEXT("call.placed"),
                      .occurred_us = start_us,
                      .customer = TEXT("cu0")};
    struct touch twice[2] = {t, t};
    open_server(&s, company_code);
    assert_int_equal(keeper_take(s.keeper, s.db, twice, 2, start_us, taking, &info), ERR_NONE);
    assert_int_equal(taking[0].result, TAKEN_NEW);
    assert_int_equal(taking[1].result, TAKEN_AGAIN);
    close_server(&s);
}

static void touches_from_the_future_are_refused(void **state)
{
    (void)state;
    struct server s;
    struct err_info info = {0};
    struct taking taking[2];
    struct touch t = {.source = TEXT("test"),
                      .id = TEXT("soon"),
                      .event = TEXT("call.placed"),
                      .occurred_us = start_us + KEEPER_AHEAD_US,
                      .customer = TEXT("cu0")};
    struct touch two[2] = {t, t};
    two[1].id = TEXT("later");
    two[1].occurred_us++;
    open_server(&s, company_code);
    assert_int_equal(keeper_take(s.keeper, s.db, two, 2, start_us, taking, &info), ERR_NONE);
    assert_int_equal(taking[0].result, TAKEN_NEW);
    assert_int_equal(taking[1].result, TAKEN_REFUSED);
    assert_string_equal(taking[1].info.field, "occurred");
    close_server(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_live_ledger_equals_a_replay),
        cmocka_unit_test(late_touches_end_in_the_ledger_of_a_replay),
        cmocka_unit_test(a_new_code_remembers_what_came_before_it),
        cmocka_unit_test(a_touch_sent_twice_is_taken_once),
        cmocka_unit_test(touches_from_the_future_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
