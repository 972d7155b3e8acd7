/* A fold as bytes, for the store. Numbers are in the machine's own order: a state never leaves the
 * database it was made in, and can always be made again from the touches. The head names the format
 * and the plan; any other is refused. The end is a check over all bytes before it: what a disk or a
 * hand has damaged, or a build with other structs has written, is refused before it is looked at.
 */
#include "engine/fold.h"
#include "engine/name_hash.h"

#include <stdlib.h>
#include <string.h>

enum { STATE_FORMAT = 7 };

struct state_head {
    uint32_t format, lane;
    uint64_t fingerprint;
    int64_t reached_us;
    uint64_t world_next, world_prefix, next_place;
    uint32_t openings, items, memories, pending;
    uint8_t in_instant, started, unused[6];
};

/* -- writing -- */

static void put(struct buf *out, const void *bytes, size_t size)
{
    buf_add(out, bytes, size);
}

static void put_array(struct buf *out, const void *array, uint32_t count, size_t size)
{
    put(out, &count, sizeof(count));
    if (count) {
        put(out, array, count * size);
    }
}

/* Openings are shared by the obligations of a row: each is written once, in the order in which they
 * first come. */
struct openings {
    const struct bound **list;
    uint32_t *number; /* of each item's */
    uint32_t count;
    uint32_t *slots; /* by address; number + 1 */
    size_t slot_count;
};

static void *room_for(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p) {
        abort();
    }
    return p;
}

