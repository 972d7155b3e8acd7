/* The reader is one pass of recursive descent over the bytes; depth is bounded by the limits, so
 * the stack is too. Text without escapes stays where it is: only decoded text is copied. */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct json_limits json_default_limits = {1 << 20, 16, 100000};

enum { FEW_MEMBERS = 16 }; /* up to here a name is sought among those before it */

struct reader {
    struct arena *arena;
    const char *start, *p, *end;
    const struct json_limits *limits;
    size_t depth, members;
    struct err_info *info;
};

/* Names the place `at` by line and column in code points. */
static enum err refuse(const struct reader *r, enum err e, const char *at, const char *words)
{
    e = err_set(r->info, e, "%s", words);
    if (r->info) {
        uint32_t line = 1, column = 1;
        for (const char *c = r->start; c < at; c++) {
            if (*c == '\n') {
                line++;
                column = 1;
            } else if (((unsigned char)*c & 0xc0) != 0x80) {
                column++;
            }
        }
        r->info->line = line;
        r->info->column = column;
    }
    return e;
}

static void skip_space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')) {
        r->p++;
    }
}

/* -- text -- */

/* First byte of [p, end) that is a quote, a backslash, a control or not ASCII; eight at a time. */
static const char *scan_plain(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
        uint64_t found = (word - ones * 0x20) | (quote - ones) | (slash - ones) | word;
        if (found & tops) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return p + __builtin_ctzll(found & tops) / 8; /* borrows only spoil later bytes */
#else
            break;
#endif
        }
        p += 8;
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 &&
           (unsigned char)*p < 0x80) {
        p++;
    }
    return p;
}

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
    if (end - p < 4) {
        return false;
    }
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        } else {
            return false;
        }
        value = value << 4 | digit;
    }
    *ret = value;
    return true;
}

static char *utf8_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* After "\u": one code point, which may take a pair of escapes. */
static enum err unicode_escape(struct reader *r, const char **p, char **out)
{
    uint32_t c, low;
    if (!hex4(*p, r->end, &c)) {
        return refuse(r, ERR_INVALID, *p, "\\u needs four hexadecimal digits");
    }
    if (c == 0) {
        return refuse(r, ERR_INVALID, *p, "text may not hold the character NUL (\\u0000)");
    }
    *p += 4;
    if (c >= 0xd800 && c <= 0xdfff) {
        bool paired = c <= 0xdbff && r->end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' &&
                      hex4(*p + 2, r->end, &low) && low >= 0xdc00 && low <= 0xdfff;
        if (!paired) {
            return refuse(r, ERR_INVALID, *p - 4,
                          "half of a surrogate pair: write both halves, or the character itself");
        }
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        *p += 6;
    }
    *out = utf8_put(*out, c);
    return ERR_NONE;
}

static enum err escape(struct reader *r, const char **p, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = *p; /* the backslash */
    char c = at[1];      /* the closing quote is beyond, so this can be read */
    *p += 2;
    if (c == 'u') {
        return unicode_escape(r, p, out);
    }
    const char *which = c ? strchr(from, c) : NULL;
    if (!which) {
        return refuse(r, ERR_INVALID, at,
                      "unknown escape: after \\ comes one of \" \\ / b f n r t u");
    }
    *(*out)++ = to[which - from];
    return ERR_NONE;
}

/* raw: the text between its quotes, escapes and all. It never grows by decoding. */
static enum err decode(struct reader *r, struct text raw, struct text *ret)
{
    char *start = arena_alloc(r->arena, raw.len), *out = start;
    const char *p = raw.ptr, *end = raw.ptr + raw.len;
    while (p < end) {
        if (*p != '\\') {
            *out++ = *p++;
            continue;
        }
        enum err e = escape(r, &p, &out);
        if (e) {
            return e;
        }
    }
    *ret = (struct text){start, (size_t)(out - start)};
    return ERR_NONE;
}

/* At the opening quote. */
static enum err read_text(struct reader *r, struct text *ret)
{
    const char *open = r->p, *p = open + 1;
    bool escaped = false, ascii = true;
    for (;;) {
        p = scan_plain(p, r->end);
        if (p == r->end) {
            return refuse(r, ERR_INVALID, open, "this text has no closing quote");
        }
        unsigned char c = (unsigned char)*p;
        if (c == '"') {
            break;
        }
        if (c < 0x20) {
            return refuse(r, ERR_INVALID, p,
                          "a control character in a text: write it as an escape, such as \\n");
        }
        ascii = ascii && c < 0x80;
        escaped = escaped || c == '\\';
        p += c == '\\' && r->end - p > 1 ? 2 : 1;
    }
    struct text raw = {open + 1, (size_t)(p - open - 1)};
    size_t valid = ascii ? raw.len : text_utf8_valid(raw);
    if (valid != raw.len) {
        return refuse(r, ERR_INVALID, raw.ptr + valid, "not UTF-8: send the text as UTF-8");
    }
    r->p = p + 1;
    if (escaped) {
        return decode(r, raw, ret);
    }
    *ret = raw;
    return ERR_NONE;
}

