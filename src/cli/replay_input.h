/* What `troth replay` reads: Codes compiled into plans, and files of touches. */
#ifndef TROTH_CLI_REPLAY_INPUT_H
#define TROTH_CLI_REPLAY_INPUT_H

#include "cli/command.h"
#include "cli/progress.h"
#include "engine/replay.h"
#include "intake/intake.h"

enum { REPLAY_FILES_MAX = COMMAND_GIVEN_MAX, REFUSALS_SHOWN = 20, REPLAYS_MAX = 2 };

struct file_names {
    const char *items[REPLAY_FILES_MAX];
    size_t count;
};

/* Loads one Code, in one or more versions each in a file, and compiles it. What is wrong with it is
 * printed on stderr: EXIT_FOUND. */
enum exit_status replay_code_load(const struct command *c, struct arena *arena,
                                  const struct file_names *files, struct plan **ret);

struct refusal {
    const char *file;
    uint64_t line;
    struct err_info info;
};

/* All touches of all files, given to one or two replays at once. */
struct replay_touches {
    struct replay *replays[REPLAYS_MAX];
    size_t replay_count;
    struct intake intake;
    struct mapping *mapping; /* NULL: JSON */
    struct refusal refusals[REFUSALS_SHOWN];
    size_t refusal_count;      /* of those kept; of all: intake.refused */
    int64_t first_us, last_us; /* when the touches occurred */
    const char *file;          /* being read */
    struct progress *progress;
};

/* mapping_file may be NULL. Fills all but replays and progress. Refused lines are printed on
 * stderr, the first REFUSALS_SHOWN of them, and how many more there are. */
enum exit_status replay_touches_read(const struct command *c, struct arena *arena,
                                     struct replay_touches *t, const char *mapping_file,
                                     const struct file_names *files);

#endif
