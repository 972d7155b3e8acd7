/* Inside of this feature. */
#ifndef TROTH_FEATURE_OIDC_OIDC_PARTS_H
#define TROTH_FEATURE_OIDC_OIDC_PARTS_H

#include "feature/oidc/cache.h"
#include "feature/oidc/oidc.h"
#include "feature/oidc/provider.h"
#include "feature/signin/signin.h"

struct oidc {
    struct signin *signin;
    struct cache cache;
};

/* Where people come back from a provider; the provider must know it to the letter. */
struct text oidc_return_url(struct oidc *o, struct request *r, int64_t provider_id);

/* Why nobody was signed in; the sign-in page has words for each, ?problem=… */
enum trouble {
    TROUBLE_NONE,
    TROUBLE_EXPIRED,  /* begun too long ago, in another browser, or used already */
    TROUBLE_DECLINED, /* the provider says no: they have not signed in there */
    TROUBLE_DOWN,     /* the provider is out of reach */
    TROUBLE_ANSWER,   /* what the provider says cannot be believed, or it does not know us */
    TROUBLE_UNKNOWN,  /* nobody here has that address */
    TROUBLE_DISABLED,
    TROUBLE_ADDRESS, /* the provider tells no address that it has verified */
    TROUBLE_DOMAIN,  /* it is not for such addresses */
    TROUBLE_TAKEN,   /* that address is of somebody who is known by another account there */
    TROUBLE_OTHERS,  /* somebody else here is known by that account */
    TROUBLE_SECOND   /* they are known by another account there */
};
const char *trouble_word(enum trouble trouble);

/* Whom a provider has told us of. */
struct newcomer {
    struct provider provider;
    struct text subject, email, name; /* email empty: none that is verified */
};
struct arrival {
    int64_t staff_id; /* 0: trouble */
    struct text email, name;
    enum trouble trouble;
    bool linked, enrolled; /* just now */
};
/* In a job of the clerk: who that is here. Binds who is known by their address, enrols where the
 * provider may. */
enum err newcomer_receive(struct database *db, const struct newcomer *n, int64_t now_us,
                          struct arena *arena, struct arrival *ret, struct err_info *info);
/* The same for who is signed in (ret->staff_id, given) and links the account. */
enum err newcomer_link(struct database *db, const struct newcomer *n, int64_t now_us,
                       struct arrival *ret, struct err_info *info);

route_handler provider_public_list, provider_show_all, provider_make, provider_change,
    provider_drop, provider_try_handle, identities_forget;
enum err provider_try_look_up(struct request *r, struct database *db, struct err_info *info);
enum err provider_try_labour(struct request *r, struct err_info *info);
enum err provider_prepare(struct request *r, struct err_info *info);

enum err leave_prepare(struct request *r, struct err_info *info);
enum err leave_look_up(struct request *r, struct database *db, struct err_info *info);
enum err leave_labour(struct request *r, struct err_info *info);
enum err return_prepare(struct request *r, struct err_info *info);
enum err return_labour(struct request *r, struct err_info *info);
enum err link_prepare(struct request *r, struct err_info *info);
enum err link_look_up(struct request *r, struct database *db, struct err_info *info);
route_handler leave, come_back, link_leave, own_providers, own_unlink;

enum { OIDC_ROUTES = 12 };
extern const struct route oidc_routes[OIDC_ROUTES];

#endif
