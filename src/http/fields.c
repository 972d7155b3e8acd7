/* Declared fields: from the path, the query and the body (JSON object or form) into typed values
 * within their bounds. */
#include "http/inside.h"

#include "base/moment.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 1000, ARRAY_MOST = 1000, NESTING_MOST = 8 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(struct arena *arena, struct text in, bool plus, struct text *ret)
{
    bool plain = in.len == 0 || (!memchr(in.ptr, '%', in.len) && !memchr(in.ptr, '+', in.len));
    char *out = plain ? NULL : arena_alloc(arena, in.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < in.len && !plain; i++) {
        char c = in.ptr[i];
        if (c == '%') {
            int high = i + 2 < in.len ? hex_value(in.ptr[i + 1]) : -1;
            int low = i + 2 < in.len ? hex_value(in.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[len++] = c;
    }
    struct text decoded = plain ? in : (struct text){out, len};
    if (decoded.len && memchr(decoded.ptr, '\0', decoded.len)) {
        return false;
    }
    if (text_utf8_valid(decoded) != decoded.len) {
        return false;
    }
    *ret = decoded;
    return true;
}

/* The bounds in force: both 0 means the widest of the type. */
static void bounds(const struct field *f, int64_t *ret_least, int64_t *ret_most)
{
    bool given = f->least != 0 || f->most != 0;
    *ret_least = f->least;
    *ret_most = f->most;
    if (!given && f->type == FIELD_INTEGER) {
        *ret_least = INT64_MIN;
        *ret_most = INT64_MAX;
    } else if (!given) {
        *ret_most = f->type == FIELD_ARRAY ? ARRAY_MOST : TEXT_MOST;
    }
}

static enum err check_range(const struct field *f, int64_t value, struct err_info *info)
{
    int64_t least, most;
    bounds(f, &least, &most);
    if (value >= least && value <= most) {
        return ERR_NONE;
    }
    const char *unit = f->type == FIELD_TEXT    ? " bytes long"
                       : f->type == FIELD_ARRAY ? " elements long"
                                                : "";
    return err_field(info, ERR_INVALID, f->name, "%s must be %" PRId64 " to %" PRId64 "%s.",
                     f->name, least, most, unit);
}

static enum err take_text(const struct field *f, struct text t, struct given *ret,
                          struct err_info *info)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
            return err_field(info, ERR_INVALID, f->name, "%s holds a control character (byte %zu).",
                             f->name, i);
        }
    }
    ret->text = t;
    return check_range(f, (int64_t)t.len, info);
}

static enum err take_number(const struct field *f, double number, struct given *ret,
                            struct err_info *info)
{
    bool bounded = f->least != 0 || f->most != 0;
    if (!isfinite(number) || (bounded && (number < (double)f->least || number > (double)f->most))) {
        return bounded
                   ? err_field(info, ERR_INVALID, f->name, "%s must be %" PRId64 " to %" PRId64 ".",
                               f->name, f->least, f->most)
                   : err_field(info, ERR_INVALID, f->name, "%s must be a number.", f->name);
    }
    ret->number = number;
    return ERR_NONE;
}

static enum err take_choice(const struct field *f, struct text t, struct given *ret,
                            struct err_info *info)
{
    struct buf words CLEANUP(buf_release) = {0};
    for (size_t i = 0; f->choices[i]; i++) {
        if (text_is(t, f->choices[i])) {
            ret->text = t;
            ret->integer = (int64_t)i;
            return ERR_NONE;
        }
        buf_addf(&words, "%s%s", i ? ", " : "", f->choices[i]);
    }
    return err_field(info, ERR_INVALID, f->name, "%s must be one of %s.", f->name, words.ptr);
}

static enum err take_moment(const struct field *f, struct text t, struct given *ret,
                            struct err_info *info)
{
    if (!moment_parse(t, &ret->integer)) {
        return err_field(info, ERR_INVALID, f->name,
                         "%s must be a moment like 2025-01-31T09:30:00Z (RFC 3339).", f->name);
    }
    ret->text = t;
    return ERR_NONE;
}

static bool parse_number(struct text t, double *ret)
{
    char copy[64], *end;
    if (t.len == 0 || t.len >= sizeof(copy) ||
        (t.ptr[0] != '-' && (t.ptr[0] < '0' || t.ptr[0] > '9'))) {
        return false;
    }
    memcpy(copy, t.ptr, t.len);
    copy[t.len] = '\0';
    *ret = strtod(copy, &end);
    return *end == '\0' && strpbrk(copy, "xXpP") == NULL;
}

