/* What a touch must be like, however it came. */
#include "intake/touch_json.h"

#include <string.h>

bool touch_event_is_reserved(struct text event)
{
    static const struct text ours[] = {{"promise.kept", 12},
                                       {"promise.broken", 14},
                                       {"promise.excused", 15},
                                       {"remedy.owed", 11},
                                       {"remedy.withdrawn", 16}};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (text_eq(event, ours[i])) {
            return true;
        }
    }
    return false;
}

/* noun.verb: parts without blanks and control characters, joined by dots. */
static bool is_event_name(struct text t)
{
    size_t dots = 0, part = 0;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c <= ' ' || c == 0x7f) {
            return false;
        }
        if (c != '.') {
            part++;
            continue;
        }
        if (part == 0) {
            return false;
        }
        dots++;
        part = 0;
    }
    return dots > 0 && part > 0;
}

/* Among eight bytes: most of a touch is looked at here. */
static inline bool has_control_in(const char *eight)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, eight, 8);
    uint64_t delete = word ^ (ones * 0x7f);
    return (((word - ones * ' ') & ~word) | ((delete - ones) & ~delete)) & tops;
}

static bool has_control(struct text t)
{
    size_t i = 0;
    for (; i + 8 <= t.len; i += 8) {
        if (has_control_in(t.ptr + i)) {
            return true;
        }
    }
    if (i < t.len && t.len >= 8) {
        return has_control_in(t.ptr + t.len - 8);
    }
    for (; i < t.len; i++) {
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static enum err check_field(const char *name, struct text value, bool needed, struct err_info *info)
{
    if (value.len == 0) {
        return needed
                   ? err_field(info, ERR_INVALID, name, "%s is missing: every touch needs it", name)
                   : ERR_NONE;
    }
    if (value.len > TOUCH_NAME_MAX) {
        return err_field(info, ERR_LIMIT, name, "%s is longer than %d bytes: shorten it", name,
                         TOUCH_NAME_MAX);
    }
    if (has_control(value)) {
        return err_field(info, ERR_INVALID, name, "%s holds a control character: remove it", name);
    }
    return ERR_NONE;
}

static enum err check_event(struct text event, struct err_info *info)
{
    if (!is_event_name(event)) {
        return err_field(info, ERR_INVALID, "event",
                         "\"%.*s\" is no event name: write noun.verb, such as message.received",
                         TEXT_ARG(event));
    }
    if (touch_event_is_reserved(event)) {
        return err_field(info, ERR_INVALID, "event",
                         "%.*s is a verdict that only Troth gives: name the event otherwise",
                         TEXT_ARG(event));
    }
    return ERR_NONE;
}

static bool is_field(struct text name)
{
    static const struct text fields[] = {{"source", 6},   {"id", 2},     {"event", 5},
                                         {"occurred", 8}, {"thread", 6}, {"customer", 8},
                                         {"channel", 7},  {"actor", 5},  {"person", 6},
                                         {"role", 4},     {"team", 4},   {"attributes", 10}};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (text_eq(name, fields[i])) {
            return true;
        }
    }
    return false;
}

static enum err check_attribute(const struct attribute *a, struct err_info *info)
{
    if (a->name.len == 0) {
        return err_field(info, ERR_INVALID, "attributes", "an attribute has no name: give it one");
    }
    enum err e = check_field("attributes", a->name, true, info);
    if (e) {
        return e == ERR_LIMIT ? err_field(info, ERR_LIMIT, "attributes",
                                          "an attribute's name is longer than %d bytes: shorten it",
                                          TOUCH_NAME_MAX)
                              : e;
    }
    if (memchr(a->name.ptr, '.', a->name.len)) {
        return err_field(info, ERR_INVALID, "attributes",
                         "attribute \"%.*s\" has a dot in its name: use - instead",
                         TEXT_ARG(a->name));
    }
    if (is_field(a->name)) {
        return err_field(info, ERR_INVALID, "attributes",
                         "\"%.*s\" is a field of the touch: put it beside attributes, not in them",
                         TEXT_ARG(a->name));
    }
    if (a->value.type == VALUE_TEXT && a->value.text.len > TOUCH_TEXT_MAX) {
        return err_field(info, ERR_LIMIT, "attributes",
                         "attribute \"%.*s\" is longer than %d bytes: shorten it",
                         TEXT_ARG(a->name), TOUCH_TEXT_MAX);
    }
    return ERR_NONE;
}

enum err touch_check(const struct touch *t, struct err_info *info)
{
    const struct {
        const char *name;
        struct text value;
        bool needed;
    } fields[] = {
        {"source", t->source, true},      {"id", t->id, true},
        {"event", t->event, true},        {"thread", t->thread, false},
        {"customer", t->customer, false}, {"channel", t->channel, false},
        {"person", t->person, false},     {"role", t->role, false},
        {"team", t->team, false},
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        enum err e = check_field(fields[i].name, fields[i].value, fields[i].needed, info);
        if (e) {
            return e;
        }
    }
    enum err e = check_event(t->event, info);
    if (!e && t->attribute_count > TOUCH_ATTRIBUTES_MAX) {
        e = err_field(info, ERR_LIMIT, "attributes", "more than %d attributes: send fewer",
                      TOUCH_ATTRIBUTES_MAX);
    }
    for (size_t i = 0; !e && i < t->attribute_count; i++) {
        e = check_attribute(&t->attributes[i], info);
    }
    return e;
}
