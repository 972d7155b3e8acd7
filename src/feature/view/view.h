/* Saved views: the filters of a page under a name, one's own or shared with a team or with all. */
#ifndef TROTH_FEATURE_VIEW_VIEW_H
#define TROTH_FEATURE_VIEW_VIEW_H

#include "server/server.h"

extern const struct module view_module; /* "view" */

#endif
