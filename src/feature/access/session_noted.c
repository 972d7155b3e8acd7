#include "feature/access/session_noted.h"

#include "base/id.h"

void session_members(struct json_writer *w, const struct session *s)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(s->id, "ses", id));
    json_key(w, "method");
    json_text(w, s->method);
    json_key(w, "agent");
    json_text(w, s->agent);
    json_key(w, "address");
    json_text(w, s->address);
    json_key(w, "created");
    json_moment(w, s->created_us);
    json_key(w, "seen");
    json_moment(w, s->seen_us);
    json_key(w, "expires");
    json_moment(w, s->expires_us);
}

static void write_session(struct json_writer *w, const void *thing)
{
    const struct session *s = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    session_members(w, s);
    json_key(w, "staff");
    json_str(w, id_format(s->staff_id, "stf", id));
    json_key(w, "revoked");
    json_moment(w, s->revoked_us);
    json_object_end(w);
}

const struct noun session_noun = {"ses", write_session};

enum err session_noted(struct request *r, struct database *db, int64_t id, struct err_info *info)
{
    struct session s;
    enum err e = session_find(db, id, request_arena(r), &s, info);
    if (!e) {
        request_changed_thing(r, &session_noun, "session.begun", id, NULL, &s);
    }
    return e;
}

enum err session_end(struct request *r, struct database *db, int64_t id, struct err_info *info)
{
    struct session before, after;
    enum err e = session_find(db, id, request_arena(r), &before, info);
    if (e || before.revoked_us != MOMENT_NEVER) {
        request_changed_nothing(r);
        return e;
    }
    after = before;
    after.revoked_us = moment_now();
    e = session_revoke(db, id, after.revoked_us, info);
    if (!e) {
        request_changed_thing(r, &session_noun, "session.ended", id, &before, &after);
    }
    return e;
}

struct link {
    enum link_purpose purpose;
    int64_t expires_us;
};

static void write_link(struct json_writer *w, const void *thing)
{
    static const char *const purposes[] = {
        [LINK_ENTER] = "sign in", [LINK_INVITE] = "invitation", [LINK_RESET] = "another password"};
    const struct link *link = thing;
    json_object_begin(w);
    json_key(w, "for");
    json_str(w, purposes[link->purpose]);
    json_key(w, "expires");
    json_moment(w, link->expires_us);
    json_object_end(w);
}

static const struct noun link_noun = {"stf", write_link};

void link_noted(struct request *r, int64_t staff_id, enum link_purpose purpose, int64_t now_us)
{
    const struct link link = {purpose, now_us + link_life_us(purpose)};
    request_changed_thing(r, &link_noun, "link.made", staff_id, NULL, &link);
}
