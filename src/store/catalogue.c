#include "store/catalogue.h"

#define INT(column)                          \
    {                                        \
        .name = (column), .type = COLUMN_INT \
    }
#define INT_OR_NULL(column)                                    \
    {                                                          \
        .name = (column), .type = COLUMN_INT, .nullable = true \
    }
#define WORDS(column)                         \
    {                                         \
        .name = (column), .type = COLUMN_TEXT \
    }
#define WORDS_OR_NULL(column)                                   \
    {                                                           \
        .name = (column), .type = COLUMN_TEXT, .nullable = true \
    }
/* Added by a later schema, and NULL until written. */
#define SINCE(column, kind, schema)                                           \
    {                                                                         \
        .name = (column), .type = (kind), .nullable = true, .since = (schema) \
    }
#define BYTES(column)                          \
    {                                          \
        .name = (column), .type = COLUMN_BYTES \
    }

static const struct column code_version[] = {
    INT("id"),      INT("published_us"),   INT("from_us"),
    WORDS("title"), WORDS("published_by"), WORDS("source"),
};
static const struct column code_file[] = {
    INT("version_id"),
    WORDS("name"),
    BYTES("bytes"),
};
static const struct column touch[] = {
    INT("id"),
    INT("home_id"),
    WORDS("source"),
    WORDS("external_id"),
    WORDS("event"),
    INT("occurred_us"),
    INT("received_us"),
    WORDS_OR_NULL("thread"),
    WORDS_OR_NULL("customer"),
    WORDS_OR_NULL("channel"),
    INT("actor"),
    WORDS_OR_NULL("person"),
    WORDS_OR_NULL("role"),
    WORDS_OR_NULL("team"),
    WORDS_OR_NULL("attributes"),
};
static const struct column touch_key[] = {
    WORDS("lane"),   WORDS("key"),   INT("occurred_us"),
    INT("touch_id"), INT("home_id"), INT("touch_home_id"),
};
/* Before tables were spread by home. */
static const struct column touch_key_together[] = {
    WORDS("lane"),
    WORDS("key"),
    INT("occurred_us"),
    INT("touch_id"),
};
static const struct column touch_anywhere[] = {
    INT("touch_id"),
};
static const struct column key_state[] = {
    WORDS("lane"), WORDS("key"), INT("home_id"), INT_OR_NULL("next_us"), BYTES("state"),
};
static const struct column waking[] = {
    WORDS("lane"),
    INT("begun"),
    INT("us"),
    WORDS("after"),
};
static const struct column obligation[] = {
    INT("id"),
    INT("home_id"),
    INT("version_id"),
    WORDS("promise"),
    WORDS("key"),
    WORDS("opening_source"),
    WORDS("opening_id"),
    INT("n"),
    WORDS_OR_NULL("thread"),
    WORDS_OR_NULL("customer"),
    WORDS_OR_NULL("channel"),
    WORDS_OR_NULL("team"),
    WORDS_OR_NULL("person"),
    INT("state"),
    INT("opened_us"),
    INT_OR_NULL("due_us"),
    INT_OR_NULL("warn_us"),
    INT_OR_NULL("decided_us"),
    INT_OR_NULL("fulfilled_us"),
    INT_OR_NULL("day"),
    INT("owed_minor"),
    WORDS_OR_NULL("owed_currency"),
    INT("owed_count"),
};
static const struct column obligation_entry[] = {
    INT("id"),
    INT("obligation_id"),
    INT("kind"),
    INT("at_us"),
    WORDS_OR_NULL("cause_source"),
    WORDS_OR_NULL("cause_id"),
    INT_OR_NULL("due_us"),
    INT("state"),
    INT_OR_NULL("amount_minor"),
    WORDS_OR_NULL("currency"),
    WORDS_OR_NULL("task"),
    INT("unit"),
    {.name = "home_id", .type = COLUMN_INT, .since = 6},
};
/* Before several servers shared a database. */
static const struct column tally_alone[] = {
    WORDS("promise"), INT("day"),    WORDS("channel"), WORDS("team"),
    INT("kept"),      INT("broken"), INT("excused"),   INT("void"),
};
static const struct column tally_total_alone[] = {
    WORDS("promise"), INT("day"), INT("kept"), INT("broken"), INT("excused"), INT("void"),
};
static const struct column tally_open_alone[] = {
    WORDS("promise"),
    INT("open"),
    INT("paused"),
};
static const struct column tally_remedy_alone[] = {
    WORDS("promise"),  INT("day"),  WORDS("currency"), INT("owed"),
    INT("owed_count"), INT("paid"), INT("paid_count"),
};
static const struct column tally[] = {
    WORDS("promise"), INT("day"),    WORDS("channel"), WORDS("team"), INT("node"),
    INT("kept"),      INT("broken"), INT("excused"),   INT("void"),
};
static const struct column tally_total[] = {
    WORDS("promise"), INT("day"),     INT("node"), INT("kept"),
    INT("broken"),    INT("excused"), INT("void"),
};
static const struct column tally_hour[] = {
    INT("hour"),   WORDS("promise"), INT("node"), INT("kept"),
    INT("broken"), INT("excused"),   INT("void"),
};
static const struct column backfill[] = {
    WORDS("name"),
    INT("after_id"),
    INT("until_id"),
};
static const struct column tally_open[] = {
    WORDS("promise"),
    INT("node"),
    INT("open"),
    INT("paused"),
};
static const struct column tally_remedy[] = {
    WORDS("promise"), INT("day"),        WORDS("currency"), INT("node"),
    INT("owed"),      INT("owed_count"), INT("paid"),       INT("paid_count"),
};
static const struct column token[] = {
    INT("id"),
    WORDS("name"),
    BYTES("hash"),
    WORDS("scopes"),
    INT("created_us"),
    INT_OR_NULL("expires_us"),
    INT_OR_NULL("revoked_us"),
    SINCE("created_by", COLUMN_TEXT, 16),
    SINCE("used_us", COLUMN_INT, 16),
    SINCE("maker_kind", COLUMN_INT, 24),
    SINCE("maker_id", COLUMN_INT, 24),
};

