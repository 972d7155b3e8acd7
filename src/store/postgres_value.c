/* Values in PostgreSQL's binary form (the types' send and receive functions: big-endian integers,
 * IEEE numbers, plain bytes). Which type a parameter has is PostgreSQL's word; see prepare. */
#include <endian.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "store/postgres.h"

/* catalog/pg_type.dat: fixed for ever. */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_OID = 26,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_VARCHAR = 1043,
    TYPE_NUMERIC = 1700
};

static void set(struct prepared *prepared, int parameter, const void *bytes, size_t len)
{
    struct postgres_prepared *p = postgres_of(prepared);
    int i = parameter - 1;
    if (len > INT_MAX) {
        p->too_large = true;
        len = 0;
    }
    p->values[i] = bytes;
    p->lengths[i] = (int)len;
    p->formats[i] = 1;
}

/* A big-endian integer of so many bytes. */
static void set_int(struct prepared *prepared, int parameter, uint64_t value, size_t bytes)
{
    char *scratch = postgres_of(prepared)->scratch[parameter - 1];
    uint64_t big = htobe64(value << (64 - 8 * bytes));
    memcpy(scratch, &big, sizeof(big));
    set(prepared, parameter, scratch, bytes);
}

static void set_real(struct prepared *prepared, int parameter, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    set_int(prepared, parameter, bits, sizeof(bits));
}

static Oid type_of(const struct prepared *prepared, int parameter)
{
    return ((const struct postgres_prepared *)prepared)->types[parameter - 1];
}

__attribute__((noreturn)) static void wrong_type(const struct prepared *p, int parameter,
                                                 const char *bound)
{
    connection_mistake(p->statement, "parameter %d is bound as %s, PostgreSQL wants type %u",
                       parameter, bound, type_of(p, parameter));
}

void postgres_bind_int(struct prepared *p, int parameter, int64_t value)
{
    switch (type_of(p, parameter)) {
    case TYPE_INT8:
        set_int(p, parameter, (uint64_t)value, 8);
        return;
    case TYPE_INT4:
        postgres_of(p)->too_large |= value < INT32_MIN || value > INT32_MAX;
        set_int(p, parameter, (uint64_t)value, 4);
        return;
    case TYPE_INT2:
        postgres_of(p)->too_large |= value < INT16_MIN || value > INT16_MAX;
        set_int(p, parameter, (uint64_t)value, 2);
        return;
    case TYPE_BOOL:
        set_int(p, parameter, value != 0, 1);
        return;
    case TYPE_FLOAT8:
        set_real(p, parameter, (double)value);
        return;
    case TYPE_NUMERIC:
        snprintf(postgres_of(p)->scratch[parameter - 1], 32, "%" PRId64, value);
        set(p, parameter, postgres_of(p)->scratch[parameter - 1], 0);
        postgres_of(p)->formats[parameter - 1] = 0; /* text ends at its zero */
        return;
    default:
        wrong_type(p, parameter, "an integer");
    }
}

void postgres_bind_real(struct prepared *p, int parameter, double value)
{
    switch (type_of(p, parameter)) {
    case TYPE_FLOAT8:
        set_real(p, parameter, value);
        return;
    case TYPE_NUMERIC:
        snprintf(postgres_of(p)->scratch[parameter - 1], 32, "%.17g", value);
        set(p, parameter, postgres_of(p)->scratch[parameter - 1], 0);
        postgres_of(p)->formats[parameter - 1] = 0;
        return;
    default:
        wrong_type(p, parameter, "a real number");
    }
}

void postgres_bind_bool(struct prepared *p, int parameter, bool value)
{
    postgres_bind_int(p, parameter, value);
}

/* Text and bytes are the same here; PostgreSQL checks that text is UTF-8. */
void postgres_bind_text(struct prepared *p, int parameter, struct text value)
{
    Oid type = type_of(p, parameter);
    if (type != TYPE_TEXT && type != TYPE_BYTEA && type != TYPE_VARCHAR && type != TYPE_NAME) {
        wrong_type(p, parameter, "text or bytes");
    }
    set(p, parameter, value.ptr ? value.ptr : "", value.len);
}

void postgres_bind_null(struct prepared *p, int parameter)
{
    set(p, parameter, NULL, 0);
}

/* -- columns of the present row -- */

