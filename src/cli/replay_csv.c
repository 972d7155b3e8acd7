#include "cli/replay_report.h"

#include "base/csv_cell.h"

static void share(struct buf *out, bool is_known, double value)
{
    buf_add_char(out, ',');
    if (is_known) {
        buf_addf(out, "%.6f", value);
    }
}

void report_csv(const struct report *r, struct buf *out)
{
    buf_add_str(out, "promise,n,share,low,high,kept,broken,excused,void,open,paused,fulfilled_late,"
                     "target,windows,windows_met,owed\n");
    for (size_t i = 0; i < plan_promise_count(r->plan); i++) {
        struct promise_info about = plan_promise(r->plan, i);
        const struct promise_result *result = &r->results[i];
        struct adherence a = adherence_of(result->kept, result->broken);
        struct buf owed CLEANUP(buf_release) = {0};
        csv_cell(out, about.name);
        buf_addf(out, ",%llu", (unsigned long long)a.n);
        share(out, a.is_enough, a.share);
        share(out, a.is_enough, a.low);
        share(out, a.is_enough, a.high);
        const uint64_t counts[] = {result->kept,          result->broken, result->excused,
                                   result->void_,         result->open,   result->paused,
                                   result->fulfilled_late};
        for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
            buf_addf(out, ",%llu", (unsigned long long)counts[j]);
        }
        share(out, about.latest->has_target, (double)about.latest->target_ppm / 1e6);
        buf_addf(out, ",%zu,", r->tally->windows[i].count);
        if (about.latest->has_target) {
            buf_addf(out, "%zu", windows_met(r, i));
        }
        buf_add_char(out, ',');
        words_owed(&owed, result);
        csv_cell(out, buf_text(&owed));
        buf_add_char(out, '\n');
    }
}
