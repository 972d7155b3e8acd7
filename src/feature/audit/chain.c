#include "feature/audit/chain.h"

#include "base/id.h"

#include <sodium.h>

enum { CHAIN_END, CHAIN_ENDS, CHAIN_ADD, CHAIN_ADD_WORDS, STATEMENTS };

static const struct statement statements[] = {
    [CHAIN_END] = {"audit_end",
                   "SELECT seq, id, hash FROM audit WHERE node = $1 ORDER BY seq DESC LIMIT 1",
                   NULL},
    /* From each chain to the next one: there are few chains, and their rows are many. */
    [CHAIN_ENDS] = {"audit_ends",
                    "WITH RECURSIVE chain (node) AS (SELECT min(node) FROM audit UNION ALL "
                    "SELECT (SELECT min(a.node) FROM audit a WHERE a.node > chain.node) FROM chain "
                    "WHERE chain.node IS NOT NULL) "
                    "SELECT a.node, a.seq, a.id, a.hash FROM chain JOIN audit a ON a.node = "
                    "chain.node AND a.seq = (SELECT max(b.seq) FROM audit b WHERE b.node = "
                    "chain.node) ORDER BY a.node",
                    NULL},
    [CHAIN_ADD] = {"audit_add",
                   "INSERT INTO audit (node, seq, id, at_us, actor_kind, actor_id, action, digest, "
                   "hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   NULL},
    [CHAIN_ADD_WORDS] = {"audit_add_words",
                         "INSERT INTO audit_words (id, salt, actor, subject, before, after) "
                         "VALUES ($1, $2, $3, $4, $5, $6)",
                         NULL},
};
const struct statement_table chain_statements = {statements, STATEMENTS};

typedef crypto_generichash_state hashing;

static void hash_int(hashing *h, int64_t value)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
    }
    (void)crypto_generichash_update(h, bytes, sizeof(bytes));
}

static void hash_text(hashing *h, struct text value)
{
    hash_int(h, (int64_t)value.len);
    (void)crypto_generichash_update(h, (const unsigned char *)value.ptr, value.len);
}

void chain_digest(const struct chain_link *link, unsigned char ret[CHAIN_HASH_BYTES])
{
    hashing h;
    (void)crypto_generichash_init(&h, NULL, 0, CHAIN_HASH_BYTES);
    hash_text(&h, link->salt);
    hash_text(&h, link->actor);
    hash_text(&h, link->subject);
    hash_text(&h, link->before);
    hash_text(&h, link->after);
    (void)crypto_generichash_final(&h, ret, CHAIN_HASH_BYTES);
}

void chain_hash(const unsigned char before[CHAIN_HASH_BYTES], const struct chain_link *link,
                unsigned char ret[CHAIN_HASH_BYTES])
{
    hashing h;
    (void)crypto_generichash_init(&h, NULL, 0, CHAIN_HASH_BYTES);
    (void)crypto_generichash_update(&h, before, CHAIN_HASH_BYTES);
    hash_int(&h, link->node);
    hash_int(&h, link->seq);
    hash_int(&h, link->id);
    hash_int(&h, link->at_us);
    hash_int(&h, link->actor_kind);
    hash_int(&h, link->actor_id);
    hash_text(&h, link->action);
    (void)crypto_generichash_update(&h, link->digest, CHAIN_HASH_BYTES);
    (void)crypto_generichash_final(&h, ret, CHAIN_HASH_BYTES);
}

void chain_hex(const unsigned char hash[CHAIN_HASH_BYTES], char ret[CHAIN_HEX_SIZE])
{
    (void)sodium_bin2hex(ret, CHAIN_HEX_SIZE, hash, CHAIN_HASH_BYTES);
}

/* A hash as it stands in the database; of a wrong length: no hash at all. */
static void read_hash(struct text bytes, unsigned char ret[CHAIN_HASH_BYTES])
{
    memset(ret, 0, CHAIN_HASH_BYTES);
    if (bytes.len == CHAIN_HASH_BYTES) {
        memcpy(ret, bytes.ptr, CHAIN_HASH_BYTES);
    }
}

