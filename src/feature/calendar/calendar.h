/* The calendars of the Code in force, to be looked at, and closures from an iCalendar file as a
 * change of the Code. Nothing is changed here: closures move what promises mean, so they go through
 * a draft like any other change of the Code. */
#ifndef TROTH_FEATURE_CALENDAR_CALENDAR_H
#define TROTH_FEATURE_CALENDAR_CALENDAR_H

#include "server/server.h"

extern const struct module calendar_module; /* "calendar". Behind "code" */

#endif
