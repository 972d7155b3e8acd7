/* The OpenAPI 3.1 document from the route tables. */
#include "http/inside.h"

#include <stdio.h>
#include <string.h>

enum { SHAPES_MAX = 256 };

/* Every shape is described once, under components. */
struct shapes {
    const struct shape *list[SHAPES_MAX];
    size_t count;
};

static void note_shape(struct shapes *shapes, const struct shape *shape)
{
    for (size_t i = 0; i < shapes->count; i++) {
        if (shapes->list[i] == shape) {
            return;
        }
    }
    if (!shape || shapes->count == SHAPES_MAX) {
        return;
    }
    shapes->list[shapes->count++] = shape;
    for (size_t i = 0; i < shape->field_count; i++) {
        note_shape(shapes, shape->fields[i].shape);
    }
}

static void pair(struct json_writer *w, const char *key, const char *value)
{
    json_key(w, key);
    json_str(w, value);
}

static void write_reference(struct json_writer *w, const struct shape *shape)
{
    char path[96];
    (void)snprintf(path, sizeof(path), "#/components/schemas/%s", shape->name);
    json_object_begin(w);
    pair(w, "$ref", path);
    json_object_end(w);
}

static void write_bounds(struct json_writer *w, const struct field *f, const char *least,
                         const char *most)
{
    if (f->least != 0 || f->most != 0) {
        json_key(w, least);
        json_int(w, f->least);
        json_key(w, most);
        json_int(w, f->most);
    }
}

static void write_choices(struct json_writer *w, const struct field *f)
{
    pair(w, "type", "string");
    json_key(w, "enum");
    json_array_begin(w);
    for (size_t i = 0; f->choices && f->choices[i]; i++) {
        json_str(w, f->choices[i]);
    }
    json_array_end(w);
}

static void write_array(struct json_writer *w, const struct field *f)
{
    pair(w, "type", "array");
    write_bounds(w, f, "minItems", "maxItems");
    json_key(w, "items");
    if (f->shape) {
        write_reference(w, f->shape);
    } else {
        json_object_begin(w);
        json_object_end(w);
    }
}

static void write_type(struct json_writer *w, const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
        pair(w, "type", "string");
        write_bounds(w, f, "minLength", "maxLength");
        break;
    case FIELD_INTEGER:
        pair(w, "type", "integer");
        pair(w, "format", "int64");
        write_bounds(w, f, "minimum", "maximum");
        break;
    case FIELD_NUMBER:
        pair(w, "type", "number");
        write_bounds(w, f, "minimum", "maximum");
        break;
    case FIELD_BOOLEAN:
        pair(w, "type", "boolean");
        break;
    case FIELD_MOMENT:
        pair(w, "type", "string");
        pair(w, "format", "date-time");
        break;
    case FIELD_CHOICE:
        write_choices(w, f);
        break;
    case FIELD_ARRAY:
        write_array(w, f);
        break;
    case FIELD_OBJECT:
        pair(w, "type", "object");
        break;
    case FIELD_JSON:
        break;
    }
}

static void write_field(struct json_writer *w, const struct field *f)
{
    if (f->type == FIELD_OBJECT && f->shape) {
        write_reference(w, f->shape);
        return;
    }
    json_object_begin(w);
    write_type(w, f);
    if (f->doc) {
        pair(w, "description", f->doc);
    }
    json_object_end(w);
}

/* An object of those fields; only those of a place, or, for a shape, all. */
static void write_object(struct json_writer *w, const struct field *fields, size_t count,
                         bool body_only, bool closed)
{
    json_object_begin(w);
    pair(w, "type", "object");
    json_key(w, "properties");
    json_object_begin(w);
    for (size_t i = 0; i < count; i++) {
        if (!body_only || fields[i].place == FIELD_BODY) {
            json_key(w, fields[i].name);
            write_field(w, &fields[i]);
        }
    }
    json_object_end(w);
    json_key(w, "required");
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && (!body_only || fields[i].place == FIELD_BODY)) {
            json_str(w, fields[i].name);
        }
    }
    json_array_end(w);
    if (closed) {
        json_key(w, "additionalProperties");
        json_bool(w, false);
    }
    json_object_end(w);
}

