#include "lang/check.h"

#include "lang/diagnostic.h"

static void check_zone(const struct code *code, struct diagnostics *d)
{
    if (code->zone.len == 0) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-zone", code->span,
                       "the Code names no time zone");
        diagnostic_suggest(d, "add a clause to the code block: zone America/New_York");
    }
}

void code_check(const struct code *code, struct diagnostics *d)
{
    check_zone(code, d);
}
