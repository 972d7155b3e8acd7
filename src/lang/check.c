#include "lang/check_part.h"

void code_check(const struct code *code, struct diagnostics *d)
{
    check_header(code, d);
    for (size_t i = 0; i < code->calendar_count; i++)
        check_calendar(code, &code->calendars[i], d);
    for (size_t i = 0; i < code->table_count; i++)
        check_table(&code->tables[i], d);
    for (size_t i = 0; i < code->promise_count; i++) {
        check_promise(code, &code->promises[i], d);
        check_duty(code, &code->promises[i], d);
        check_remedy(code, &code->promises[i], d);
    }
    for (size_t i = 0; i < code->permission_count; i++)
        check_permission(&code->permissions[i], d);
    check_names(code, d);
    check_forms(code, d);
    check_contradictions(code, d);
    check_chains(code, d);
}