/* -- numbers -- */

static bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

static const char *digits(const char *p, const char *end)
{
    while (is_digit(p, end)) {
        p++;
    }
    return p;
}

/* End of the number's text by the grammar, NULL if it is malformed. */
static const char *number_end(const char *p, const char *end)
{
    p += *p == '-';
    if (!is_digit(p, end)) {
        return NULL;
    }
    if (*p == '0') {
        p++;
    } else {
        p = digits(p, end);
    }
    if (p < end && *p == '.') {
        if (!is_digit(++p, end)) {
            return NULL;
        }
        p = digits(p, end);
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        if (!is_digit(p, end)) {
            return NULL;
        }
        p = digits(p, end);
    }
    return p;
}

/* Up to 15 digits and no exponent: the quotient of two exact doubles is correctly rounded. */
static bool short_number(struct text t, double *ret)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool negative = t.ptr[0] == '-', point = false;
    int64_t mantissa = 0;
    size_t decimals = 0;
    if (t.len > 16) {
        return false;
    }
    for (size_t i = negative; i < t.len; i++) {
        char c = t.ptr[i];
        if (c == '.') {
            point = true;
        } else if (c >= '0' && c <= '9') {
            mantissa = mantissa * 10 + (c - '0');
            decimals += point;
        } else {
            return false;
        }
    }
    if (mantissa > (INT64_C(1) << 53)) {
        return false;
    }
    double value = (double)mantissa / power[decimals];
    *ret = negative ? -value : value;
    return true;
}

static enum err read_number(struct reader *r, struct json *node)
{
    const char *end = number_end(r->p, r->end);
    if (!end) {
        return refuse(r, ERR_INVALID, r->p, "malformed number: write it like -12.5 or 3e8");
    }
    node->type = JSON_NUMBER;
    node->text = (struct text){r->p, (size_t)(end - r->p)};
    if (!short_number(node->text, &node->number)) {
        struct text copy = arena_text(r->arena, node->text);
        node->number = strtod(copy.ptr, NULL);
        if (!isfinite(node->number)) {
            return refuse(r, ERR_INVALID, r->p, "this number is out of range");
        }
    }
    r->p = end;
    return ERR_NONE;
}

/* -- values -- */

static enum err read_value(struct reader *r, struct json *node);

static enum err read_word(struct reader *r, struct json *node)
{
    struct text rest = {r->p, (size_t)(r->end - r->p)};
    if (text_starts(rest, TEXT("true"))) {
        node->type = JSON_BOOL;
        node->boolean = true;
        r->p += 4;
    } else if (text_starts(rest, TEXT("false"))) {
        node->type = JSON_BOOL;
        r->p += 5;
    } else if (text_starts(rest, TEXT("null"))) {
        node->type = JSON_NULL;
        r->p += 4;
    } else {
        return refuse(r, ERR_INVALID, r->p,
                      "expected a value: text in double quotes, a number, true, false, null, "
                      "[ or {");
    }
    return ERR_NONE;
}

/* One of 64 bits for a name: a bit not seen before in the object is a name not seen before. */
static uint64_t name_bit(struct text name)
{
    if (name.len == 0) {
        return 1;
    }
    unsigned first = (unsigned char)name.ptr[0], last = (unsigned char)name.ptr[name.len - 1];
    return UINT64_C(1) << ((first * 7 + last * 3 + name.len) & 63);
}

static bool stands_before(const struct json *object, const struct json *item)
{
    for (const struct json *m = object->first; m != item; m = m->next) {
        if (text_eq(m->key, item->key)) {
            return true;
        }
    }
    return false;
}

/* Among many members, by a hash table: the first name that stands twice, NULL if none does. */
static const struct json *duplicate(struct arena *arena, const struct json *object)
{
    size_t slots = 32;
    while (slots < object->count * 2) {
        slots *= 2;
    }
    const struct json **table = arena_alloc_array(arena, slots, sizeof(*table));
    for (const struct json *m = object->first; m; m = m->next) {
        size_t i = text_hash(m->key) & (slots - 1);
        for (; table[i]; i = (i + 1) & (slots - 1)) {
            if (text_eq(table[i]->key, m->key)) {
                return m;
            }
        }
        table[i] = m;
    }
    return NULL;
}

static enum err refuse_duplicate(const struct reader *r, const struct json *item)
{
    /* a decoded name is not in the input: then the place reached must do */
    bool in_place = item->key.ptr >= r->start && item->key.ptr <= r->end;
    return refuse(r, ERR_INVALID, in_place ? item->key.ptr - 1 : r->p,
                  "a name stands twice in one object: keep one of them");
}

