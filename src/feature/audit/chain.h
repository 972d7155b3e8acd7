/* Inside of this feature: the rows of a chain and how they hang together. */
#ifndef TROTH_FEATURE_AUDIT_CHAIN_H
#define TROTH_FEATURE_AUDIT_CHAIN_H

#include "base/arena.h"
#include "store/database.h"

enum { CHAIN_HASH_BYTES = 32, CHAIN_SALT_BYTES = 16, CHAIN_HEX_SIZE = 2 * CHAIN_HASH_BYTES + 1 };

struct chain_link {
    int64_t node, seq, id, at_us, actor_kind, actor_id;
    struct text action;
    bool has_words; /* they were not erased */
    struct text salt, actor, subject, before, after;
    unsigned char digest[CHAIN_HASH_BYTES], hash[CHAIN_HASH_BYTES];
};
/* Where a chain ends. */
struct chain_end {
    int64_t node, seq, id; /* seq 0: it has not begun */
    unsigned char hash[CHAIN_HASH_BYTES];
};

/* BLAKE2b-256 over salt, actor, subject, before and after, each after its length (8 bytes, little
 * endian). */
void chain_digest(const struct chain_link *link, unsigned char ret[CHAIN_HASH_BYTES]);
/* BLAKE2b-256 over the hash before, node, seq, id, at_us, actor_kind, actor_id (8 bytes each,
 * little endian), the action after its length, and the digest. */
void chain_hash(const unsigned char before[CHAIN_HASH_BYTES], const struct chain_link *link,
                unsigned char ret[CHAIN_HASH_BYTES]);

/* Appends to the chain of link->node: fills seq, id, digest and hash; the salt is drawn. */
enum err chain_append(struct database *db, struct chain_link *link, struct err_info *info);
/* The ends of all chains, by node. */
enum err chain_ends(struct database *db, struct arena *arena, struct chain_end **ret,
                    size_t *ret_count, struct err_info *info);
/* A row of CHAIN_LINK_COLUMNS; texts in the arena. */
void chain_link_read(const struct query *q, struct arena *arena, struct chain_link *ret);
void chain_hex(const unsigned char hash[CHAIN_HASH_BYTES], char ret[CHAIN_HEX_SIZE]);

#define CHAIN_LINK_COLUMNS                                                                         \
    "a.node, a.seq, a.id, a.at_us, a.actor_kind, a.actor_id, a.action, a.digest, a.hash, w.salt, " \
    "w.actor, w.subject, w.before, w.after"
#define CHAIN_LINK_TABLES "audit a LEFT JOIN audit_words w ON w.id = a.id"

extern const struct statement_table chain_statements;

#endif
