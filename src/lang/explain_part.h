/* The parts of the explainer; only its files include this. Words are added to `out` without a final
 * full stop, so that they can be joined. */
#ifndef TROTH_LANG_EXPLAIN_PART_H
#define TROTH_LANG_EXPLAIN_PART_H

#include "lang/code.h"

/* "Kept", then the words of `text` broken into lines beside it. */
void explain_row(struct buf *out, const char *label, const struct buf *text);
/* Words broken into lines, each after `indent` spaces. */
void explain_lines(struct buf *out, size_t indent, struct text words);

/* -- phrases: explain_words.c -- */
void say_list(struct buf *out, const struct text *names, size_t count, const char *last_joiner);
void say_value(struct buf *out, const struct value *v);
void say_share(struct buf *out, int32_t ppm);
void say_duration(struct buf *out, const struct code *code, struct duration d);
void say_moment(struct buf *out, const struct code *code, const struct moment *m);
void say_cond(struct buf *out, const struct code *code, const struct cond *c);
/* All alternatives, each as `"message sent" by staff, if …`. */
void say_event(struct buf *out, const struct code *code, const struct event *e);
void say_key(struct buf *out, struct key key);
void say_window(struct buf *out, const struct code *code, struct window w);
void say_row(struct buf *out, const struct code *code, const struct table *t,
             const struct table_row *row);
void say_table(struct buf *out, const struct code *code, const struct table *t);
void say_limit(struct buf *out, const struct code *code, const struct limit *l);
void say_days(struct buf *out, unsigned days);
void say_date(struct buf *out, struct date date);
void say_dates(struct buf *out, struct dates dates);

/* -- what has a name -- */
struct example {
    explain_due_fn *due;
    void *context;
    int64_t start_us;
};
void explain_promise(struct buf *out, const struct code *code, const struct promise *p,
                     const struct example *example);
/* The same, one row after the other, in the arena: what it is about ("Kept"), and the words in one
 * line. Without an example. */
struct explained_row {
    struct text about, words;
};
size_t explain_rows(struct arena *arena, const struct code *code, const struct promise *p,
                    struct explained_row **ret);
void explain_principle(struct buf *out, const struct code *code, size_t index);
void explain_table(struct buf *out, const struct code *code, const struct table *t);
void explain_calendar(struct buf *out, const struct code *code, const struct calendar_def *c);
void explain_group(struct buf *out, const struct group *g);
void explain_permission(struct buf *out, const struct permission *p);

#endif
