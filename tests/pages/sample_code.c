#include <stdio.h>
#include <stdlib.h>

#include "feature/page/code_page.h"
#include "sample.h"

enum { MONTHS = 13 };

static struct text read_file(struct arena *arena, const char *name)
{
    FILE *file = fopen(name, "rb");
    char *bytes = arena_alloc(arena, CODE_BYTES_MAX);
    if (!file) {
        perror(name);
        exit(1);
    }
    size_t size = fread(bytes, 1, CODE_BYTES_MAX, file);
    fclose(file);
    return (struct text){bytes, size};
}

static struct code *code_of(struct arena *arena, struct text source)
{
    struct diagnostics d = {0};
    struct code *code = code_parse(arena, source, &d);
    if (d.errors) {
        struct buf out CLEANUP(buf_release) = {0};
        diagnostics_print(&d, TEXT("sample"), source, &out);
        fprintf(stderr, "%s", out.ptr);
        exit(1);
    }
    return code;
}

/* Thirteen months up to the running one: shares rise in the seventh, and the last is half over. */
static struct tally_month *months_of(struct arena *arena, uint64_t size, unsigned before_permille,
                                     unsigned after_permille)
{
    struct tally_month *months = ARENA_ARRAY(arena, struct tally_month, MONTHS);
    for (size_t i = 0; i < MONTHS; i++) {
        int32_t month = 11 + (int32_t)i;
        uint64_t n = size * (90 + i * 37 % 23) / 100;
        n = i + 1 == MONTHS ? n * 2 / 3 : n;
        uint64_t permille = (i < 6 ? before_permille : after_permille) + i * 7 % 5 * 4;
        uint64_t kept = n * (permille > 1000 ? 1000 : permille) / 1000;
        months[i] = (struct tally_month){.year = 2024 + (month - 1) / 12,
                                         .month = (month - 1) % 12 + 1,
                                         .tally = {kept, n - kept, i == 9 ? n / 20 : i % 3}};
    }
    return months;
}

void sample_code_full(struct sample *s, struct buf *out)
{
    static const struct {
        const char *promise;
        uint64_t size;
        unsigned before, after;
        int64_t paid;
    } shapes[] = {
        {"answer", 480, 921, 958, 188000},  {"chat", 310, 742, 955, 6500},
        {"phone", 190, 861, 872, 0},        {"one-story", 800, 984, 986, 0},
        {"dispatch", 920, 962, 968, 31240}, {"delivery", 905, 941, 966, 48930},
        {"damaged", 17, 940, 960, 4000},    {"progress", 24, 950, 960, 0},
        {"credit-paid", 120, 978, 981, 0},  {"quiet", 3, 1000, 1000, 0},
    };
    enum { COUNT = sizeof shapes / sizeof *shapes };
    struct code_record *records = ARENA_ARRAY(&s->arena, struct code_record, COUNT);
    struct money *paid = ARENA_ARRAY(&s->arena, struct money, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        paid[i] = (struct money){shapes[i].paid, "BRL"};
        records[i] = (struct code_record){
            .promise = text_of(shapes[i].promise),
            .months = months_of(&s->arena, shapes[i].size, shapes[i].before, shapes[i].after),
            .month_count = MONTHS,
            .paid = &paid[i],
            .paid_count = shapes[i].paid > 0};
    }
    struct code_page page = {.language = s->language,
                             .code = code_of(&s->arena, read_file(&s->arena, s->shop)),
                             .zone = s->zone,
                             .version = 3,
                             .published_us = s->now_us - 400 * DAY_US,
                             .now_us = s->now_us,
                             .records = records,
                             .record_count = COUNT};
    code_page(&page, out);
}

void sample_code_new(struct sample *s, struct buf *out)
{
    struct code_page page = {.language = s->language,
                             .code = code_of(&s->arena, read_file(&s->arena, s->shop)),
                             .zone = s->zone,
                             .version = 1,
                             .published_us = s->now_us - HOUR_US,
                             .now_us = s->now_us};
    code_page(&page, out);
}

/* Every text of the Code is nasty; figures are as large, as small and as few as they come. */
static struct code *nasty_code(struct arena *arena)
{
    static const struct text nasty = TEXT(NASTY), lengthy = TEXT(LONG " " LONG);
    struct principle *principle = ARENA_NEW(arena, struct principle);
    *principle = (struct principle){.name = TEXT("p"), .title = nasty, .words = lengthy};
    struct promise *promises = ARENA_ARRAY(arena, struct promise, 4);
    for (size_t i = 0; i < 4; i++) {
        promises[i] =
            (struct promise){.name = i == 0   ? nasty
                                     : i == 1 ? TEXT("b")
                                     : i == 2 ? TEXT("c")
                                              : TEXT("d"),
                             .words = i == 0 ? nasty : lengthy,
                             .is_expectation = i == 3,
                             .has_target = i < 2,
                             .target_ppm = 999500,
                             .target_window = {.kind = WINDOW_ROLLING, .rolling = {.words = nasty}},
                             .remedy = {.kind = REMEDY_TASK, .task = nasty}};
    }
    struct grant *grant = ARENA_NEW(arena, struct grant);
    *grant = (struct grant){
        .act = nasty, .up_to = {INT64_MAX, "JPY"}, .key = {KEY_ATTRIBUTE, nasty}, .role = nasty};
    struct permission *permission = ARENA_NEW(arena, struct permission);
    *permission = (struct permission){.words = nasty, .grants = grant, .grant_count = 1};
    struct code *code = ARENA_NEW(arena, struct code);
    *code = (struct code){.title = nasty,
                          .owner = nasty,
                          .contact = nasty,
                          .scope = lengthy,
                          .channels = &nasty,
                          .channel_count = 1,
                          .principles = principle,
                          .principle_count = 1,
                          .promises = promises,
                          .promise_count = 4,
                          .permissions = permission,
                          .permission_count = 1};
    return code;
}

void sample_code_extreme(struct sample *s, struct buf *out)
{
    static const struct tally_month huge[] = {
        {2025, 9, {0, UINT64_C(9000000000), 0}},
        {2025, 10, {UINT64_C(123456789012), 1, UINT64_C(99999999)}},
        {2025, 11, {0, 0, 0}},
    };
    static const struct tally_month few[] = {{2025, 10, {1, 0, 0}}, {2025, 11, {2, 2, 1}}};
    static const struct tally_month none[] = {{2025, 10, {0, 7, 0}}, {2025, 11, {0, 0, 0}}};
    static const struct money paid[] = {{INT64_MAX, "BRL"}, {1, "JPY"}, {-1050, "EUR"}};
    const struct code_record records[] = {
        {TEXT(NASTY), huge, 3, paid, 3},
        {TEXT("b"), few, 2, NULL, 0},
        {TEXT("c"), none, 2, NULL, 0},
    };
    struct code_page page = {.language = s->language,
                             .code = nasty_code(&s->arena),
                             .zone = s->zone,
                             .version = UINT32_MAX,
                             .published_us = 0,
                             .now_us = s->now_us,
                             .records = records,
                             .record_count = 3};
    code_page(&page, out);
}

void sample_code_missing(struct sample *s, struct buf *out)
{
    code_page_missing(s->language, (struct text){0}, (struct text){0}, out);
}
