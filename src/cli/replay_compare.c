#include "cli/replay_compare.h"

#include <string.h>

#include "base/csv_cell.h"

enum { CHANGES_SHOWN = 20 };

static struct adherence adherence_of_result(const struct promise_result *r)
{
    return r ? adherence_of(r->kept, r->broken) : (struct adherence){0};
}

/* Nothing where every obligation that counts has its partner. */
static void alone_words(struct buf *out, const struct compared *p, bool is_paired)
{
    if (!p->before || !p->after || p->current_alone + p->draft_alone == 0) {
        return;
    }
    buf_add_str(out, is_paired ? " in " : "; judged by both ");
    words_count(out, pairs_count(p->pairs));
    buf_add_str(out,
                is_paired ? " judged by both; by the current alone " : ", by the current alone ");
    words_count(out, p->current_alone);
    buf_add_str(out, ", by the draft alone ");
    words_count(out, p->draft_alone);
}

static void difference_words(struct buf *out, const struct compared *p)
{
    struct difference d = {.is_paired = false};
    if (compared_difference(p, &d)) {
        buf_addf(out, "%+.1f points (%+.1f to %+.1f)%s", d.by * 100, d.low * 100, d.high * 100,
                 d.is_paired ? "" : " as of separate samples");
    } else {
        buf_add_str(out, !p->before ? "new" : !p->after ? "gone" : "too few to say");
    }
    alone_words(out, p, d.is_paired);
}

static void side_words(struct buf *out, const struct promise_result *r)
{
    if (!r) {
        buf_add_str(out, "not promised");
        return;
    }
    struct adherence a = adherence_of_result(r);
    words_adherence(out, a);
    if (a.n) {
        buf_add_str(out, ", n ");
        words_count(out, a.n);
    }
}

static void owed_words(struct buf *out, const struct promise_result *r)
{
    size_t before = out->len;
    if (r) {
        words_owed(out, r);
    }
    if (out->len == before) {
        buf_add_str(out, "nothing");
    }
}

/* -- text -- */

static void text_promise(const struct compared *p, struct buf *out)
{
    struct buf before CLEANUP(buf_release) = {0}, after CLEANUP(buf_release) = {0};
    buf_addf(out, "%.*s\n", TEXT_ARG(p->name));
    side_words(&before, p->before);
    side_words(&after, p->after);
    buf_addf(out, "  kept      %-32s  %-32s  ", before.ptr, after.ptr);
    difference_words(out, p);
    buf_add_char(out, '\n');
    buf_clear(&before);
    buf_clear(&after);
    owed_words(&before, p->before);
    owed_words(&after, p->after);
    if (strcmp(before.ptr, "nothing") != 0 || strcmp(after.ptr, "nothing") != 0) {
        buf_addf(out, "  remedies  %-32s  %s\n", before.ptr, after.ptr);
    }
}

static void text_changes(const struct comparison *c, struct buf *out)
{
    buf_add_char(out, '\n');
    words_count(out, c->change_count);
    buf_add_str(out, c->change_count == 1 ? " obligation ends otherwise\n"
                                          : " obligations end otherwise\n");
    for (size_t i = 0; i < c->change_count && i < CHANGES_SHOWN; i++) {
        const struct change *change = &c->changes[i];
        const struct verdict *v = change->after ? change->after : change->before;
        buf_addf(out, "  %.*s  %.*s  %s -> %s\n", TEXT_ARG(v->name), TEXT_ARG(v->key),
                 verdict_state(change->before), verdict_state(change->after));
    }
    if (c->change_count > CHANGES_SHOWN) {
        buf_add_str(out, "  … and ");
        words_count(out, c->change_count - CHANGES_SHOWN);
        buf_add_str(out, " more (--json gives all)\n");
    }
}

void compare_text(const struct compare_report *r, struct buf *out)
{
    words_intake(out, r->touches, "");
    buf_addf(out, "%-10s  %-32s  %-32s  %s\n", "", "current", "draft", "change (95 % interval)");
    for (size_t i = 0; i < r->comparison->promise_count; i++) {
        text_promise(&r->comparison->promises[i], out);
    }
    text_changes(r->comparison, out);
}

/* -- JSON -- */

void compare_json(const struct compare_report *r, struct buf *out)
{
    struct json_writer writer = json_writer(out), *w = &writer;
    json_object_begin(w);
    json_key(w, "until");
    json_moment(w, r->until_us);
    report_json_intake(w, r->touches);
    json_key(w, "promises");
    comparison_json_promises(w, r->comparison);
    json_key(w, "changes");
    comparison_json_changes(w, r->comparison, SIZE_MAX);
    json_object_end(w);
    buf_add_char(out, '\n');
}

