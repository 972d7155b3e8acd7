#include "feature/desk/desk.h"

#include "feature/access/cookie.h"
#include "feature/desk/desk_pages.h"
#include "feature/page/asset.h"
#include "feature/page/frame.h"

#include <stdlib.h>

const struct statement desk_list[DESK_STATEMENTS] = {
    [DESK_OPEN_BY_DUE] = {"desk_open_by_due",
                          "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE state = 0 AND "
                          "due_us > $1 ORDER BY due_us, id LIMIT $2",
                          NULL},
    [DESK_PAUSED] = {"desk_paused",
                     "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE state IN "
                     "(1, 3, 4, 5) AND state = 1 ORDER BY state, decided_us, id LIMIT $1",
                     NULL},
    [DESK_ANY_TOUCH] = {"desk_any_touch", "SELECT id FROM touch ORDER BY id LIMIT 1", NULL},
    [DESK_TOUCH_BEHIND] = {"desk_touch_behind",
                           "SELECT event, person, channel, actor, occurred_us FROM touch WHERE "
                           "source = $1 AND external_id = $2",
                           NULL},
};
static const struct statement_table statements = {desk_list, DESK_STATEMENTS};

const struct promise *desk_promise(const struct book *book, const struct ledger_row *row,
                                   const struct code **ret_code)
{
    for (size_t i = 0; i < book_version_count(book); i++) {
        const struct version *v = book_version(book, i);
        for (size_t k = 0; v->id == row->version_id && k < v->code->promise_count; k++) {
            if (text_eq(v->code->promises[k].name, row->promise)) {
                *ret_code = v->code;
                return &v->code->promises[k];
            }
        }
    }
    return NULL;
}

/* A link is opened by more than people: what looks ahead must not use it up. */
enum err desk_enter(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    (void)db, (void)info;
    enter_page(request_text(r, "code"), reply_body(reply, 200, "text/html; charset=utf-8"));
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
        sign_in_refused_page(reply_body(reply, 403, "text/html; charset=utf-8"));
        return ERR_NONE;
    }
    e = e ? e : cookie_begin(desk->access, r, db, staff_id, "link", reply, info);
    if (!e) {
        reply_redirect(reply, TEXT("/console/today"));
    }
    return e;
}

/* Ends the session of who asks; a token has none to end. */
enum err desk_leave(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct desk *desk = request_self(r);
    enum err e = cookie_end(desk->access, r, db, reply, info);
    if (!e) {
        reply_redirect(reply, TEXT("/"));
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
static const struct field asset_fields[] = {
    {.name = "name", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "A file."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/",
     .summary = "The promises about to break; for people who are signed in.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
     .handle = desk_today},
    {.method = METHOD_GET,
     .path = "/today",
     .scope = "ledger:read",
     .summary = "What changes on that page.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
     .handle = desk_today_part},
    {.method = METHOD_GET,
     .path = "/obligation/{id}",
     .summary = "One obligation; for people who are signed in.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
     .fields = id_fields,
     .field_count = 1,
     .handle = desk_obligation},
    {.method = METHOD_GET,
     .path = "/code",
     .summary = "The published Code and its record, for everyone.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
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
    {.method = METHOD_POST,
     .path = "/leave",
     .scope = "self",
     .summary = "Signs out.",
     .kind = ROUTE_WRITE,
     .look = LOOK_PAGE,
     .body = BODY_FIELDS,
     .handle = desk_leave},
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
    desk->publisher = server_module(server, "code");
    *ret_self = desk;
    return ERR_NONE;
}

const struct module desk_module = {
    .name = "desk",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &statements,
    .open = open_desk,
    .close = free,
};
