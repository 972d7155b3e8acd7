/* The routes of signing in by a provider. */
#include "feature/oidc/oidc_parts.h"

#define ANSWER_US (30 * SECOND_US) /* the provider may take its time, within bounds */
enum { CODE_MOST = 4096 };

#define ID_FIELD                                                                                  \
    {                                                                                             \
        .name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "idp_…" \
    }
/* The first three are required of a new one alone. */
#define SETTING_FIELDS(is_new)                                                    \
    {.name = "name",                                                              \
     .place = FIELD_BODY,                                                         \
     .type = FIELD_TEXT,                                                          \
     .required = (is_new),                                                        \
     .least = 1,                                                                  \
     .most = PROVIDER_NAME_MAX,                                                   \
     .doc = "On its button."},                                                    \
        {.name = "issuer",                                                        \
         .place = FIELD_BODY,                                                     \
         .type = FIELD_TEXT,                                                      \
         .required = (is_new),                                                    \
         .least = 1,                                                              \
         .most = OIDC_ISSUER_MAX,                                                 \
         .doc = "https://login.example.com, as it names itself."},                \
        {.name = "client_id",                                                     \
         .place = FIELD_BODY,                                                     \
         .type = FIELD_TEXT,                                                      \
         .required = (is_new),                                                    \
         .least = 1,                                                              \
         .most = PROVIDER_CLIENT_MAX,                                             \
         .doc = "How it knows this server."},                                     \
        {.name = "client_secret",                                                 \
         .place = FIELD_BODY,                                                     \
         .type = FIELD_TEXT,                                                      \
         .most = PROVIDER_SECRET_MAX,                                             \
         .doc = "That it has given; never told again. Empty: it asks for none."}, \
        {.name = "domains",                                                       \
         .place = FIELD_BODY,                                                     \
         .type = FIELD_ARRAY,                                                     \
         .most = PROVIDER_DOMAINS_MAX,                                            \
         .doc = "Of addresses that it may speak for; none: all."},                \
        {.name = "enrols",                                                        \
         .place = FIELD_BODY,                                                     \
         .type = FIELD_BOOLEAN,                                                   \
         .doc = "Who is not known yet becomes a member of staff."},               \
    {                                                                             \
        .name = "role", .place = FIELD_BODY, .type = FIELD_TEXT,                  \
        .doc = "Id or name of the role that they get; empty: none."               \
    }
enum { SETTINGS = 7 };

