/* The brand: read, set, taken back; its logo and style as every page asks for them. */
#include "base/moment.h"
#include "feature/brand/brand_row.h"
#include "http/route.h"

#include <inttypes.h>

static const struct field fields[] = {
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = 4 * BRAND_NAME_BYTES_MOST, /* what is too long is said in letters */
     .doc = "Of the company, as pages and mails say it, at most 60 letters; empty: Troth."},
    {.name = "colour",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = 7,
     .doc = "#0f6b5c, of links and buttons; readable on light ground (WCAG AA). Empty: Troth's."},
    {.name = "colour_dark",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = 7,
     .doc = "The same on dark ground; empty: made of the other."},
};
static const struct field contrast_fields[] = {
    {.name = "light", .type = FIELD_NUMBER, .required = true, .doc = "To one."},
    {.name = "dark", .type = FIELD_NUMBER, .required = true, .doc = "To one."},
};
static const struct shape contrast_shape = {"BrandContrast", contrast_fields, 2};
static const struct field reply_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Empty: Troth."},
    {.name = "colour", .type = FIELD_TEXT, .required = true, .doc = "Empty: Troth's."},
    {.name = "colour_dark", .type = FIELD_TEXT, .required = true, .doc = "Empty: made of it."},
    {.name = "shown_dark", .type = FIELD_TEXT, .required = true, .doc = "What is made of it."},
    {.name = "contrast",
     .type = FIELD_OBJECT,
     .shape = &contrast_shape,
     .doc = "Of each with its ground; null: Troth's own colours."},
    {.name = "logo", .type = FIELD_TEXT, .doc = "Its address; null: none."},
    {.name = "changed", .type = FIELD_MOMENT, .doc = "Null: never."},
};
static const struct shape brand_shape = {"Brand", reply_fields, 7};
static const char *const logo_types[] = {"image/png", "image/svg+xml", "image/webp", NULL};

/* -- writing -- */

static void write_contrast(struct json_writer *w, const char *name, struct text words,
                           const char *ground_words)
{
    struct colour c = {0}, ground = {0};
    colour_parse(words, &c);
    colour_parse(text_of(ground_words), &ground);
    json_key(w, name);
    json_number(w, (double)(int64_t)(colour_contrast(c, ground) * 100) / 100);
}

static void write_brand(struct json_writer *w, const struct brand_row *row, struct arena *arena)
{
    struct text dark = brand_row_dark(row, arena);
    json_object_begin(w);
    json_key(w, "name");
    json_text(w, row->name);
    json_key(w, "colour");
    json_text(w, row->colour);
    json_key(w, "colour_dark");
    json_text(w, row->colour_dark);
    json_key(w, "shown_dark");
    json_text(w, dark);
    json_key(w, "contrast");
    if (row->colour.len) {
        json_object_begin(w);
        write_contrast(w, "light", row->colour, COLOUR_GROUND_LIGHT);
        write_contrast(w, "dark", dark, COLOUR_GROUND_DARK);
        json_object_end(w);
    } else {
        json_null(w);
    }
    json_key(w, "logo");
    if (row->logo.len) {
        json_text(w, arena_printf(arena, "/brand/logo?%" PRId64, row->changed_us));
    } else {
        json_null(w);
    }
    json_key(w, "changed");
    json_moment(w, row->changed_us ? row->changed_us : MOMENT_NEVER);
    json_object_end(w);
}

static void reply_brand(struct request *r, struct reply *reply, const struct brand_row *row)
{
    struct json_writer w = reply_json(reply, 200);
    write_brand(&w, row, request_arena(r));
    reply_etag(reply, row->changed_us);
}

/* For the audit trail; a logo by its address alone. */
static void note(struct request *r, const char *action, const struct brand_row *before,
                 const struct brand_row *after)
{
    struct buf was CLEANUP(buf_release) = {0}, is CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&was);
    write_brand(&w, before, request_arena(r));
    w = json_writer(&is);
    write_brand(&w, after, request_arena(r));
    request_changed(r, &(struct request_change){.action = action,
                                                .subject = TEXT("brand"),
                                                .before = buf_text(&was),
                                                .after = buf_text(&is)});
}

/* A later instant than the one before, so that no ETag comes twice. */
static enum err save(struct request *r, struct database *db, const char *action,
                     const struct brand_row *before, struct brand_row *after, struct reply *reply,
                     struct err_info *info)
{
    int64_t now_us = moment_now();
    after->changed_us = now_us > before->changed_us ? now_us : before->changed_us + 1;
    enum err e = brand_row_write(db, after, info);
    if (!e) {
        brands_changed(request_self(r));
        note(r, action, before, after);
        reply_brand(r, reply, after);
    }
    return e;
}

/* -- handlers -- */

