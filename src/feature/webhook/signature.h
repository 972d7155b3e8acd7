/* Inside of this feature: signatures of Standard Webhooks 1.0
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). */
#ifndef TROTH_FEATURE_WEBHOOK_SIGNATURE_H
#define TROTH_FEATURE_WEBHOOK_SIGNATURE_H

#include "base/text.h"

enum { WEBHOOK_SECRET_BYTES = 32, WEBHOOK_SECRET_SIZE = 64 };

/* "whsec_" and base64 of 256 random bits, terminated. */
void webhook_secret_draw(char ret[WEBHOOK_SECRET_SIZE]);
/* Adds "v1,…" of the message; after a space where something stands before. False: the secret is
 * none. */
bool webhook_sign(struct text secret, struct text id, int64_t timestamp_s, struct text body,
                  struct buf *out);

#endif
