#include "store/schema_check.h"

#include <assert.h>
#include <stdio.h>

/* Table, column, type, whether it may be NULL, whether it is of the primary key. */
static const struct statement columns_list = {
    "schema_columns",
    "SELECT m.name, c.name, lower(c.type), c.\"notnull\" = 0 AND c.pk = 0, c.pk > 0 "
    "FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
    "SELECT c.table_name::text, c.column_name::text, c.data_type::text, "
    "(c.is_nullable = 'YES')::int, (k.column_name IS NOT NULL)::int "
    "FROM information_schema.columns c "
    "LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema "
    "AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' "
    "LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = c.table_schema "
    "AND k.constraint_name = t.constraint_name AND k.table_name = c.table_name "
    "AND k.column_name = c.column_name "
    "JOIN pg_class r ON r.oid = to_regclass(quote_ident(c.table_name)) AND NOT r.relispartition "
    "AND r.relkind IN ('r', 'p') "
    "WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position"};

enum { COLUMNS_MOST = 2048 };
struct checking {
    struct stored_tables tables;
    bool seen[COLUMNS_MOST]; /* of the catalogue, one table after the other */
    schema_difference *differs;
    void *context;
};

__attribute__((format(printf, 2, 3))) static void tell(const struct checking *c, const char *format,
                                                       ...)
{
    char words[256];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    c->differs(c->context, words);
}

static bool type_of(struct text words, enum column_type *ret)
{
    static const struct {
        const char *words;
        enum column_type type;
    } types[] = {{"integer", COLUMN_INT}, {"bigint", COLUMN_INT}, {"smallint", COLUMN_INT},
                 {"text", COLUMN_TEXT},   {"blob", COLUMN_BYTES}, {"bytea", COLUMN_BYTES}};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (text_is(words, types[i].words)) {
            *ret = types[i].type;
            return true;
        }
    }
    return false;
}

/* ret_first: number of its first column among all. */
static const struct stored_table *find_table(const struct checking *c, struct text name,
                                             size_t *ret_first)
{
    size_t first = 0;
    for (size_t i = 0; i < c->tables.count; i++) {
        if (text_is(name, c->tables.list[i].name)) {
            *ret_first = first;
            return &c->tables.list[i];
        }
        first += c->tables.list[i].column_count;
    }
    return NULL;
}

static void check_column(struct checking *c, const struct query *q)
{
    struct text table = query_text(q, 0), name = query_text(q, 1), type_words = query_text(q, 2);
    bool nullable = query_int(q, 3) != 0, is_key = query_int(q, 4) != 0;
    size_t first = 0;
    const struct stored_table *t = find_table(c, table, &first);
    if (text_is(table, "schema_migration")) {
        return;
    }
    for (size_t i = 0; t && i < t->column_count; i++) {
        const struct column *column = &t->columns[i];
        enum column_type type = COLUMN_INT;
        if (!text_is(name, column->name)) {
            continue;
        }
        assert(first + i < COLUMNS_MOST);
        c->seen[first + i] = true;
        if (!type_of(type_words, &type) || type != column->type) {
            tell(c, "%s.%s is of the type %.*s, not %s", t->name, column->name,
                 TEXT_ARG(type_words), column_type_name(column->type));
        }
        if (nullable != column->nullable) {
            tell(c, "%s.%s %s be NULL", t->name, column->name,
                 nullable ? "may, and must not" : "cannot");
        }
        /* Where tables are spread, the home is of every key (spread.h). */
        bool may_be_key = i < t->key_count || text_is(name, "home_id");
        if (is_key ? !may_be_key : i < t->key_count) {
            tell(c, "%s.%s is %sof the primary key", t->name, column->name, is_key ? "" : "not ");
        }
        return;
    }
    tell(c, "the column %.*s.%.*s is not known", TEXT_ARG(table), TEXT_ARG(name));
}

enum err schema_check(struct database *db, uint32_t schema, schema_difference *differs,
                      void *context, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct checking c = {
        .tables = catalogue_at(&arena, schema), .differs = differs, .context = context};
    struct query q CLEANUP(query_end) = query_begin(db, &columns_list);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        check_column(&c, &q);
    }
    size_t number = 0;
    for (size_t t = 0; !e && t < c.tables.count; t++) {
        const struct stored_table *table = &c.tables.list[t];
        for (size_t i = 0; i < table->column_count; i++) {
            if (!c.seen[number++]) {
                tell(&c, "the column %s.%s is missing", table->name, table->columns[i].name);
            }
        }
    }
    return e;
}
