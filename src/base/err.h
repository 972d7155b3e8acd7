/* Errors: a code to act on and words for people. Functions that can fail return enum err and fill a
 * trailing struct err_info (may be NULL). Outputs named ret_… are untouched on failure. */
#ifndef TROTH_BASE_ERR_H
#define TROTH_BASE_ERR_H

#include <stdint.h>

/* clang reports a result that is not looked at (gcc 12 cannot attach that to a type). */
#ifdef __clang__
#define ERR_MUST_CHECK __attribute__((warn_unused_result))
#else
#define ERR_MUST_CHECK
#endif

enum ERR_MUST_CHECK err {
    ERR_NONE = 0,
    ERR_INVALID,         /* the input is wrong: say where and how to mend it */
    ERR_LIMIT,           /* the input is larger than a written bound */
    ERR_NOT_FOUND,       /* no such thing */
    ERR_CONFLICT,        /* it changed meanwhile, or is there already */
    ERR_UNAUTHENTICATED, /* who are you */
    ERR_FORBIDDEN,       /* not yours to do */
    ERR_BUSY,            /* full for now: try again */
    ERR_STORAGE,         /* disk full, read-only or lost database: nothing was changed */
    ERR_IO,              /* a file, pipe or socket failed */
    ERR_INTERNAL         /* our own mistake */
};

struct err_info {
    char text[256];        /* for the person who asked: what is wrong and what to do */
    char detail[256];      /* for the log only */
    char field[64];        /* the field concerned, or empty */
    uint32_t line, column; /* place in a file, from 1; 0 when there is none */
};

/* Fills info (if not NULL; place and field are cleared) and returns e, so that a function can end
 * with it. */
enum err err_set(struct err_info *info, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, naming the field. */
enum err err_field(struct err_info *info, enum err e, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A stable word for each code: "invalid", "limit", … */
const char *err_name(enum err e);

#endif
