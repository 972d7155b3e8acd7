/* Any bytes are refused or make a zone whose clock can be read and set at any time: the instant of
 * a clock time shows that time or a later one, no instant before it does, and a later clock time
 * never gives an earlier instant. */
#include "engine/zone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PROBES = 200 };

static int64_t next_probe(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int64_t low = date_to_days((struct date){1, 1, 9}),
            high = date_to_days((struct date){9999, 1, 1});
    return low * DAY_US + (int64_t)(*state >> 1) % ((high - low) * DAY_US);
}

static void probe(const struct zone *z, int64_t local)
{
    int64_t us = zone_to_utc(z, local);
    if (zone_to_local(z, us) < local || zone_to_local(z, us - 1) >= local ||
        zone_to_utc(z, local + 1) < us || zone_to_utc(z, local - 1) > us) {
        abort();
    }
    const char *abbreviation;
    int64_t offset_us = zone_offset(z, us, &abbreviation) * SECOND_US;
    if (us + offset_us != zone_to_local(z, us) || text_of(abbreviation).len > 256) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *z = NULL;
    struct text bytes = {(const char *)data, size};
    if (zone_parse(&arena, TEXT("fuzz"), bytes, &z, NULL) != ERR_NONE) {
        return 0;
    }
    uint64_t state = text_hash(bytes);
    for (int i = 0; i < PROBES; i++) {
        probe(z, next_probe(&state));
    }
    return 0;
}
