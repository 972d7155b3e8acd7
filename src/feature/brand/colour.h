/* Inside of this feature: colours, and whether words in them can be read (WCAG 2.2, 1.4.3). */
#ifndef TROTH_FEATURE_BRAND_COLOUR_H
#define TROTH_FEATURE_BRAND_COLOUR_H

#include "base/text.h"

enum { COLOUR_SIZE = 8 /* "#0f6b5c", terminated */ };
#define COLOUR_CONTRAST_LEAST 4.5 /* level AA */
/* The grounds of our pages on which a colour stands out least: what the pointer is on. */
#define COLOUR_GROUND_LIGHT "#f4f1ea"
#define COLOUR_GROUND_DARK "#22262b"

struct colour {
    double red, green, blue; /* 0 to 1, as written */
};
/* "#0f6b5c" or "#0F6B5C"; nothing shorter. */
bool colour_parse(struct text words, struct colour *ret);
void colour_format(struct colour c, char ret[COLOUR_SIZE]);
/* 1 to 21. */
double colour_contrast(struct colour a, struct colour b);
/* The nearest one of its hue, darker or lighter, that can be read on that ground. */
struct colour colour_readable(struct colour c, struct colour ground);

#endif
