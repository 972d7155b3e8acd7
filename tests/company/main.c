/* The company on the command line:
 *   company make PLACE TOUCHES [SEED]   a Code and so many touches
 *   company add PLACE TOUCHES SEED      more of them, of the same days
 *   company sql PLACE SQL               runs it
 *   company ask PLACE SQL               prints the one number or text that it gives */
#include "company/company.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_sql(const char *place, const char *sql)
{
    struct database *db CLEANUP(database_close) = company_open(place);
    struct err_info info = {0};
    company_must(database_script(db, text_of(sql), &info), &info);
}

static void ask(const char *place, const char *sql)
{
    struct database *db CLEANUP(database_close) = company_open(place);
    struct err_info info = {0};
    struct buf cast CLEANUP(buf_release) = {0};
    buf_addf(&cast, "SELECT CAST((%s) AS TEXT)", sql);
    const struct statement statement = {"company_ask", cast.ptr, NULL};
    struct query q CLEANUP(query_end) = query_begin(db, &statement);
    bool row = false;
    company_must(query_row(&q, &row, &info), &info);
    printf("%.*s\n", TEXT_ARG(row ? query_text(&q, 0) : (struct text){0}));
}

static int number(const char *words)
{
    int64_t n;
    if (!text_to_int64(text_of(words), &n) || n < 0 || n > 10000000) {
        fprintf(stderr, "company: '%s' is no number\n", words);
        exit(2);
    }
    return (int)n;
}

int main(int argc, char **argv)
{
    const char *what = argc > 3 ? argv[1] : "";
    uint64_t seed = argc > 4 ? (uint64_t)number(argv[4]) : 1;
    if (strcmp(what, "make") == 0) {
        company_make(argv[2], number(argv[3]), seed);
    } else if (strcmp(what, "add") == 0) {
        company_add(argv[2], number(argv[3]), seed);
    } else if (strcmp(what, "sql") == 0) {
        run_sql(argv[2], argv[3]);
    } else if (strcmp(what, "ask") == 0) {
        ask(argv[2], argv[3]);
    } else {
        fprintf(stderr, "usage: company make|add|sql|ask PLACE …\n");
        return 2;
    }
    return 0;
}
