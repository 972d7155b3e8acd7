/* Passkeys: people sign in by what their own device proves, without a password. Behind "signin" in
 * the list of modules. */
#ifndef TROTH_FEATURE_PASSKEY_PASSKEY_H
#define TROTH_FEATURE_PASSKEY_PASSKEY_H

#include "server/server.h"

extern const struct module passkey_module; /* "passkey"; its self is signin's */

#endif
