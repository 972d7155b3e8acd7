/* A replay in which keys were merged: every touch of a merged key is bound again under the key that
 * it is judged under, and all are noted under their keys anew, for one run. */
#include "engine/replay_part.h"

#include <stdlib.h>
#include <string.h>

/* The touch that was bound, as far as the plan looks at it. */
static struct touch unbind(const struct bound *b, struct attribute *attributes,
                           const struct who *who)
{
    const struct shape *s = b->shape;
    for (uint32_t i = 0; i < s->slot_count; i++) {
        uint32_t number = shape_slots(s)[i].attribute;
        attributes[i] = (struct attribute){s->plan->attributes.texts[number], shape_slot(s, i)};
    }
    return (struct touch){
        .source = bound_text(b, FIELD_SOURCE),
        .id = bound_text(b, FIELD_ID),
        .event = {(const char *)s + s->event.offset, s->event.length},
        .occurred_us = b->occurred_us,
        .place = b->place,
        .thread = who_key(who, WHO_THREAD, bound_text(b, FIELD_THREAD)),
        .customer = who_key(who, WHO_CUSTOMER, bound_text(b, FIELD_CUSTOMER)),
        .channel = bound_text(b, FIELD_CHANNEL),
        .actor = (enum actor)s->actor,
        .person = bound_text(b, FIELD_PERSON),
        .role = bound_text(b, FIELD_ROLE),
        .team = bound_text(b, FIELD_TEAM),
        .attributes = attributes,
        .attribute_count = s->slot_count,
    };
}

static struct bound *judged(struct replay *r, struct bound *b, struct arena *arena)
{
    struct attribute attributes[BOUND_ATTRIBUTES_MAX];
    struct text thread = bound_text(b, FIELD_THREAD), customer = bound_text(b, FIELD_CUSTOMER);
    if (text_eq(who_key(r->who, WHO_THREAD, thread), thread) &&
        text_eq(who_key(r->who, WHO_CUSTOMER, customer), customer)) {
        return b;
    }
    struct touch t = unbind(b, attributes, r->who);
    return bind_touch(r->plan, &t, false, arena);
}

bool replay_judge(struct replay *r, int64_t until_us, struct replay_view *ret)
{
    if (!who_settle(r->who, until_us)) {
        return false;
    }
    *ret = (struct replay_view){.touches = r->touches,
                                .lanes = r->lanes,
                                .threads = r->threads,
                                .drawer_lane = r->drawer_lane};
    r->drawer_lane = r->plan->lane_count; /* they lie as they came */
    r->touches = ARENA_ARRAY(&ret->arena, struct bound *, r->count);
    r->lanes = ARENA_ARRAY(&ret->arena, struct keyed_list, r->plan->lane_count + 1);
    r->threads = (struct keyed_list){0};
    r->threads_known = false;
    for (size_t i = 0; i < r->count; i++) {
        r->touches[i] = judged(r, ret->touches[i], &ret->arena);
        replay_note_keys(r, r->touches[i], i, r->drawer_lane);
    }
    return true;
}

void replay_judge_end(struct replay *r, struct replay_view *view)
{
    for (size_t l = 0; l < r->plan->lane_count; l++) {
        keyed_release(&r->lanes[l], &r->pages);
    }
    keyed_release(&r->threads, &r->pages);
    r->touches = view->touches;
    r->lanes = view->lanes;
    r->threads = view->threads;
    r->drawer_lane = view->drawer_lane;
    r->threads_known = false;
    arena_release(&view->arena);
}