static const struct column session[] = {
    INT("id"),
    BYTES("hash"),
    INT("created_us"),
    INT("seen_us"),
    INT("expires_us"),
    INT_OR_NULL("revoked_us"),
    SINCE("staff_id", COLUMN_INT, 7),
    SINCE("agent", COLUMN_TEXT, 7),
    SINCE("address", COLUMN_TEXT, 7),
    SINCE("method", COLUMN_TEXT, 7),
};
static const struct column sign_in_link[] = {
    BYTES("hash"),
    INT("created_us"),
    INT("expires_us"),
    SINCE("staff_id", COLUMN_INT, 7),
    SINCE("purpose", COLUMN_TEXT, 14),
};
static const struct column password[] = {
    INT("staff_id"),
    WORDS("hash"),
    INT("changed_us"),
};
static const struct column totp[] = {
    INT("staff_id"),
    BYTES("secret"),
    INT_OR_NULL("confirmed_us"),
    INT("last_step"),
};
static const struct column recovery_code[] = {
    INT("staff_id"),
    BYTES("hash"),
};
static const struct column sign_in_setting[] = {
    WORDS("name"),
    WORDS("value"),
    INT("changed_us"),
};
static const struct column sign_in_provider[] = {
    INT("id"),        WORDS("name"), WORDS("issuer"),        WORDS("client_id"), WORDS("secret"),
    WORDS("domains"), INT("enrols"), INT_OR_NULL("role_id"), INT("created_us"),  INT("changed_us"),
};
static const struct column provider_identity[] = {
    WORDS("issuer"),
    WORDS("subject"),
    INT("staff_id"),
    INT("created_us"),
};
static const struct column passkey[] = {
    INT("id"),        INT("staff_id"),     BYTES("credential"),
    INT("algorithm"), BYTES("public_key"), INT("sign_count"),
    WORDS("name"),    INT("created_us"),   INT_OR_NULL("used_us"),
};
static const struct column used_ticket[] = {
    BYTES("hash"),
    INT("expires_us"),
};
static const struct column staff[] = {
    INT("id"),
    WORDS("email"),
    WORDS("name"),
    WORDS("language"),
    WORDS_OR_NULL("time_zone"),
    WORDS("theme"),
    INT("created_us"),
    INT_OR_NULL("disabled_us"),
    SINCE("seen_us", COLUMN_INT, 19),
};
static const struct column team[] = {
    INT("id"), WORDS("name"), INT_OR_NULL("parent_id"), INT("restricted"), INT("created_us"),
};
static const struct column team_member[] = {
    INT("team_id"),
    INT("staff_id"),
    INT("lead"),
};
static const struct column role[] = {
    INT("id"),
    WORDS("name"),
    WORDS("permissions"),
    INT("created_us"),
};
static const struct column staff_role[] = {
    INT("staff_id"),
    INT("role_id"),
};

