/* The verbs of `troth db`. */
#ifndef TROTH_CLI_DB_H
#define TROTH_CLI_DB_H

#include "cli/command.h"

enum exit_status db_distribute(const struct arguments *a);
enum exit_status db_verify(const struct arguments *a);
enum exit_status db_copy(const struct arguments *a);

#endif
