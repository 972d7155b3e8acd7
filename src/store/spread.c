#include "store/spread.h"

#include "store/connection.h"

#include <string.h>

const char *const spread_tables[] = {
    "touch", "touch_key", "key_state", "obligation", "obligation_entry", "customer_word", NULL};
const char *const reference_tables[] = {"code_version", "code_file", "touch_anywhere", NULL};

/* The keys of a spread table hold its home. Last, so that rows still come in the order of their
 * ids, and are found by id alone too. The others' have had it since they were made. */
static const char *key_of(const char *table)
{
    return strcmp(table, "touch_key") == 0       ? "lane, key, occurred_us, touch_id, home_id"
           : strcmp(table, "key_state") == 0     ? "lane, key, home_id"
           : strcmp(table, "customer_word") == 0 ? "word, customer, home_id"
                                                 : "id, home_id";
}

/* Unique by source and id within a home. */
static const char touch_external[] =
    "CREATE UNIQUE INDEX touch_external ON touch (source, external_id, home_id);\n";

/* -- partitions -- */

static void partition(const char *table, uint32_t pieces, struct buf *out)
{
    buf_addf(out, "ALTER TABLE %s RENAME TO %s_together;\n", table, table);
    buf_addf(out,
             "CREATE TABLE %s (LIKE %s_together INCLUDING DEFAULTS) PARTITION BY HASH (home_id);\n",
             table, table);
    for (uint32_t i = 0; i < pieces; i++) {
        buf_addf(out,
                 "CREATE TABLE %s_p%u PARTITION OF %s FOR VALUES WITH (MODULUS %u, REMAINDER "
                 "%u);\n",
                 table, i, table, pieces, i);
    }
    buf_addf(out, "INSERT INTO %s SELECT * FROM %s_together;\n", table, table);
    /* Its indexes once more, but for the unique ones. */
    buf_addf(out,
             "DO $$ DECLARE made text; list text[] := ARRAY(SELECT pg_get_indexdef(indexrelid) "
             "FROM pg_index WHERE indrelid = '%s_together'::regclass AND NOT indisunique); BEGIN "
             "DROP TABLE %s_together; FOREACH made IN ARRAY list LOOP EXECUTE replace(made, "
             "'%s_together', '%s'); END LOOP; END $$;\n",
             table, table, table, table);
    buf_addf(out, "ALTER TABLE %s ADD PRIMARY KEY (%s);\n", table, key_of(table));
}

static void partition_all(uint32_t pieces, struct buf *out)
{
    for (const char *const *table = spread_tables; *table; table++) {
        partition(*table, pieces, out);
    }
    buf_add_str(out, touch_external);
}

/* -- Citus -- */

static void distribute_all(uint32_t pieces, struct buf *out)
{
    buf_add_str(out, "CREATE EXTENSION IF NOT EXISTS citus;\n");
    for (const char *const *table = spread_tables; *table; table++) {
        if (strcmp(key_of(*table), "id, home_id") == 0) {
            buf_addf(out, "ALTER TABLE %s DROP CONSTRAINT %s_pkey, ADD PRIMARY KEY (%s);\n", *table,
                     *table, key_of(*table));
        }
    }
    buf_addf(out, "DROP INDEX touch_external;\n%s", touch_external);
    for (const char *const *table = reference_tables; *table; table++) {
        buf_addf(out, "SELECT create_reference_table('%s');\n", *table);
    }
    buf_addf(out,
             "SELECT create_distributed_table('%s', 'home_id', shard_count => %u, colocate_with => "
             "'none');\n",
             spread_tables[0], pieces);
    for (const char *const *table = spread_tables + 1; *table; table++) {
        buf_addf(out, "SELECT create_distributed_table('%s', 'home_id', colocate_with => '%s');\n",
                 *table, spread_tables[0]);
    }
}

void spread_sql(const struct spread *how, struct buf *out)
{
    if (how->citus) {
        distribute_all(how->pieces, out);
    } else {
        partition_all(how->pieces, out);
    }
}

/* -- doing it -- */

enum { LOOK, LOOK_CITUS, STATEMENTS };
static const struct statement statements[] = {
    [LOOK] =
        {"spread_look", "SELECT 0, 0, 0",
         "SELECT (SELECT count(*) FROM pg_class WHERE oid = to_regclass('touch') AND relkind = "
         "'p'), (SELECT count(*) FROM pg_extension WHERE extname = 'citus'), (SELECT count(*) "
         "FROM pg_available_extensions WHERE name = 'citus')"},
    [LOOK_CITUS] = {"spread_look_citus", "SELECT 0",
                    "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = "
                    "to_regclass('touch')"},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

static enum err look_at_citus(struct database *db, struct spread_look *look, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LOOK_CITUS]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && query_int(&q, 0)) {
        look->standing = SPREAD_CITUS;
    }
    return e;
}

enum err spread_look(struct database *db, struct spread_look *ret, struct err_info *info)
{
    if (db->driver != &postgres_driver) {
        return err_set(info, ERR_INVALID,
                       "Only the tables of a PostgreSQL database can be spread. Move the data "
                       "there first: troth db copy.");
    }
    struct spread_look look = {0};
    bool created = false;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LOOK]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        look.standing = query_int(&q, 0) ? SPREAD_PARTITIONS : SPREAD_NOT;
        created = query_int(&q, 1) != 0;
        look.citus_there = created || query_int(&q, 2) != 0;
    }
    query_end(&q);
    e = e || !created ? e : look_at_citus(db, &look, info);
    if (!e) {
        *ret = look;
    }
    return e;
}

enum err spread(struct database *db, const struct spread *how, struct err_info *info)
{
    struct buf sql CLEANUP(buf_release) = {0};
    spread_sql(how, &sql);
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    e = e ? e : database_script(db, buf_text(&sql), info);
    return e ? e : transaction_commit(&t, info);
}
