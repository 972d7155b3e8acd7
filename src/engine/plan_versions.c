/* Compiling a plan: the Codes in force one after the other, their clocks, and the forms of
 * promises. */
#include "engine/plan_part.h"

#include <stdlib.h>
#include <string.h>

/* -- versions -- */

static int64_t date_us(const struct zone *zone, struct date d)
{
    return zone_to_utc(zone, date_to_days(d) * DAY_US);
}

static void dates_us(const struct zone *zone, struct dates d, int64_t *from, int64_t *until)
{
    *from = d.has_from ? date_us(zone, d.from) : MOMENT_BEFORE_ALL;
    *until = d.has_until ? date_us(zone, d.until) : MOMENT_NEVER;
}

static enum err read_file(const struct plan_source *source, struct text name, struct arena *arena,
                          struct text *ret, struct err_info *info)
{
    if (!source->read) {
        return err_set(info, ERR_NOT_FOUND, "the Code needs the file %.*s", TEXT_ARG(name));
    }
    return source->read(source->context, name, arena, ret, info);
}

static enum err find_zone(struct arena *arena, const struct plan_source *source, struct text name,
                          struct zone **ret, struct err_info *info)
{
    struct text bytes = {0};
    enum err e = read_file(source, arena_printf(arena, "zoneinfo/%.*s", TEXT_ARG(name)), arena,
                           &bytes, info);
    if (e == ERR_NOT_FOUND) {
        return zone_load(arena, name, ret, info);
    }
    return e ? e : zone_parse(arena, name, bytes, ret, info);
}

static enum err compile_calendar(struct arena *arena, const struct plan_source *source,
                                 const struct calendar_def *def, struct zone *zone,
                                 struct calendar **ret, struct err_info *info)
{
    enum err e;
    if (def->zone.len && !text_eq(def->zone, source->code->zone) &&
        (e = find_zone(arena, source, def->zone, &zone, info))) {
        return e;
    }
    struct text *ics = ARENA_ARRAY(arena, struct text, def->ics_count);
    for (size_t i = 0; i < def->ics_count; i++) {
        if ((e = read_file(source, def->ics_files[i], arena, &ics[i], info))) {
            return e;
        }
    }
    return calendar_compile(arena, def, zone, def->ics_count ? ics : NULL, ret, info);
}

static enum err compile_clock(struct arena *arena, const struct plan_source *source,
                              struct clock *ret, struct err_info *info)
{
    const struct code *code = source->code;
    struct zone *zone;
    enum err e = find_zone(arena, source, code->zone.len ? code->zone : TEXT("UTC"), &zone, info);
    if (e) {
        return e;
    }
    struct calendar **calendars = ARENA_ARRAY(arena, struct calendar *, code->calendar_count);
    for (size_t i = 0; i < code->calendar_count; i++) {
        if ((e = compile_calendar(arena, source, &code->calendars[i], zone, &calendars[i], info))) {
            return e;
        }
    }
    *ret = (struct clock){zone, calendars};
    return ERR_NONE;
}

static int compare_versions(const void *a, const void *b)
{
    const struct version *x = a, *y = b;
    if (x->from_us != y->from_us) {
        return x->from_us < y->from_us ? -1 : 1;
    }
    return x->given < y->given ? -1 : x->given > y->given;
}

enum err plan_compile_clocks(struct plan *p, const struct plan_source *sources, size_t count,
                             struct err_info *info)
{
    p->versions = ARENA_ARRAY(p->arena, struct version, count);
    p->version_count = count;
    for (size_t i = 0; i < count; i++) {
        struct version *v = &p->versions[i];
        v->code = sources[i].code;
        v->given = i;
        enum err e = compile_clock(p->arena, &sources[i], &v->clock, info);
        if (e) {
            return e;
        }
        dates_us(v->clock.zone, v->code->applies, &v->from_us, &v->until_us);
        if (v->from_us < sources[i].from_us) {
            v->from_us = sources[i].from_us;
        }
    }
    if (count) {
        qsort(p->versions, count, sizeof(*p->versions), compare_versions);
    }
    return ERR_NONE;
}

bool form_in_force_of_many(const struct plan *p, const struct form *form, int64_t us)
{
    for (size_t v = p->version_count; v-- > 0;) {
        if (us >= p->versions[v].from_us && us < p->versions[v].until_us) {
            return form->version == v;
        }
    }
    return false;
}

