#include "cli/serve_mail.h"

#include <stdlib.h>
#include <string.h>

#include "cli/file.h"

enum { PASSWORD_MOST = 1000 };

/* From a file or the environment, without the end of its line. */
static enum err read_password(struct arena *arena, const char *where, const char **ret,
                              struct err_info *info)
{
    struct text content = {0};
    enum err e = ERR_NONE;
    if (strncmp(where, "env:", 4) == 0) {
        content = text_of(getenv(where + 4));
    } else {
        e = file_read(arena, where, PASSWORD_MOST, &content, info);
    }
    content = text_trim(content);
    if (!e && content.len == 0) {
        e = err_set(info, ERR_INVALID, "there is no password in %s", where);
    }
    if (!e) {
        *ret = arena_text(arena, content).ptr;
    }
    return e;
}

enum err serve_mail_read(const struct arguments *a, struct arena *arena,
                         struct outbox_mail_config *ret, struct err_info *info)
{
    struct outbox_mail_config config = {
        .from = argument_value(a, "mail-from"),
        .smtp = argument_value(a, "smtp"),
        .ca_file = argument_value(a, "smtp-ca"),
        .without_tls = argument_given(a, "smtp-without-tls"),
    };
    const char *password = argument_value(a, "smtp-password-file");
    enum err e = password ? read_password(arena, password, &config.password, info) : ERR_NONE;
    if (!e && (config.from || config.smtp)) {
        e = outbox_check_mail(&config, info);
    }
    if (!e) {
        *ret = config;
    }
    return e;
}

enum err serve_mail_start(struct outbox *outbox, const struct outbox_mail_config *config,
                          struct err_info *info)
{
    enum err e = config->smtp ? outbox_set_mail(outbox, config, info) : ERR_NONE;
    return e ? e : outbox_start(outbox, info);
}
