/* What stands around every page that the server makes. They need no script and no inline style: the
 * policy of LOOK_PAGE (src/http/answer.c) holds. */
#ifndef TROTH_FEATURE_PAGE_FRAME_H
#define TROTH_FEATURE_PAGE_FRAME_H

#include "feature/page/language.h"

struct frame {
    enum language language;
    struct text title;   /* of the window */
    struct text address; /* not empty: the page is there in every language, as ADDRESS?lang=es */
    struct text brand;   /* the company's name, at the head; empty: none */
    struct text logo;    /* address; empty: none */
};

void frame_begin(const struct frame *f, struct buf *out);
void frame_end(struct buf *out);

/* A page of one question or one sentence. */
struct gate {
    enum language language;
    struct text brand; /* the company's name; empty: Troth */
    struct text logo;  /* address; empty: none */
};
/* Who opens a link signs in by its button, without a script. */
void enter_page(const struct gate *g, struct text code, struct buf *out);
/* After a link that was used already or is not known. */
void enter_refused_page(const struct gate *g, struct buf *out);

#endif
