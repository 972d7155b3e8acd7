/* Codes by time (RFC 6238) by liboath: six digits, thirty seconds, SHA-1, as every app knows them.
 */
#ifndef TROTH_FEATURE_SIGNIN_TOTP_H
#define TROTH_FEATURE_SIGNIN_TOTP_H

#include "base/arena.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_DIGITS = 6, TOTP_STEP_S = 30 };

/* Random. */
struct text totp_draw(struct arena *arena);
/* The step of the code if it is right now, or was or will be by half a minute; -1: it is not. */
int64_t totp_step(struct text secret, struct text code, int64_t now_us);
/* In base 32, as people type it. */
struct text totp_words(struct arena *arena, struct text secret);
/* otpauth://totp/… */
struct text totp_address(struct arena *arena, struct text issuer, struct text email,
                         struct text secret);
/* The address as a QR code: SVG, black on white. Empty: too long. */
struct text totp_picture(struct arena *arena, struct text address);

#endif
