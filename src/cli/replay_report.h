/* What `troth replay` prints, in four forms. */
#ifndef TROTH_CLI_REPLAY_REPORT_H
#define TROTH_CLI_REPLAY_REPORT_H

#include "base/json.h"
#include "base/markup.h"
#include "cli/replay_input.h"
#include "report/adherence.h"
#include "report/figures_json.h"
#include "report/tally.h"

struct report { /* of one Code */
    const struct plan *plan;
    const struct promise_result *results;
    const struct tally *tally;
    const struct replay_touches *touches;
    int64_t until_us;
    bool until_given;
};

size_t windows_met(const struct report *r, size_t promise);

void report_text(const struct report *r, struct buf *out);
void report_json(const struct report *r, struct buf *out);
void report_csv(const struct report *r, struct buf *out);
void report_html(const struct report *r, struct buf *out);

/* Parts used by reports and comparison alike. */
void report_json_intake(struct json_writer *w, const struct replay_touches *t);
void html_begin(struct buf *out, struct text title);
void html_end(struct buf *out);

/* -- words -- */
void words_count(struct buf *out, uint64_t n);         /* 4,812 */
void words_percent(struct buf *out, double share);     /* 96.1 % */
void words_share_of_ppm(struct buf *out, int32_t ppm); /* 95 %, 99.9 % */
void words_adherence(struct buf *out,
                     struct adherence a);     /* 96.1 % (95.2-96.8), or too few to say */
void words_late(struct buf *out, int64_t us); /* 3 days 4 hours */
void words_owed(struct buf *out, const struct promise_result *result); /* empty: nothing */
void words_window(struct buf *out, struct window w);                   /* each month */
/* A window by its start, on the clock of a zone: "2015-03" for months, else its first day. */
void words_window_start(struct buf *out, struct window w, const struct zone *zone, int64_t us);
/* 2015-01-16 08:30 on that clock. */
void words_local(struct buf *out, const struct zone *zone, int64_t us);
/* One line each about lines refused, touches taken before, rows skipped and times moved. */
void words_intake(struct buf *out, const struct replay_touches *t, const char *before_each);

#endif