/* -- CSV -- */

static void csv_side(struct buf *out, const struct promise_result *r)
{
    struct adherence a = adherence_of_result(r);
    struct buf owed CLEANUP(buf_release) = {0};
    if (r) {
        buf_addf(out, ",%llu,%llu,", (unsigned long long)r->kept, (unsigned long long)r->broken);
        words_owed(&owed, r);
    } else {
        buf_add_str(out, ",,,");
    }
    if (a.is_enough) {
        buf_addf(out, "%.6f", a.share);
    }
    buf_add_char(out, ',');
    csv_cell(out, buf_text(&owed));
}

static void csv_pairs(struct buf *out, const struct compared *p)
{
    const uint64_t counts[] = {p->pairs.both,    p->pairs.lost,    p->pairs.gained,
                               p->pairs.neither, p->current_alone, p->draft_alone};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        buf_addf(out, ",%llu", (unsigned long long)counts[i]);
    }
    buf_add_char(out, '\n');
}

void compare_csv(const struct compare_report *r, struct buf *out)
{
    buf_add_str(out, "promise,current_kept,current_broken,current_share,current_owed,draft_kept,"
                     "draft_broken,draft_share,draft_owed,difference,low,high,paired,"
                     "kept_by_both,lost,gained,broken_by_both,current_alone,draft_alone\n");
    for (size_t i = 0; i < r->comparison->promise_count; i++) {
        const struct compared *p = &r->comparison->promises[i];
        struct difference d;
        csv_cell(out, p->name);
        csv_side(out, p->before);
        csv_side(out, p->after);
        if (compared_difference(p, &d)) {
            buf_addf(out, ",%.6f,%.6f,%.6f,%s", d.by, d.low, d.high, d.is_paired ? "yes" : "no");
        } else {
            buf_add_str(out, ",,,,");
        }
        csv_pairs(out, p);
    }
}

/* -- HTML -- */

static void changes_section(const struct comparison *c, struct buf *out)
{
    if (c->change_count == 0) {
        buf_add_str(out, "<section><h2>No obligation ends otherwise</h2></section>");
        return;
    }
    buf_add_str(out, "<section><h2>");
    words_count(out, c->change_count);
    buf_add_str(out, c->change_count == 1 ? " obligation ends otherwise</h2>"
                                          : " obligations end otherwise</h2>");
    buf_add_str(out, "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>promise</th>"
                     "<th>key</th><th>current</th><th>draft</th></tr></thead><tbody>");
    for (size_t i = 0; i < c->change_count && i < CHANGES_SHOWN; i++) {
        const struct change *change = &c->changes[i];
        const struct verdict *v = change->after ? change->after : change->before;
        buf_add_str(out, "<tr><td>");
        markup_text(out, v->name);
        buf_add_str(out, "</td><td>");
        markup_text(out, v->key);
        buf_addf(out, "</td><td>%s</td><td>%s</td></tr>", verdict_state(change->before),
                 verdict_state(change->after));
    }
    buf_add_str(out, "</tbody></table></div>");
    if (c->change_count > CHANGES_SHOWN) {
        buf_addf(out, "<p class=\"muted\">The first %d are shown; --json gives all.</p>",
                 CHANGES_SHOWN);
    }
    buf_add_str(out, "</section>");
}

static void promise_section(const struct compared *p, struct buf *out)
{
    buf_add_str(out, "<section><h2 class=\"words\">");
    markup_text(out, p->words);
    buf_add_str(out, "</h2><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><td></td>"
                     "<th>current</th><th>draft</th><th>change</th></tr></thead><tbody>"
                     "<tr><th>kept</th><td>");
    side_words(out, p->before);
    buf_add_str(out, "</td><td>");
    side_words(out, p->after);
    buf_add_str(out, "</td><td>");
    difference_words(out, p);
    buf_add_str(out, "</td></tr><tr><th>remedies</th><td>");
    owed_words(out, p->before);
    buf_add_str(out, "</td><td>");
    owed_words(out, p->after);
    buf_add_str(out, "</td><td></td></tr></tbody></table></div></section>\n");
}

void compare_html(const struct compare_report *r, struct buf *out)
{
    html_begin(out, TEXT("What the draft would change"));
    for (size_t i = 0; i < r->comparison->promise_count; i++) {
        promise_section(&r->comparison->promises[i], out);
    }
    changes_section(r->comparison, out);
    html_end(out);
}
