#include "feature/desk/desk.h"

#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/desk/desk_pages.h"
#include "feature/page/asset.h"
#include "feature/page/frame.h"
#include "feature/page/reader.h"

#include <stdlib.h>

/* Signed in or not: the console leads to its own sign-in. */
enum err desk_home(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    (void)r, (void)db, (void)info;
    reply_redirect(reply, TEXT("/console/today"));
    return ERR_NONE;
}

/* Where obligations were shown before the console; their addresses may stand in anybody's notes. */
enum err desk_obligation(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    (void)db, (void)info;
    int64_t id;
    char words[ID_TEXT_SIZE];
    if (!id_parse(request_text(r, "id"), "obl", &id)) {
        reply_redirect(reply, TEXT("/console/ledger"));
        return ERR_NONE;
    }
    reply_redirect(
        reply, arena_printf(request_arena(r), "/console/ledger/%s", id_format(id, "obl", words)));
    return ERR_NONE;
}

static struct gate gate_for(struct request *r, struct reply *reply)
{
    struct desk *desk = request_self(r);
    struct brand brand = brand_now(desk->brands, request_arena(r));
    return (struct gate){reader_language(r, TEXT(""), reply), brand.name, brand.logo};
}

/* A link is opened by more than people: what looks ahead must not use it up. */
enum err desk_enter(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    (void)db, (void)info;
    struct gate gate = gate_for(r, reply);
    enter_page(&gate, request_text(r, "code"), reply_body(reply, 200, "text/html; charset=utf-8"));
    return ERR_NONE;
}

/* Uses a link of `troth serve` or `troth staff link` up. */
enum err desk_enter_now(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct desk *desk = request_self(r);
    int64_t staff_id;
    if (request_is_from_elsewhere(r)) {
        return err_set(info, ERR_FORBIDDEN, "This did not come from a page of this server.");
    }
    enum err e = session_link_use(db, request_text(r, "code"), moment_now(), &staff_id, info);
    if (e == ERR_FORBIDDEN) {
        struct gate gate = gate_for(r, reply);
        enter_refused_page(&gate, reply_body(reply, 403, "text/html; charset=utf-8"));
        return ERR_NONE;
    }
    e = e ? e : cookie_begin(desk->access, r, db, staff_id, "link", reply, info);
    if (!e) {
        reply_redirect(reply, TEXT("/console/today"));
    }
    return e;
}

enum err desk_asset(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    (void)db;
    const struct asset *asset = asset_at(request_path(r));
    if (!asset) {
        return err_set(info, ERR_NOT_FOUND, "There is nothing at this address.");
    }
    static const char *const codings[] = {[ASSET_GZIP] = "gzip", [ASSET_BROTLI] = "br"};
    enum asset_coding coding = asset_coding(asset, request_header(r, "Accept-Encoding"));
    const char *bytes = asset->as[coding].bytes;
    reply_constant(reply, asset->type,
                   (struct text){bytes, (size_t)(asset->as[coding].end - bytes)});
    if (coding != ASSET_PLAIN) {
        reply_header(reply, "Content-Encoding", text_of(codings[coding]));
    }
    reply_header(reply, "Vary", TEXT("Accept-Encoding"));
    reply_header(reply, "Cache-Control", TEXT("public, max-age=31536000, immutable"));
    return ERR_NONE;
}

/* -- the module -- */

static const struct field enter_fields[] = {
    {.name = "code", .place = FIELD_QUERY, .type = FIELD_TEXT, .required = true, .doc = "Once."},
};
static const struct field enter_now_fields[] = {
    {.name = "code", .place = FIELD_BODY, .type = FIELD_TEXT, .required = true, .doc = "Once."},
};
static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "obl_…"},
};
static const struct field code_fields[] = {
    {.name = "lang",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "en, pt-BR or es; what the browser asks for unless given."},
};
static const struct field asset_fields[] = {
    {.name = "name", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "A file."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/",
     .summary = "Leads to the console.",
     .look = LOOK_PAGE,
     .handle = desk_home},
    {.method = METHOD_GET,
     .path = "/obligation/{id}",
     .summary = "Leads to an obligation in the console's ledger.",
     .look = LOOK_PAGE,
     .fields = id_fields,
     .field_count = 1,
     .handle = desk_obligation},
    {.method = METHOD_GET,
     .path = "/code",
     .summary = "The published Code and its record, for everyone.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
     .fields = code_fields,
     .field_count = 1,
     .handle = desk_code},
    {.method = METHOD_GET,
     .path = "/enter",
     .summary = "Asks who opened a link to sign in by a button.",
     .look = LOOK_PAGE,
     .fields = enter_fields,
     .field_count = 1,
     .handle = desk_enter},
    {.method = METHOD_POST,
     .path = "/enter",
     .summary = "Signs in by a link.",
     .kind = ROUTE_WRITE,
     .look = LOOK_PAGE,
     .fields = enter_now_fields,
     .field_count = 1,
     .body = BODY_FIELDS,
     .handle = desk_enter_now},
    {.method = METHOD_GET,
     .path = "/asset/{name}",
     .summary = "Styles, scripts and letters of the pages.",
     .look = LOOK_PAGE,
     .fields = asset_fields,
     .field_count = 1,
     .handle = desk_asset},
};

static enum err open_desk(struct server *server, struct database *db, void **ret_self,
                          struct err_info *info)
{
    (void)db, (void)info;
    struct desk *desk = calloc(1, sizeof(*desk));
    if (!desk) {
        abort();
    }
    desk->access = server_module(server, "access");
    desk->brands = server_module(server, "brand");
    desk->publisher = server_module(server, "code");
    *ret_self = desk;
    return ERR_NONE;
}

const struct module desk_module = {
    .name = "desk",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_desk,
    .close = free,
};
