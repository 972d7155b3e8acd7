/* What the pages and the console need besides themselves (styles, scripts, letters), built into the
 * program. Each has an address that holds a hash of its content: it is served as something that
 * never changes. The table is written by console/build.mjs; programs that serve no pages (tests,
 * and the one that tells the build what the API is) have the empty one of no_assets.c. */
#ifndef TROTH_FEATURE_PAGE_ASSET_H
#define TROTH_FEATURE_PAGE_ASSET_H

#include "base/text.h"

enum asset_coding { ASSET_PLAIN, ASSET_GZIP, ASSET_BROTLI, ASSET_CODINGS };

struct asset {
    const char *name;    /* "page.css" */
    const char *address; /* "/asset/page-0123456789ab.css" */
    const char *type;    /* the content type */
    bool is_first;       /* a script that the console's first page needs besides console.js */
    struct {
        const char *bytes, *end; /* NULL where compressing gains nothing */
    } as[ASSET_CODINGS];
};

extern const struct asset assets[]; /* ends with a row without a name */

/* By its address, as a browser asks for it; NULL: no such thing. */
const struct asset *asset_at(struct text address);
/* Its address; empty where the program has none of that name. */
const char *asset_address(const char *name);
/* The smallest form that an Accept-Encoding allows. A coding with q=0 is refused, other weights are
 * not weighed. */
enum asset_coding asset_coding(const struct asset *asset, struct text accepted);

#endif
