#include "report/adherence.h"

#include "stat/interval.h"

struct adherence adherence_of(uint64_t kept, uint64_t broken)
{
    struct adherence a = {.kept = kept, .n = kept + broken};
    a.is_enough = a.n >= TOO_FEW;
    if (a.is_enough) {
        a.share = (double)kept / (double)a.n;
        wilson(kept, a.n, &a.low, &a.high);
    }
    return a;
}
