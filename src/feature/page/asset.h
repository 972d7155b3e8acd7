/* The stylesheet, script and fonts of the pages, built into the program. Each has an address that
 * holds a hash of its content: serve it with `Cache-Control: public, max-age=31536000, immutable`.
 * The table is written by the build (cmake/assets.cmake). */
#ifndef TROTH_FEATURE_PAGE_ASSET_H
#define TROTH_FEATURE_PAGE_ASSET_H

#include "base/text.h"

struct asset {
    const char *name;    /* "page.css" */
    const char *address; /* "/asset/page-0123456789ab.css" */
    const char *type;    /* the content type */
    const char *bytes, *end;
};

extern const struct asset assets[]; /* ends with a row without a name */

/* By its address, as a browser asks for it; NULL: no such thing. */
const struct asset *asset_at(struct text address);
/* Its address; the name must be one of the table. */
const char *asset_address(const char *name);

#endif
