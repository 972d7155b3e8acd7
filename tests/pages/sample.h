/* Pages with made-up data: full, empty, and as extreme as they can come. */
#ifndef TROTH_TESTS_PAGES_SAMPLE_H
#define TROTH_TESTS_PAGES_SAMPLE_H

#include "engine/zone.h"
#include "feature/page/language.h"

struct sample {
    struct arena arena;
    struct zone *zone;
    int64_t now_us;
    enum language language;
    const char *shop; /* the file shop.troth */
};

/* What would do harm if it were not escaped, and breaks lines that cannot break. */
#define NASTY "<script>alert(1)</script>\"><img src=x onerror=alert(2)>&amp;'"
#define LONG \
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftspromise"

void sample_code_full(struct sample *s, struct buf *out);
void sample_code_new(struct sample *s, struct buf *out);
void sample_code_extreme(struct sample *s, struct buf *out);
void sample_code_missing(struct sample *s, struct buf *out);

#endif
