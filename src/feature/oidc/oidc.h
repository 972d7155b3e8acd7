/* Single sign-on: people sign in by a provider of OpenID Connect that the company trusts. Settings
 * of providers, and the two steps of a sign-in. Behind "signin" in the list of modules. */
#ifndef TROTH_FEATURE_OIDC_OIDC_H
#define TROTH_FEATURE_OIDC_OIDC_H

#include "server/server.h"

extern const struct module oidc_module; /* "oidc" */

#endif