static uint32_t opening_number(struct openings *o, const struct bound *opening)
{
    size_t at = ((uintptr_t)opening >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20;
    while (o->slots[at & (o->slot_count - 1)]) {
        uint32_t number = o->slots[at & (o->slot_count - 1)] - 1;
        if (o->list[number] == opening) {
            return number;
        }
        at++;
    }
    o->list[o->count++] = opening;
    o->slots[at & (o->slot_count - 1)] = o->count;
    return o->count - 1;
}

static struct openings openings_of(const struct fold *f)
{
    struct openings o = {.slot_count = 4};
    while (o.slot_count < f->item_count * 2) {
        o.slot_count *= 2;
    }
    o.list = room_for(f->item_count, sizeof(*o.list));
    o.number = room_for(f->item_count, sizeof(*o.number));
    o.slots = room_for(o.slot_count, sizeof(*o.slots));
    for (size_t i = 0; i < f->item_count; i++) {
        o.number[i] = opening_number(&o, f->items[i].opening);
    }
    return o;
}

static void openings_release(struct openings *o)
{
    free(o->list);
    free(o->number);
    free(o->slots);
}

static void put_rest(struct buf *out, const struct item *item)
{
    const struct item_rest *rest = item->rest;
    struct item_rest flat = *rest;
    flat.pauses = NULL;
    flat.allowances = NULL;
    flat.added = NULL;
    flat.extended = NULL;
    flat.times = NULL;
    flat.term.duration.words = (struct text){0};
    put(out, &flat, sizeof(flat));
    put_array(out, rest->pauses, rest->pause_count, sizeof(*rest->pauses));
    put_array(out, rest->allowances, rest->allowance_count, sizeof(*rest->allowances));
    put(out, &rest->added_count, sizeof(rest->added_count));
    for (uint32_t k = 0; k < rest->added_count; k++) {
        struct added added = rest->added[k];
        added.by.words = (struct text){0};
        put(out, &added, sizeof(added));
    }
    uint32_t extended = rest->extended ? (uint32_t)item->form->promise->extension_count : 0;
    put_array(out, rest->extended, extended, sizeof(*rest->extended));
    put_array(out, rest->times, rest->time_count, sizeof(*rest->times));
}

/* Pointers are set again by the reader. */
static void put_item(struct buf *out, const struct fold *f, size_t i, uint32_t opening)
{
    uint8_t has_rest = f->items[i].rest != NULL;
    struct item flat = f->items[i];
    flat.form = NULL;
    flat.opening = NULL;
    flat.rest = NULL;
    put(out, &opening, sizeof(opening));
    put(out, &flat, sizeof(flat));
    put(out, &has_rest, sizeof(has_rest));
    if (has_rest) {
        put_rest(out, &f->items[i]);
    }
}

static void put_memory(struct buf *out, const struct memory *memory)
{
    struct memory flat = *memory;
    flat.times = NULL;
    flat.person.ptr = NULL;
    flat.witnesses = NULL;
    put(out, &flat, sizeof(flat));
    put(out, memory->person.ptr, memory->person.len);
    for (uint32_t i = 0; i < memory->witness_count; i++) {
        const struct witness *witness = &memory->witnesses[i];
        put(out, &witness->first_us, sizeof(witness->first_us));
        put_array(out, witness->person.ptr, (uint32_t)witness->person.len, 1);
    }
    put_array(out, memory->times, memory->time_count, sizeof(*memory->times));
}

static void put_bound(struct buf *out, const struct bound *b)
{
    uint32_t sizes[] = {(uint32_t)bound_size(b), b->shape->size};
    put(out, sizes, sizeof(sizes));
    size_t at = out->len;
    put(out, b, sizes[0]);
    memset(out->ptr + at + offsetof(struct bound, shape), 0, sizeof(b->shape));
    at = out->len;
    put(out, b->shape, sizes[1]);
    memset(out->ptr + at + offsetof(struct shape, plan), 0, sizeof(b->shape->plan));
}

static uint64_t check_of(struct text bytes)
{
    const uint64_t layout = sizeof(struct item) + (sizeof(struct item_rest) << 12) +
                            (sizeof(struct memory) << 24) + ((uint64_t)sizeof(struct bound) << 36) +
                            ((uint64_t)sizeof(struct shape) << 48);
    return name_hash(bytes, layout);
}

void fold_save(const struct fold *f, struct buf *out)
{
    size_t begin = out->len;
    struct openings openings CLEANUP(openings_release) = openings_of(f);
    struct state_head head = {
        .format = STATE_FORMAT,
        .lane = f->lane_number,
        .fingerprint = f->plan->fingerprint,
        .reached_us = f->reached_us,
        .world_next = f->world_next,
        .world_prefix = world_prefix(f->world, f->world_next),
        .next_place = f->next_place,
        .memories = (uint32_t)f->memory_count,
        .pending = (uint32_t)f->pending_count,
        .in_instant = f->in_instant,
        .started = f->started,
        .openings = openings.count,
        .items = (uint32_t)f->item_count,
    };
    put(out, &head, sizeof(head));
    for (uint32_t i = 0; i < openings.count; i++) {
        put_bound(out, openings.list[i]);
    }
    for (size_t i = 0; i < f->item_count; i++) {
        put_item(out, f, i, openings.number[i]);
    }
    for (size_t i = 0; i < f->memory_count; i++) {
        put_memory(out, &f->memories[i]);
    }
    for (size_t i = 0; i < f->pending_count; i++) {
        uint8_t heard = (uint8_t)f->pending[i].heard;
        put(out, &heard, sizeof(heard));
        put_bound(out, f->pending[i].touch);
    }
    uint64_t check = check_of((struct text){out->ptr + begin, out->len - begin});
    put(out, &check, sizeof(check));
}

/* -- reading -- */

struct reader {
    struct text left;
    bool failed;
};

static void get(struct reader *r, void *out, size_t size)
{
    if (r->left.len < size) {
        r->failed = true;
        memset(out, 0, size);
        return;
    }
    memcpy(out, r->left.ptr, size);
    r->left.ptr += size;
    r->left.len -= size;
}

static void *get_array(struct reader *r, struct arena *arena, uint32_t *ret_count, size_t size)
{
    uint32_t count;
    get(r, &count, sizeof(count));
    if (r->failed || (size_t)count * size > r->left.len) {
        r->failed = true;
        count = 0;
    }
    *ret_count = count;
    if (!count) {
        return NULL;
    }
    size_t room = 1; /* push_time grows at powers of two */
    while (room < count) {
        room *= 2;
    }
    void *array = arena_alloc_array(arena, room, size);
    get(r, array, count * size);
    return array;
}

static const struct bound *get_bound(struct reader *r, struct fold *f)
{
    uint32_t sizes[2];
    get(r, sizes, sizeof(sizes));
    if (r->failed || (size_t)sizes[0] + sizes[1] > r->left.len ||
        sizes[0] < offsetof(struct bound, characters) || sizes[1] < sizeof(struct shape)) {
        r->failed = true;
        return NULL;
    }
    struct bound *b = arena_alloc(&f->arena, sizes[0]);
    struct shape *shape = arena_alloc(&f->arena, sizes[1]);
    get(r, b, sizes[0]);
    get(r, shape, sizes[1]);
    b->shape = shape;
    shape->plan = f->plan;
    r->failed = r->failed || bound_size(b) != sizes[0] || shape->size != sizes[1];
    return b;
}

static struct item_rest *get_rest(struct reader *r, struct fold *f)
{
    uint32_t unused;
    struct item_rest *rest = ARENA_NEW(&f->arena, struct item_rest);
    get(r, rest, sizeof(*rest));
    rest->pauses = get_array(r, &f->arena, &rest->pause_count, sizeof(*rest->pauses));
    rest->allowances = get_array(r, &f->arena, &rest->allowance_count, sizeof(*rest->allowances));
    rest->added = get_array(r, &f->arena, &rest->added_count, sizeof(*rest->added));
    rest->extended = get_array(r, &f->arena, &unused, sizeof(*rest->extended));
    rest->times = get_array(r, &f->arena, &rest->time_count, sizeof(*rest->times));
    return rest;
}

static void get_item(struct reader *r, struct fold *f, const struct bound *const *openings,
                     uint32_t opening_count)
{
    uint32_t opening;
    uint8_t has_rest;
    struct item item;
    get(r, &opening, sizeof(opening));
    get(r, &item, sizeof(item));
    get(r, &has_rest, sizeof(has_rest));
    item.rest = has_rest ? get_rest(r, f) : NULL;
    if (r->failed || opening >= opening_count || item.form_number >= f->plan->form_count) {
        r->failed = true;
        return;
    }
    item.form = &f->plan->forms[item.form_number];
    item.opening = openings[opening];
    size_t i = item_new(f, item.form, item.opening, item.n, item.opened_us);
    f->items[i] = item;
}

static void get_witnesses(struct reader *r, struct fold *f, struct memory *memory)
{
    if (memory->witness_count > r->left.len / sizeof(int64_t)) {
        r->failed = true;
        memory->witness_count = 0;
    }
    memory->witnesses = ARENA_ARRAY(&f->arena, struct witness, memory->witness_count);
    for (uint32_t i = 0; i < memory->witness_count; i++) {
        uint32_t length;
        get(r, &memory->witnesses[i].first_us, sizeof(int64_t));
        memory->witnesses[i].person.ptr = get_array(r, &f->arena, &length, 1);
        memory->witnesses[i].person.len = length;
    }
}

static void get_memory(struct reader *r, struct fold *f)
{
    struct memory stored;
    get(r, &stored, sizeof(stored));
    if (r->failed || stored.person.len > r->left.len) {
        r->failed = true;
        return;
    }
    char *person = arena_alloc(&f->arena, stored.person.len);
    get(r, person, stored.person.len);
    stored.person.ptr = person;
    get_witnesses(r, f, &stored);
    stored.times = get_array(r, &f->arena, &stored.time_count, sizeof(*stored.times));
    stored.time_capacity = 1;
    while (stored.time_capacity < stored.time_count) {
        stored.time_capacity *= 2;
    }
    if (!stored.times) {
        stored.time_capacity = 0;
    }
    *memory_of(f, stored.owner) = stored;
}

/* The world as far as the fold has heard it is as it was, and nothing else of it lies before the
 * instant that the fold has reached. */
static bool same_world(const struct fold *f, const struct state_head *head)
{
    size_t count = f->world ? world_count(f->world) : 0;
    return !f->world || (head->world_next <= count &&
                         head->world_prefix == world_prefix(f->world, head->world_next) &&
                         (!head->started || head->world_next == count ||
                          world_at(f->world, head->world_next)->occurred_us >= head->reached_us));
}

/* Without its check; false if that is not right. */
static bool is_whole(struct text *bytes)
{
    uint64_t check;
    if (bytes->len < sizeof(check)) {
        return false;
    }
    bytes->len -= sizeof(check);
    memcpy(&check, bytes->ptr + bytes->len, sizeof(check));
    return check == check_of(*bytes);
}

enum err fold_load(struct fold *f, struct text bytes, struct err_info *info)
{
    if (!is_whole(&bytes)) {
        return err_set(info, ERR_CONFLICT, "the state is cut short or damaged; fold the key anew");
    }
    struct reader r = {.left = bytes};
    struct state_head head;
    get(&r, &head, sizeof(head));
    if (r.failed || head.format != STATE_FORMAT || head.fingerprint != f->plan->fingerprint ||
        head.lane != f->lane_number || !same_world(f, &head)) {
        return err_set(info, ERR_CONFLICT,
                       "the state is of another format, Code or world; fold the key anew");
    }
    fold_reset(f, f->key);
    const struct bound **openings = ARENA_ARRAY(&f->arena, const struct bound *, head.openings);
    for (uint32_t i = 0; i < head.openings && !r.failed; i++) {
        openings[i] = get_bound(&r, f);
    }
    for (uint32_t i = 0; i < head.items && !r.failed; i++) {
        get_item(&r, f, openings, head.openings);
    }
    for (uint32_t i = 0; i < head.memories && !r.failed; i++) {
        get_memory(&r, f);
    }
    for (uint32_t i = 0; i < head.pending && !r.failed; i++) {
        uint8_t heard;
        get(&r, &heard, sizeof(heard));
        const struct bound *b = get_bound(&r, f);
        if (b) {
            fold_push_pending(f, b, heard);
        }
    }
    f->reached_us = head.reached_us;
    f->in_instant = head.in_instant;
    f->started = head.started;
    f->world_next = head.world_next;
    f->next_place = head.next_place;
    f->timers_changed = true;
    if (r.failed || r.left.len) {
        fold_reset(f, f->key);
        return err_set(info, ERR_CONFLICT, "the state is cut short or damaged; fold the key anew");
    }
    return ERR_NONE;
}