static const struct postgres_prepared *row_of(const struct prepared *p)
{
    return (const struct postgres_prepared *)p;
}

bool postgres_has_column(const struct prepared *p, int number)
{
    const struct postgres_prepared *r = row_of(p);
    return r->result && r->at >= 0 && r->at < PQntuples(r->result) && number >= 0 &&
           number < PQnfields(r->result);
}

bool postgres_is_null(const struct prepared *p, int number)
{
    return PQgetisnull(row_of(p)->result, row_of(p)->at, number) != 0;
}

bool postgres_column_is(const struct prepared *p, int number, char type)
{
    if (postgres_is_null(p, number)) {
        return true;
    }
    switch (PQftype(row_of(p)->result, number)) {
    case TYPE_BOOL:
        return type == 'b' || type == 'i';
    case TYPE_INT8:
    case TYPE_INT4:
    case TYPE_INT2:
    case TYPE_OID:
        return type == 'i' || type == 'r' || type == 'b';
    case TYPE_NUMERIC: /* what sum() of BIGINT gives */
        return type == 'i' || type == 'r';
    case TYPE_FLOAT8:
    case TYPE_FLOAT4:
        return type == 'r';
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_NAME:
        return type == 't' || type == 'y';
    case TYPE_BYTEA:
        return type == 'y';
    default:
        return false;
    }
}

static struct text bytes_of(const struct prepared *p, int number)
{
    const struct postgres_prepared *r = row_of(p);
    return (struct text){PQgetvalue(r->result, r->at, number),
                         (size_t)PQgetlength(r->result, r->at, number)};
}

/* A big-endian integer with its sign. */
static int64_t integer_of(struct text bytes)
{
    uint64_t big = 0;
    memcpy(&big, bytes.ptr, bytes.len < 8 ? bytes.len : 8);
    return (int64_t)be64toh(big) >> (64 - 8 * (bytes.len < 8 ? bytes.len : 8));
}

/* numeric_send(): 16-bit words: how many digits, the place of the first, sign, scale; then digits
 * to the base of 10,000. */
static double numeric_of(struct text bytes, int64_t *ret_whole)
{
    size_t words = bytes.len / 2;
    uint16_t word[64] = {0};
    for (size_t i = 0; i < words && i < 64; i++) {
        memcpy(&word[i], bytes.ptr + 2 * i, 2);
        word[i] = be16toh(word[i]);
    }
    int digits = word[0], first = (int16_t)word[1];
    double real = 0, scale = 1;
    uint64_t whole = 0;
    for (int i = 0; i < digits && i < 60; i++) {
        uint16_t digit = word[4 + i];
        scale = i > first ? scale / 10000 : 1;
        real = i > first ? real + digit * scale : real * 10000 + digit;
        whole = i > first ? whole : whole * 10000 + digit;
    }
    for (int i = digits; i <= first; i++) {
        real *= 10000;
        whole *= 10000;
    }
    bool negative = word[2] == 0x4000;
    *ret_whole = (int64_t)(negative ? 0 - whole : whole);
    return negative ? -real : real;
}

int64_t postgres_column_int(const struct prepared *p, int number)
{
    if (postgres_is_null(p, number)) {
        return 0;
    }
    struct text bytes = bytes_of(p, number);
    if (PQftype(row_of(p)->result, number) == TYPE_NUMERIC) {
        int64_t whole;
        (void)numeric_of(bytes, &whole);
        return whole;
    }
    return integer_of(bytes);
}

double postgres_column_real(const struct prepared *p, int number)
{
    if (postgres_is_null(p, number)) {
        return 0;
    }
    struct text bytes = bytes_of(p, number);
    int64_t whole = 0;
    switch (PQftype(row_of(p)->result, number)) {
    case TYPE_NUMERIC:
        return numeric_of(bytes, &whole);
    case TYPE_FLOAT8: {
        double value;
        whole = integer_of(bytes);
        memcpy(&value, &whole, sizeof(value));
        return value;
    }
    case TYPE_FLOAT4: {
        float value;
        uint32_t bits = (uint32_t)integer_of(bytes);
        memcpy(&value, &bits, sizeof(value));
        return (double)value;
    }
    default:
        return (double)integer_of(bytes);
    }
}

struct text postgres_column_text(const struct prepared *p, int number)
{
    return bytes_of(p, number); /* empty where NULL */
}
