/* Inside of this feature: the row, what may be in it, and the files made of it. */
#ifndef TROTH_FEATURE_BRAND_BRAND_ROW_H
#define TROTH_FEATURE_BRAND_BRAND_ROW_H

#include "base/arena.h"
#include "base/err.h"
#include "feature/brand/brand.h"
#include "feature/brand/colour.h"
#include "store/database.h"

enum {
    BRAND_NAME_MOST = 60,        /* letters */
    BRAND_NAME_BYTES_MOST = 900, /* fits into the head of a mail */
    BRAND_LOGO_MOST = 256 << 10,
    BRAND_LOGO_SIDE_MOST = 2000
};
#define BRAND_OWN_NAME "Troth"

extern const struct statement_table brand_statements;

struct brand_row {
    struct text name, colour, colour_dark; /* empty: Troth's own */
    struct text logo, logo_type;           /* empty: none */
    int64_t changed_us;                    /* 0: never */
};
/* In the arena; empty where there is none. */
enum err brand_row_read(struct database *db, struct arena *arena, struct brand_row *ret,
                        struct err_info *info);
enum err brand_row_write(struct database *db, const struct brand_row *row, struct err_info *info);
enum err brand_row_remove(struct database *db, struct err_info *info);

/* Name and colours; a colour that cannot be read is refused with the nearest that can. */
enum err brand_row_check(const struct brand_row *row, struct err_info *info);
/* The colour shown on dark ground; empty where Troth's own are. */
struct text brand_row_dark(const struct brand_row *row, struct arena *arena);
/* PNG, WebP, or SVG without anything that acts. Its type comes from its bytes. */
enum err brand_logo_check(struct text bytes, struct text type, struct err_info *info);
void brand_style_write(const struct brand_row *row, struct arena *arena, struct buf *out);

/* -- the running ones, for routes -- */
struct brand_row brands_row(struct brands *b, struct arena *arena);
/* In a job of the clerk that has changed it. */
void brands_changed(struct brands *b);

enum { BRAND_ROUTES = 7 };
extern const struct route brand_routes[BRAND_ROUTES];

#endif
