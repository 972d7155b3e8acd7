/* The report for people, on a terminal. */
#include "cli/replay_report.h"

static size_t name_width(const struct plan *p)
{
    size_t width = sizeof("promise") - 1;
    for (size_t i = 0; i < plan_promise_count(p); i++) {
        size_t len = plan_promise(p, i).name.len;
        width = len > width ? len : width;
    }
    return width;
}

static void left(struct buf *out, struct text t, size_t width)
{
    buf_addf(out, "%-*.*s", (int)width, TEXT_ARG(t));
}

/* For columns of numbers: grouped digits, to the right. */
static void right(struct buf *out, uint64_t n, int width)
{
    struct buf digits CLEANUP(buf_release) = {0};
    words_count(&digits, n);
    buf_addf(out, "%*s", width, digits.ptr);
}

static void target_words(const struct report *r, size_t promise, struct buf *out)
{
    const struct promise *p = plan_promise(r->plan, promise).latest;
    if (!p->has_target) {
        return;
    }
    struct adherence a = adherence_of(r->results[promise].kept, r->results[promise].broken);
    words_share_of_ppm(out, p->target_ppm);
    const struct promise_windows *w = &r->tally->windows[promise];
    if (p->target_window.kind == WINDOW_NONE || p->target_window.kind == WINDOW_ROLLING) {
        buf_add_str(out, !a.n ? "" : a.share * 1e6 >= (double)p->target_ppm ? " met" : " missed");
        return;
    }
    buf_add_char(out, ' ');
    words_window(out, p->target_window);
    buf_addf(out, ": met in %zu of %zu", windows_met(r, promise), w->count);
}

static void promise_row(const struct report *r, size_t promise, size_t width, struct buf *out)
{
    const struct promise_result *result = &r->results[promise];
    struct buf cell CLEANUP(buf_release) = {0};
    left(out, plan_promise(r->plan, promise).name, width);
    words_adherence(&cell, adherence_of(result->kept, result->broken));
    buf_addf(out, "  %-20s", cell.ptr);
    right(out, result->kept + result->broken, 10);
    right(out, result->kept, 10);
    right(out, result->broken, 10);
    right(out, result->excused, 9);
    right(out, result->void_, 7);
    right(out, result->open, 8);
    right(out, result->paused, 8);
    buf_add_str(out, "  ");
    target_words(r, promise, out);
    while (out->len && out->ptr[out->len - 1] == ' ') {
        out->len--;
    }
    buf_add_char(out, '\n');
}

static void remedies(const struct report *r, size_t width, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < plan_promise_count(r->plan); i++) {
        struct buf owed CLEANUP(buf_release) = {0};
        words_owed(&owed, &r->results[i]);
        if (owed.len) {
            buf_add_str(out, any ? "" : "\nRemedies owed\n");
            any = true;
            left(out, plan_promise(r->plan, i).name, width);
            buf_addf(out, "  %s\n", owed.ptr);
        }
    }
}

static void worst(const struct report *r, size_t width, struct buf *out)
{
    for (size_t i = 0; i < r->tally->worst_count; i++) {
        const struct breach *b = &r->tally->worst[i];
        buf_add_str(out, i ? "" : "\nWorst breaches\n");
        left(out, plan_promise(r->plan, b->promise).name, width);
        buf_add_str(out, "  ");
        words_late(out, b->late_us);
        buf_add_str(out, b->is_done ? " late" : " late, still not done");
        buf_addf(out, ": %.*s, due ", TEXT_ARG(b->key));
        words_local(out, r->tally->zones[b->promise], b->due_us);
        buf_add_char(out, '\n');
    }
}

static void heading(const struct report *r, struct buf *out)
{
    const struct replay_touches *t = r->touches;
    if (plan_promise_count(r->plan) == 0) {
        buf_add_str(out, "The Code holds no promise.\n");
        return;
    }
    const struct zone *zone = r->tally->zones[0];
    buf_add_text(out, plan_promise(r->plan, 0).code->title);
    buf_add_char(out, '\n');
    words_count(out, t->intake.taken);
    buf_add_str(out, t->intake.taken == 1 ? " touch" : " touches");
    if (t->intake.taken) {
        buf_add_str(out, " from ");
        words_local(out, zone, t->first_us);
        buf_add_str(out, " to ");
        words_local(out, zone, t->last_us);
    }
    if (r->until_given) {
        buf_add_str(out, ", judged until ");
        words_local(out, zone, r->until_us);
    }
    buf_addf(out, " (%.*s)\n", TEXT_ARG(zone_name(zone)));
    words_intake(out, t, "");
    buf_add_char(out, '\n');
}

void report_text(const struct report *r, struct buf *out)
{
    size_t width = name_width(r->plan);
    heading(r, out);
    left(out, TEXT("promise"), width);
    buf_addf(out, "  %-20s%10s%10s%10s%9s%7s%8s%8s  %s\n", "kept (95 % interval)", "n", "kept",
             "broken", "excused", "void", "open", "paused", "target");
    for (size_t i = 0; i < plan_promise_count(r->plan); i++) {
        promise_row(r, i, width, out);
    }
    remedies(r, width, out);
    worst(r, width, out);
}