static enum err read_key(struct reader *r, struct text *ret)
{
    if (r->p == r->end || *r->p != '"') {
        return refuse(r, ERR_INVALID, r->p, "expected a name in double quotes");
    }
    enum err e = read_text(r, ret);
    if (e) {
        return e;
    }
    skip_space(r);
    if (r->p == r->end || *r->p != ':') {
        return refuse(r, ERR_INVALID, r->p, "expected : after the name");
    }
    r->p++;
    skip_space(r);
    return ERR_NONE;
}

/* One element or member, with what stands before its value. */
static enum err read_item(struct reader *r, struct json *parent, struct json **ret)
{
    if (++r->members > r->limits->members) {
        return refuse(r, ERR_LIMIT, r->p, "too many elements: send it in smaller parts");
    }
    struct json *item = ARENA_NEW(r->arena, struct json);
    enum err e = parent->type == JSON_OBJECT ? read_key(r, &item->key) : ERR_NONE;
    if (!e) {
        e = read_value(r, item);
    }
    if (e) {
        return e;
    }
    parent->count++;
    skip_space(r);
    *ret = item;
    return ERR_NONE;
}

/* After [ or {. */
static enum err read_items(struct reader *r, struct json *node)
{
    bool object = node->type == JSON_OBJECT;
    char close = object ? '}' : ']';
    const struct json **tail = &node->first;
    uint64_t seen = 0;
    skip_space(r);
    if (r->p < r->end && *r->p == close) {
        r->p++;
        return ERR_NONE;
    }
    for (;;) {
        struct json *item = NULL;
        enum err e = read_item(r, node, &item);
        if (e) {
            return e;
        }
        assert(item);
        *tail = item;
        tail = &item->next;
        if (object && node->count <= FEW_MEMBERS) {
            uint64_t bit = name_bit(item->key);
            if ((seen & bit) && stands_before(node, item)) {
                return refuse_duplicate(r, item);
            }
            seen |= bit;
        }
        if (r->p < r->end && *r->p == close) {
            r->p++;
            return ERR_NONE;
        }
        if (r->p == r->end || *r->p != ',') {
            return refuse(r, ERR_INVALID, r->p, object ? "expected , or }" : "expected , or ]");
        }
        r->p++;
        skip_space(r);
    }
}

static enum err read_container(struct reader *r, struct json *node)
{
    if (++r->depth > r->limits->depth) {
        return refuse(r, ERR_LIMIT, r->p, "nested too deep");
    }
    node->type = *r->p++ == '{' ? JSON_OBJECT : JSON_ARRAY;
    enum err e = read_items(r, node);
    if (e) {
        return e;
    }
    r->depth--;
    const struct json *twice = NULL;
    if (node->type == JSON_OBJECT && node->count > FEW_MEMBERS) {
        twice = duplicate(r->arena, node);
    }
    return twice ? refuse_duplicate(r, twice) : ERR_NONE;
}

static enum err read_value(struct reader *r, struct json *node)
{
    if (r->p == r->end) {
        return refuse(r, ERR_INVALID, r->p, "the JSON ends too early: a value is missing");
    }
    char c = *r->p;
    if (c == '"') {
        node->type = JSON_TEXT;
        return read_text(r, &node->text);
    }
    if (c == '{' || c == '[') {
        return read_container(r, node);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        return read_number(r, node);
    }
    return read_word(r, node);
}

enum err json_parse(struct arena *arena, struct text in, const struct json_limits *limits,
                    const struct json **ret, struct err_info *info)
{
    struct reader r = {.arena = arena,
                       .start = in.ptr,
                       .p = in.ptr,
                       .end = in.ptr + in.len,
                       .limits = limits,
                       .info = info};
    if (in.len > limits->bytes) {
        return err_set(info, ERR_LIMIT, "the JSON is longer than %zu bytes: send smaller parts",
                       limits->bytes);
    }
    struct json *root = ARENA_NEW(arena, struct json);
    skip_space(&r);
    enum err e = read_value(&r, root);
    if (e) {
        return e;
    }
    skip_space(&r);
    if (r.p != r.end) {
        return refuse(&r, ERR_INVALID, r.p, "something follows the end of the JSON: remove it");
    }
    *ret = root;
    return ERR_NONE;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!object || object->type != JSON_OBJECT) {
        return NULL;
    }
    struct text wanted = text_of(key);
    for (const struct json *m = object->first; m; m = m->next) {
        if (text_eq(m->key, wanted)) {
            return m;
        }
    }
    return NULL;
}

bool json_int64(const struct json *value, int64_t *ret)
{
    return value && value->type == JSON_NUMBER && text_to_int64(value->text, ret);
}
