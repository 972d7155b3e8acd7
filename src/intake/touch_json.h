/* One touch from JSON and back. Two forms, told apart by "specversion": flat, and a CloudEvents 1.0
 * event (structured mode). docs/touches.md shows both. */
#ifndef TROTH_INTAKE_TOUCH_JSON_H
#define TROTH_INTAKE_TOUCH_JSON_H

#include "base/json.h"
#include "engine/touch.h"

/* Text attributes stay text, whatever they look like. Refuses (ERR_INVALID, ERR_LIMIT; info->field
 * names the field): unknown and missing fields, wrong types, nested attributes, everything beyond
 * the bounds of engine/touch.h, events that only the engine gives. The touch points into the JSON
 * and the arena; place is 0. */
enum err touch_from_json(struct arena *arena, const struct json *json, struct touch *ret,
                         struct err_info *info);
/* The same from text: info also has line and column where it is not JSON at all. The text must
 * outlive the touch. */
enum err touch_parse(struct arena *arena, struct text json, struct touch *ret,
                     struct err_info *info);
/* The bounds and names alone, for touches that come by another way. */
enum err touch_check(const struct touch *t, struct err_info *info);
/* promise.kept, promise.broken, promise.excused, remedy.owed, remedy.withdrawn */
bool touch_event_is_reserved(struct text event);
/* The flat form, without what is not given. Moments, durations (PT…S) and money are texts. */
void touch_to_json(struct json_writer *w, const struct touch *t);
void touch_attributes_to_json(struct json_writer *w, const struct touch *t); /* the object alone */
bool actor_parse(struct text word, enum actor *ret);
const char *actor_word(enum actor actor); /* "" for ACTOR_UNKNOWN */

#endif
