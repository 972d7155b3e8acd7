#include "feature/ledger/ledger_json.h"

#include "feature/ledger/excuse_request.h"
#include "intake/touch_json.h"

/* -- shapes -- */

static const struct field touch_fields[] = {
    {.name = "source", .type = FIELD_TEXT, .required = true, .doc = "Who tells us."},
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "The sender's."},
    {.name = "event", .type = FIELD_TEXT, .required = true, .doc = "noun.verb"},
    {.name = "occurred", .type = FIELD_MOMENT, .required = true, .doc = "When it happened."},
    {.name = "thread", .type = FIELD_TEXT, .doc = "The conversation, case or order."},
    {.name = "customer", .type = FIELD_TEXT, .doc = "Whom it is about."},
    {.name = "channel", .type = FIELD_TEXT, .doc = "email, chat, …"},
    {.name = "actor", .type = FIELD_TEXT, .doc = "staff, customer, bot or system."},
    {.name = "person", .type = FIELD_TEXT, .doc = "Which person of the staff."},
    {.name = "role", .type = FIELD_TEXT, .doc = "That person's role."},
    {.name = "team", .type = FIELD_TEXT, .doc = "That person's team."},
    {.name = "attributes", .type = FIELD_OBJECT, .doc = "Everything else, by name."},
};
const struct shape touch_shape = {"Touch", touch_fields, 12};

static const struct field touch_record_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "tou_…"},
    {.name = "received", .type = FIELD_MOMENT, .required = true, .doc = "When it came in."},
    {.name = "touch", .type = FIELD_OBJECT, .required = true, .shape = &touch_shape, .doc = "It."},
};
const struct shape touch_record_shape = {"TouchRecord", touch_record_fields, 3};

static const struct field stretch_fields[] = {
    {.name = "kind",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "runs, stands, ahead (until due) or late (until done after all)."},
    {.name = "from", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "until", .type = FIELD_MOMENT, .required = true, .doc = "When; now, if it goes on."},
    {.name = "counted_seconds",
     .type = FIELD_INTEGER,
     .required = true,
     .doc = "On the limit's own clock: open time where it is of a calendar."},
};
static const struct shape stretch_shape = {"ClockStretch", stretch_fields, 4};
static const struct field closed_fields[] = {
    {.name = "from", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "until", .type = FIELD_MOMENT, .required = true, .doc = "When."},
};
static const struct shape closed_shape = {"ClosedTime", closed_fields, 2};

static const struct field obligation_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "obl_…"},
    {.name = "promise", .type = FIELD_TEXT, .required = true, .doc = "Its name in the Code."},
    {.name = "key", .type = FIELD_TEXT, .required = true, .doc = "Thread, customer or attribute."},
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "open, paused, kept, broken, excused or void."},
    {.name = "opened", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "due", .type = FIELD_MOMENT, .doc = "Null: none, or not known while paused."},
    {.name = "warn", .type = FIELD_MOMENT, .doc = "When it is said to be about to break."},
    {.name = "decided", .type = FIELD_MOMENT, .doc = "Null while open or paused."},
    {.name = "fulfilled", .type = FIELD_MOMENT, .doc = "Of a broken one: late, but done."},
    {.name = "thread", .type = FIELD_TEXT, .doc = "Of the opening touch."},
    {.name = "customer", .type = FIELD_TEXT, .doc = "Of the opening touch."},
    {.name = "channel", .type = FIELD_TEXT, .doc = "Of the opening touch."},
    {.name = "team", .type = FIELD_TEXT, .doc = "That decided, or of the opening touch."},
    {.name = "person", .type = FIELD_TEXT, .doc = "Who decided, or of the opening touch."},
    {.name = "opened_by", .type = FIELD_OBJECT, .doc = "Source and id of the opening touch."},
    {.name = "n", .type = FIELD_INTEGER, .required = true, .doc = "Of those it opened, from 0."},
    {.name = "version", .type = FIELD_TEXT, .required = true, .doc = "Of the Code."},
    {.name = "owed", .type = FIELD_TEXT, .doc = "Remedies in money: \"50.00 BRL\"."},
    {.name = "owed_count", .type = FIELD_INTEGER, .required = true, .doc = "Remedies, tasks too."},
    {.name = "words", .type = FIELD_TEXT, .doc = "Of the promise, as published; single ones only."},
    {.name = "principle", .type = FIELD_TEXT, .doc = "Its title; single ones only."},
    {.name = "limit", .type = FIELD_TEXT, .doc = "\"4 working hours\"; single ones only."},
    {.name = "calendar", .type = FIELD_TEXT, .doc = "Whose open time counts; single ones only."},
    {.name = "time_zone", .type = FIELD_TEXT, .doc = "The company's; single ones only."},
    {.name = "clock",
     .type = FIELD_ARRAY,
     .shape = &stretch_shape,
     .doc = "Where the clock ran, stood and will run; single ones only."},
    {.name = "closed",
     .type = FIELD_ARRAY,
     .shape = &closed_shape,
     .doc = "When the calendar was closed meanwhile, 60 at most; single ones only."},
    {.name = "needs_second",
     .type = FIELD_BOOLEAN,
     .doc = "To excuse it takes a second person; single ones only."},
    {.name = "excuses",
     .type = FIELD_ARRAY,
     .shape = &excuse_request_shape,
     .doc = "Those that a second person was to confirm; single ones only."},
    {.name = "history", .type = FIELD_ARRAY, .shape = &entry_shape, .doc = "Single ones only."},
    {.name = "touches",
     .type = FIELD_ARRAY,
     .shape = &touch_record_shape,
     .doc = "Those behind the history; single ones only."},
};
const struct shape obligation_shape = {"Obligation", obligation_fields, 30};

