/* Sessions and links as the audit trail keeps them, and ending a session of whoever. */
#ifndef TROTH_FEATURE_ACCESS_SESSION_NOTED_H
#define TROTH_FEATURE_ACCESS_SESSION_NOTED_H

#include "feature/access/session.h"
#include "http/request.h"

/* What everybody who may see it is told of it, within an object. */
void session_members(struct json_writer *w, const struct session *s);
extern const struct noun session_noun; /* struct session */

/* One has begun. */
enum err session_noted(struct request *r, struct database *db, int64_t id, struct err_info *info);
/* Revokes it and tells the trail; nothing where it has ended before. ERR_NOT_FOUND. */
enum err session_end(struct request *r, struct database *db, int64_t id, struct err_info *info);
/* A link was made for somebody. */
void link_noted(struct request *r, int64_t staff_id, enum link_purpose purpose, int64_t now_us);

#endif
