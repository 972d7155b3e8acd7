#include "group.h"

#include "engine/grouping.h"
#include "figures.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t read_bucket(const struct story *s, const struct keyed *touches, size_t count)
{
    enum { AHEAD = 16 };
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct touch *t = &s->touches[touches[i].number];
        __builtin_prefetch(&s->touches[touches[i + AHEAD < count ? i + AHEAD : i].number]);
        sum += (uint64_t)t->occurred_us + t->event.len;
    }
    return sum;
}

double group_and_read(const struct story *s)
{
    struct pages pages CLEANUP(pages_release) = {0};
    struct chains chains CLEANUP(chains_release) = {0};
    struct keyed_list list = {0};
    double start = processor_seconds();
    uint64_t sum = 0;
    keyed_reserve(&list, &pages, s->count);
    for (size_t i = 0; i < s->count; i++) {
        keyed_add(&list, &pages, s->touches[i].thread, i);
    }
    struct grouping g = grouping_make(&list, 1, &pages);
    for (size_t b = 0; b < g.bucket_count; b++) {
        size_t count;
        const struct keyed *touches = grouping_bucket(&g, b, &count);
        sum += read_bucket(s, chains_order(&chains, touches, count), count);
    }
    __asm__ volatile("" : : "r"(sum));
    grouping_release(&g, &pages);
    keyed_release(&list, &pages);
    return processor_seconds() - start;
}

double write_new_memory(size_t bytes)
{
    struct pages pages CLEANUP(pages_release) = {0};
    double start = processor_seconds();
    char *room = pages_take(&pages, bytes);
    memset(room, 1, bytes);
    __asm__ volatile("" : : "r"(room) : "memory");
    double seconds = processor_seconds() - start;
    pages_give(&pages, room, bytes);
    return seconds;
}

size_t resident_bytes(void)
{
    size_t size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%zu %zu", &size, &resident) != 2) {
        perror("/proc/self/statm");
        exit(1);
    }
    fclose(f);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}
