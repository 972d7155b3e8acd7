#include "cli/command.h"

const struct command *const commands[] = {
    &command_check, &command_format, &command_explain, &command_replay, &command_demo, NULL,
};
