/* On tables spread over partitions by home, as they are over machines: a statement looks at one
 * partition of each table that it names, all of one home; or it is in the list of exceptions
 * (homes.h), with its reason, and looks at more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plans/homes.h"
#include "plans/statements.h"
#include "store/migrate.h"
#include "store/spread.h"
#include "store/testing.h"

enum { PARTITIONS = 8, EXCEPTIONS = sizeof(exceptions) / sizeof(exceptions[0]) };

struct office {
    struct place place;
    struct database *db;
    PGconn *conn;
};

static int open_office(void **state)
{
    static struct office office;
    struct err_info info = {0};
    office.place = place_make();
    struct database_config config = {.place = office.place.path, .mode = DATABASE_WRITE};
    enum err e = database_open(&config, &office.db, &info);
    e = e ? e : migrate(office.db, &schema_migrations, &info);
    e = e ? e : spread(office.db, &(struct spread){.pieces = PARTITIONS}, &info);
    if (e) {
        print_error("%s %s\n", info.text, info.detail);
        return -1;
    }
    office.conn = PQconnectdb(office.place.path);
    *state = &office;
    return 0;
}

static int close_office(void **state)
{
    struct office *office = *state;
    PQfinish(office->conn);
    database_close(&office->db);
    place_remove(&office->place);
    return 0;
}

static PGresult *ask(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    return result;
}

/* Each text after the one before, so that no span between two is empty. */
static void add_value(struct buf *words, Oid type, int number)
{
    enum { BOOLEAN = 16, BYTES = 17, WORDS = 25 };
    switch (type) {
    case BOOLEAN:
        buf_add_str(words, "true");
        break;
    case BYTES:
        buf_add_str(words, "'\\x'::bytea");
        break;
    case WORDS:
        buf_addf(words, "'%c'", 'a' + number);
        break;
    default:
        buf_add_str(words, "5");
    }
}

static Oid element_of(Oid type)
{
    enum { BYTES_LIST = 1001, WORDS_LIST = 1009, NUMBERS_LIST = 1016 };
    return type == BYTES_LIST ? 17 : type == WORDS_LIST ? 25 : type == NUMBERS_LIST ? 20 : 0;
}

/* The plan for some values, all homes the same. One that takes arrays is executed, with one of
 * each: only then it is known which partitions it comes to. */
static PGresult *plan_of(PGconn *conn, const char *sql)
{
    struct buf words CLEANUP(buf_release) = {0};
    PQclear(ask(conn, "DEALLOCATE ALL"));
    buf_addf(&words, "PREPARE wanted AS %s", sql);
    PQclear(ask(conn, words.ptr));
    PGresult *types = PQdescribePrepared(conn, "wanted");
    bool gathers = PQnparams(types) && element_of(PQparamtype(types, 0));
    buf_clear(&words);
    buf_addf(&words, "EXPLAIN (COSTS OFF%s) EXECUTE wanted", gathers ? ", ANALYZE" : "");
    for (int i = 0; i < PQnparams(types); i++) {
        buf_add_str(&words, i ? ", " : "(");
        Oid type = PQparamtype(types, i);
        buf_add_str(&words, gathers ? "ARRAY[" : "");
        add_value(&words, gathers ? element_of(type) : type, i);
        buf_add_str(&words, gathers ? "]" : "");
    }
    buf_add_str(&words, PQnparams(types) ? ")" : "");
    PQclear(types);
    return ask(conn, words.ptr);
}

/* "Index Scan using touch_p3_pkey on touch_p3 t": bit 3. Not of the index's name. */
static unsigned partitions_in(const char *line)
{
    unsigned found = 0;
    for (size_t i = 0; spread_tables[i]; i++) {
        char words[64];
        size_t len = (size_t)snprintf(words, sizeof(words), " on %s_p", spread_tables[i]);
        const char *at = strstr(line, words);
        /* where rows may be changed is always told for all; what is looked at stands below */
        bool looks = at && !strstr(line, "(never executed)") && !strstr(line, "Update on ") &&
                     !strstr(line, "Delete on ");
        if (looks && at[len] >= '0' && at[len] < '0' + PARTITIONS) {
            found |= 1U << (at[len] - '0');
        }
    }
    return found;
}

static unsigned partitions_of(PGconn *conn, const struct statement *statement)
{
    PGresult *plan = plan_of(conn, statement->postgres ? statement->postgres : statement->sql);
    unsigned found = 0;
    for (int i = 0; i < PQntuples(plan); i++) {
        found |= partitions_in(PQgetvalue(plan, i, 0));
    }
    PQclear(plan);
    return found;
}

