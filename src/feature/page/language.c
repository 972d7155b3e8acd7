#include "feature/page/language.h"

#include "base/markup.h"

/* "4 working hours of desk", "day" */
void language_duration(struct buf *out, enum language l, enum span_form form,
                       const struct duration *d)
{
    struct buf words CLEANUP(buf_release) = {0};
    struct text calendar;
    span_say(&words, l, form, d, &calendar);
    markup_text(out, buf_text(&words));
    if (calendar.len) {
        buf_add_str(out, " (");
        markup_text(out, calendar);
        buf_add_char(out, ')');
    }
}
