#include "scenario.h"

#include "base/json.h"

/* What promises may name; unused ones are dropped from a case that fails. */
static const char *const shared_parts[] = {
    "calendar office\n"
    "  open mon..fri 09:00-12:00, 13:00-17:00\n"
    "  open sat 10:00-12:00\n"
    "  closed 2026-03-31 \"A day off\"\n",
    "group some = high, low\n",
    ("table speed by priority\n"
     "  urgent 1 hour\n"
     "  high 2 working hours of office\n"
     "  else end of 1 working day of office\n"),
    "table size-speed by size\n"
    "  up to 1 1 hour\n"
    "  under 3 2 hours\n"
    "  else 1 calendar day\n",
    "table day-speed by day\n"
    "  mon..fri 3 hours\n"
    "  sat 1 hour\n"
    "  else 1 day\n",
    "table amounts by priority\n"
    "  urgent 7.00 EUR\n"
    "  else 3.00 EUR\n",
    "table shares by size\n"
    "  under 2 25%\n"
    "  else 12.5%\n",
    ("principle care \"Care\"\n"
     "  \"We care.\"\n"),
};
_Static_assert(sizeof shared_parts / sizeof *shared_parts == SCENARIO_PARTS, "one flag for each");

struct text scenario_code(struct arena *arena, const struct scenario *s, size_t code)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "code \"Random\"\n  zone %.*s\n", TEXT_ARG(s->zone));
    if (s->applies[code].len) {
        buf_addf(&out, "  %.*s\n", TEXT_ARG(s->applies[code]));
    }
    for (size_t i = 0; i < SCENARIO_PARTS; i++) {
        if (!s->is_part_dropped[i]) {
            buf_addf(&out, "\n%s", shared_parts[i]);
        }
    }
    for (size_t i = 0; i < s->wording_count; i++) {
        const struct wording *w = &s->wordings[i];
        if (w->is_dropped || w->code != code) {
            continue;
        }
        buf_addf(&out, "\npromise %.*s under care\n", TEXT_ARG(w->name));
        for (size_t j = 0; j < w->clause_count; j++) {
            if (!w->clauses[j].is_dropped) {
                buf_addf(&out, "  %.*s\n", TEXT_ARG(w->clauses[j].text));
            }
        }
    }
    return arena_text(arena, buf_text(&out));
}

bool scenario_parse(struct arena *arena, const struct scenario *s,
                    const struct code *ret_codes[SCENARIO_CODES_MAX], struct buf *ret_findings)
{
    for (size_t i = 0; i < s->code_count; i++) {
        struct text source = scenario_code(arena, s, i);
        struct diagnostics *diagnostics = ARENA_NEW(arena, struct diagnostics);
        ret_codes[i] = code_parse(arena, source, diagnostics);
        if (diagnostics->errors) {
            diagnostics_print(diagnostics, TEXT("random.troth"), source, ret_findings);
            return false;
        }
    }
    return true;
}

struct touch *scenario_touches(struct arena *arena, const struct scenario *s, size_t *ret_count)
{
    struct touch *touches = ARENA_ARRAY(arena, struct touch, s->touch_count);
    size_t count = 0;
    for (size_t i = 0; i < s->touch_count; i++) {
        if (!s->is_dropped[i]) {
            touches[count++] = s->touches[i];
        }
    }
    *ret_count = count;
    return touches;
}

static void print_field(struct json_writer *w, const char *name, struct text value)
{
    if (value.len) {
        json_key(w, name);
        json_text(w, value);
    }
}

static void print_attributes(struct json_writer *w, const struct touch *t)
{
    if (t->attribute_count == 0) {
        return;
    }
    json_key(w, "attributes");
    json_object_begin(w);
    for (size_t i = 0; i < t->attribute_count; i++) {
        const struct attribute *a = &t->attributes[i];
        json_key_text(w, a->name);
        if (a->value.type == VALUE_NUMBER) {
            json_number(w, a->value.number);
        } else if (a->value.type == VALUE_BOOL) {
            json_bool(w, a->value.boolean);
        } else {
            json_text(w, a->value.text);
        }
    }
    json_object_end(w);
}

static void print_touch(const struct touch *t, struct buf *out)
{
    struct json_writer w = json_writer(out);
    json_object_begin(&w);
    print_field(&w, "source", t->source);
    print_field(&w, "id", t->id);
    print_field(&w, "event", t->event);
    json_key(&w, "occurred");
    json_moment(&w, t->occurred_us);
    print_field(&w, "thread", t->thread);
    print_field(&w, "customer", t->customer);
    if (t->actor != ACTOR_UNKNOWN) {
        print_field(&w, "actor", touch_field(t, TEXT("actor")).text);
    }
    print_field(&w, "person", t->person);
    print_attributes(&w, t);
    json_object_end(&w);
    buf_add_char(out, '\n');
}

void scenario_print(const struct scenario *s, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < s->code_count; i++) {
        buf_addf(out, "---- Code %zu\n", i);
        buf_add_text(out, scenario_code(&arena, s, i));
    }
    char until[MOMENT_TEXT_SIZE];
    buf_addf(out, "---- touches, until %s\n", moment_format(s->until_us, until));
    for (size_t i = 0; i < s->touch_count; i++) {
        if (!s->is_dropped[i]) {
            print_touch(&s->touches[i], out);
        }
    }
}