static unsigned number_of(unsigned partitions)
{
    return (unsigned)__builtin_popcount(partitions);
}

/* What is inserted goes to one partition when it says its home. */
static bool inserts_without_home(const struct statement *statement)
{
    for (size_t i = 0; spread_tables[i]; i++) {
        char words[64];
        snprintf(words, sizeof(words), "INSERT INTO %s (", spread_tables[i]);
        const char *at = strstr(statement->sql, words);
        const char *end = at ? strchr(at, ')') : NULL;
        const char *home = at ? strstr(at, "home_id") : NULL;
        if (at && (!home || home > end)) {
            return true;
        }
    }
    return false;
}

static size_t exception_of(const struct statement *statement)
{
    size_t i = 0;
    while (i < EXCEPTIONS && strcmp(exceptions[i].statement, statement->name) != 0) {
        i++;
    }
    return i;
}

static void every_statement_looks_at_one_home_or_has_a_reason(void **state)
{
    struct office *o = *state;
    const struct statement_table *tables[TABLES_MAX];
    size_t count = all_statements(tables), faults = 0, at_one = 0;
    bool seen[EXCEPTIONS] = {false};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < tables[i]->count; k++) {
            const struct statement *s = &tables[i]->statements[k];
            unsigned number = number_of(partitions_of(o->conn, s));
            size_t exception = exception_of(s);
            bool is_excused = exception < EXCEPTIONS;
            at_one += number == 1;
            if (is_excused) {
                seen[exception] = true;
            }
            if (number > 1 && !is_excused) {
                print_error("%s looks at %u homes: have it name the home, or give the reason in "
                            "homes.h\n",
                            s->name, number);
                faults++;
            } else if (number <= 1 && is_excused) {
                print_error("%s looks at one home: homes.h need not excuse it\n", s->name);
                faults++;
            } else if (inserts_without_home(s)) {
                print_error("%s inserts without a home\n", s->name);
                faults++;
            }
        }
    }
    for (size_t i = 0; i < EXCEPTIONS; i++) {
        if (!seen[i]) {
            print_error("%s is in homes.h, and nowhere else\n", exceptions[i].statement);
            faults++;
        }
    }
    assert_true(at_one > 12);
    assert_int_equal(faults, 0);
}

/* Those of many rows at once look at one home for each row. */
static void gathered_statements_look_at_one_home_for_each_row(void **state)
{
    struct office *o = *state;
    size_t faults = 0, at_one = 0;
    for (size_t i = 0; i < gathered_statements.count; i++) {
        const struct statement *s = &gathered_statements.statements[i];
        PQclear(ask(o->conn, "BEGIN; SET LOCAL enable_seqscan = off; "
                             "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"));
        unsigned number = number_of(partitions_of(o->conn, s));
        PQclear(ask(o->conn, "ROLLBACK"));
        at_one += number == 1;
        bool customers = strcmp(s->name, "touch_later_of_customer_many") == 0; /* homes.h */
        if ((number > 1) != customers || inserts_without_home(s)) {
            print_error("%s looks at %u homes\n", s->name, number);
            faults++;
        }
    }
    assert_true(at_one > 5);
    assert_int_equal(faults, 0);
}

/* The test itself sees what it looks for. */
static void one_home_and_many_are_told_apart(void **state)
{
    struct office *o = *state;
    const struct statement one = {"one", "SELECT id FROM touch WHERE thread = $1 AND home_id = $2",
                                  NULL};
    const struct statement many = {"many", "SELECT id FROM touch WHERE thread = $1", NULL};
    const struct statement two = {
        "two", "SELECT id FROM touch WHERE home_id IN ($1, 0, 1, 2, 3, 4, 5, 6, 7)", NULL};
    const struct statement insert = {"insert", "INSERT INTO touch_key (lane) VALUES ($1)", NULL};
    assert_int_equal(number_of(partitions_of(o->conn, &one)), 1);
    assert_int_equal(number_of(partitions_of(o->conn, &many)), PARTITIONS);
    assert_true(number_of(partitions_of(o->conn, &two)) > 1);
    assert_true(inserts_without_home(&insert));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_looks_at_one_home_or_has_a_reason),
        cmocka_unit_test(gathered_statements_look_at_one_home_for_each_row),
        cmocka_unit_test(one_home_and_many_are_told_apart),
    };
    return cmocka_run_group_tests(tests, open_office, close_office);
}
