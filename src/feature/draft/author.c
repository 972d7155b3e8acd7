#include "feature/draft/author.h"

struct author author_of(const struct request *r)
{
    const struct identity *who = request_identity(r);
    return (struct author){who->kind == IDENTITY_STAFF ? who->staff_id : -who->id, who->name};
}
