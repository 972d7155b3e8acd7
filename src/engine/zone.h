/* Time zones: the system's tz database (TZif, RFC 8536, versions 1 to 4; its footer rule carries on
 * for ever). */
#ifndef TROTH_ENGINE_ZONE_H
#define TROTH_ENGINE_ZONE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/moment.h"

enum { ZONE_BYTES_MAX = 1 << 20 };
struct zone;

/* Reads the bytes of one TZif file. Pure. ERR_INVALID for anything malformed. */
enum err zone_parse(struct arena *arena, struct text name, struct text tzif, struct zone **ret,
                    struct err_info *info);
/* Loads by IANA name ("America/New_York") from TZDIR or /usr/share/zoneinfo. The one function of
 * this floor that reads files; a frozen plan carries the bytes instead. ERR_NOT_FOUND for unknown
 * names ("..", "/" refused). */
enum err zone_load(struct arena *arena, struct text name, struct zone **ret, struct err_info *info);
struct text zone_name(const struct zone *z);
struct text zone_bytes(const struct zone *z); /* the TZif it was read from, for freezing */

/* Local wall-clock time: microseconds since 1970-01-01 00:00 *on that clock*. */
int64_t zone_to_local(const struct zone *z, int64_t utc_us);
/* The instant of a wall-clock time. One that does not exist (spring) is the first instant after the
 * gap; one that occurs twice (autumn) is the first. */
int64_t zone_to_utc(const struct zone *z, int64_t local_us);
/* Offset east of UTC in seconds and abbreviation at an instant. */
int32_t zone_offset(const struct zone *z, int64_t utc_us, const char **ret_abbreviation);

#endif