static const struct column node[] = {
    INT("number"),
    WORDS("address"),
    INT("started_us"),
};
static const struct column mark[] = {
    WORDS("name"),
    INT("value"),
};
static const struct column draft[] = {
    INT("id"),
    WORDS("name"),
    INT("state"),
    INT("revision"),
    INT_OR_NULL("base_version_id"),
    WORDS("source"),
    WORDS("files"),
    INT("created_us"),
    INT("changed_us"),
    WORDS("changed_by"),
    WORDS("note"),
    INT_OR_NULL("from_us"),
    INT_OR_NULL("sent_us"),
    WORDS("sent_by"),
    INT_OR_NULL("decided_us"),
    WORDS("decided_by"),
    WORDS("reason"),
    INT_OR_NULL("version_id"),
};
static const struct column draft_author[] = {
    INT("draft_id"),
    INT("person_id"),
    WORDS("name"),
};
static const struct column rehearsal[] = {
    INT("id"),      INT("draft_id"),         INT("revision"),  INT_OR_NULL("version_id"),
    INT("from_us"), INT("until_us"),         INT("asked_us"),  WORDS("asked_by"),
    INT("state"),   INT("done_ppm"),         INT("touches"),   INT("leased_until_us"),
    INT("lease"),   INT_OR_NULL("ended_us"), WORDS("trouble"), WORDS("result"),
};
static const struct column rehearsal_change[] = {
    INT("rehearsal_id"),     INT("number"),       WORDS("promise"), WORDS("key"),
    WORDS("opening_source"), WORDS("opening_id"), INT("n"),         INT("opened_us"),
    INT("weekday"),          INT("hour"),         WORDS("team"),    INT_OR_NULL("before"),
    INT_OR_NULL("after"),
};
static const struct column rehearsal_reading[] = {
    INT("rehearsal_id"),
    INT("person_id"),
    WORDS("name"),
    INT("read_us"),
};
static const struct column code_approval[] = {
    INT("version_id"),    INT("draft_id"),    WORDS("sent_by"),
    WORDS("approved_by"), INT("approved_us"), WORDS("note"),
};
static const struct column code_setting[] = {
    WORDS("name"),
    WORDS("value"),
};

