#include "cli/noted.h"

#include "base/id.h"
#include "base/moment.h"
#include "feature/audit/audit.h"

static void write_thing(const struct noun *noun, const void *thing, struct buf *out)
{
    if (thing) {
        struct json_writer w = json_writer(out);
        noun->write(&w, thing);
    }
}

enum err noted(struct database *db, const struct noun *noun, const char *action, int64_t id,
               const void *before, const void *after, struct err_info *info)
{
    char subject[ID_TEXT_SIZE];
    struct buf was CLEANUP(buf_release) = {0}, is CLEANUP(buf_release) = {0};
    write_thing(noun, before, &was);
    write_thing(noun, after, &is);
    const struct audit_note note = {.actor = IDENTITY_COMMAND,
                                    .actor_name = TEXT("command line"),
                                    .action = text_of(action),
                                    .subject = text_of(id_format(id, noun->prefix, subject)),
                                    .before = buf_text(&was),
                                    .after = buf_text(&is)};
    return audit_write(db, &note, moment_now(), info);
}
