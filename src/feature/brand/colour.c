#include "feature/brand/colour.h"

#include <math.h>
#include <stdio.h>

enum { STEPS = 100, LEVELS = 255 };

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool colour_parse(struct text words, struct colour *ret)
{
    double parts[3];
    if (words.len != COLOUR_SIZE - 1 || words.ptr[0] != '#') {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        int high = digit_of(words.ptr[1 + 2 * i]), low = digit_of(words.ptr[2 + 2 * i]);
        if (high < 0 || low < 0) {
            return false;
        }
        parts[i] = (high * 16 + low) / (double)LEVELS;
    }
    *ret = (struct colour){parts[0], parts[1], parts[2]};
    return true;
}

static unsigned level(double part)
{
    return (unsigned)lround(part * LEVELS) & 0xff;
}

void colour_format(struct colour c, char ret[COLOUR_SIZE])
{
    snprintf(ret, COLOUR_SIZE, "#%02x%02x%02x", level(c.red), level(c.green), level(c.blue));
}

static double linear(double part)
{
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

double colour_contrast(struct colour a, struct colour b)
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* As it will be written: rounding must not take it below the bound. */
static struct colour mixed(struct colour c, double with, double share)
{
    struct colour m = {c.red + (with - c.red) * share, c.green + (with - c.green) * share,
                       c.blue + (with - c.blue) * share};
    return (struct colour){level(m.red) / (double)LEVELS, level(m.green) / (double)LEVELS,
                           level(m.blue) / (double)LEVELS};
}

struct colour colour_readable(struct colour c, struct colour ground)
{
    double with = luminance(ground) > 0.18 ? 0 : 1;
    struct colour found = c;
    for (int i = 1; i <= STEPS && colour_contrast(found, ground) < COLOUR_CONTRAST_LEAST; i++) {
        found = mixed(c, with, i / (double)STEPS);
    }
    return found;
}
