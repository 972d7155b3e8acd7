/* Inside of this feature: what its routes do, a file a noun. */
#ifndef TROTH_FEATURE_SIGNIN_SIGNIN_API_H
#define TROTH_FEATURE_SIGNIN_SIGNIN_API_H

#include "feature/signin/signin_parts.h"

typedef enum err preparer(struct request *r, struct err_info *info);
typedef enum err looker(struct request *r, struct database *db, struct err_info *info);
typedef enum err answerer(struct request *r, struct reply *reply, struct err_info *info);

preparer sign_in_prepare, first_prepare, first_labour, own_password_prepare, own_password_labour,
    factor_prepare, reset_prepare, link_enter_prepare, link_enter_labour, choose_prepare,
    choose_labour;
looker own_password_look_up, choose_look_up, link_enter_look_up;
answerer sign_in_answer, link_enter_answer, own_password_answer, factor_answer;
route_handler sign_in_ways, sign_in, sign_out, first_make;
route_handler own_password_change, own_sessions, own_sessions_end, own_session_end;
route_handler factor_show, factor_set_up, factor_confirm, factor_remove, factor_new_codes,
    factor_remove_of;
route_handler invite, reset_for, reset_ask, choose, link_enter, setting_show, setting_change;

extern const struct statement_table setting_statements;

#endif