static enum err show(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)db, (void)info;
    struct brand_row row = brands_row(request_self(r), request_arena(r));
    reply_brand(r, reply, &row);
    return ERR_NONE;
}

static enum err set(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct brand_row before;
    enum err e = brand_row_read(db, request_arena(r), &before, info);
    struct brand_row after = before;
    after.name = text_trim(request_text(r, "name"));
    after.colour = text_trim(request_text(r, "colour"));
    after.colour_dark = text_trim(request_text(r, "colour_dark"));
    e = e ? e : brand_row_check(&after, info);
    return e ? e : save(r, db, "brand.changed", &before, &after, reply, info);
}

static enum err reset(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct brand_row before, none = {0};
    enum err e = brand_row_read(db, request_arena(r), &before, info);
    e = e ? e : brand_row_remove(db, info);
    if (!e) {
        brands_changed(request_self(r));
        note(r, "brand.removed", &before, &none);
        reply_empty(reply);
    }
    return e;
}

static enum err set_logo(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct brand_row before;
    enum err e = brand_logo_check(request_body(r), request_content_type(r), info);
    e = e ? e : brand_row_read(db, request_arena(r), &before, info);
    if (e) {
        return e;
    }
    struct brand_row after = before;
    after.logo = request_body(r);
    after.logo_type = request_content_type(r);
    return save(r, db, "brand.logo_changed", &before, &after, reply, info);
}

static enum err remove_logo(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct brand_row before;
    enum err e = brand_row_read(db, request_arena(r), &before, info);
    if (e) {
        return e;
    }
    struct brand_row after = before;
    after.logo = after.logo_type = (struct text){0};
    return save(r, db, "brand.logo_removed", &before, &after, reply, info);
}

/* The type is one of three constants; the policy lets an SVG that is opened by itself do nothing.
 */
static enum err send_logo(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    (void)db;
    struct brand_row row = brands_row(request_self(r), request_arena(r));
    for (size_t i = 0; logo_types[i]; i++) {
        if (row.logo.len && text_is(row.logo_type, logo_types[i])) {
            buf_add_text(reply_body(reply, 200, logo_types[i]), row.logo);
            reply_etag(reply, row.changed_us);
            reply_header(reply, "Cache-Control", TEXT("public, no-cache"));
            reply_header(reply, "Content-Security-Policy",
                         TEXT("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
            reply_header(reply, "Content-Disposition", TEXT("attachment"));
            return ERR_NONE;
        }
    }
    return err_set(info, ERR_NOT_FOUND, "There is no logo.");
}

static enum err send_style(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    (void)db, (void)info;
    struct brand_row row = brands_row(request_self(r), request_arena(r));
    brand_style_write(&row, request_arena(r), reply_body(reply, 200, "text/css; charset=utf-8"));
    reply_etag(reply, row.changed_us);
    reply_header(reply, "Cache-Control", TEXT("public, no-cache"));
    return ERR_NONE;
}

const struct route brand_routes[BRAND_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/brand",
     .scope = "settings:write",
     .summary = "Name, colours and logo of the company, as pages and mails show them.",
     .reply = &brand_shape,
     .handle = show},
    {.method = METHOD_PUT,
     .path = "/api/v1/brand",
     .scope = "settings:write",
     .summary = "Set name and colours; what is left out is Troth's own. The logo stays.",
     .kind = ROUTE_WRITE,
     .fields = fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .reply = &brand_shape,
     .handle = set},
    {.method = METHOD_DELETE,
     .path = "/api/v1/brand",
     .scope = "settings:write",
     .summary = "Back to Troth's own name and colours, without a logo.",
     .kind = ROUTE_WRITE,
     .reply_code = 204,
     .handle = reset},
    {.method = METHOD_PUT,
     .path = "/api/v1/brand/logo",
     .scope = "settings:write",
     .summary = "Set the logo: PNG, WebP or plain SVG, at most 256 KiB.",
     .kind = ROUTE_WRITE,
     .body = BODY_RAW,
     .body_most = BRAND_LOGO_MOST + 1,
     .body_types = logo_types,
     .reply = &brand_shape,
     .handle = set_logo},
    {.method = METHOD_DELETE,
     .path = "/api/v1/brand/logo",
     .scope = "settings:write",
     .summary = "Take the logo away.",
     .kind = ROUTE_WRITE,
     .reply = &brand_shape,
     .handle = remove_logo},
    {.method = METHOD_GET,
     .path = "/brand/logo",
     .summary = "The logo.",
     .look = LOOK_PAGE,
     .any_query = true,
     .handle = send_logo},
    {.method = METHOD_GET,
     .path = "/brand.css",
     .summary = "The company's colours.",
     .look = LOOK_PAGE,
     .any_query = true,
     .handle = send_style},
};
