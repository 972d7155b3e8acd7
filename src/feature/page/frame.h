/* What stands around every page. Pages need no inline script and no inline style: serve them with
 * `Content-Security-Policy: default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self';
 * script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors
 * 'none'`. */
#ifndef TROTH_FEATURE_PAGE_FRAME_H
#define TROTH_FEATURE_PAGE_FRAME_H

#include "base/text.h"

enum frame_place { FRAME_TODAY, FRAME_OBLIGATION, FRAME_CODE, FRAME_SIGN_IN };

struct frame {
    enum frame_place place;
    struct text title; /* of the window */
    bool is_rail;      /* the rail with its entries: for people of the company who are signed in */
    bool is_live;      /* with the script */
};

void frame_begin(const struct frame *f, struct buf *out);
void frame_end(const struct frame *f, struct buf *out);

/* The page for someone without a session: how to get in. */
void sign_in_page(struct buf *out);
/* Who opens a link signs in by its button, without a script. */
void enter_page(struct text code, struct buf *out);
/* After a link that was used already or is not known. */
void sign_in_refused_page(struct buf *out);

#endif
