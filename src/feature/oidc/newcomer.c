/* Who somebody is here whom a provider tells of. By (issuer, subject) first; by their address only
 * once, to bind somebody who is known already, and only where the provider has verified it. */
#include "feature/oidc/oidc_parts.h"
#include "feature/oidc/provider_identity.h"
#include "feature/staff/held_role.h"
#include "feature/staff/member.h"
#include "feature/staff/staff.h"

static void arrive(const struct member *m, struct arrival *ret)
{
    if (m->disabled_us != MOMENT_NEVER) {
        ret->trouble = TROUBLE_DISABLED;
        return;
    }
    ret->staff_id = m->id;
    ret->email = m->email;
    ret->name = m->name;
}

static enum err bind(struct database *db, const struct newcomer *n, const struct member *m,
                     int64_t now_us, struct arrival *ret, struct err_info *info)
{
    bool has;
    enum err e = provider_identity_has(db, m->id, n->provider.issuer, &has, info);
    if (!e && has) {
        ret->trouble = TROUBLE_TAKEN;
        return ERR_NONE;
    }
    arrive(m, ret);
    if (e || !ret->staff_id) {
        return e;
    }
    ret->linked = true;
    return provider_identity_bind(db, n->provider.issuer, n->subject, m->id, now_us, info);
}

/* A name there may be longer than one may be here, or empty. */
static struct text name_of(const struct newcomer *n)
{
    struct text name = text_trim(n->name);
    const char *at = memchr(n->email.ptr, '@', n->email.len);
    if (member_check_name(name, NULL) == ERR_NONE) {
        return name;
    }
    struct text local = {n->email.ptr, at ? (size_t)(at - n->email.ptr) : n->email.len};
    local.len = local.len < MEMBER_NAME_MAX ? local.len : MEMBER_NAME_MAX;
    local.len = text_utf8_valid(local);
    return local;
}

static enum err enrol(struct database *db, const struct newcomer *n, int64_t now_us,
                      struct arena *arena, struct arrival *ret, struct err_info *info)
{
    struct member m;
    int64_t id;
    enum err e = held_role_alone(db, info);
    e = e ? e : staff_enrol(db, name_of(n), n->email, TEXT(""), now_us, &id, info);
    if (!e && n->provider.role_id) {
        e = held_role_set(db, id, &n->provider.role_id, 1, info);
    }
    e = e ? e : member_find(db, id, arena, &m, info);
    e = e ? e : bind(db, n, &m, now_us, ret, info);
    ret->enrolled = !e;
    return e;
}

enum err newcomer_receive(struct database *db, const struct newcomer *n, int64_t now_us,
                          struct arena *arena, struct arrival *ret, struct err_info *info)
{
    int64_t id;
    struct member m;
    *ret = (struct arrival){0};
    enum err e = provider_identity_find(db, n->provider.issuer, n->subject, &id, info);
    if (!e && id) {
        e = member_find(db, id, arena, &m, info);
        if (!e) {
            arrive(&m, ret);
        }
        return e;
    }
    if (!e && n->email.len == 0) {
        ret->trouble = TROUBLE_ADDRESS;
        return ERR_NONE;
    }
    if (!e && !provider_speaks_for(&n->provider, n->email)) {
        ret->trouble = TROUBLE_DOMAIN;
        return ERR_NONE;
    }
    e = e ? e : member_find_by_email(db, n->email, arena, &m, info);
    if (e == ERR_NOT_FOUND && n->provider.enrols) {
        return enrol(db, n, now_us, arena, ret, info);
    }
    if (e == ERR_NOT_FOUND) {
        ret->trouble = TROUBLE_UNKNOWN;
        return ERR_NONE;
    }
    return e ? e : bind(db, n, &m, now_us, ret, info);
}

/* Whether the provider may speak for them: only where it is for some addresses. */
static enum trouble judge_address(const struct newcomer *n)
{
    if (n->provider.domains.len == 0) {
        return TROUBLE_NONE;
    }
    return n->email.len == 0                             ? TROUBLE_ADDRESS
           : provider_speaks_for(&n->provider, n->email) ? TROUBLE_NONE
                                                         : TROUBLE_DOMAIN;
}

enum err newcomer_link(struct database *db, const struct newcomer *n, int64_t now_us,
                       struct arrival *ret, struct err_info *info)
{
    int64_t id;
    bool has = false;
    enum err e = provider_identity_find(db, n->provider.issuer, n->subject, &id, info);
    if (e || id == ret->staff_id) {
        return e; /* theirs already */
    }
    e = provider_identity_has(db, ret->staff_id, n->provider.issuer, &has, info);
    if (e) {
        return e;
    }
    ret->trouble = id ? TROUBLE_OTHERS : has ? TROUBLE_SECOND : judge_address(n);
    if (ret->trouble) {
        return ERR_NONE;
    }
    ret->linked = true;
    return provider_identity_bind(db, n->provider.issuer, n->subject, ret->staff_id, now_us, info);
}
