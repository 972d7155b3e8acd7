/* The router: a tree of path segments, built once from the tables. A fixed segment wins over a
 * parameter at the same place, a parameter over the rest of a path. */
#include "http/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { METHODS = METHOD_DELETE + 1, SEGMENTS_MAX = 16 };

struct node {
    struct text segment;
    struct node *children, *next;
    struct node *parameter;
    struct node *rest; /* {name...} */
    const struct route *routes[METHODS];
    const struct route_table *tables[METHODS];
};

const char *method_name(enum route_method method)
{
    static const char *const names[] = {
        [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
        [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
    };
    return names[method];
}

__attribute__((noreturn)) static void wrong(const struct route *route, const char *what)
{
    fprintf(stderr, "route %s %s: %s\n", method_name(route->method), route->path, what);
    abort();
}

/* Cuts the next segment off a path that begins with '/'. False at its end. */
static bool next_segment(struct text *path, struct text *ret)
{
    if (path->len == 0) {
        return false;
    }
    const char *start = path->ptr + 1;
    const char *slash = memchr(start, '/', path->len - 1);
    size_t len = slash ? (size_t)(slash - start) : path->len - 1;
    *ret = (struct text){start, len};
    *path = (struct text){start + len, path->len - 1 - len};
    return true;
}

static bool is_parameter(struct text segment)
{
    return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

/* {name...}: what is left of the path, slashes and all. */
static bool is_rest(struct text segment)
{
    return segment.len > 5 && is_parameter(segment) &&
           memcmp(segment.ptr + segment.len - 4, "...", 3) == 0;
}

static struct text parameter_name(struct text segment)
{
    return (struct text){segment.ptr + 1, segment.len - (is_rest(segment) ? 5 : 2)};
}

static struct node *child(const struct node *node, struct text segment)
{
    for (struct node *c = node->children; c; c = c->next) {
        if (text_eq(c->segment, segment)) {
            return c;
        }
    }
    return NULL;
}

static bool declares(const struct route *route, struct text name)
{
    for (size_t i = 0; i < route->field_count; i++) {
        if (route->fields[i].place == FIELD_PATH && text_is(name, route->fields[i].name)) {
            return true;
        }
    }
    return false;
}

static void check(const struct route *route)
{
    bool works = route->kind == ROUTE_STREAM ? route->open != NULL : route->handle != NULL;
    if (!works) {
        wrong(route, "has no handler");
    }
    if (route->path[0] != '/' || !route->summary) {
        wrong(route, "needs a path from / on and a summary");
    }
    if (route->body == BODY_RAW && !route->body_types) {
        wrong(route, "takes a raw body but names no content type");
    }
    if (route->labour && route->kind != ROUTE_WRITE) {
        wrong(route, "has a labour(), which only writes do");
    }
    if ((route->look_up || route->calls) && !route->labour) {
        wrong(route, "has a look_up() or calls, and no labour(): nothing would run it");
    }
    if (route->gathers && (route->kind != ROUTE_WRITE || !route->answer)) {
        wrong(route, "gathers, which takes a write with an answer()");
    }
    if (route->body_most > BODY_MOST_EVER) {
        wrong(route, "takes larger bodies than BODY_MOST_EVER");
    }
}

/* The node below, made if it is not there. */
static struct node *step(struct arena *arena, struct node *node, struct text segment)
{
    struct node **one = is_rest(segment) ? &node->rest : &node->parameter;
    struct node *found = is_parameter(segment) ? *one : child(node, segment);
    if (!found) {
        found = ARENA_NEW(arena, struct node);
        found->segment = segment;
        if (is_parameter(segment)) {
            *one = found;
        } else {
            found->next = node->children;
            node->children = found;
        }
    }
    return found;
}

static void add(struct arena *arena, struct node *root, const struct route *route,
                const struct route_table *table)
{
    check(route);
    struct node *node = root;
    struct text rest = text_of(route->path), segment;
    size_t count = 0, parameters = 0;
    while (next_segment(&rest, &segment)) {
        if (++count > SEGMENTS_MAX) {
            wrong(route, "has too many segments");
        }
        if (is_rest(segment) && rest.len) {
            wrong(route, "has something behind the rest of its path");
        }
        struct node *found = step(arena, node, segment);
        if (is_parameter(segment)) {
            parameters++;
            if (!declares(route, parameter_name(segment))) {
                wrong(route, "does not declare a parameter of its path");
            }
        }
        node = found;
    }
    for (size_t i = 0; i < route->field_count; i++) {
        parameters -= route->fields[i].place == FIELD_PATH;
    }
    if (parameters != 0) {
        wrong(route, "declares a path parameter that its path lacks");
    }
    if (node->routes[route->method]) {
        wrong(route, "is there twice");
    }
    node->routes[route->method] = route;
    node->tables[route->method] = table;
}

struct node *router_build(struct arena *arena, const struct route_table *tables, size_t count)
{
    struct node *root = ARENA_NEW(arena, struct node);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < tables[i].count; j++) {
            add(arena, root, &tables[i].routes[j], &tables[i]);
        }
    }
    return root;
}

static void take_node(const struct node *node, enum route_method method, struct match *m)
{
    for (unsigned i = 0; i < METHODS; i++) {
        m->allowed |= node->routes[i] ? 1U << i : 0;
    }
    m->route = node->routes[method];
    m->table = node->tables[method];
}

static enum err not_well_formed(struct err_info *info)
{
    return err_set(info, ERR_INVALID,
                   "The path is not well-formed: use %%XX for bytes of UTF-8, never %%00.");
}

/* The deepest {name...} on the way, for when nothing nearer is found. */
struct way_back {
    const struct node *node;
    struct text rest; /* from a slash on */
    size_t segment_count;
};

static enum err take_rest(const struct way_back *back, struct arena *arena, struct match *m,
                          struct err_info *info)
{
    struct text raw = {back->rest.ptr + 1, back->rest.len - 1};
    m->segment_count = back->segment_count + 1;
    return percent_decode(arena, raw, false, &m->segments[back->segment_count])
               ? ERR_NONE
               : not_well_formed(info);
}

static bool is_end(const struct node *node)
{
    bool any = false;
    for (unsigned i = 0; i < METHODS && node; i++) {
        any = any || node->routes[i];
    }
    return any;
}

enum err router_match(const struct node *root, struct arena *arena, struct text path,
                      enum route_method method, struct match *ret, struct err_info *info)
{
    struct match m = {0};
    struct way_back back = {0};
    const struct node *node = root;
    struct text raw, segment;
    while (node) {
        if (node->rest && path.len && m.segment_count < SEGMENTS_MAX) {
            back = (struct way_back){node->rest, path, m.segment_count};
        }
        if (!next_segment(&path, &raw)) {
            break;
        }
        if (!percent_decode(arena, raw, false, &segment)) {
            return not_well_formed(info);
        }
        const struct node *fixed = child(node, segment);
        if (!fixed && node->parameter && segment.len && m.segment_count < SEGMENTS_MAX) {
            m.segments[m.segment_count++] = segment;
            fixed = node->parameter;
        }
        node = fixed;
    }
    if (!is_end(node) && back.node) {
        node = back.node;
        enum err e = take_rest(&back, arena, &m, info);
        if (e) {
            return e;
        }
    }
    if (node) {
        take_node(node, method, &m);
    }
    *ret = m;
    return ERR_NONE;
}
