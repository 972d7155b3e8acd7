#include "engine/touch.h"

int touch_compare(const struct touch *a, const struct touch *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    int order = text_compare(a->source, b->source);
    return order != 0 ? order : text_compare(a->id, b->id);
}

static const char *actor_name(enum actor actor)
{
    static const char *const names[] = {
        [ACTOR_UNKNOWN] = "", [ACTOR_STAFF] = "staff",   [ACTOR_CUSTOMER] = "customer",
        [ACTOR_BOT] = "bot",  [ACTOR_SYSTEM] = "system",
    };
    return names[actor];
}

static struct value value_of_text(struct text t)
{
    if (t.len == 0) {
        return (struct value){.type = VALUE_NONE};
    }
    return (struct value){.type = VALUE_TEXT, .text = t};
}

/* A field that is a text; false if `name` is none. */
static bool text_field(const struct touch *t, struct text name, struct text *ret)
{
    const struct {
        struct text name, value;
    } fields[] = {
        {TEXT("thread"), t->thread},   {TEXT("customer"), t->customer},
        {TEXT("channel"), t->channel}, {TEXT("person"), t->person},
        {TEXT("role"), t->role},       {TEXT("team"), t->team},
        {TEXT("source"), t->source},   {TEXT("id"), t->id},
        {TEXT("event"), t->event},     {TEXT("actor"), text_of(actor_name(t->actor))},
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (text_eq(fields[i].name, name)) {
            *ret = fields[i].value;
            return true;
        }
    }
    return false;
}

struct value touch_field(const struct touch *t, struct text name)
{
    struct text field;
    if (text_field(t, name, &field)) {
        return value_of_text(field);
    }
    if (text_eq(name, TEXT("occurred"))) {
        return (struct value){.type = VALUE_MOMENT, .moment_us = t->occurred_us};
    }
    for (size_t i = 0; i < t->attribute_count; i++) {
        if (text_eq(t->attributes[i].name, name)) {
            struct value v = t->attributes[i].value;
            return v.type == VALUE_TEXT ? value_of_text(v.text) : v;
        }
    }
    return (struct value){.type = VALUE_NONE};
}

struct touch touch_copy(struct arena *arena, const struct touch *t)
{
    struct touch copy = *t;
    struct text *const texts[] = {&copy.source, &copy.id,       &copy.event,
                                  &copy.thread, &copy.customer, &copy.channel,
                                  &copy.person, &copy.role,     &copy.team};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i]->len) {
            *texts[i] = arena_text(arena, *texts[i]);
        }
    }
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, t->attribute_count);
    for (size_t i = 0; i < t->attribute_count; i++) {
        attributes[i] = t->attributes[i];
        attributes[i].name = arena_text(arena, attributes[i].name);
        if (attributes[i].value.type == VALUE_TEXT) {
            attributes[i].value.text = arena_text(arena, attributes[i].value.text);
        }
    }
    copy.attributes = attributes;
    return copy;
}
