/* The routes of passkeys. */
#include "feature/passkey/passkey_parts.h"

/* In letters of base64url. */
enum { CLIENT_DATA_MOST = 6000, AUTHENTICATOR_MOST = 11000, SIGNATURE_MOST = 1400, ID_MOST = 1400 };

#define BYTES_FIELD(field_name, bytes, words)                                            \
    {                                                                                    \
        .name = (field_name), .place = FIELD_BODY, .type = FIELD_TEXT, .required = true, \
        .least = 1, .most = (bytes), .doc = (words)                                      \
    }
#define NAME_FIELD                                                                             \
    {                                                                                          \
        .name = "name", .place = FIELD_BODY, .type = FIELD_TEXT, .required = true, .least = 1, \
        .most = PASSKEY_NAME_MAX, .doc = "To tell it from others: \"phone\"."                  \
    }
#define PATH_FIELD(words)                                                                       \
    {                                                                                           \
        .name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = (words) \
    }

static const struct field add_fields[] = {
    NAME_FIELD,
    BYTES_FIELD("client_data", CLIENT_DATA_MOST, "clientDataJSON, in base64url."),
    BYTES_FIELD("authenticator_data", AUTHENTICATOR_MOST, "authenticatorData, in base64url."),
};
static const struct field enter_fields[] = {
    BYTES_FIELD("id", ID_MOST, "rawId of the passkey, in base64url."),
    BYTES_FIELD("client_data", CLIENT_DATA_MOST, "clientDataJSON, in base64url."),
    BYTES_FIELD("authenticator_data", AUTHENTICATOR_MOST, "authenticatorData, in base64url."),
    BYTES_FIELD("signature", SIGNATURE_MOST, "In base64url."),
    {.name = "user",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = 100,
     .doc = "userHandle, in base64url."},
};
static const struct field rename_fields[] = {PATH_FIELD("pky_…"), NAME_FIELD};
static const struct field own_fields[] = {PATH_FIELD("pky_…")};
static const struct field staff_fields[] = {PATH_FIELD("stf_…")};

static const struct field passkey_members[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "pky_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Given by its owner."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When it was added."},
    {.name = "used", .type = FIELD_MOMENT, .doc = "Last; null: not yet."},
};
static const struct shape passkey_shape = {"Passkey", passkey_members, 4};
static const struct field challenge_members[] = {
    {.name = "challenge",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "To be signed, once, within five minutes; in base64url."},
    {.name = "server", .type = FIELD_TEXT, .required = true, .doc = "rp.id: this server's name."},
};
static const struct shape challenge_shape = {"PasskeyChallenge", challenge_members, 2};
static const struct field new_members[] = {
    {.name = "challenge",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "To be shown again, once, within five minutes; in base64url."},
    {.name = "server", .type = FIELD_TEXT, .required = true, .doc = "rp.id: this server's name."},
    {.name = "user", .type = FIELD_TEXT, .required = true, .doc = "user.id, in base64url."},
    {.name = "email", .type = FIELD_TEXT, .required = true, .doc = "user.name."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "user.displayName."},
    {.name = "algorithms", .type = FIELD_ARRAY, .required = true, .doc = "The best first."},
    {.name = "known",
     .type = FIELD_ARRAY,
     .required = true,
     .doc = "rawIds of those that are there, in base64url."},
};
static const struct shape new_shape = {"NewPasskeyChallenge", new_members, 7};
static const struct field signed_in_members[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "stf_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As others see it."},
    {.name = "email", .type = FIELD_TEXT, .required = true, .doc = "Theirs."},
};
static const struct shape signed_in_shape = {"SignedInByPasskey", signed_in_members, 3};

const struct route passkey_routes[PASSKEY_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/sign-in/passkey",
     .summary = "A challenge to sign in by a passkey.",
     .kind = ROUTE_READ,
     .reply = &challenge_shape,
     .handle = enter_challenge},
    {.method = METHOD_POST,
     .path = "/api/v1/sign-in/passkey",
     .summary = "Sign in by a passkey; the session is a cookie.",
     .kind = ROUTE_WRITE,
     .fields = enter_fields,
     .field_count = 5,
     .body = BODY_FIELDS,
     .body_most = 32768,
     .reply = &signed_in_shape,
     .prepare = enter_prepare,
     .look_up = enter_look_up,
     .labour = enter_labour,
     .handle = enter},
    {.method = METHOD_GET,
     .path = "/api/v1/me/passkeys",
     .scope = "self",
     .summary = "One's own passkeys.",
     .kind = ROUTE_READ,
     .reply = &passkey_shape,
     .reply_list = true,
     .handle = list_own},
    {.method = METHOD_GET,
     .path = "/api/v1/me/passkeys/challenge",
     .scope = "self",
     .summary = "A challenge to add a passkey.",
     .kind = ROUTE_READ,
     .reply = &new_shape,
     .handle = add_challenge},
    {.method = METHOD_POST,
     .path = "/api/v1/me/passkeys",
     .scope = "self",
     .summary = "Add a passkey.",
     .kind = ROUTE_WRITE,
     .fields = add_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .body_most = 32768,
     .reply = &passkey_shape,
     .reply_code = 201,
     .prepare = add_prepare,
     .handle = add},
    {.method = METHOD_PATCH,
     .path = "/api/v1/me/passkeys/{id}",
     .scope = "self",
     .summary = "Rename a passkey.",
     .kind = ROUTE_WRITE,
     .fields = rename_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .body_most = 16384,
     .reply_code = 204,
     .handle = rename_own},
    {.method = METHOD_DELETE,
     .path = "/api/v1/me/passkeys/{id}",
     .scope = "self",
     .summary = "Remove a passkey.",
     .kind = ROUTE_WRITE,
     .fields = own_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = remove_own},
    {.method = METHOD_DELETE,
     .path = "/api/v1/staff/{id}/passkeys",
     .scope = "staff:write",
     .summary = "Remove all passkeys of who has lost them.",
     .kind = ROUTE_WRITE,
     .fields = staff_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = remove_of},
};
