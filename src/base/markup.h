/* Text that comes from outside, on its way into HTML or SVG. */
#ifndef TROTH_BASE_MARKUP_H
#define TROTH_BASE_MARKUP_H

#include "base/text.h"

/* Escapes & < > " ' and shows control characters as U+FFFD: fit for text and quoted attributes. */
void markup_text(struct buf *out, struct text t);

#endif
