/* The company's own name, colours and logo, on every page and in every mail. Kept in memory: pages
 * that need no database show them, too. */
#ifndef TROTH_FEATURE_BRAND_BRAND_H
#define TROTH_FEATURE_BRAND_BRAND_H

#include "server/server.h"
#include "store/database.h"

struct brands;

extern const struct module brand_module; /* "brand"; its self is the struct brands */

struct brand {
    struct text name;        /* never empty: "Troth" */
    bool is_own;             /* the company has set it */
    struct text logo, style; /* addresses; logo may be empty */
};
/* As it is now, in the arena. Any thread. NULL: no such module, Troth's own. */
struct brand brand_now(struct brands *b, struct arena *arena);

/* As mails and authenticators say it, from the database: a command without a server writes mails,
 * too. colour: of buttons on white ground. Empty: Troth's. */
enum err brand_of_mails(struct database *db, struct arena *arena, struct text *ret_name,
                        struct text *ret_colour, struct err_info *info);

#endif
