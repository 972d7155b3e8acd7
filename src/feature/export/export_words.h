/* Inside of this feature: what its files say besides values. Without a language: the stable names
 * that programs read. */
#ifndef TROTH_FEATURE_EXPORT_EXPORT_WORDS_H
#define TROTH_FEATURE_EXPORT_EXPORT_WORDS_H

#include "engine/engine.h"
#include "feature/access/role.h"
#include "feature/measure/measure.h"
#include "words/language.h"

enum export_table { EXPORT_OBLIGATIONS, EXPORT_CUSTOMERS, EXPORT_ADHERENCE, EXPORT_STAFF };
enum {
    EXPORT_TABLES = 4,
    OBLIGATION_COLUMNS = 17,
    CUSTOMER_COLUMNS = 13,
    STAFF_COLUMNS = 12,
    COUNT_COLUMNS = 11,
    COUNT_OPEN = 4, /* with the next one: only where open ones are known */
    TARGET_COLUMNS = 4,
    REMEDY_COLUMNS = 2
};

struct export_words {
    enum language language;
    const char *files[EXPORT_TABLES]; /* their names, without the ending */
    const char *pages[EXPORT_TABLES]; /* of a spreadsheet */
    const char *yes, *no;
    const char *obligation_columns[OBLIGATION_COLUMNS];
    const char *states[STATE_VOID + 1];
    const char *customer_columns[CUSTOMER_COLUMNS];
    const char *by[MEASURE_BY_HOUR + 1]; /* adherence: what a line is about; empty: not asked for */
    const char *per[MEASURE_PER_MONTH + 1];
    const char *in_words, *weekday, *hour;
    const char *count_columns[COUNT_COLUMNS], *target_columns[TARGET_COLUMNS];
    const char *remedy_columns[REMEDY_COLUMNS]; /* owed, paid: {0} the currency */
    const char *tasks;                          /* remedies that are no money */
    const char *staff_columns[STAFF_COLUMNS];
    const char *roles[ROLES_BUILT_IN];
    const char *person_states[3]; /* active, invited, disabled */
    const char *leads;            /* behind the name of a team */
};
extern const struct export_words export_names; /* for programs */
const struct export_words *export_words(enum language l);

#endif
