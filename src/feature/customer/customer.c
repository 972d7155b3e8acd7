/* The routes of customers. */
#include "feature/customer/customer.h"

#include "feature/customer/customer_part.h"
#include "feature/ledger/ledger_json.h"

#include <stdlib.h>

#define MEMBER(member, kind, always, words)                                          \
    {                                                                                \
        .name = (member), .type = FIELD_##kind, .required = (always), .doc = (words) \
    }
#define IN_LISTS                                                                                   \
    MEMBER("id", TEXT, true, "As touches have it."), MEMBER("name", TEXT, true, "May be empty."),  \
        MEMBER("email", TEXT, true, "May be empty."),                                              \
        MEMBER("phone", TEXT, true, "May be empty."), MEMBER("note", TEXT, true, "May be empty."), \
        MEMBER("traits", OBJECT, true, "Whatever else the staff wrote, by name."),                 \
        MEMBER("merged_into", TEXT, false, "The customer under whom this one is judged."),         \
        MEMBER("last_touch", MOMENT, false, "The newest one."),                                    \
        MEMBER("last_channel", TEXT, false, "Of the newest touch."),                               \
        MEMBER("open", INTEGER, true, "Of the newest 200 obligations: open or paused."),           \
        MEMBER("soon", INTEGER, true, "Of the open ones: warned of, or due within the hour."),     \
        MEMBER("broken", INTEGER, true, "Of the newest 200 obligations: broken."),                 \
        MEMBER("counted_all", BOOLEAN, true, "False: there are more obligations than that.")
enum { IN_LISTS_COUNT = 13 };

static const struct field link_fields[] = {
    MEMBER("survivor", TEXT, true, "Under whom they are judged."),
    MEMBER("from", TEXT, true, "The other one."),
    MEMBER("at", MOMENT, true, "When it was said."),
    MEMBER("by", TEXT, false, "By whom."),
};
static const struct shape link_shape = {"CustomerMerge", link_fields, 4};
static const struct field customer_fields[] = {
    IN_LISTS,
    MEMBER("changed", MOMENT, false, "When the staff last wrote something."),
    MEMBER("revision", INTEGER, false, "For If-Match; single ones only."),
    MEMBER("identities", ARRAY, false, "All ids that are one customer; single ones only."),
    {.name = "merges",
     .type = FIELD_ARRAY,
     .shape = &link_shape,
     .doc = "The merges among them; single ones only."},
};
static const struct shape customer_shape = {"Customer", customer_fields, IN_LISTS_COUNT + 4};

static const struct field did_fields[] = {
    MEMBER("id", TEXT, true, "obl_…"),
    MEMBER("promise", TEXT, true, "Its name in the Code."),
    MEMBER("did", TEXT, true, "What the touch did to it: opened, kept, broken, paused, …"),
    MEMBER("state", TEXT, true, "As it is now."),
};
static const struct shape did_shape = {"TimelineObligation", did_fields, 4};
static const struct field timeline_item_fields[] = {
    {.name = "record",
     .type = FIELD_OBJECT,
     .required = true,
     .shape = &touch_record_shape,
     .doc = "The touch."},
    {.name = "obligations",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &did_shape,
     .doc = "What it opened or changed."},
};
static const struct shape timeline_shape = {"TimelineItem", timeline_item_fields, 2};

static const struct field undo_fields[] = {
    MEMBER("method", TEXT, true, "POST"),
    MEMBER("path", TEXT, true, "Where to."),
    MEMBER("body", OBJECT, true, "What with."),
};
static const struct shape undo_shape = {"CustomerUndo", undo_fields, 3};
static const struct field joined_fields[] = {
    MEMBER("result", TEXT, true, "merged or split."),
    MEMBER("touch", TEXT, true, "The touch that says so."),
    {.name = "undo",
     .type = FIELD_OBJECT,
     .required = true,
     .shape = &undo_shape,
     .doc = "The request that takes it back."},
};
static const struct shape joined_shape = {"CustomerJoined", joined_fields, 3};

static const struct field thread_found_fields[] = {
    MEMBER("thread", TEXT, true, "As touches have it."),
    MEMBER("customer", TEXT, true, "Whose it is; may be empty."),
    MEMBER("channel", TEXT, true, "Of the newest touch; may be empty."),
    MEMBER("last_touch", MOMENT, true, "The newest one."),
};
static const struct shape thread_found_shape = {"ThreadFound", thread_found_fields, 4};
static const struct field look_up_members[] = {
    {.name = "customers",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &customer_shape,
     .doc = "Of whom a word begins with each of these words."},
    {.name = "threads",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &thread_found_shape,
     .doc = "Whose name begins so."},
    {.name = "obligations",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &obligation_shape,
     .doc = "Of that id; else open ones of these customers, and those whose key begins so."},
};
static const struct shape look_up_shape = {"LookUp", look_up_members, 3};
static const struct field look_up_fields[] = {
    {.name = "q",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 1,
     .most = CUSTOMER_NAME_MAX,
     .doc = "The first letters."},
};

#define FIELD_ID                                                                 \
    {                                                                            \
        .name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, \
        .doc = "As touches have it, percent-encoded."                            \
    }