static const struct field make_fields[] = {SETTING_FIELDS(true)};
static const struct field change_fields[] = {ID_FIELD, SETTING_FIELDS(false)};
static const struct field id_fields[] = {ID_FIELD};
static const struct field staff_id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "stf_…"},
};
static const struct field leave_fields[] = {
    ID_FIELD,
    {.name = "to",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "Path of the console's page that it shall lead to."},
};
static const struct field return_fields[] = {
    ID_FIELD,
    {.name = "code",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .most = CODE_MOST,
     .doc = "Of the provider."},
    {.name = "state", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Of this server."},
    {.name = "iss", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Who the provider is."},
    {.name = "error", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Why not."},
};
static const struct field provider_members[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "idp_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "On its button."},
    {.name = "issuer", .type = FIELD_TEXT, .required = true, .doc = "As it names itself."},
    {.name = "client_id", .type = FIELD_TEXT, .required = true, .doc = "How it knows us."},
    {.name = "has_secret", .type = FIELD_BOOLEAN, .required = true, .doc = "One is kept."},
    {.name = "domains",
     .type = FIELD_ARRAY,
     .required = true,
     .doc = "Of addresses that it may speak for; none: all."},
    {.name = "enrols",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "Who is not known yet becomes a member of staff."},
    {.name = "role", .type = FIELD_TEXT, .doc = "rol_…, that they get; null: none."},
    {.name = "return_url",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "To be named to the provider: where people come back."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "changed", .type = FIELD_MOMENT, .required = true, .doc = "Last."},
};
static const struct shape provider_shape = {"SignInProvider", provider_members, 11};
static const struct field button_members[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "On its button."},
    {.name = "path", .type = FIELD_TEXT, .required = true, .doc = "Where the button leads."},
};
static const struct shape button_shape = {"SignInButton", button_members, 2};
static const struct field trial_members[] = {
    {.name = "works",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "It answers, and signs in a way that is believed here."},
    {.name = "problem", .type = FIELD_TEXT, .doc = "Null: none."},
};
static const struct shape trial_shape = {"SignInProviderTrial", trial_members, 2};
static const struct field own_members[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "idp_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "On its button."},
    {.name = "issuer", .type = FIELD_TEXT, .required = true, .doc = "As it names itself."},
    {.name = "linked", .type = FIELD_MOMENT, .doc = "Since when; null: it is not."},
};
static const struct shape own_shape = {"OwnSignInProvider", own_members, 4};
static const struct field address_members[] = {
    {.name = "address",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Of the provider's page, to go to in this browser."},
};
static const struct shape address_shape = {"SignInAddress", address_members, 1};

const struct route oidc_routes[OIDC_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/sign-in/providers",
     .summary = "Those by whom one may sign in.",
     .kind = ROUTE_READ,
     .reply = &button_shape,
     .reply_list = true,
     .handle = provider_public_list},
    {.method = METHOD_GET,
     .path = "/api/v1/settings/sign-in/providers",
     .scope = "settings:write",
     .summary = "Providers by whom people sign in, without their secrets.",
     .kind = ROUTE_READ,
     .reply = &provider_shape,
     .reply_list = true,
     .handle = provider_show_all},
    {.method = METHOD_POST,
     .path = "/api/v1/settings/sign-in/providers",
     .scope = "admin",
     .summary = "Trust a provider: it lets in whomever it speaks of.",
     .kind = ROUTE_WRITE,
     .fields = make_fields,
     .field_count = SETTINGS,
     .body = BODY_FIELDS,
     .body_most = 16384,
     .reply = &provider_shape,
     .reply_code = 201,
     .prepare = provider_prepare,
     .handle = provider_make},
    {.method = METHOD_PATCH,
     .path = "/api/v1/settings/sign-in/providers/{id}",
     .scope = "admin",
     .summary = "Change a provider; what is not given stays.",
     .kind = ROUTE_WRITE,
     .fields = change_fields,
     .field_count = SETTINGS + 1,
     .body = BODY_FIELDS,
     .body_most = 16384,
     .reply = &provider_shape,
     .prepare = provider_prepare,
     .handle = provider_change},
    {.method = METHOD_DELETE,
     .path = "/api/v1/settings/sign-in/providers/{id}",
     .scope = "admin",
     .summary = "Trust a provider no more.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = provider_drop},
    {.method = METHOD_POST,
     .path = "/api/v1/settings/sign-in/providers/{id}/try",
     .scope = "settings:write",
     .summary = "Ask a provider what it is, and for its keys.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &trial_shape,
     .answer_us = ANSWER_US,
     .unnoted = "changes nothing",
     .look_up = provider_try_look_up,
     .labour = provider_try_labour,
     .calls = true,
     .handle = provider_try_handle},
    {.method = METHOD_DELETE,
     .path = "/api/v1/staff/{id}/provider-identities",
     .scope = "staff:write",
     .summary = "Forget who somebody is at providers: the next sign-in goes by their address.",
     .kind = ROUTE_WRITE,
     .fields = staff_id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = identities_forget},
    {.method = METHOD_GET,
     .path = "/api/v1/me/providers",
     .scope = "self",
     .summary = "Providers, and since when one's own account there is linked.",
     .kind = ROUTE_READ,
     .reply = &own_shape,
     .reply_list = true,
     .handle = own_providers},
    {.method = METHOD_POST,
     .path = "/api/v1/me/providers/{id}/link",
     .scope = "self",
     .summary = "Begin to link one's own account at a provider: where to go to sign in there.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &address_shape,
     .answer_us = ANSWER_US,
     .unnoted = "noted on the way back",
     .prepare = link_prepare,
     .look_up = link_look_up,
     .labour = leave_labour,
     .calls = true,
     .handle = link_leave},
    {.method = METHOD_DELETE,
     .path = "/api/v1/me/providers/{id}",
     .scope = "self",
     .summary = "Link one's own account there no more.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = own_unlink},
    {.method = METHOD_GET,
     .path = "/sign-in/by/{id}",
     .summary = "To a provider, to sign in there.",
     .kind = ROUTE_WRITE,
     .look = LOOK_PAGE,
     .fields = leave_fields,
     .field_count = 2,
     .answer_us = ANSWER_US,
     .unnoted = "changes nothing",
     .prepare = leave_prepare,
     .look_up = leave_look_up,
     .labour = leave_labour,
     .calls = true,
     .handle = leave},
    {.method = METHOD_GET,
     .path = "/sign-in/back/{id}",
     .summary = "From a provider, signed in there.",
     .kind = ROUTE_WRITE,
     .look = LOOK_PAGE,
     .fields = return_fields,
     .field_count = 5,
     .any_query = true,
     .answer_us = ANSWER_US,
     .prepare = return_prepare,
     .look_up = leave_look_up,
     .labour = return_labour,
     .calls = true,
     .handle = come_back},
};
