/* Inside of this room: whether CBOR (RFC 8949) from outside may be given to a reader that makes
 * room for as many members as are announced: announced are no more than there are bytes. */
#ifndef TROTH_WEBAUTHN_CBOR_H
#define TROTH_WEBAUTHN_CBOR_H

#include "base/text.h"

/* Items one after the other, to the end, each with all of its members and without open ends, as
 * authenticators write them (CTAP 2.1, canonical form). */
bool cbor_is_sound(struct text bytes);

#endif
