/* What no replay can be quicker than: touches brought together by key and read. */
#ifndef TROTH_BENCH_GROUP_H
#define TROTH_BENCH_GROUP_H

#include "story.h"

/* Seconds on the processor to bring the touches' numbers together by thread, and to read each
 * touch's time and event thread by thread. Nothing is kept of them, nothing decided. */
double group_and_read(const struct story *s);

/* Seconds on the processor to write so much memory that is new to the process, once. */
double write_new_memory(size_t bytes);
/* Of this process, as the system counts it. */
size_t resident_bytes(void);

#endif
