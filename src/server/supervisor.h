/* Inside of the server: tells the supervisor that started us how it goes, by systemd's protocol: a
 * datagram to the socket named in NOTIFY_SOCKET (sd_notify(3)). Without one, nothing happens. */
#ifndef TROTH_SERVER_SUPERVISOR_H
#define TROTH_SERVER_SUPERVISOR_H

#include <stdint.h>

/* "READY=1", "STOPPING=1", "WATCHDOG=1". What cannot be sent is dropped: the supervisor judges by
 * its absence. */
void supervisor_tell(const char *state);
/* How long it waits for a "WATCHDOG=1" before it kills us (sd_watchdog_enabled(3)); 0: it does not
 * watch this process. */
int64_t supervisor_patience_us(void);

#endif