static enum err read_end(struct database *db, struct chain_end *end, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHAIN_END]);
    query_bind_int(&q, 1, end->node);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        end->seq = query_int(&q, 0);
        end->id = query_int(&q, 1);
        read_hash(query_bytes(&q, 2), end->hash);
    }
    return e;
}

static enum err add(struct database *db, const struct chain_link *link, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHAIN_ADD]);
    const int64_t numbers[] = {link->node,  link->seq,        link->id,
                               link->at_us, link->actor_kind, link->actor_id};
    for (int i = 0; i < 6; i++) {
        query_bind_int(&q, i + 1, numbers[i]);
    }
    query_bind_text(&q, 7, link->action);
    query_bind_bytes(&q, 8, (struct text){(const char *)link->digest, CHAIN_HASH_BYTES});
    query_bind_bytes(&q, 9, (struct text){(const char *)link->hash, CHAIN_HASH_BYTES});
    return query_run(&q, info);
}

static enum err add_words(struct database *db, const struct chain_link *link, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHAIN_ADD_WORDS]);
    query_bind_int(&q, 1, link->id);
    query_bind_bytes(&q, 2, link->salt);
    query_bind_text(&q, 3, link->actor);
    query_bind_text(&q, 4, link->subject);
    query_bind_text_or_null(&q, 5, link->before);
    query_bind_text_or_null(&q, 6, link->after);
    return query_run(&q, info);
}

enum err chain_append(struct database *db, struct chain_link *link, struct err_info *info)
{
    struct chain_end end = {.node = link->node};
    enum err e = read_end(db, &end, info);
    if (e) {
        return e;
    }
    char salt[CHAIN_SALT_BYTES];
    randombytes_buf(salt, sizeof(salt));
    struct id_source ids = id_source((uint32_t)end.node, end.id);
    link->seq = end.seq + 1;
    link->id = id_next(&ids, link->at_us);
    link->salt = (struct text){salt, sizeof(salt)};
    link->has_words = true;
    chain_digest(link, link->digest);
    chain_hash(end.hash, link, link->hash);
    e = add(db, link, info);
    e = e ? e : add_words(db, link, info);
    link->salt = (struct text){0};
    return e;
}

enum err chain_ends(struct database *db, struct arena *arena, struct chain_end **ret,
                    size_t *ret_count, struct err_info *info)
{
    struct chain_end *ends = NULL;
    size_t count = 0, capacity = 0;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHAIN_ENDS]);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            *ret = ends;
            *ret_count = count;
            return e;
        }
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            ends = arena_grow(arena, ends, count, capacity, sizeof(*ends));
        }
        struct chain_end *end = &ends[count++];
        *end = (struct chain_end){query_int(&q, 0), query_int(&q, 1), query_int(&q, 2), {0}};
        read_hash(query_bytes(&q, 3), end->hash);
    }
}

void chain_link_read(const struct query *q, struct arena *arena, struct chain_link *ret)
{
    *ret = (struct chain_link){
        .node = query_int(q, 0),
        .seq = query_int(q, 1),
        .id = query_int(q, 2),
        .at_us = query_int(q, 3),
        .actor_kind = query_int(q, 4),
        .actor_id = query_int(q, 5),
        .action = arena_text(arena, query_text(q, 6)),
        .has_words = !query_is_null(q, 9),
        .salt = arena_text(arena, query_bytes(q, 9)),
        .actor = arena_text(arena, query_text(q, 10)),
        .subject = arena_text(arena, query_text(q, 11)),
        .before = arena_text(arena, query_text(q, 12)),
        .after = arena_text(arena, query_text(q, 13)),
    };
    read_hash(query_bytes(q, 7), ret->digest);
    read_hash(query_bytes(q, 8), ret->hash);
}
