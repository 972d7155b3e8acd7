#include "story.h"

#include <stdio.h>
#include <string.h>

static enum actor actor_named(const char *who)
{
    static const char *const names[] = {"", "staff", "customer", "bot", "system"};
    for (size_t i = 1; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], who) == 0) {
            return (enum actor)i;
        }
    }
    return ACTOR_STAFF;
}

/* "name=value,name=value" */
static void read_attributes(struct arena *arena, struct text t, struct touch *touch)
{
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, TOUCH_ATTRIBUTES_MAX);
    touch->attributes = attributes;
    while (t.len) {
        const char *comma = memchr(t.ptr, ',', t.len);
        size_t len = comma ? (size_t)(comma - t.ptr) : t.len;
        const char *equals = memchr(t.ptr, '=', len);
        assert_non_null(equals);
        size_t name = (size_t)(equals - t.ptr);
        attributes[touch->attribute_count++] = (struct attribute){
            {t.ptr, name},
            {.type = VALUE_TEXT, .text = {equals + 1, len - name - 1}},
        };
        size_t step = len + (comma ? 1 : 0);
        t = (struct text){t.ptr + step, t.len - step};
    }
}

int64_t story_moment(const char *at)
{
    char text[64];
    snprintf(text, sizeof text, "2026-01-%sZ", at);
    int64_t us = 0;
    assert_true(moment_parse(text_of(text), &us));
    return us;
}

struct touch *story_touches(struct arena *arena, const struct told *told, size_t count)
{
    struct touch *touches = ARENA_ARRAY(arena, struct touch, count);
    for (size_t i = 0; i < count; i++) {
        const char *who = told[i].who ? told[i].who : "";
        touches[i] = (struct touch){
            .source = TEXT("story"),
            .id = arena_printf(arena, "t%zu", i + 1),
            .event = text_of(told[i].event),
            .occurred_us = story_moment(told[i].at),
            .place = i,
            .thread = text_of(told[i].thread ? told[i].thread : "1"),
            .customer = text_of(told[i].customer ? told[i].customer : "ana"),
            .actor = *who ? actor_named(who) : ACTOR_UNKNOWN,
            .person = actor_named(who) == ACTOR_STAFF ? text_of(who) : TEXT(""),
        };
        read_attributes(arena, text_of(told[i].attributes), &touches[i]);
    }
    return touches;
}

const struct code *story_code(struct arena *arena, const char *clauses)
{
    struct text source =
        arena_printf(arena,
                     "code \"Test\"\n  zone UTC\n\ncalendar office\n  open mon..fri 09:00-17:00\n\n"
                     "principle care \"Care\"\n  \"We care.\"\n\n%s\n",
                     clauses);
    struct diagnostics *diagnostics = ARENA_NEW(arena, struct diagnostics);
    const struct code *code = code_parse(arena, source, diagnostics);
    if (diagnostics->errors) {
        struct buf out CLEANUP(buf_release) = {0};
        diagnostics_print(diagnostics, TEXT("test"), source, &out);
        fail_msg("%s", out.ptr);
    }
    return code;
}

/* "05 10:00", with seconds where there are any. */
static void add_moment(struct buf *out, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    if (us == MOMENT_NEVER) {
        buf_add_str(out, "never");
        return;
    }
    moment_format(us, text);
    assert_memory_equal(text, "2026-0", 6);
    if (text[6] != '1') {
        buf_addf(out, "%.2s-", text + 5);
    }
    buf_addf(out, "%.2s %.5s", text + 8, text + 11);
    if (strcmp(text + 16, ":00Z") != 0) {
        buf_addf(out, "%.*s", (int)strlen(text + 16) - 1, text + 16);
    }
}

static void add_remedies(struct buf *out, const struct naive_ledger *g, size_t obligation)
{
    for (size_t i = 0; i < g->remedy_count; i++) {
        const struct naive_remedy *r = &g->remedies[i];
        if (r->obligation != obligation) {
            continue;
        }
        buf_add_str(out, "; owed ");
        if (r->is_task) {
            buf_add_text(out, r->task);
        } else {
            money_format(out, r->amount);
        }
        if (r->at_us != g->obligations[obligation].decided_us) {
            buf_add_str(out, " at ");
            add_moment(out, r->at_us);
        }
    }
}

/* One line for each obligation: KEY/OPENING[/N] STATE [at MOMENT] [due] [warned] [late] [owed]. */
static void add_line(struct buf *out, const struct naive_ledger *g, size_t i)
{
    const struct naive_obligation *o = &g->obligations[i];
    buf_addf(out, "%.*s/%.*s", TEXT_ARG(o->key), TEXT_ARG(o->opening_id));
    if (o->n) {
        buf_addf(out, "/%u", o->n);
    }
    static const char *const states[] = {"open", "paused", "kept", "broken", "excused", "void"};
    buf_addf(out, " %s", states[o->state]);
    if (o->decided_us != MOMENT_NEVER) {
        buf_add_char(out, ' ');
        add_moment(out, o->decided_us);
    }
    if (o->due_us != o->decided_us) {
        buf_add_str(out, ", due ");
        add_moment(out, o->due_us);
    }
    if (o->warned_us != MOMENT_NEVER) {
        buf_add_str(out, ", warned ");
        add_moment(out, o->warned_us);
    }
    if (o->fulfilled_us != MOMENT_NEVER) {
        buf_add_str(out, ", fulfilled ");
        add_moment(out, o->fulfilled_us);
    }
    add_remedies(out, g, i);
}

void story_check(const char *clauses, const struct told *told, size_t count, const char *until,
                 const char *promise, const char *expected)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct code *code = story_code(&arena, clauses);
    struct touch *touches = story_touches(&arena, told, count);
    struct naive_ledger ledger;
    struct err_info info = {0};
    if (naive_evaluate(&arena, &code, 1, touches, count, story_moment(until), &ledger, &info) !=
        ERR_NONE) {
        fail_msg("%s", info.text);
    }
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, "");
    for (size_t i = 0; i < ledger.obligation_count; i++) {
        if (promise && !text_is(ledger.obligations[i].promise, promise)) {
            continue;
        }
        buf_add_str(&out, out.len ? "\n" : "");
        add_line(&out, &ledger, i);
    }
    buf_reserve(&out, 1);
    assert_string_equal(out.len ? out.ptr : "", expected);
}
