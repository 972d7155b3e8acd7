#include "intake/touch_json.h"

#include <stdio.h>
#include <string.h>

#include "base/moment.h"

static const char *const actors[] = {
    [ACTOR_UNKNOWN] = "", [ACTOR_STAFF] = "staff",   [ACTOR_CUSTOMER] = "customer",
    [ACTOR_BOT] = "bot",  [ACTOR_SYSTEM] = "system",
};

bool actor_parse(struct text word, enum actor *ret)
{
    for (int a = ACTOR_STAFF; a <= ACTOR_SYSTEM; a++) {
        if (text_is(word, actors[a])) {
            *ret = (enum actor)a;
            return true;
        }
    }
    return false;
}

const char *actor_word(enum actor actor)
{
    return actors[actor];
}

/* -- reading -- */

struct reading {
    struct arena *arena;
    struct touch *touch;
    bool has_occurred;
    const struct json *data; /* CloudEvents only */
    struct err_info *info;
};

enum field_kind {
    FIELD_TEXT,
    FIELD_OCCURRED,
    FIELD_ACTOR,
    FIELD_ATTRIBUTES,
    FIELD_DATA,
    FIELD_VERSION,
    FIELD_CONTENT_TYPE,
    FIELD_UNUSED
};

struct field {
    struct text name;
    enum field_kind kind;
    size_t offset; /* FIELD_TEXT: of a struct text in the touch */
};

#define TEXT_FIELD(name, member)                                             \
    {                                                                        \
        {name, sizeof(name) - 1}, FIELD_TEXT, offsetof(struct touch, member) \
    }
#define OTHER_FIELD(name, kind)           \
    {                                     \
        {name, sizeof(name) - 1}, kind, 0 \
    }

/* Fields of a flat touch; from THREAD_FIELD on also those of a CloudEvents event's data. */
static const struct field flat_fields[] = {
    TEXT_FIELD("source", source),   TEXT_FIELD("id", id),
    TEXT_FIELD("event", event),     OTHER_FIELD("occurred", FIELD_OCCURRED),
    TEXT_FIELD("thread", thread),   TEXT_FIELD("customer", customer),
    TEXT_FIELD("channel", channel), OTHER_FIELD("actor", FIELD_ACTOR),
    TEXT_FIELD("person", person),   TEXT_FIELD("role", role),
    TEXT_FIELD("team", team),       OTHER_FIELD("attributes", FIELD_ATTRIBUTES),
};
enum { FLAT_FIELDS = sizeof(flat_fields) / sizeof(flat_fields[0]), THREAD_FIELD = 4 };

static const struct field event_fields[] = {
    OTHER_FIELD("specversion", FIELD_VERSION),
    TEXT_FIELD("id", id),
    TEXT_FIELD("source", source),
    TEXT_FIELD("type", event),
    OTHER_FIELD("time", FIELD_OCCURRED),
    TEXT_FIELD("subject", thread),
    OTHER_FIELD("datacontenttype", FIELD_CONTENT_TYPE),
    OTHER_FIELD("data", FIELD_DATA),
    OTHER_FIELD("dataschema", FIELD_UNUSED),
    OTHER_FIELD("traceparent", FIELD_UNUSED),
    OTHER_FIELD("tracestate", FIELD_UNUSED),
    OTHER_FIELD("partitionkey", FIELD_UNUSED),
    OTHER_FIELD("sequence", FIELD_UNUSED),
};
enum { EVENT_FIELDS = sizeof(event_fields) / sizeof(event_fields[0]) };

static enum err wrong_type(struct err_info *info, struct text name, const char *expected)
{
    char field[64];
    snprintf(field, sizeof(field), "%.*s", TEXT_ARG(name));
    return err_field(info, ERR_INVALID, field, "%s must be %s", field, expected);
}