static const struct field entry_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "ent_…, its place in the stream."},
    {.name = "kind", .type = FIELD_TEXT, .required = true, .doc = "opened, warned, kept, …"},
    {.name = "at", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "state", .type = FIELD_TEXT, .required = true, .doc = "After it."},
    {.name = "due", .type = FIELD_MOMENT, .doc = "After it."},
    {.name = "cause", .type = FIELD_OBJECT, .doc = "Source and id; null: the clock."},
    {.name = "amount", .type = FIELD_TEXT, .doc = "Of a remedy: \"50.00 BRL\"."},
    {.name = "task", .type = FIELD_TEXT, .doc = "Of a remedy."},
    {.name = "unit", .type = FIELD_INTEGER, .doc = "0: the first; k: the k-th that accrued."},
};
const struct shape entry_shape = {"Entry", entry_fields, 9};

/* -- writing -- */

static void member_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    if (value.len) {
        json_text(w, value);
    } else {
        json_null(w);
    }
}

static void member_moment(struct json_writer *w, const char *name, int64_t us)
{
    json_key(w, name);
    json_moment(w, us);
}

static void member_id(struct json_writer *w, const char *name, int64_t id, const char *prefix)
{
    char words[ID_TEXT_SIZE];
    json_key(w, name);
    json_str(w, id_format(id, prefix, words));
}

static void member_money(struct json_writer *w, const char *name, int64_t minor,
                         struct text currency)
{
    json_key(w, name);
    struct money m = {.minor = minor};
    if (currency.len != 3) {
        json_null(w);
        return;
    }
    memcpy(m.currency, currency.ptr, 3);
    struct buf words CLEANUP(buf_release) = {0};
    money_format(&words, m);
    json_text(w, buf_text(&words));
}

static void member_touch(struct json_writer *w, const char *name, struct text source,
                         struct text id)
{
    json_key(w, name);
    if (id.len == 0) {
        json_null(w);
        return;
    }
    json_object_begin(w);
    member_text(w, "source", source);
    member_text(w, "id", id);
    json_object_end(w);
}

void obligation_members(struct json_writer *w, const struct ledger_row *row)
{
    member_id(w, "id", row->id, "obl");
    member_text(w, "promise", row->promise);
    json_key(w, "key");
    json_text(w, row->key);
    member_text(w, "state", text_of(state_name(row->state)));
    member_moment(w, "opened", row->opened_us);
    member_moment(w, "due", row->due_us);
    member_moment(w, "warn", row->warn_us);
    member_moment(w, "decided", row->decided_us);
    member_moment(w, "fulfilled", row->fulfilled_us);
    member_text(w, "thread", row->thread);
    member_text(w, "customer", row->customer);
    member_text(w, "channel", row->channel);
    member_text(w, "team", row->team);
    member_text(w, "person", row->person);
    member_touch(w, "opened_by", row->opening_source, row->opening_id);
    json_key(w, "n");
    json_int(w, row->n);
    member_id(w, "version", row->version_id, "ver");
    member_money(w, "owed", row->owed_minor, row->owed_currency);
    json_key(w, "owed_count");
    json_int(w, row->owed_count);
}

void obligation_to_json(struct json_writer *w, const struct ledger_row *row)
{
    json_object_begin(w);
    obligation_members(w, row);
    json_object_end(w);
}

void entry_members(struct json_writer *w, const struct entry_row *entry)
{
    member_id(w, "id", entry->id, "ent");
    member_text(w, "kind", text_of(entry_name(entry->kind)));
    member_moment(w, "at", entry->at_us);
    member_text(w, "state", text_of(state_name(entry->state)));
    member_moment(w, "due", entry->due_us);
    member_touch(w, "cause", entry->cause_source, entry->cause_id);
    member_money(w, "amount", entry->amount_minor, entry->currency);
    member_text(w, "task", entry->task);
    json_key(w, "unit");
    json_int(w, entry->unit);
}

void event_to_json(struct json_writer *w, const struct entry_row *entry,
                   const struct ledger_row *row)
{
    json_object_begin(w);
    entry_members(w, entry);
    json_key(w, "obligation");
    obligation_to_json(w, row);
    json_object_end(w);
}

struct text touch_record_team(const struct query *q)
{
    return query_text(q, 12);
}

void touch_record_to_json(struct json_writer *w, const struct query *q)
{
    static const char *const texts[] = {"thread", "customer", "channel", NULL,
                                        "person", "role",     "team"};
    json_object_begin(w);
    member_id(w, "id", query_int(q, 0), "tou");
    member_moment(w, "received", query_int(q, 1));
    json_key(w, "touch");
    json_object_begin(w);
    member_text(w, "source", query_text(q, 2));
    member_text(w, "id", query_text(q, 3));
    member_text(w, "event", query_text(q, 4));
    member_moment(w, "occurred", query_int(q, 5));
    for (int i = 0; i < 7; i++) {
        if (texts[i]) {
            member_text(w, texts[i], query_text(q, 6 + i));
        } else {
            member_text(w, "actor", text_of(actor_word((enum actor)query_int(q, 6 + i))));
        }
    }
    json_key(w, "attributes");
    struct text attributes = query_text(q, 13);
    json_raw(w, attributes.len ? attributes : TEXT("{}"));
    json_object_end(w);
    json_object_end(w);
}
