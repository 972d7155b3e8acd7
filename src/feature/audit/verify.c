#include "feature/audit/verify.h"

#include "feature/audit/audit_part.h"

#include <sodium.h>

enum { SLICE = 1000 };
enum { CHECK_SLICE, CHECK_HASH, STATEMENTS };

static const struct statement statements[] = {
    [CHECK_SLICE] = {"audit_check_slice",
                     "SELECT " CHAIN_LINK_COLUMNS " FROM " CHAIN_LINK_TABLES
                     " WHERE a.node = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3",
                     NULL},
    [CHECK_HASH] = {"audit_check_hash", "SELECT hash FROM audit WHERE node = $1 AND seq = $2",
                    NULL},
};
const struct statement_table audit_check_statements = {statements, STATEMENTS};

struct check {
    struct database *db;
    struct arena *arena; /* of the report */
    struct arena slice;  /* cleared after each slice */
    struct audit_report *report;
};

static void find_fault(struct check *c, int64_t node, int64_t seq, const char *what)
{
    struct audit_report *r = c->report;
    if (r->fault_count < AUDIT_FAULTS_MAX) {
        r->faults[r->fault_count] = (struct audit_fault){node, seq, text_of(what)};
    }
    r->fault_count++;
}

/* A chain passes through an end that was noted. */
static enum err check_end(struct check *c, const struct chain_end *end, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(c->db, &statements[CHECK_HASH]);
    query_bind_int(&q, 1, end->node);
    query_bind_int(&q, 2, end->seq);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    struct text hash = row ? query_bytes(&q, 0) : TEXT("");
    if (!row) {
        find_fault(c, end->node, end->seq,
                   "this row was noted elsewhere and is gone: the chain was cut off");
    } else if (hash.len != CHAIN_HASH_BYTES || memcmp(hash.ptr, end->hash, hash.len) != 0) {
        find_fault(c, end->node, end->seq,
                   "this row is another than the one noted elsewhere: the chain was rewritten");
    }
    return ERR_NONE;
}

static bool read_end(const struct json *in, struct chain_end *ret)
{
    const struct json *hash = json_get(in, "hash"), *node = json_get(in, "node");
    const struct json *seq = json_get(in, "seq");
    size_t len = 0;
    *ret = (struct chain_end){0};
    return hash && node && seq && hash->type == JSON_TEXT && json_int64(node, &ret->node) &&
           json_int64(seq, &ret->seq) &&
           sodium_hex2bin(ret->hash, sizeof(ret->hash), hash->text.ptr, hash->text.len, NULL, &len,
                          NULL) == 0 &&
           len == CHAIN_HASH_BYTES;
}

static enum err check_anchor(struct check *c, const struct chain_link *link, struct err_info *info)
{
    const struct json *ends = NULL;
    enum err e = json_parse(&c->slice, link->after, &json_default_limits, &ends, info);
    if (e || ends->type != JSON_ARRAY) {
        find_fault(c, link->node, link->seq, "its ends of other chains cannot be read");
        return ERR_NONE;
    }
    for (const struct json *item = ends->first; item && !e; item = item->next) {
        struct chain_end end;
        if (read_end(item, &end)) {
            e = check_end(c, &end, info);
        } else {
            find_fault(c, link->node, link->seq, "its ends of other chains cannot be read");
        }
    }
    return e;
}

static void check_words(struct check *c, const struct chain_link *link)
{
    unsigned char digest[CHAIN_HASH_BYTES];
    if (!link->has_words) {
        c->report->erased++;
        return;
    }
    chain_digest(link, digest);
    if (memcmp(digest, link->digest, sizeof(digest)) != 0) {
        find_fault(c, link->node, link->seq, "its words are not those that were written");
    }
}

/* end: the row before it; moves on. */
static enum err check_link(struct check *c, struct chain_end *end, const struct chain_link *link,
                           struct err_info *info)
{
    unsigned char hash[CHAIN_HASH_BYTES];
    c->report->rows++;
    if (link->seq != end->seq + 1) {
        find_fault(c, link->node, end->seq + 1, "this row is missing");
    }
    chain_hash(end->hash, link, hash);
    if (memcmp(hash, link->hash, sizeof(hash)) != 0 && link->seq == end->seq + 1) {
        find_fault(c, link->node, link->seq, "it, or the row before it, was changed");
    }
    check_words(c, link);
    end->seq = link->seq;
    end->id = link->id;
    memcpy(end->hash, link->hash, sizeof(hash));
    return text_is(link->action, AUDIT_ANCHORED) && link->has_words ? check_anchor(c, link, info)
                                                                    : ERR_NONE;
}

static enum err check_slice(struct check *c, struct chain_end *end, size_t *ret_count,
                            struct err_info *info)
{
    arena_clear(&c->slice);
    struct chain_link *links = ARENA_ARRAY(&c->slice, struct chain_link, SLICE);
    size_t count = 0;
    {
        struct query q CLEANUP(query_end) = query_begin(c->db, &statements[CHECK_SLICE]);
        query_bind_int(&q, 1, end->node);
        query_bind_int(&q, 2, end->seq);
        query_bind_int(&q, 3, SLICE);
        bool row = true;
        while (row) {
            enum err e = query_row(&q, &row, info);
            if (e) {
                return e;
            }
            if (row) {
                chain_link_read(&q, &c->slice, &links[count++]);
            }
        }
    }
    enum err e = ERR_NONE;
    for (size_t i = 0; i < count && !e; i++) {
        e = check_link(c, end, &links[i], info);
    }
    *ret_count = count;
    return e;
}

enum err audit_check(struct database *db, const struct chain_end *expected, size_t expected_count,
                     struct arena *arena, struct audit_report *ret, struct err_info *info)
{
    *ret = (struct audit_report){0};
    struct check c = {.db = db, .arena = arena, .report = ret};
    struct chain_end *ends;
    size_t count;
    enum err e = chain_ends(db, arena, &ends, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        struct chain_end end = {.node = ends[i].node};
        size_t got = SLICE;
        while (got == SLICE && !e) {
            e = check_slice(&c, &end, &got, info);
        }
        ends[i] = end;
    }
    for (size_t i = 0; i < expected_count && !e; i++) {
        e = check_end(&c, &expected[i], info);
    }
    if (!e) {
        ret->ends = ends;
        ret->end_count = count;
    }
    arena_release(&c.slice);
    return e;
}