/* From a path, a query or a form. */
static enum err take_plain(const struct field *f, struct text t, struct given *ret,
                           struct err_info *info)
{
    ret->present = true;
    switch (f->type) {
    case FIELD_TEXT:
        return take_text(f, t, ret, info);
    case FIELD_CHOICE:
        return take_choice(f, t, ret, info);
    case FIELD_MOMENT:
        return take_moment(f, t, ret, info);
    case FIELD_INTEGER:
        if (!text_to_int64(t, &ret->integer)) {
            return err_field(info, ERR_INVALID, f->name, "%s must be a whole number.", f->name);
        }
        return check_range(f, ret->integer, info);
    case FIELD_NUMBER: {
        double number;
        return take_number(f, parse_number(t, &number) ? number : NAN, ret, info);
    }
    case FIELD_BOOLEAN:
        ret->boolean = text_is(t, "true");
        return ret->boolean || text_is(t, "false")
                   ? ERR_NONE
                   : err_field(info, ERR_INVALID, f->name, "%s must be true or false.", f->name);
    case FIELD_OBJECT:
    case FIELD_ARRAY:
    case FIELD_JSON:
        break;
    }
    return err_field(info, ERR_INVALID, f->name, "%s can only be given in a JSON body.", f->name);
}

static enum err take_json(const struct field *f, const struct json *value, unsigned depth,
                          struct given *ret, struct err_info *info);

static const struct field *shape_field(const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        if (text_is(name, shape->fields[i].name)) {
            return &shape->fields[i];
        }
    }
    return NULL;
}

/* A nested object against its shape. */
static enum err check_object(const struct shape *shape, const struct json *object, unsigned depth,
                             struct err_info *info)
{
    if (object->type != JSON_OBJECT) {
        return err_set(info, ERR_INVALID, "%s must be an object.", shape->name);
    }
    for (const struct json *m = object->first; m; m = m->next) {
        const struct field *f = shape_field(shape, m->key);
        struct given ignored = {0};
        if (!f) {
            return err_set(info, ERR_INVALID, "%s has no field %.*s.", shape->name,
                           TEXT_ARG(m->key));
        }
        enum err e = m->type == JSON_NULL ? ERR_NONE : take_json(f, m, depth, &ignored, info);
        if (e) {
            return e;
        }
    }
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct field *f = &shape->fields[i];
        const struct json *m = json_get(object, f->name);
        if (f->required && (!m || m->type == JSON_NULL)) {
            return err_field(info, ERR_INVALID, f->name, "%s needs %s.", shape->name, f->name);
        }
    }
    return ERR_NONE;
}

static enum err take_nested(const struct field *f, const struct json *value, unsigned depth,
                            struct given *ret, struct err_info *info)
{
    ret->json = value;
    if (depth >= NESTING_MOST) {
        return err_field(info, ERR_LIMIT, f->name, "%s is nested too deeply.", f->name);
    }
    if (f->type == FIELD_OBJECT) {
        if (value->type != JSON_OBJECT) {
            return err_field(info, ERR_INVALID, f->name, "%s must be an object.", f->name);
        }
        return f->shape ? check_object(f->shape, value, depth + 1, info) : ERR_NONE;
    }
    if (value->type != JSON_ARRAY) {
        return err_field(info, ERR_INVALID, f->name, "%s must be an array.", f->name);
    }
    enum err e = check_range(f, (int64_t)value->count, info);
    for (const struct json *item = value->first; item && !e && f->shape; item = item->next) {
        e = check_object(f->shape, item, depth + 1, info);
    }
    return e;
}

static enum err expected(const struct field *f, const char *what, struct err_info *info)
{
    return err_field(info, ERR_INVALID, f->name, "%s must be %s.", f->name, what);
}

static enum err take_json(const struct field *f, const struct json *value, unsigned depth,
                          struct given *ret, struct err_info *info)
{
    ret->present = true;
    ret->json = value;
    switch (f->type) {
    case FIELD_TEXT:
        return value->type == JSON_TEXT ? take_text(f, value->text, ret, info)
                                        : expected(f, "a text", info);
    case FIELD_CHOICE:
        return value->type == JSON_TEXT ? take_choice(f, value->text, ret, info)
                                        : expected(f, "a text", info);
    case FIELD_MOMENT:
        return value->type == JSON_TEXT ? take_moment(f, value->text, ret, info)
                                        : expected(f, "a moment as text", info);
    case FIELD_INTEGER:
        return json_int64(value, &ret->integer) ? check_range(f, ret->integer, info)
                                                : expected(f, "a whole number", info);
    case FIELD_NUMBER:
        return value->type == JSON_NUMBER ? take_number(f, value->number, ret, info)
                                          : expected(f, "a number", info);
    case FIELD_BOOLEAN:
        ret->boolean = value->boolean;
        return value->type == JSON_BOOL ? ERR_NONE : expected(f, "true or false", info);
    case FIELD_OBJECT:
    case FIELD_ARRAY:
        return take_nested(f, value, depth, ret, info);
    case FIELD_JSON:
        break;
    }
    return ERR_NONE;
}

