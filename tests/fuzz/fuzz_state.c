/* The saved state of a fold, damaged: refused, and the fold stays as new. Undamaged: read, and
 * saved as the same bytes from then on. The input is read as damage (three bytes each: where, and
 * what is flipped), and also as a state itself. */
#include "engine/engine.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char source[] =
    "code \"Test\"\n  zone UTC\nprinciple p \"P\"\n  \"Words.\"\n"
    "promise answer under p\n  \"We answer.\"\n  on message.received\n"
    "  must message.sent every 2 hours until thread.closed\n"
    "  pause while customer.asked until customer.told for at most 9 hours\n"
    "  extend by 1 hour when answer.extended\n"
    "promise quiet under p\n  \"Few calls.\"\n  at most 2 call.placed per thread in any 2 days\n";
static const char *const events[] = {"message.received", "call.placed", "answer.extended",
                                     "call.placed", "customer.asked"};
enum { EVENTS = sizeof(events) / sizeof(events[0]) };

static struct fold *told_fold(const struct plan *plan, struct arena *arena)
{
    const struct sink sink = {0};
    struct fold *fold = fold_new(plan, 0, TEXT("a"), NULL);
    for (int i = 0; i < EVENTS; i++) {
        struct touch t = {.source = TEXT("test"),
                          .id = text_of(events[i]),
                          .event = text_of(events[i]),
                          .occurred_us = (i + 1) * MINUTE_US,
                          .place = (uint64_t)i,
                          .thread = TEXT("a")};
        const struct bound *b = plan_bind(plan, &t, i == 0, arena);
        if (!b || !fold_touch(fold, b, &sink)) {
            abort();
        }
    }
    return fold;
}

static void load(struct fold *fold, struct text state, struct text saved)
{
    struct buf once CLEANUP(buf_release) = {0}, twice CLEANUP(buf_release) = {0};
    fold_reset(fold, TEXT("a"));
    enum err e = fold_load(fold, state, NULL);
    if (e && !fold_is_empty(fold)) {
        abort();
    }
    if ((e == ERR_NONE) != text_eq(state, saved)) {
        abort();
    }
    if (e) {
        return;
    }
    fold_save(fold, &once);
    fold_reset(fold, TEXT("a"));
    if (fold_load(fold, buf_text(&once), NULL)) {
        abort();
    }
    fold_save(fold, &twice);
    if (!text_eq(buf_text(&once), buf_text(&twice))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf saved CLEANUP(buf_release) = {0}, damaged CLEANUP(buf_release) = {0};
    struct diagnostics diagnostics = {0};
    struct plan *plan;
    const struct code *code = code_parse(&arena, text_of(source), &diagnostics);
    if (diagnostics.errors || plan_compile(&arena, &code, 1, NULL, NULL, &plan, NULL)) {
        abort();
    }
    struct fold *fold = told_fold(plan, &arena);
    fold_save(fold, &saved);
    fold_free(fold);
    buf_add_text(&damaged, buf_text(&saved));
    for (size_t i = 0; i + 3 <= size; i += 3) {
        size_t at = ((size_t)data[i] << 8 | data[i + 1]) % damaged.len;
        damaged.ptr[at] = (char)(damaged.ptr[at] ^ data[i + 2]);
    }
    fold = fold_new(plan, 0, TEXT("a"), NULL);
    load(fold, buf_text(&damaged), buf_text(&saved));
    load(fold, (struct text){(const char *)data, size}, buf_text(&saved));
    fold_free(fold);
    return 0;
}