#define FIELDS_PAGE                                                                            \
    {.name = "after",                                                                          \
     .place = FIELD_QUERY,                                                                     \
     .type = FIELD_TEXT,                                                                       \
     .doc = "next of the page before: goes on behind it."},                                    \
    {                                                                                          \
        .name = "limit", .place = FIELD_QUERY, .type = FIELD_INTEGER, .least = 1, .most = 100, \
        .doc = "How many at most; 50 unless given."                                            \
    }
static const struct field list_fields[] = {
    {.name = "q",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .most = CUSTOMER_NAME_MAX,
     .doc = "The first letters of words of a name, an e-mail address, a number or an id; of "
            "several words each. Capitals and accents make no difference."},
    FIELDS_PAGE,
};
static const struct field id_fields[] = {FIELD_ID};
static const struct field timeline_fields[] = {FIELD_ID, FIELDS_PAGE};
#define WRITTEN(field, longest, words)                                               \
    {                                                                                \
        .name = (field), .place = FIELD_BODY, .type = FIELD_TEXT, .most = (longest), \
        .doc = (words)                                                               \
    }
static const struct field patch_fields[] = {
    FIELD_ID,
    WRITTEN("name", CUSTOMER_NAME_MAX, "What they are called."),
    WRITTEN("email", CUSTOMER_NAME_MAX, "Their address."),
    WRITTEN("phone", CUSTOMER_NAME_MAX, "Their number."),
    WRITTEN("note", CUSTOMER_NOTE_MAX, "What the staff should know."),
    {.name = "traits",
     .place = FIELD_BODY,
     .type = FIELD_OBJECT,
     .doc = "All of them: texts, numbers, booleans by name. Those left out are gone."},
};
static const struct field join_fields[] = {
    FIELD_ID,
    {.name = "from",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 1,
     .most = TOUCH_NAME_MAX,
     .doc = "The other customer's id."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/look-up",
     .scope = "self",
     .summary =
         "A few customers, threads and obligations by their first letters, as far as whoever "
         "asks may read them.",
     .kind = ROUTE_READ,
     .fields = look_up_fields,
     .field_count = 1,
     .reply = &look_up_shape,
     .handle = customer_look_up},
    {.method = METHOD_GET,
     .path = "/api/v1/customers",
     .scope = "customer:read",
     .summary = "Customers by id; with q those found by their words, in the order of these.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = 3,
     .reply = &customer_shape,
     .reply_list = true,
     .handle = customer_get_list},
    {.method = METHOD_GET,
     .path = "/api/v1/customers/{id}",
     .scope = "customer:read",
     .summary = "A customer, with those who are one with them.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &customer_shape,
     .handle = customer_get},
    {.method = METHOD_GET,
     .path = "/api/v1/customers/{id}/timeline",
     .scope = "customer:read",
     .summary = "What happened with a customer, over all channels, the newest first.",
     .kind = ROUTE_SLOW,
     .fields = timeline_fields,
     .field_count = 3,
     .reply = &timeline_shape,
     .reply_list = true,
     .handle = customer_timeline},
    {.method = METHOD_PATCH,
     .path = "/api/v1/customers/{id}",
     .scope = "customer:write",
     .summary = "Write a customer's name, address, number, note or traits (If-Match).",
     .kind = ROUTE_WRITE,
     .fields = patch_fields,
     .field_count = 6,
     .body = BODY_FIELDS,
     .reply = &customer_shape,
     .handle = customer_patch},
    {.method = METHOD_POST,
     .path = "/api/v1/customers/{id}/merge",
     .scope = "customer:write",
     .summary = "Say that another customer is this one.",
     .kind = ROUTE_WRITE,
     .fields = join_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &joined_shape,
     .handle = customer_merge},
    {.method = METHOD_POST,
     .path = "/api/v1/customers/{id}/split",
     .scope = "customer:write",
     .summary = "Say that two merged customers are two after all.",
     .kind = ROUTE_WRITE,
     .fields = join_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &joined_shape,
     .handle = customer_split},
};

static enum err open_customers(struct server *server, struct database *db, void **ret_self,
                               struct err_info *info)
{
    (void)db, (void)info;
    struct customers *customers = calloc(1, sizeof(*customers));
    if (!customers) {
        abort();
    }
    customers->ledger = server_module(server, "ledger");
    customers->kin = kin_cache_new();
    customers->follower = follower_new();
    *ret_self = customers;
    return ERR_NONE;
}

static void close_customers(void *self)
{
    struct customers *customers = self;
    kin_cache_free(customers->kin);
    follower_free(customers->follower);
    free(customers);
}

/* -- the clerk's -- */

static enum err begun(void *self, struct database *db, struct err_info *info)
{
    (void)info;
    follower_begun(((struct customers *)self)->follower, db);
    return ERR_NONE;
}

static int64_t due(void *self)
{
    return follower_due(((struct customers *)self)->follower);
}

static enum err tick(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    return follower_tick(((struct customers *)self)->follower, db, now_us, info);
}

static void undone(void *self)
{
    follower_undone(((struct customers *)self)->follower);
}

static void committed(void *self)
{
    follower_committed(((struct customers *)self)->follower);
}

static const struct clerk_hook hook = {.begun = begun,
                                       .due = due,
                                       .tick = tick,
                                       .undone = undone,
                                       .committed = committed,
                                       .rolled_back = undone};

const struct module customer_module = {
    .name = "customer",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &customer_statements,
    .open = open_customers,
    .close = close_customers,
    .hook = &hook,
};
