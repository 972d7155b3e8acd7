#include "cli/command.h"

const struct command *const commands[] = {
    &command_check,   &command_format,
    &command_explain, &command_replay,
    &command_serve,   &command_token,
    &command_staff,   &command_audit,
    &command_openapi, &command_demo,
    &command_backup,  &command_restore,
    &command_db,      NULL,
};
