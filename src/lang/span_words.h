/* Spans of time as a Code writes them, in the reader's language. */
#ifndef TROTH_LANG_SPAN_WORDS_H
#define TROTH_LANG_SPAN_WORDS_H

#include "lang/value.h"
#include "words/language.h"

enum span_form {
    SPAN_AS_WRITTEN, /* "dia" of "per day" */
    SPAN_COUNTED     /* "1 dia": what stands behind "within", "in any" */
};
/* Appends "4 horas úteis" for "4 working hours of desk", and gives the name of the calendar
 * ("desk"; empty where there is none). In English all of it is appended as it was written, and in
 * any language what is no number of one unit. */
void span_say(struct buf *out, enum language l, enum span_form form, const struct duration *d,
              struct text *ret_calendar);

#endif
