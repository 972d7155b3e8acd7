/* Any bytes are read as path, query, form or JSON body of a route with a field of every type, or
 * refused with words; what is accepted keeps the bounds of its field. The first byte chooses where
 * the rest stands. */
#include "http/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err handle(struct request *request, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    (void)request, (void)db, (void)reply, (void)info;
    return ERR_NONE;
}

static const char *const choices[] = {"open", "kept", NULL};
static const struct field part_fields[] = {
    {"n", FIELD_BODY, FIELD_INTEGER, true, 1, 9, NULL, NULL, "One digit."},
    {"t", FIELD_BODY, FIELD_TEXT, false, 0, 3, NULL, NULL, "Three bytes."},
};
static const struct shape part = {"Part", part_fields, 2};
#define FIELDS(place)                                               \
    {"t", place, FIELD_TEXT, false, 1, 8, NULL, NULL, ""},          \
        {"n", place, FIELD_INTEGER, false, -5, 5, NULL, NULL, ""},  \
        {"r", place, FIELD_NUMBER, false, 0, 1, NULL, NULL, ""},    \
        {"b", place, FIELD_BOOLEAN, false, 0, 0, NULL, NULL, ""},   \
        {"m", place, FIELD_MOMENT, false, 0, 0, NULL, NULL, ""},    \
        {"c", place, FIELD_CHOICE, false, 0, 0, choices, NULL, ""}, \
        {"a", place, FIELD_ARRAY, false, 0, 2, NULL, &part, ""},    \
        {"o", place, FIELD_OBJECT, false, 0, 0, NULL, &part, ""},   \
    {                                                               \
        "j", place, FIELD_JSON, false, 0, 0, NULL, NULL, ""         \
    }
static const struct field path_fields[] = {
    {"t", FIELD_PATH, FIELD_TEXT, true, 1, 8, NULL, NULL, ""}, FIELDS(FIELD_QUERY)};
static const struct field body_fields[] = {FIELDS(FIELD_BODY)};
enum { BODY_FIELD_COUNT = sizeof(body_fields) / sizeof(body_fields[0]) };
static const struct route routes[] = {
    {.path = "/items/{t}",
     .summary = "One.",
     .fields = path_fields,
     .field_count = 1,
     .handle = handle},
    {.path = "/items",
     .summary = "All.",
     .fields = path_fields + 1,
     .field_count = BODY_FIELD_COUNT,
     .handle = handle},
    {.method = METHOD_POST,
     .path = "/items",
     .summary = "Adds.",
     .fields = body_fields,
     .field_count = BODY_FIELD_COUNT,
     .body = BODY_FIELDS,
     .handle = handle},
};
static const struct route_table table = {routes, 3, NULL};

static void check_bounds(const struct request *r)
{
    for (size_t i = 0; i < r->route->field_count; i++) {
        const struct field *f = &r->route->fields[i];
        const struct given *g = &r->given[i];
        bool text = g->present && f->type == FIELD_TEXT;
        bool integer = g->present && f->type == FIELD_INTEGER;
        if ((text &&
             (g->text.len < 1 || g->text.len > 8 || text_utf8_valid(g->text) != g->text.len)) ||
            (integer && (g->integer < -5 || g->integer > 5)) ||
            (g->present && f->type == FIELD_NUMBER && !(g->number >= 0 && g->number <= 1)) ||
            (g->present && f->type == FIELD_CHOICE && (g->integer < 0 || g->integer > 1)) ||
            (g->present && f->type == FIELD_ARRAY && g->json->count > 2)) {
            abort();
        }
    }
}

static enum err read_path(struct request *r, struct text path, struct err_info *info)
{
    struct node *root = router_build(&r->arena, &table, 1);
    struct match match = {0};
    enum err e = path.len && path.ptr[0] == '/'
                     ? router_match(root, &r->arena, path, METHOD_GET, &match, info)
                     : ERR_NONE;
    if (e || !match.route) {
        return e;
    }
    r->route = match.route;
    r->given = ARENA_ARRAY(&r->arena, struct given, r->route->field_count);
    return fields_read_path(r, &match, info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct text rest = {(const char *)data + 1, size - 1};
    static const struct header form = {TEXT("Content-Type"),
                                       TEXT("application/x-www-form-urlencoded")};
    struct header headers[] = {form};
    unsigned place = data[0] % 4;
    struct request r = {.route = &routes[place == 1 ? 1 : 2], .headers = headers};
    struct given given[BODY_FIELD_COUNT] = {0};
    struct err_info info = {0};
    enum err e = ERR_NONE;
    r.given = given;
    r.header_count = place == 2;
    if (place == 0) {
        e = read_path(&r, rest, &info);
    } else if (place == 1) {
        r.query = rest;
        e = fields_read_query(&r, &info);
    } else {
        buf_add_text(&r.body, rest);
        e = fields_read_body(&r, &info);
    }
    if (e && !info.text[0]) {
        abort();
    }
    if (!e) {
        check_bounds(&r);
    }
    arena_release(&r.arena);
    buf_release(&r.body);
    return 0;
}
