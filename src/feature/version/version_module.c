#include "feature/version/version_module.h"

#include "feature/version/version_part.h"
#include "store/sharing.h"

#include <stdlib.h>

#define THREAD "customer-code"
#define SOURCE "troth-code"

enum err version_tell(struct versions *versions, struct database *db, const struct book *book,
                      const struct version *v, const char *event, struct text id, struct text who,
                      int64_t at_us, struct err_info *info)
{
    struct keeper *keeper = ledger_keeper(versions->ledger);
    int64_t due_us = review_due(book, v, at_us > v->from_us ? at_us : v->from_us);
    if (!plan_names_event(book_plan(book), text_of(event))) {
        return ERR_NONE;
    }
    const struct attribute attributes[] = {
        {TEXT("title"), {.type = VALUE_TEXT, .text = v->code->title}},
        {TEXT("review-by"), {.type = VALUE_MOMENT, .moment_us = due_us}},
    };
    const struct touch touch = {.source = TEXT(SOURCE),
                                .id = id,
                                .event = text_of(event),
                                .occurred_us = at_us,
                                .thread = TEXT(THREAD),
                                .actor = ACTOR_STAFF,
                                .person = who,
                                .attributes = attributes,
                                .attribute_count = due_us == MOMENT_NEVER ? 1 : 2};
    struct taking taking;
    return keeper_take(keeper, db, &touch, 1, database_now(db), &taking, info);
}

static const struct version *newest(const struct book *book)
{
    size_t count = book_version_count(book);
    return count ? book_version(book, count - 1) : NULL;
}

static int64_t due(void *self)
{
    struct versions *versions = self;
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *v = newest(book);
    return v && v->id != versions->told ? 0 : MOMENT_NEVER;
}

/* Each server tells it, also once more after a restart: the touch's id makes it one. */
static enum err tick(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    (void)now_us;
    struct versions *versions = self;
    struct book *book CLEANUP(book_drop) = publisher_book(versions->publisher);
    const struct version *v = newest(book);
    char id[ID_TEXT_SIZE];
    if (!v || v->id == versions->told) {
        return ERR_NONE;
    }
    enum err e =
        version_tell(versions, db, book, v, "code.published", text_of(id_format(v->id, "ver", id)),
                     v->published_by, v->published_us, info);
    versions->told = e ? versions->told : v->id;
    return e;
}

static enum err open_versions(struct server *server, struct database *db, void **ret_self,
                              struct err_info *info)
{
    (void)db, (void)info;
    struct versions *versions = calloc(1, sizeof(*versions));
    if (!versions) {
        abort();
    }
    *versions = (struct versions){.server = server,
                                  .publisher = server_module(server, "code"),
                                  .ledger = server_module(server, "ledger"),
                                  .outbox = server_module(server, "outbox")};
    *ret_self = versions;
    return ERR_NONE;
}

void version_set_url(struct versions *versions, const char *url)
{
    versions->url = url;
}

static const struct clerk_hook hook = {.due = due, .tick = tick};

const struct module version_module = {
    .name = "version",
    .routes = version_routes,
    .route_count = VERSION_ROUTES,
    .statements = &version_statements,
    .open = open_versions,
    .close = free,
    .hook = &hook,
};