static const struct column customer[] = {
    WORDS("id"),
    WORDS("name"),
    WORDS("email"),
    WORDS("phone"),
    WORDS("note"),
    WORDS("traits"),
    {.name = "name_key", .type = COLUMN_TEXT, .until = 21},
    {.name = "email_key", .type = COLUMN_TEXT, .until = 21},
    INT("revision"),
    INT("changed_us"),
};
static const struct column customer_word[] = {
    WORDS("word"),
    WORDS("customer"),
    INT("home_id"),
};
static const struct column outbox[] = {
    INT("id"),        INT("kind"),    INT("state"),     WORDS("token"),         WORDS("target"),
    INT("target_id"), WORDS("title"), WORDS("content"), INT("since_us"),        INT("next_us"),
    INT("lease"),     INT("tries"),   WORDS("error"),   INT_OR_NULL("done_us"),
};
static const struct column webhook[] = {
    INT("id"),
    WORDS("url"),
    WORDS("description"),
    WORDS("contact"),
    WORDS("events"),
    WORDS("secret"),
    WORDS("secret_before"),
    INT("secret_before_until_us"),
    INT("created_us"),
    INT_OR_NULL("failing_since_us"),
    INT("enabled"),
    WORDS("disabled_why"),
};
static const struct column brand[] = {
    INT("id"),     WORDS("name"),      WORDS("colour"),   WORDS("colour_dark"),
    BYTES("logo"), WORDS("logo_type"), INT("changed_us"),
};
static const struct column webhook_place[] = {
    INT("webhook_id"),
    INT("node"),
    INT("last_id"),
};
static const struct column outbox_try[] = {
    INT("outbox_id"), INT("n"), INT("at_us"), INT("took_us"), INT("code"), WORDS("answer"),
};
static const struct column audit[] = {
    INT("node"),     INT("seq"),      INT("id"),       INT("at_us"),  INT("actor_kind"),
    INT("actor_id"), WORDS("action"), BYTES("digest"), BYTES("hash"),
};
static const struct column audit_words[] = {
    INT("id"),        BYTES("salt"),           WORDS("actor"),
    WORDS("subject"), WORDS_OR_NULL("before"), WORDS_OR_NULL("after"),
};
static const struct column saved_view[] = {
    INT("id"),        INT("staff_id"), INT_OR_NULL("team_id"), WORDS("name"),
    WORDS("filters"), INT("audience"), INT("changed_us"),
};
static const struct column saved_view_pin[] = {
    INT("staff_id"),
    INT("view_id"),
};
static const struct column excuse_request[] = {
    INT("id"),
    INT("obligation_id"),
    WORDS("reason"),
    INT("asked_us"),
    WORDS("asked_by"),
    INT("asker_kind"),
    INT("asker_id"),
    INT("state"),
    WORDS("answer"),
    WORDS("answered_by"),
    INT_OR_NULL("answered_us"),
    SINCE("change_id", COLUMN_INT, 24),
};
static const struct column sign_off[] = {
    INT("version_id"),
    INT("staff_id"),
    INT("signed_us"),
};
static const struct column code_review[] = {
    INT("id"), INT("version_id"), INT("reviewed_us"), WORDS("reviewed_by"), WORDS("note"),
};
static const struct column comment[] = {
    INT("id"),
    INT("version_id"),
    WORDS("promise"),
    INT("by_customer"),
    WORDS("name"),
    WORDS("contact"),
    WORDS("words"),
    INT("written_us"),
    INT("state"),
    INT("is_public"),
    WORDS("answer"),
    WORDS("answered_by"),
    INT_OR_NULL("answered_us"),
    INT("changed_us"),
};

#define TABLE(table, keys, first_schema)                                                        \
    {                                                                                           \
        .name = #table, .columns = (table), .column_count = sizeof(table) / sizeof((table)[0]), \
        .key_count = (keys), .since = (first_schema)                                            \
    }
/* As it was until some schema. */
#define TABLE_ONCE(table, columns_then, keys, first_schema, next_schema)                       \
    {                                                                                          \
        .name = #table, .columns = (columns_then),                                             \
        .column_count = sizeof(columns_then) / sizeof((columns_then)[0]), .key_count = (keys), \
        .since = (first_schema), .until = (next_schema)                                        \
    }
