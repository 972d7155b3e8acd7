#include "cli/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file.h"

enum err secret_read(const char *where, struct seal_secret *ret, struct err_info *info)
{
    if (!where) {
        return ERR_NONE;
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct text content = {0};
    enum err e = ERR_NONE;
    if (strncmp(where, "env:", 4) == 0) {
        content = text_of(getenv(where + 4));
        if (!content.len) {
            return err_set(info, ERR_INVALID, "the environment has no %s", where + 4);
        }
    } else {
        e = file_read(&arena, where, SEAL_PASSPHRASE_MOST + 2, &content, info);
    }
    return e ? e : seal_secret_parse(content, ret, info);
}