/* -- forms -- */

enum err plan_number_promises(struct plan *p, struct err_info *info)
{
    struct symbols *names = &p->promise_names;
    const struct version *versions = p->versions;
    size_t count = p->version_count;
    /* the order of the last Code first, then promises that only earlier ones hold */
    size_t forms = 0;
    for (size_t v = count; v-- > 0;) {
        for (size_t i = 0; i < versions[v].code->promise_count; i++) {
            symbols_add(names, p->arena, versions[v].code->promises[i].name);
            forms++;
        }
    }
    p->promise_count = names->count;
    p->promises = ARENA_ARRAY(p->arena, struct plan_promise, p->promise_count);
    p->forms = ARENA_ARRAY(p->arena, struct form, forms);
    bool *seen = ARENA_ARRAY(p->arena, bool, p->promise_count);
    for (size_t v = 0; v < count; v++) {
        for (size_t i = 0; i < versions[v].code->promise_count; i++) {
            const struct promise *promise = &versions[v].code->promises[i];
            uint32_t number = symbols_find(names, promise->name);
            struct plan_promise *known = &p->promises[number];
            if (seen[number] && !plan_same_key(known->key, promise->key)) {
                return err_set(
                    info, ERR_INVALID,
                    "promise %.*s is made per another key in a later version; give the new one "
                    "another name",
                    TEXT_ARG(promise->name));
            }
            seen[number] = true;
            known->name = promise->name;
            known->key = promise->key;
        }
    }
    return ERR_NONE;
}

static void set_form(struct plan *p, uint32_t version, const struct promise *promise,
                     uint32_t number, struct form *form)
{
    form->promise = promise;
    form->code = p->versions[version].code;
    form->version = version;
    form->promise_number = number;
    form->number = (uint32_t)(form - p->forms);
    form->clock = p->versions[version].clock;
    dates_us(form->clock.zone, promise->applies, &form->from_us, &form->until_us);
    form->only_version = p->version_count == 1;
    if (form->only_version) {
        const struct version *v = &p->versions[0];
        form->from_us = v->from_us > form->from_us ? v->from_us : form->from_us;
        form->until_us = v->until_us < form->until_us ? v->until_us : form->until_us;
    }
    const struct limit *limit = &promise->duty.limit;
    form->duty = promise->duty.kind;
    form->limit_is_plain = form->duty != DUTY_BETWEEN && limit->kind == LIMIT_DURATION &&
                           !limit->end_of && limit->from_next_opening_of < 0 &&
                           !promise->duty.limit_is_start;
    form->warns = promise->has_warn;
    if (form->number > p->promises[number].latest) {
        p->promises[number].latest = form->number;
    }
    p->promises[number].caps_remedies |= promise->remedy.most > 0;
}

/* Dated forms may stand in a Code in any order. */
static void put_in_order(struct plan *p, struct form *form)
{
    for (; form > p->forms; form--) {
        struct form *before = form - 1;
        const struct promise *earlier = form->promise, *later = before->promise;
        if (before->promise_number != form->promise_number || before->version != form->version ||
            before->from_us <= form->from_us) {
            return;
        }
        set_form(p, form->version, earlier, form->promise_number, before);
        set_form(p, form->version, later, form->promise_number, form);
    }
}

/* Forms are numbered promise by promise, older before newer. */
void plan_add_forms(struct plan *p)
{
    const struct symbols *names = &p->promise_names;
    uint32_t *next = ARENA_ARRAY(p->arena, uint32_t, p->promise_count + 1);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t v = 0; v < p->version_count; v++) {
            for (size_t i = 0; i < p->versions[v].code->promise_count; i++) {
                const struct promise *promise = &p->versions[v].code->promises[i];
                uint32_t number = symbols_find(names, promise->name);
                if (pass == 0) {
                    next[number + 1]++;
                    p->form_count++;
                } else {
                    struct form *form = &p->forms[next[number]++];
                    set_form(p, v, promise, number, form);
                    put_in_order(p, form);
                }
            }
        }
        for (size_t n = 0; pass == 0 && n < p->promise_count; n++) {
            next[n + 1] += next[n];
        }
    }
}
