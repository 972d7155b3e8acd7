#include "feature/page/asset.h"

#include <assert.h>
#include <string.h>

const struct asset *asset_at(struct text address)
{
    for (const struct asset *a = assets; a->name; a++) {
        if (text_is(address, a->address)) {
            return a;
        }
    }
    return NULL;
}

const char *asset_address(const char *name)
{
    for (const struct asset *a = assets; a->name; a++) {
        if (strcmp(a->name, name) == 0) {
            return a->address;
        }
    }
    assert(false); /* not in cmake/assets.cmake */
    return "";
}
