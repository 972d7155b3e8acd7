/* The parts of the explainer; only its files, and those that compare or lay out explanations,
 * include this. What they say is in the arena, in the language of the telling, and without a final
 * full stop, so that it can stand within another sentence. The sentences themselves: wording.h. */
#ifndef TROTH_LANG_EXPLAIN_PART_H
#define TROTH_LANG_EXPLAIN_PART_H

#include "lang/code.h"
#include "lang/span_words.h"
#include "lang/wording.h"
#include "words/pattern.h"

struct telling {
    struct arena *arena;
    const struct code *code;
    enum language language;
    const struct wording *w;
};
struct telling telling_of(struct arena *arena, const struct code *code, enum language l);

/* A pattern with values in its places: TELL(t, w->kept_within, event, limit). */
struct text tell(const struct telling *t, const char *pattern, const struct text *values);
#define TELL(t, pattern, ...) tell((t), (pattern), (const struct text[]){__VA_ARGS__})

/* -- phrases: explain_words.c, explain_cond.c, explain_limit.c -- */
struct text say_list(const struct telling *t, const struct text *names, size_t count);
struct text say_either(const struct telling *t, const struct text *names, size_t count); /* or */
struct text say_value(const struct telling *t, const struct value *v);
struct text say_money(const struct telling *t, struct money m);
struct text say_share(const struct telling *t, int32_t ppm);
struct text say_times(const struct telling *t, int64_t count);
struct text say_span(const struct telling *t, enum span_form form, struct duration d);
struct text say_cond(const struct telling *t, const struct cond *c);
/* All alternatives, each as `"message sent" by staff (where …)`. */
struct text say_event(const struct telling *t, const struct event *e);
struct text say_key(const struct telling *t, struct key key);
struct text say_window(const struct telling *t, struct window w);
struct text say_row(const struct telling *t, const struct table *table,
                    const struct table_row *row);
struct text say_rows(const struct telling *t, const struct table *table);
struct text say_limit(const struct telling *t, const struct limit *l);
/* As it stands, or as it follows "of" (which differs in some languages). */
enum moment_form { MOMENT_ALONE, MOMENT_BEHIND_OF };
struct text say_moment(const struct telling *t, const struct moment *m, enum moment_form form);
struct text say_days(const struct telling *t, unsigned days);
struct text say_date(const struct telling *t, struct date date);
struct text say_dates(const struct telling *t, struct dates dates);
/* A moment of a wall clock: "Fri 17 Jan 2025 10:00". */
struct text say_clock(const struct telling *t, int64_t local_us);
struct text say_time_of_day(const struct telling *t, int32_t seconds); /* "08:30" */

/* -- rows -- */
struct explained_row {
    struct text about, words; /* "Kept", and a sentence with its full stop */
};
struct explained {
    struct explained_row *rows;
    size_t count, room;
};
void explained_add(const struct telling *t, struct explained *e, enum about about,
                   struct text words);

/* What a promise means, row by row, in the arena. */
struct explained explain_promise_rows(const struct telling *t, const struct promise *p,
                                      const struct explain_example *example);

/* -- laid out in lines -- */
void explain_lines(struct buf *out, size_t indent, struct text words);
void explain_rows(const struct telling *t, struct buf *out, const struct explained *e);
void explain_promise(const struct telling *t, struct buf *out, const struct promise *p,
                     const struct explain_example *example);
void explain_principle(const struct telling *t, struct buf *out, size_t index);
void explain_table(const struct telling *t, struct buf *out, const struct table *table);
void explain_calendar(const struct telling *t, struct buf *out, const struct calendar_def *c);
void explain_group(const struct telling *t, struct buf *out, const struct group *g);
void explain_permission(const struct telling *t, struct buf *out, const struct permission *p);

#endif
