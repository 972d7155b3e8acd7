/* The console: one HTML page below /console, from which the browser draws all others with the
 * scripts of console/, and what makes it installable. Behind "desk" in the list of modules, which
 * serves the assets. */
#ifndef TROTH_FEATURE_CONSOLE_CONSOLE_H
#define TROTH_FEATURE_CONSOLE_CONSOLE_H

#include "server/server.h"

extern const struct module console_module; /* "console" */

#endif
