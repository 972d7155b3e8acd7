#include "cli/modules.h"

#include "feature/access/access.h"
#include "feature/audit/audit.h"
#include "feature/backup/backup.h"
#include "feature/brand/brand.h"
#include "feature/calendar/calendar.h"
#include "feature/code/publisher.h"
#include "feature/comment/comment_module.h"
#include "feature/console/console.h"
#include "feature/customer/customer.h"
#include "feature/desk/desk.h"
#include "feature/draft/draft_module.h"
#include "feature/export/export.h"
#include "feature/ledger/ledger.h"
#include "feature/measure/measure_api.h"
#include "feature/oidc/oidc.h"
#include "feature/outbox/outbox.h"
#include "feature/passkey/passkey.h"
#include "feature/signin/signin.h"
#include "feature/staff/staff.h"
#include "feature/version/version_module.h"
#include "feature/view/view.h"
#include "feature/webhook/webhook.h"

/* One a line, so that two changes meet less often. */
/* clang-format off */
const struct module *const modules[] = {
    &access_module,
    &audit_module,
    &brand_module,
    &outbox_module,
    &staff_module,
    &signin_module,
    &oidc_module,
    &passkey_module,
    &backup_module,
    &code_module,
    &calendar_module,
    &ledger_module,
    &draft_module,
    &comment_module,
    &customer_module,
    &export_module,
    &measure_module,
    &desk_module,
    &version_module,
    &view_module,
    &console_module,
    &webhook_module,
};
/* clang-format on */
const size_t module_count = sizeof(modules) / sizeof(modules[0]);
