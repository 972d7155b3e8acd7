/* One keep-alive connection to the server; blocking. */
#ifndef TROTH_TESTS_CRASH_CLIENT_H
#define TROTH_TESTS_CRASH_CLIENT_H

#include "base/text.h"

struct client {
    uint16_t port;
    const char *token; /* NULL: none */
    int fd;            /* -1: not connected */
    struct buf reply;
};

struct client client_make(uint16_t port, const char *token);
void client_close(struct client *c);
/* Sends the request and waits for the whole reply, connecting anew if need be. The body lives
 * until the next request. 0: no (whole) answer came, so nobody knows whether it was done. type
 * NULL: no body is sent. */
unsigned client_ask(struct client *c, const char *method, const char *path, const char *type,
                    struct text body, struct text *ret_body);

#endif
