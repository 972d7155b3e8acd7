/* Inside of a connection: for the files of this room only. What both databases share lies in
 * database.c and statement.c; what differs is a table of functions, one for each database. */
#ifndef TROTH_STORE_CONNECTION_H
#define TROTH_STORE_CONNECTION_H

#include "store/database.h"

/* One statement on one connection. A driver's own struct begins with it. */
struct prepared {
    const struct statement *statement;
    int parameters;
    bool begun;
};

struct driver {
    enum err (*open)(const struct database_config *config, struct database **ret,
                     struct err_info *info);
    void (*close)(struct database *db);

    /* Makes *p if it is NULL; called again at every use, so that what was lost is made anew. */
    enum err (*prepare)(struct database *db, const struct statement *statement, struct prepared **p,
                        struct err_info *info);
    void (*discard)(struct database *db, struct prepared *p);
    void (*bind_int)(struct prepared *p, int parameter, int64_t value);
    void (*bind_real)(struct prepared *p, int parameter, double value);
    void (*bind_bool)(struct prepared *p, int parameter, bool value);
    void (*bind_text)(struct prepared *p, int parameter, struct text value);
    void (*bind_bytes)(struct prepared *p, int parameter, struct text value);
    void (*bind_null)(struct prepared *p, int parameter);
    /* The first call after reset() executes. */
    enum err (*row)(struct database *db, struct prepared *p, bool *ret_row, struct err_info *info);
    void (*reset)(struct prepared *p);
    /* NULL: row() serves. */
    enum err (*send)(struct database *db, struct prepared *p, struct err_info *info);
    enum err (*many)(struct query *q, const struct executions *all, struct err_info *info);
    /* The query is of all->gathered. NULL: it is never used. */
    enum err (*gather)(struct query *q, const struct executions *all, struct err_info *info);

    /* Whether the row has the column, of a type that reads so; NULL fits all. */
    bool (*has_column)(const struct prepared *p, int column);
    bool (*column_is)(const struct prepared *p, int column, char type); /* i, r, b, t or y */
    bool (*is_null)(const struct prepared *p, int column);
    int64_t (*column_int)(const struct prepared *p, int column);
    double (*column_real)(const struct prepared *p, int column);
    struct text (*column_text)(const struct prepared *p, int column);
    struct text (*column_bytes)(const struct prepared *p, int column);

    enum err (*script)(struct database *db, struct text sql, struct err_info *info);
    int64_t (*changes)(const struct database *db);
    bool (*lost_transaction)(const struct database *db);
    void (*roll_back)(struct database *db); /* also what is lost */
    /* From here on one process at a time migrates; waits for its turn. NULL: the connection is the
     * only one that writes. */
    enum err (*lock_schema)(struct database *db, bool lock, struct err_info *info);
    struct text functions; /* SQL that makes what migrations call; may be empty */
};
extern const struct driver sqlite_driver, postgres_driver;

enum { MARKS_MAX = 16 };
struct mark { /* sharing.h */
    char name[16];
    int64_t value;
};

/* A driver's own struct begins with it. */
struct database {
    const struct driver *driver;
    enum database_mode mode;
    bool apart;             /* rows lie on several machines: each statement is to name a home */
    bool shared;            /* with other servers (sharing.h); the rest is 0 where it is not */
    uint32_t node, session; /* the driver's */
    bool alone;             /* this transaction is */
    bool only;              /* no other server was there when the last one began */
    bool wants_alone, contended; /* it is to be run again */
    int64_t clock_offset_us;     /* from our clock to the database's */
    struct mark marks[MARKS_MAX];
    size_t mark_count;
    bool in_transaction;
    unsigned savepoints;        /* open ones */
    struct prepared **prepared; /* open hash by the statement's address */
    size_t prepared_cap, prepared_count;
    int64_t deadline_us, slice_us, slice_end_us;
    const _Atomic(bool) *cancel;
    enum err trouble; /* why the last statement could not be begun */
    struct err_info trouble_info;
};

/* A statement (or read transaction) begins: its slice of time runs from here. */
void connection_begin_slice(struct database *db);
/* Whether the running statement is to stop: cancelled, or over its time. */
bool connection_is_over(const struct database *db);
enum err connection_prepare(struct database *db, const struct statement *statement,
                            struct prepared **ret, struct err_info *info);
void connection_release_statements(struct database *db);
/* A mistake of ours in the use of a statement: aborts. */
__attribute__((noreturn, format(printf, 2, 3))) void connection_mistake(
    const struct statement *statement, const char *format, ...);
/* Aborts unless every parameter is bound. */
void connection_check_bound(const struct query *q);

#endif