static size_t find_field(const struct route *route, enum field_place place, struct text name)
{
    size_t i = 0;
    while (i < route->field_count &&
           (route->fields[i].place != place || !text_is(name, route->fields[i].name))) {
        i++;
    }
    return i;
}

static enum err unknown_field(struct text name, const char *where, struct err_info *info)
{
    size_t shown = name.len < 60 ? name.len : 60;
    char field[64];
    snprintf(field, sizeof(field), "%.*s", (int)shown, name.ptr);
    return err_field(
        info, ERR_INVALID, field,
        "There is no field %s in the %s. See /api/v1/openapi.json for those there are.", field,
        where);
}

enum err fields_read_path(struct request *r, const struct match *match, struct err_info *info)
{
    const struct route *route = r->route;
    size_t next = 0;
    for (const char *p = strchr(route->path, '{'); p; p = strchr(p + 1, '{')) {
        struct text name = {p + 1, strcspn(p + 1, ".}")};
        size_t i = find_field(route, FIELD_PATH, name);
        enum err e = take_plain(&route->fields[i], match->segments[next++], &r->given[i], info);
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

/* name=value&name=value, of a query or a form. */
static enum err read_pairs(struct request *r, enum field_place place, struct text pairs,
                           const char *where, struct err_info *info)
{
    for (unsigned count = 0; pairs.len; count++) {
        if (count == QUERY_FIELDS_MAX) {
            return err_set(info, ERR_LIMIT, "At most %d fields in the %s.", QUERY_FIELDS_MAX,
                           where);
        }
        const char *and = memchr(pairs.ptr, '&', pairs.len);
        struct text pair = {pairs.ptr, and? (size_t)(and-pairs.ptr) : pairs.len};
        size_t step = pair.len + (and != NULL);
        pairs = (struct text){pairs.ptr + step, pairs.len - step};
        if (pair.len == 0) {
            continue;
        }
        const char *equals = memchr(pair.ptr, '=', pair.len);
        struct text name = {pair.ptr, equals ? (size_t)(equals - pair.ptr) : pair.len};
        struct text value = {equals ? equals + 1 : "", equals ? pair.len - name.len - 1 : 0};
        if (!percent_decode(&r->arena, name, true, &name) ||
            !percent_decode(&r->arena, value, true, &value)) {
            return err_set(info, ERR_INVALID,
                           "The %s is not well-formed: use %%XX for bytes of UTF-8, never %%00.",
                           where);
        }
        size_t i = find_field(r->route, place, name);
        if (i == r->route->field_count && place == FIELD_QUERY && r->route->any_query) {
            continue;
        }
        if (i == r->route->field_count) {
            return unknown_field(name, where, info);
        }
        if (r->given[i].present) {
            return err_field(info, ERR_INVALID, r->route->fields[i].name, "%s is given twice.",
                             r->route->fields[i].name);
        }
        enum err e = take_plain(&r->route->fields[i], value, &r->given[i], info);
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

enum err fields_read_query(struct request *r, struct err_info *info)
{
    return read_pairs(r, FIELD_QUERY, r->query, "query", info);
}

static enum err read_object(struct request *r, struct err_info *info)
{
    struct json_limits limits = json_default_limits;
    size_t most = r->route->body_most ? r->route->body_most : BODY_MOST;
    limits.bytes = most;
    const struct json *object;
    enum err e = json_parse(&r->arena, buf_text(&r->body), &limits, &object, info);
    if (e) {
        return e;
    }
    if (object->type != JSON_OBJECT) {
        return err_set(info, ERR_INVALID, "The body must be a JSON object.");
    }
    for (const struct json *m = object->first; m && !e; m = m->next) {
        size_t i = find_field(r->route, FIELD_BODY, m->key);
        if (i == r->route->field_count) {
            return unknown_field(m->key, "body", info);
        }
        e = m->type == JSON_NULL ? ERR_NONE
                                 : take_json(&r->route->fields[i], m, 0, &r->given[i], info);
    }
    return e;
}

enum err fields_read_body(struct request *r, struct err_info *info)
{
    if (r->route->body != BODY_FIELDS || r->body.len == 0) {
        return ERR_NONE;
    }
    bool form = text_is(request_content_type(r), "application/x-www-form-urlencoded");
    return form ? read_pairs(r, FIELD_BODY, buf_text(&r->body), "form", info)
                : read_object(r, info);
}

enum err fields_check(const struct request *r, struct err_info *info)
{
    static const char *const places[] = {
        [FIELD_PATH] = "path", [FIELD_QUERY] = "query", [FIELD_BODY] = "body"};
    for (size_t i = 0; i < r->route->field_count; i++) {
        const struct field *f = &r->route->fields[i];
        if (f->required && !r->given[i].present) {
            return err_field(info, ERR_INVALID, f->name, "%s is missing in the %s.", f->name,
                             places[f->place]);
        }
    }
    return ERR_NONE;
}
