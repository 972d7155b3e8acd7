/* Addresses of mail: "ana@example.org". The part before the @ is plain ASCII without quotes, as
 * nearly all are; the domain may be in any script and is turned into what travels (IDNA 2008). */
#ifndef TROTH_MAIL_ADDRESS_H
#define TROTH_MAIL_ADDRESS_H

#include "base/arena.h"
#include "base/err.h"

enum { MAIL_ADDRESS_MOST = 254 }; /* bytes, as travels (RFC 5321) */

/* The address as it travels, in the arena. ERR_INVALID: it is none. */
enum err mail_address(struct arena *arena, struct text words, struct text *ret,
                      struct err_info *info);

#endif
