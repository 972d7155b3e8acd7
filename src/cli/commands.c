#include "cli/command.h"

const struct command *const commands[] = {
    &command_demo,
    NULL,
};
