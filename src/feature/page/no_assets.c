/* Taken from the library only by programs that do not bring a table of their own. */
#include "feature/page/asset.h"

const struct asset assets[] = {{0}};