#define TABLE_ALONE(table, keys, first_schema) \
    TABLE_ONCE(table, table##_alone, keys, first_schema, 4)

static const struct stored_table tables[] = {
    TABLE(code_version, 1, 1),
    TABLE(code_file, 2, 1),
    TABLE(touch, 1, 1),
    TABLE_ONCE(touch_key, touch_key_together, 4, 1, 6),
    TABLE(touch_key, 5, 6),
    TABLE(touch_anywhere, 1, 1),
    TABLE_ONCE(key_state, key_state, 2, 1, 6),
    TABLE(key_state, 3, 6),
    TABLE(waking, 2, 1),
    TABLE(obligation, 1, 1),
    TABLE(obligation_entry, 1, 1),
    TABLE_ALONE(tally, 4, 1),
    TABLE_ALONE(tally_total, 2, 2),
    TABLE_ALONE(tally_open, 1, 1),
    TABLE_ALONE(tally_remedy, 3, 1),
    TABLE(tally, 5, 4),
    TABLE(tally_total, 3, 4),
    TABLE(tally_hour, 3, 12),
    TABLE(backfill, 1, 12),
    TABLE(tally_open, 2, 4),
    TABLE(tally_remedy, 4, 4),
    TABLE(token, 1, 1),
    TABLE(session, 1, 3),
    TABLE(sign_in_link, 1, 3),
    TABLE(staff, 1, 7),
    TABLE(team, 1, 7),
    TABLE(team_member, 2, 7),
    TABLE(role, 1, 7),
    TABLE(staff_role, 2, 7),
    TABLE(password, 1, 14),
    TABLE(totp, 1, 14),
    TABLE(recovery_code, 2, 14),
    TABLE(sign_in_setting, 1, 14),
    TABLE(node, 1, 4),
    TABLE(mark, 1, 4),
    TABLE(draft, 1, 8),
    TABLE(draft_author, 2, 8),
    TABLE(rehearsal, 1, 8),
    TABLE(rehearsal_change, 2, 8),
    TABLE(rehearsal_reading, 2, 8),
    TABLE(code_approval, 1, 8),
    TABLE(code_setting, 1, 8),
    TABLE(outbox, 1, 9),
    TABLE(outbox_try, 2, 9),
    TABLE(audit, 2, 10),
    TABLE(audit_words, 1, 10),
    TABLE(saved_view, 1, 18),
    TABLE(saved_view_pin, 2, 18),
    TABLE(sign_off, 2, 11),
    TABLE(code_review, 1, 11),
    TABLE(comment, 1, 11),
    TABLE(webhook, 1, 13),
    TABLE(webhook_place, 2, 13),
    TABLE(customer, 1, 15),
    TABLE(customer_word, 3, 21),
    TABLE(sign_in_provider, 1, 17),
    TABLE(provider_identity, 2, 17),
    TABLE(passkey, 1, 17),
    TABLE(used_ticket, 1, 17),
    TABLE(brand, 1, 20),
    TABLE(excuse_request, 1, 23),
};
const struct stored_tables catalogue = {tables, sizeof(tables) / sizeof(tables[0])};

const char *column_type_name(enum column_type type)
{
    static const char *const names[] = {
        [COLUMN_INT] = "int", [COLUMN_TEXT] = "text", [COLUMN_BYTES] = "bytes"};
    return names[type];
}

static bool is_there(uint32_t since, uint32_t until, uint32_t schema)
{
    return since <= schema && (until == 0 || schema < until);
}

static struct stored_table table_at(struct arena *arena, const struct stored_table *t,
                                    uint32_t schema)
{
    struct column *columns = ARENA_ARRAY(arena, struct column, t->column_count);
    struct stored_table at = *t;
    at.columns = columns;
    at.column_count = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        if (is_there(t->columns[i].since, t->columns[i].until, schema)) {
            columns[at.column_count++] = t->columns[i];
        }
    }
    return at;
}

struct stored_tables catalogue_at(struct arena *arena, uint32_t schema)
{
    struct stored_table *list = ARENA_ARRAY(arena, struct stored_table, catalogue.count);
    struct stored_tables at = {list, 0};
    for (size_t i = 0; i < catalogue.count; i++) {
        if (is_there(catalogue.list[i].since, catalogue.list[i].until, schema)) {
            list[at.count++] = table_at(arena, &catalogue.list[i], schema);
        }
    }
    return at;
}
