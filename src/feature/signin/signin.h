/* Signing in: passwords, second factors, the first administrator, invitations and resets, one's own
 * sessions. Behind "access", "outbox" and "staff" in the list of modules. */
#ifndef TROTH_FEATURE_SIGNIN_SIGNIN_H
#define TROTH_FEATURE_SIGNIN_SIGNIN_H

#include "feature/access/access.h"
#include "feature/outbox/outbox.h"
#include "feature/signin/keyring.h"
#include "feature/signin/throttle.h"
#include "http/request.h"
#include "server/server.h"

struct signin;

extern const struct module signin_module; /* "signin"; its self is the struct signin */

/* The code by which the first administrator is made; empty: there are people already. Lives as long
 * as the module. */
const char *signin_first_code(const struct signin *s);
/* How people reach this server ("https://promises.shop.example"): for links in mails. Before
 * requests come; must outlive the module. NULL: not known, no mail has a link. */
void signin_set_url(struct signin *s, const char *url);

/* For the features that sign people in by other means than a password. */
struct access *signin_access(struct signin *s);
const struct keyring *signin_keys(const struct signin *s);
struct throttle *signin_throttle(struct signin *s);
/* How people reach this server: the URL that was set, or what the browser that asks calls it. In
 * the arena. */
struct text signin_origin(const struct signin *s, struct request *r);
/* Whether passwords are taken; a setting. */
enum err signin_takes_passwords(struct database *db, bool *ret, struct err_info *info);
/* A browser that has signed in as that person: it waits less. */
void signin_mark_browser(struct signin *s, struct request *r, struct text email,
                         struct reply *reply);
/* In the job of the change: tells the person by mail, where mail goes out, that how they get in was
 * changed (LETTER_PASSKEY_ADDED and its like). subject: the passkey's name, the provider's. */
enum err signin_tell(struct signin *s, struct request *r, struct database *db, int64_t staff_id,
                     enum letter letter, struct text subject, struct err_info *info);
/* Of several: "phone, laptop", as many as fit into a mail; in the arena. */
struct text signin_names(struct arena *arena, struct text before, struct text name);

#endif
