/* Reading and changing one customer: what the staff wrote, and who is one with whom. */
#include "base/moment.h"
#include "feature/customer/customer_part.h"
#include "store/sharing.h"

#include <inttypes.h>

static struct kin_cache *cache_of(struct request *r)
{
    return ((struct customers *)request_self(r))->kin;
}

static enum err answer(struct request *r, struct database *db, const struct kin *kin,
                       struct reply *reply, struct err_info *info)
{
    struct customer_view view;
    enum err e = customer_find(db, request_identity(r), kin, request_text(r, "id"),
                               request_arena(r), &view, info);
    if (!e) {
        reply_etag(reply, view.row.revision);
        struct json_writer w = reply_json(reply, 200);
        customer_view_write(&w, kin, &view);
    }
    return e;
}

enum err customer_get(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct kin kin CLEANUP(kin_close) = {0};
    enum err e = kin_read(cache_of(r), db, request_arena(r), &kin, info);
    return e ? e : answer(r, db, &kin, reply, info);
}

/* -- what the staff write -- */

static struct text members_of(struct arena *arena, const struct customer_row *row)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    customer_row_members(&w, row);
    json_object_end(&w);
    return arena_text(arena, buf_text(&out));
}

static bool write_trait(struct json_writer *w, const struct json *trait)
{
    json_key_text(w, trait->key);
    switch (trait->type) {
    case JSON_TEXT:
        json_text(w, trait->text);
        return true;
    case JSON_NUMBER:
        json_raw(w, trait->text);
        return true;
    case JSON_BOOL:
        json_bool(w, trait->boolean);
        return true;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    json_null(w);
    return false;
}

static enum err read_traits(struct request *r, struct text *ret, struct err_info *info)
{
    struct buf out CLEANUP(buf_release) = {0};
    const struct json *traits = request_json(r, "traits");
    struct json_writer w = json_writer(&out);
    bool good = traits->count <= CUSTOMER_TRAITS_MAX;
    json_object_begin(&w);
    for (const struct json *trait = traits->first; trait; trait = trait->next) {
        good = write_trait(&w, trait) && trait->key.len && trait->key.len <= TOUCH_NAME_MAX && good;
    }
    json_object_end(&w);
    *ret = arena_text(request_arena(r), buf_text(&out));
    return good ? ERR_NONE
                : err_field(info, ERR_INVALID, "traits",
                            "traits must be at most %d texts, numbers or booleans, each with a "
                            "name.",
                            (int)CUSTOMER_TRAITS_MAX);
}

static enum err take_changes(struct request *r, struct customer_row *row, struct err_info *info)
{
    struct {
        const char *field;
        struct text *value;
    } words[] = {
        {"name", &row->name}, {"email", &row->email}, {"phone", &row->phone}, {"note", &row->note}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (request_has(r, words[i].field)) {
            *words[i].value = text_trim(request_text(r, words[i].field));
        }
    }
    return request_has(r, "traits") ? read_traits(r, &row->traits, info) : ERR_NONE;
}

enum err customer_patch(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct kin kin CLEANUP(kin_close) = {0};
    struct customer_view view;
    struct arena *arena = request_arena(r);
    struct text id = request_text(r, "id");
    enum err e = kin_read_changing(cache_of(r), db, arena, &kin, info);
    e = e ? e : customer_find(db, request_identity(r), &kin, id, arena, &view, info);
    e = e ? e : request_if_match(r, view.row.revision, true, info);
    if (e) {
        return e;
    }
    struct customer_row written = view.row;
    struct text before = members_of(arena, &view.row);
    e = take_changes(r, &view.row, info);
    view.row.revision++;
    view.row.changed_us = moment_now();
    e = e ? e : customer_row_write(db, &written, &view.row, info);
    if (e) {
        return e;
    }
    request_changed(r, &(struct request_change){.action = "customer.changed",
                                                .subject = id,
                                                .before = before,
                                                .after = members_of(arena, &view.row)});
    return answer(r, db, &kin, reply, info);
}

/* -- merge and split: touches as any other, so the ledger follows by the rules (44 to 47) -- */

struct joining {
    struct request *r;
    struct database *db;
    struct arena *arena;
    struct text id, from;
    bool split;
    int64_t said_us; /* when the last was said of the two; MOMENT_BEFORE_ALL */
};

static struct text ids_of(const struct joining *j, const struct kin *kin)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    struct kin_list list = kin_of(kin, j->id);
    json_object_begin(&w);
    json_key(&w, "identities");
    json_array_begin(&w);
    for (size_t i = 0; i < list.count; i++) {
        json_text(&w, list.ids[i]);
    }
    json_array_end(&w);
    json_object_end(&w);
    return arena_text(j->arena, buf_text(&out));
}

