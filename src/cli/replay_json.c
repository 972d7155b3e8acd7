#include "cli/replay_report.h"

static void count(struct json_writer *w, const char *name, uint64_t n)
{
    json_key(w, name);
    json_int(w, (int64_t)n);
}

static void windows(struct json_writer *w, const struct report *r, size_t promise)
{
    const struct promise *p = plan_promise(r->plan, promise).latest;
    const struct promise_windows *all = &r->tally->windows[promise];
    json_key(w, "windows");
    json_array_begin(w);
    for (size_t i = 0; i < all->count; i++) {
        json_object_begin(w);
        json_key(w, "from");
        json_moment(w, all->counts[i].start_us);
        count(w, "kept", all->counts[i].kept);
        count(w, "broken", all->counts[i].broken);
        if (p->has_target) {
            json_key(w, "met");
            json_bool(w, window_is_met(&all->counts[i], p->target_ppm));
        }
        json_object_end(w);
    }
    json_array_end(w);
}

static void promise(struct json_writer *w, const struct report *r, size_t number)
{
    struct promise_info about = plan_promise(r->plan, number);
    const struct promise_result *result = &r->results[number];
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, about.name);
    json_key(w, "words");
    json_text(w, about.latest->words);
    json_key(w, "is_expectation");
    json_bool(w, about.latest->is_expectation);
    count(w, "kept", result->kept);
    count(w, "broken", result->broken);
    count(w, "excused", result->excused);
    count(w, "void", result->void_);
    count(w, "open", result->open);
    count(w, "paused", result->paused);
    count(w, "fulfilled_late", result->fulfilled_late);
    figures_json_adherence(w, result->kept, result->broken);
    figures_json_number(w, "target", about.latest->has_target,
                        (double)about.latest->target_ppm / 1e6);
    windows(w, r, number);
    figures_json_owed(w, result);
    json_object_end(w);
}

void report_json_intake(struct json_writer *w, const struct replay_touches *t)
{
    const struct mapping_note *notes;
    size_t note_count = t->mapping ? mapping_notes(t->mapping, &notes) : 0;
    json_key(w, "touches");
    json_object_begin(w);
    count(w, "taken", t->intake.taken);
    count(w, "again", t->intake.again);
    count(w, "refused", t->intake.refused);
    json_key(w, "first");
    json_moment(w, t->intake.taken ? t->first_us : MOMENT_NEVER);
    json_key(w, "last");
    json_moment(w, t->intake.taken ? t->last_us : MOMENT_NEVER);
    json_key(w, "refusals");
    json_array_begin(w);
    for (size_t i = 0; i < t->refusal_count; i++) {
        json_object_begin(w);
        json_key(w, "file");
        json_str(w, t->refusals[i].file);
        count(w, "line", t->refusals[i].line);
        json_key(w, "field");
        json_str(w, t->refusals[i].info.field);
        json_key(w, "reason");
        json_str(w, t->refusals[i].info.text);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "notes");
    json_array_begin(w);
    for (size_t i = 0; i < note_count; i++) {
        json_object_begin(w);
        json_key(w, "reason");
        json_text(w, notes[i].reason);
        json_key(w, "what");
        json_str(w, notes[i].is_skip ? "rows skipped" : "times taken as the earliest");
        count(w, "count", t->intake.notes[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void breach(struct json_writer *w, const struct report *r, const struct breach *b)
{
    json_object_begin(w);
    json_key(w, "promise");
    json_text(w, plan_promise(r->plan, b->promise).name);
    json_key(w, "key");
    json_text(w, b->key);
    json_key(w, "opening");
    json_text(w, b->opening_id);
    json_key(w, "due");
    json_moment(w, b->due_us);
    json_key(w, "late_seconds");
    json_int(w, b->late_us / SECOND_US);
    json_key(w, "done");
    json_bool(w, b->is_done);
    json_object_end(w);
}

void report_json(const struct report *r, struct buf *out)
{
    struct json_writer writer = json_writer(out), *w = &writer;
    json_object_begin(w);
    json_key(w, "code");
    json_text(w, plan_promise_count(r->plan) ? plan_promise(r->plan, 0).code->title : TEXT(""));
    json_key(w, "until");
    json_moment(w, r->until_us);
    report_json_intake(w, r->touches);
    json_key(w, "promises");
    json_array_begin(w);
    for (size_t i = 0; i < plan_promise_count(r->plan); i++) {
        promise(w, r, i);
    }
    json_array_end(w);
    json_key(w, "worst");
    json_array_begin(w);
    for (size_t i = 0; i < r->tally->worst_count; i++) {
        breach(w, r, &r->tally->worst[i]);
    }
    json_array_end(w);
    json_object_end(w);
    buf_add_char(out, '\n');
}