static enum err read_attribute(const struct json *member, struct attribute *ret,
                               struct err_info *info)
{
    ret->name = member->key;
    switch (member->type) {
    case JSON_TEXT:
        ret->value = (struct value){.type = VALUE_TEXT, .text = member->text};
        return ERR_NONE;
    case JSON_NUMBER:
        ret->value = (struct value){.type = VALUE_NUMBER, .number = member->number};
        return ERR_NONE;
    case JSON_BOOL:
        ret->value = (struct value){.type = VALUE_BOOL, .boolean = member->boolean};
        return ERR_NONE;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return err_field(info, ERR_INVALID, "attributes",
                     "attribute \"%.*s\" is nested: an attribute is a text, a number, true, false "
                     "or null",
                     (int)(member->key.len < TOUCH_NAME_MAX ? member->key.len : TOUCH_NAME_MAX),
                     member->key.ptr);
}

static enum err read_attributes(struct reading *r, const struct json *object)
{
    if (object->type != JSON_OBJECT) {
        return wrong_type(r->info, TEXT("attributes"), "an object");
    }
    if (object->count > TOUCH_ATTRIBUTES_MAX) {
        return err_field(r->info, ERR_LIMIT, "attributes", "more than %d attributes: send fewer",
                         TOUCH_ATTRIBUTES_MAX);
    }
    struct attribute *list = ARENA_ARRAY(r->arena, struct attribute, object->count);
    size_t count = 0;
    for (const struct json *m = object->first; m; m = m->next) {
        if (m->type == JSON_NULL) {
            continue;
        }
        enum err e = read_attribute(m, &list[count++], r->info);
        if (e) {
            return e;
        }
    }
    r->touch->attributes = list;
    r->touch->attribute_count = count;
    return ERR_NONE;
}

static enum err read_occurred(struct reading *r, const struct json *value)
{
    /* the years that the engine can count with */
    static const int64_t first_us = -INT64_C(62135596800) * SECOND_US,
                         end_us = INT64_C(253402300800) * SECOND_US;
    int64_t us;
    if (value->type != JSON_TEXT || !moment_parse(value->text, &us) || us < first_us ||
        us >= end_us) {
        return wrong_type(r->info, value->key,
                          "a time with its offset, such as 2025-01-31T09:30:00-03:00 or "
                          "2025-01-31T12:30:00Z");
    }
    r->touch->occurred_us = us;
    r->has_occurred = true;
    return ERR_NONE;
}

static enum err read_content_type(struct reading *r, const struct json *value)
{
    if (value->type != JSON_TEXT || !text_starts(value->text, TEXT("application/json"))) {
        return wrong_type(r->info, value->key, "application/json");
    }
    return ERR_NONE;
}

static enum err read_field(struct reading *r, const struct field *field, const struct json *value)
{
    if (value->type == JSON_NULL) {
        return ERR_NONE; /* the same as left out */
    }
    switch (field->kind) {
    case FIELD_TEXT:
        if (value->type != JSON_TEXT) {
            return wrong_type(r->info, value->key, "a text");
        }
        memcpy((char *)r->touch + field->offset, &value->text, sizeof(value->text));
        return ERR_NONE;
    case FIELD_OCCURRED:
        return read_occurred(r, value);
    case FIELD_ACTOR:
        if (value->type != JSON_TEXT ||
            (value->text.len && !actor_parse(value->text, &r->touch->actor))) {
            return wrong_type(r->info, value->key, "staff, customer, bot or system");
        }
        return ERR_NONE;
    case FIELD_ATTRIBUTES:
        return read_attributes(r, value);
    case FIELD_DATA:
        if (value->type != JSON_OBJECT) {
            return wrong_type(r->info, value->key, "an object");
        }
        r->data = value;
        return ERR_NONE;
    case FIELD_VERSION:
        return value->type == JSON_TEXT && text_is(value->text, "1.0")
                   ? ERR_NONE
                   : wrong_type(r->info, value->key, "\"1.0\"");
    case FIELD_CONTENT_TYPE:
        return read_content_type(r, value);
    case FIELD_UNUSED:
        return ERR_NONE;
    }
    return ERR_NONE;
}

static enum err unknown_field(struct reading *r, struct text name)
{
    char field[64];
    snprintf(field, sizeof(field), "%.*s", (int)(name.len < 60 ? name.len : 60), name.ptr);
    return err_field(r->info, ERR_INVALID, field,
                     "unknown field \"%s\": correct its name, or put it among attributes", field);
}

/* Senders mostly keep one order of fields, so the search goes on from the last one found. */
static enum err read_fields(struct reading *r, const struct json *object,
                            const struct field *fields, size_t count)
{
    size_t at = 0;
    for (const struct json *m = object->first; m; m = m->next) {
        size_t tried = 0;
        while (tried < count && !text_eq(fields[at].name, m->key)) {
            tried++;
            at = at + 1 == count ? 0 : at + 1;
        }
        if (tried == count) {
            return unknown_field(r, m->key);
        }
        enum err e = read_field(r, &fields[at], m);
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

enum err touch_from_json(struct arena *arena, const struct json *json, struct touch *ret,
                         struct err_info *info)
{
    if (json->type != JSON_OBJECT) {
        return err_set(info, ERR_INVALID, "a touch is a JSON object: {\"source\": …}");
    }
    struct touch touch = {0};
    struct reading r = {.arena = arena, .touch = &touch, .info = info};
    bool is_event = json_get(json, "specversion") != NULL;
    enum err e = is_event ? read_fields(&r, json, event_fields, EVENT_FIELDS)
                          : read_fields(&r, json, flat_fields, FLAT_FIELDS);
    if (!e && r.data) {
        e = read_fields(&r, r.data, flat_fields + THREAD_FIELD, FLAT_FIELDS - THREAD_FIELD);
    }
    if (!e && !r.has_occurred) {
        const char *name = is_event ? "time" : "occurred";
        e = err_field(info, ERR_INVALID, name, "%s is missing: every touch needs it", name);
    }
    if (!e) {
        e = touch_check(&touch, info);
    }
    if (!e) {
        *ret = touch;
    }
    return e;
}

enum err touch_parse(struct arena *arena, struct text json, struct touch *ret,
                     struct err_info *info)
{
    const struct json *value;
    enum err e = json_parse(arena, json, &json_default_limits, &value, info);
    return e ? e : touch_from_json(arena, value, ret, info);
}

/* -- writing -- */

static void write_text(struct json_writer *w, const char *name, struct text value)
{
    if (value.len) {
        json_key(w, name);
        json_text(w, value);
    }
}

/* ISO 8601, which value_as() reads back: whole seconds, or with six decimals. */
static void write_duration(struct json_writer *w, int64_t us)
{
    char words[40];
    if (us % SECOND_US == 0) {
        snprintf(words, sizeof(words), "PT%lldS", (long long)(us / SECOND_US));
    } else {
        snprintf(words, sizeof(words), "PT%lld.%06lldS", (long long)(us / SECOND_US),
                 (long long)(us % SECOND_US));
    }
    json_str(w, words);
}

static void write_value(struct json_writer *w, struct value v)
{
    struct buf words CLEANUP(buf_release) = {0};
    switch (v.type) {
    case VALUE_NONE:
        json_null(w);
        break;
    case VALUE_TEXT:
        json_text(w, v.text);
        break;
    case VALUE_NUMBER:
        json_number(w, v.number);
        break;
    case VALUE_BOOL:
        json_bool(w, v.boolean);
        break;
    case VALUE_MOMENT:
        json_moment(w, v.moment_us);
        break;
    case VALUE_DURATION:
        write_duration(w, v.duration_us);
        break;
    case VALUE_MONEY:
        money_format(&words, v.money);
        json_text(w, buf_text(&words));
        break;
    }
}

void touch_attributes_to_json(struct json_writer *w, const struct touch *t)
{
    json_object_begin(w);
    for (size_t i = 0; i < t->attribute_count; i++) {
        json_key_text(w, t->attributes[i].name);
        write_value(w, t->attributes[i].value);
    }
    json_object_end(w);
}

void touch_to_json(struct json_writer *w, const struct touch *t)
{
    json_object_begin(w);
    write_text(w, "source", t->source);
    write_text(w, "id", t->id);
    write_text(w, "event", t->event);
    json_key(w, "occurred");
    json_moment(w, t->occurred_us);
    write_text(w, "thread", t->thread);
    write_text(w, "customer", t->customer);
    write_text(w, "channel", t->channel);
    write_text(w, "actor", text_of(actor_word(t->actor)));
    write_text(w, "person", t->person);
    write_text(w, "role", t->role);
    write_text(w, "team", t->team);
    if (t->attribute_count) {
        json_key(w, "attributes");
        touch_attributes_to_json(w, t);
    }
    json_object_end(w);
}