static enum err check(const struct joining *j, const struct kin *kin, struct err_info *info)
{
    const struct kin_link *link = kin_between(kin, j->id, j->from);
    if (text_eq(j->id, j->from)) {
        return err_field(info, ERR_INVALID, "from", "from must be another customer.");
    }
    if (j->split && !(link && link->is_merged)) {
        return err_field(info, ERR_CONFLICT, "from",
                         "These two were not merged with each other. merges of the customer tells "
                         "which were.");
    }
    if (!j->split && text_eq(kin_root(kin, j->id), kin_root(kin, j->from))) {
        return err_field(info, ERR_CONFLICT, "from", "They are one customer already.");
    }
    return ERR_NONE;
}

static enum err check_all(struct joining *j, struct text *ret_before, struct err_info *info)
{
    struct kin kin CLEANUP(kin_close) = {0};
    struct customer_view view;
    const struct identity *viewer = request_identity(j->r);
    enum err e = kin_read_changing(cache_of(j->r), j->db, j->arena, &kin, info);
    e = e ? e : customer_find(j->db, viewer, &kin, j->id, j->arena, &view, info);
    e = e ? e : customer_look(j->db, viewer, &kin, j->from, j->arena, &view, info);
    if (!e && !view.is_seen) {
        e = err_field(info, ERR_NOT_FOUND, "from", "There is no touch of such a customer.");
    }
    e = e ? e : check(j, &kin, info);
    if (!e) {
        const struct kin_link *link = kin_between(&kin, j->id, j->from);
        j->said_us = link ? link->said_us : MOMENT_BEFORE_ALL;
        *ret_before = ids_of(j, &kin);
    }
    return e;
}

/* The last that is said of two counts: it comes after what was said before, whatever the clocks of
 * other servers. */
static enum err say(const struct joining *j, int64_t *ret_id, struct err_info *info)
{
    struct keeper *keeper = ledger_keeper(((struct customers *)request_self(j->r))->ledger);
    struct attribute from = {TEXT("from"), {.type = VALUE_TEXT, .text = j->from}};
    int64_t now_us = database_now(j->db);
    const struct touch touch = {
        .source = TEXT("console"),
        .id = arena_printf(j->arena, "customer-%" PRId64, keeper_next_id(keeper)),
        .event = j->split ? TEXT("customer.split") : TEXT("customer.merged"),
        .occurred_us = now_us > j->said_us ? now_us : j->said_us + 1,
        .customer = j->id,
        .actor = ACTOR_STAFF,
        .person = request_identity(j->r)->name,
        .attributes = &from,
        .attribute_count = 1};
    struct taking taking = {0};
    enum err e = keeper_take(keeper, j->db, &touch, 1, now_us, &taking, info);
    if (!e && taking.result == TAKEN_REFUSED) {
        *info = taking.info;
        return ERR_INVALID;
    }
    *ret_id = taking.id;
    return e;
}

static struct text segment_of(struct arena *arena, struct text id)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < id.len; i++) {
        unsigned char c = (unsigned char)id.ptr[i];
        if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
            c == '_') {
            buf_add_char(&out, (char)c);
        } else {
            buf_addf(&out, "%%%c%c", hex[c >> 4], hex[c & 15]);
        }
    }
    return arena_text(arena, buf_text(&out));
}

static void write_joined(const struct joining *j, int64_t touch_id, struct reply *reply)
{
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "result");
    json_str(&w, j->split ? "split" : "merged");
    json_key(&w, "touch");
    json_str(&w, id_format(touch_id, "tou", id));
    json_key(&w, "undo");
    json_object_begin(&w);
    json_key(&w, "method");
    json_str(&w, "POST");
    json_key(&w, "path");
    json_text(&w, arena_printf(j->arena, "/api/v1/customers/%s/%s", segment_of(j->arena, j->id).ptr,
                               j->split ? "merge" : "split"));
    json_key(&w, "body");
    json_object_begin(&w);
    json_key(&w, "from");
    json_text(&w, j->from);
    json_object_end(&w);
    json_object_end(&w);
    json_object_end(&w);
}

static enum err join(struct request *r, struct database *db, bool split, struct reply *reply,
                     struct err_info *info)
{
    struct joining j = {.r = r,
                        .db = db,
                        .arena = request_arena(r),
                        .id = request_text(r, "id"),
                        .from = request_text(r, "from"),
                        .split = split};
    struct text before = {0}, after = {0};
    int64_t touch_id = 0;
    enum err e = check_all(&j, &before, info);
    e = e ? e : say(&j, &touch_id, info);
    struct kin kin CLEANUP(kin_close) = {0};
    e = e ? e : kin_read_changing(cache_of(r), db, j.arena, &kin, info);
    if (e) {
        return e;
    }
    after = ids_of(&j, &kin);
    request_changed(r,
                    &(struct request_change){.action = split ? "customer.split" : "customer.merged",
                                             .subject = j.id,
                                             .before = before,
                                             .after = after});
    write_joined(&j, touch_id, reply);
    return ERR_NONE;
}

enum err customer_merge(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    return join(r, db, false, reply, info);
}

enum err customer_split(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    return join(r, db, true, reply, info);
}
