#include "feature/draft/draft_module.h"

#include "feature/draft/approval.h"
#include "feature/draft/draft_part.h"
#include "feature/draft/draft_routes.h"
#include "feature/draft/rehearsal.h"

#include "store/sharing.h"

#include <stdlib.h>

/* A person publishes by a draft where a second one is needed; programs are trusted by their scope.
 */
static enum err guard(void *self, struct database *db, struct err_info *info)
{
    (void)self;
    struct approval_rule rule;
    enum err e = approval_rule(db, &rule, info);
    return e || !rule.is_needed
               ? e
               : err_set(info, ERR_FORBIDDEN,
                         "A second person must approve what you publish. Make a draft of it.");
}

static enum err open_drafting(struct server *server, struct database *db, void **ret_self,
                              struct err_info *info)
{
    enum err e = database_prepare(db, &rehearsal_statements, info);
    e = e ? e : database_prepare(db, &approval_statements, info);
    e = e || database_is_shared(db) ? e : rehearsal_forget_leases(db, info);
    if (e) {
        return e;
    }
    struct drafting *drafting = calloc(1, sizeof(*drafting));
    if (!drafting) {
        abort();
    }
    *drafting = (struct drafting){.server = server,
                                  .publisher = server_module(server, "code"),
                                  .ledger = server_module(server, "ledger")};
    e = rehearser_start(server, drafting->publisher, drafting->ledger, &drafting->rehearser, info);
    if (e) {
        free(drafting);
        return e;
    }
    publisher_set_guard(drafting->publisher, guard, drafting);
    *ret_self = drafting;
    return ERR_NONE;
}

static void stop_drafting(void *self)
{
    struct drafting *drafting = self;
    rehearser_stop(&drafting->rehearser);
}

static void close_drafting(void *self)
{
    struct drafting *drafting = self;
    rehearser_stop(&drafting->rehearser);
    free(drafting);
}

/* What was asked for is durable: the worker looks. */
static void committed(void *self)
{
    struct drafting *drafting = self;
    if (drafting->wants_rehearser) {
        drafting->wants_rehearser = false;
        rehearser_wake(drafting->rehearser);
    }
}

static const struct clerk_hook hook = {.committed = committed};

const struct module draft_module = {
    .name = "draft",
    .routes = draft_routes,
    .route_count = DRAFT_ROUTES,
    .statements = &draft_statements,
    .open = open_drafting,
    .stop = stop_drafting,
    .close = close_drafting,
    .hook = &hook,
};
