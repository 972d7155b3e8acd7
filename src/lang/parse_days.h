/* Days of the week, in calendars and tables. Used inside this room. */
#ifndef TROTH_LANG_PARSE_DAYS_H
#define TROTH_LANG_PARSE_DAYS_H

#include "lang/parse.h"

/* `mon..fri, sun`: bit 0 Monday … bit 6 Sunday. */
bool parse_days(struct parser *p, unsigned *ret);

#endif