static void write_parameters(struct json_writer *w, const struct route *route)
{
    json_key(w, "parameters");
    json_array_begin(w);
    for (size_t i = 0; i < route->field_count; i++) {
        const struct field *f = &route->fields[i];
        if (f->place == FIELD_BODY) {
            continue;
        }
        json_object_begin(w);
        pair(w, "name", f->name);
        pair(w, "in", f->place == FIELD_PATH ? "path" : "query");
        json_key(w, "required");
        json_bool(w, f->required || f->place == FIELD_PATH);
        json_key(w, "schema");
        write_field(w, f);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_body(struct json_writer *w, const struct route *route)
{
    static const char *const of_fields[] = {"application/json", "application/x-www-form-urlencoded",
                                            NULL};
    if (route->body == BODY_NONE) {
        return;
    }
    const char *const *types = route->body == BODY_RAW ? route->body_types : of_fields;
    json_key(w, "requestBody");
    json_object_begin(w);
    json_key(w, "content");
    json_object_begin(w);
    for (size_t i = 0; types[i]; i++) {
        json_key(w, types[i]);
        json_object_begin(w);
        if (route->body == BODY_FIELDS) {
            json_key(w, "schema");
            write_object(w, route->fields, route->field_count, true, true);
        }
        json_object_end(w);
    }
    json_object_end(w);
    json_object_end(w);
}

/* {"items": [shape], "next": cursor or null} */
static void write_list(struct json_writer *w, const struct shape *shape)
{
    json_object_begin(w);
    pair(w, "type", "object");
    json_key(w, "properties");
    json_object_begin(w);
    json_key(w, "items");
    json_object_begin(w);
    pair(w, "type", "array");
    json_key(w, "items");
    write_reference(w, shape);
    json_object_end(w);
    json_key(w, "next");
    json_raw(w, TEXT("{\"type\":[\"string\",\"null\"],\"description\":"
                     "\"Give it as after= for the next page; null on the last.\"}"));
    json_object_end(w);
    json_key(w, "required");
    json_raw(w, TEXT("[\"items\",\"next\"]"));
    json_object_end(w);
}

static void write_replies(struct json_writer *w, const struct route *route)
{
    char code[12] = "200";
    if (route->reply_code) {
        code[0] = (char)('0' + route->reply_code / 100 % 10);
        code[1] = (char)('0' + route->reply_code / 10 % 10);
        code[2] = (char)('0' + route->reply_code % 10);
    }
    json_key(w, "responses");
    json_object_begin(w);
    json_key(w, code);
    json_object_begin(w);
    pair(w, "description", route->kind == ROUTE_STREAM ? "Server-sent events." : "Done.");
    if (route->reply) {
        json_key(w, "content");
        json_object_begin(w);
        json_key(w, "application/json");
        json_object_begin(w);
        json_key(w, "schema");
        if (route->reply_list) {
            write_list(w, route->reply);
        } else {
            write_reference(w, route->reply);
        }
        json_object_end(w);
        json_object_end(w);
    }
    json_object_end(w);
    json_key(w, "default");
    json_raw(w, TEXT("{\"description\":\"A problem.\",\"content\":{\"application/problem+json\":"
                     "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}"));
    json_object_end(w);
}

/* "get /api/v1/items/{id}" gives "get_items_id". */
static void write_operation_id(struct json_writer *w, const struct route *route)
{
    struct buf id CLEANUP(buf_release) = {0};
    for (const char *p = method_name(route->method); *p; p++) {
        buf_add_char(&id, (char)(*p | 0x20));
    }
    const char *path = route->path;
    path += strncmp(path, "/api/v1", 7) == 0 ? 7 : 0;
    for (const char *p = path; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        if (letter || (*p == '/' || *p == '.')) {
            buf_add_char(&id, letter ? *p : '_');
        }
    }
    pair(w, "operationId", id.ptr);
}

static void write_operation(struct json_writer *w, const struct route *route)
{
    char method[8] = {0};
    const char *name = method_name(route->method);
    for (size_t i = 0; name[i]; i++) {
        method[i] = (char)(name[i] | 0x20);
    }
    json_key(w, method);
    json_object_begin(w);
    write_operation_id(w, route);
    pair(w, "summary", route->summary);
    write_parameters(w, route);
    write_body(w, route);
    write_replies(w, route);
    json_key(w, "security");
    json_array_begin(w);
    if (route->scope) {
        json_object_begin(w);
        json_key(w, "token");
        json_array_begin(w);
        json_str(w, route->scope);
        if (route->also) {
            json_str(w, route->also);
        }
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static bool is_first_of_path(const struct route_table *tables, size_t table, size_t route)
{
    const char *path = tables[table].routes[route].path;
    for (size_t t = 0; t <= table; t++) {
        size_t end = t == table ? route : tables[t].count;
        for (size_t i = 0; i < end; i++) {
            const struct route *other = &tables[t].routes[i];
            if (other->look == LOOK_API && strcmp(other->path, path) == 0) {
                return false;
            }
        }
    }
    return true;
}

static void write_path(struct json_writer *w, const struct route_table *tables, size_t count,
                       const char *path)
{
    json_key(w, path);
    json_object_begin(w);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct route *route = &tables[t].routes[i];
            if (route->look == LOOK_API && strcmp(route->path, path) == 0) {
                write_operation(w, route);
            }
        }
    }
    json_object_end(w);
}

static void write_components(struct json_writer *w, const struct shapes *shapes)
{
    json_key(w, "components");
    json_object_begin(w);
    json_key(w, "securitySchemes");
    json_raw(w, TEXT("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
    json_key(w, "schemas");
    json_object_begin(w);
    json_key(w, "Problem");
    json_raw(w, TEXT("{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{"
                     "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                     "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
                     "\"field\":{\"type\":\"string\"},\"line\":{\"type\":\"integer\"},"
                     "\"column\":{\"type\":\"integer\"},\"request_id\":{\"type\":\"string\"}},"
                     "\"required\":[\"type\",\"title\",\"status\",\"request_id\"]}"));
    for (size_t i = 0; i < shapes->count; i++) {
        json_key(w, shapes->list[i]->name);
        write_object(w, shapes->list[i]->fields, shapes->list[i]->field_count, false, false);
    }
    json_object_end(w);
    json_object_end(w);
}

void openapi_write(const struct route_table *tables, size_t table_count, const char *version,
                   struct buf *out)
{
    struct shapes shapes = {.count = 0};
    struct json_writer w = json_writer(out);
    json_object_begin(&w);
    pair(&w, "openapi", "3.1.0");
    json_key(&w, "info");
    json_object_begin(&w);
    pair(&w, "title", "Troth");
    pair(&w, "version", version);
    json_object_end(&w);
    json_key(&w, "paths");
    json_object_begin(&w);
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct route *route = &tables[t].routes[i];
            if (route->look != LOOK_API) {
                continue;
            }
            note_shape(&shapes, route->reply);
            for (size_t f = 0; f < route->field_count; f++) {
                note_shape(&shapes, route->fields[f].shape);
            }
            if (is_first_of_path(tables, t, i)) {
                write_path(&w, tables, table_count, route->path);
            }
        }
    }
    json_object_end(&w);
    write_components(&w, &shapes);
    json_object_end(&w);
}
