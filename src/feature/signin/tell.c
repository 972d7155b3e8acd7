/* Mails to people whose ways in were changed, by themselves or somebody else. */
#include "feature/signin/signin_parts.h"

/* "2026-11-22 10:42 UTC" */
static struct text when(struct arena *arena, int64_t us)
{
    char words[MOMENT_TEXT_SIZE];
    moment_format(us, words);
    return arena_printf(arena, "%.10s %.5s UTC", words, words + 11);
}

enum err signin_tell(struct signin *s, struct request *r, struct database *db, int64_t staff_id,
                     enum letter letter, struct text subject, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    const char *url = s->url;
    struct member m;
    if (!outbox_has_mail(s->outbox)) {
        return ERR_NONE;
    }
    enum err e = member_find(db, staff_id, arena, &m, info);
    if (e) {
        return e;
    }
    const struct outbox_mail mail = {
        .letter = letter,
        .language = m.language,
        .to = m.email,
        .to_name = m.name,
        .who = request_actor(r)->name,
        .subject = subject,
        .link = url ? arena_printf(arena, "%s/console/me", url) : TEXT(""),
        .until = when(arena, moment_now()),
    };
    int64_t id;
    return outbox_add_mail(s->outbox, db, &mail, &id, info);
}

struct text signin_names(struct arena *arena, struct text before, struct text name)
{
    enum { NAMES_MOST = 300 };
    if (before.len == 0) {
        return name;
    }
    return before.len + name.len > NAMES_MOST
               ? before
               : arena_printf(arena, "%.*s, %.*s", TEXT_ARG(before), TEXT_ARG(name));
}
