/* Small stories for the engine: promises, touches in March 2024, and the ledger that must come out.
 */
#ifndef TROTH_TEST_REPLAY_HELP_H
#define TROTH_TEST_REPLAY_HELP_H

#include "engine/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A touch as one line: "HH:MM event [key=value…]" on 2024-03-04 (a Monday), or "DD HH:MM event …"
 * in that March. */
static struct touch read_touch(struct arena *arena, const char *line, uint64_t place)
{
    int day = 4, hour, minute, used = 0;
    char event[64];
    if (sscanf(line, "%d %d:%d %63s%n", &day, &hour, &minute, event, &used) != 4) {
        day = 4;
        assert_int_equal(sscanf(line, "%d:%d %63s%n", &hour, &minute, event, &used), 3);
    }
    struct touch t = {
        .source = TEXT("test"),
        .id = arena_printf(arena, "t%d", (int)place),
        .event = arena_text(arena, text_of(event)),
        .occurred_us = date_to_days((struct date){2024, 3, day}) * DAY_US + hour * HOUR_US +
                       minute * MINUTE_US,
        .place = place,
        .thread = TEXT("th"),
        .customer = TEXT("cu"),
    };
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, 8);
    char name[64], value[64];
    int more = 0;
    while (sscanf(line + used, " %63[^= ]=%63[^ ]%n", name, value, &more) == 2) {
        used += more;
        struct text v = arena_text(arena, text_of(value));
        if (strcmp(name, "thread") == 0) {
            t.thread = v;
        } else if (strcmp(name, "customer") == 0) {
            t.customer = v;
        } else if (strcmp(name, "person") == 0) {
            t.person = v;
        } else if (strcmp(name, "actor") == 0) {
            t.actor = strcmp(value, "staff") == 0 ? ACTOR_STAFF : ACTOR_CUSTOMER;
        } else {
            attributes[t.attribute_count++] = (struct attribute){arena_text(arena, text_of(name)),
                                                                 {.type = VALUE_TEXT, .text = v}};
        }
    }
    t.attributes = attributes;
    return t;
}

static char *stamp(int64_t us, char out[32])
{
    if (us == MOMENT_NEVER) {
        memcpy(out, "-", 2);
        return out;
    }
    struct date d = date_of_days(floor_div(us, DAY_US));
    int64_t minutes = floor_mod(us, DAY_US) / MINUTE_US;
    snprintf(out, 32, "%02d-%02d %02d:%02d", d.month, d.day, (int)(minutes / 60),
             (int)(minutes % 60));
    return out;
}

struct ledger {
    const struct plan *plan;
    struct buf lines, owed;
};

static void add_obligation(void *context, const struct obligation *o)
{
    struct ledger *ledger = context;
    char due[32], decided[32], late[32];
    buf_addf(&ledger->lines, "%.*s/%u %s due %s at %s",
             TEXT_ARG(plan_promise(ledger->plan, o->promise).name), o->n, state_name(o->state),
             stamp(o->due_us, due), stamp(o->decided_us, decided));
    if (o->fulfilled_us != MOMENT_NEVER) {
        buf_addf(&ledger->lines, " late %s", stamp(o->fulfilled_us, late));
    }
    buf_add_str(&ledger->lines, "\n");
}

static void add_entry(void *context, const struct entry *e)
{
    struct ledger *ledger = context;
    char at[32];
    if (e->kind == ENTRY_OWED) {
        buf_addf(&ledger->owed, "%s ", stamp(e->at_us, at));
        money_format(&ledger->owed, e->amount);
        buf_addf(&ledger->owed, "\n");
    }
}

static const char head[] = "code \"Test\"\n  zone UTC\n"
                           "calendar office\n  zone UTC\n  open mon..fri 09:00-17:00\n"
                           "principle p \"P\"\n  \"Words.\"\n";

static void replay_is(const char *promises, const char *const *touches, const char *until,
                      const char *expected, const char *expected_owed)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    struct text source = arena_printf(&arena, "%s%s", head, promises);
    struct diagnostics diagnostics = {0};
    const struct code *code = code_parse(&arena, source, &diagnostics);
    if (diagnostics.errors) {
        struct buf out CLEANUP(buf_release) = {0};
        diagnostics_print(&diagnostics, TEXT("test"), source, &out);
        fail_msg("%s", out.ptr);
    }
    struct plan *plan;
    if (plan_compile(&arena, &code, 1, NULL, NULL, &plan, &info)) {
        fail_msg("%s", info.text);
    }
    struct replay *replay = replay_new(plan);
    for (uint64_t i = 0; touches[i]; i++) {
        struct touch t = read_touch(&arena, touches[i], i + 1);
        assert_true(replay_add(replay, &t));
    }
    struct touch end = read_touch(&arena, until, 0);
    struct ledger ledger = {.plan = plan};
    struct sink sink = {.context = &ledger, .entry = add_entry};
    struct replay_options options = {.until_us = end.occurred_us,
                                     .sink = &sink,
                                     .each = add_obligation,
                                     .each_context = &ledger};
    struct promise_result *results;
    assert_int_equal(replay_run(replay, &options, &arena, &results, &info), ERR_NONE);
    struct text lines = buf_text(&ledger.lines), owed = buf_text(&ledger.owed);
    assert_string_equal(arena_text(&arena, lines).ptr, expected);
    assert_string_equal(arena_text(&arena, owed).ptr, expected_owed ? expected_owed : "");
    buf_release(&ledger.lines);
    buf_release(&ledger.owed);
    replay_free(replay);
}

#define TOUCHES(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
