/* Inside of this feature: the people of the invented shop, as staff in its teams. */
#ifndef TROTH_FEATURE_SHOW_COMPANY_H
#define TROTH_FEATURE_SHOW_COMPANY_H

#include "feature/access/session.h"

#define SHOW_ADMINISTRATOR "alma@quintal.example"

/* In a transaction, on a database without staff: an administrator, the cast with their roles, and
 * their teams within one. */
enum err show_enrol(struct database *db, int64_t now_us, struct err_info *info);
/* A link that signs in as the administrator; empty where it cannot be written, which is logged. */
void show_make_link(struct database *db, char ret_code[TOKEN_TEXT_SIZE]);

#endif
