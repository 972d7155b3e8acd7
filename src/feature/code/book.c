#include "feature/code/book.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION_LIST, VERSION_ADD, FILE_FIND, FILE_LIST, FILE_ADD, STATEMENTS };

static const struct statement statements[] = {
    [VERSION_LIST] =
        {"version_list",
         "SELECT id, published_us, from_us, published_by, source FROM code_version ORDER BY id",
         NULL},
    [VERSION_ADD] =
        {"version_add",
         "INSERT INTO code_version (id, published_us, from_us, title, published_by, source) "
         "VALUES ($1, $2, $3, $4, $5, $6)",
         NULL},
    [FILE_FIND] = {"code_file_find",
                   "SELECT bytes FROM code_file WHERE version_id = $1 AND name = $2", NULL},
    [FILE_LIST] = {"code_file_list",
                   "SELECT name, bytes FROM code_file WHERE version_id = $1 ORDER BY name", NULL},
    [FILE_ADD] = {"code_file_add",
                  "INSERT INTO code_file (version_id, name, bytes) VALUES ($1, $2, $3)", NULL},
};
const struct statement_table book_statements = {statements, STATEMENTS};

struct book {
    atomic_int holders;
    struct arena arena;
    struct version *versions;
    size_t count;
    struct plan *plan;
    const struct zone *zone;
};

enum err book_read_frozen(void *context, struct text name, struct arena *arena, struct text *ret,
                          struct err_info *info)
{
    const struct book_frozen *frozen = context;
    struct query q CLEANUP(query_end) = query_begin(frozen->db, &statements[FILE_FIND]);
    query_bind_int(&q, 1, frozen->version_id);
    query_bind_text(&q, 2, name);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    if (!row) {
        return err_set(info, ERR_NOT_FOUND, "the Code was published without the file %.*s",
                       TEXT_ARG(name));
    }
    *ret = arena_text(arena, query_bytes(&q, 0));
    return ERR_NONE;
}

static enum err read_versions(struct book *b, struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[VERSION_LIST]);
    size_t capacity = 0;
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (b->count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            b->versions =
                arena_grow(&b->arena, b->versions, b->count, capacity, sizeof(*b->versions));
        }
        struct diagnostics diagnostics = {0};
        struct version *v = &b->versions[b->count++];
        v->id = query_int(&q, 0);
        v->published_us = query_int(&q, 1);
        v->from_us = query_int(&q, 2);
        v->published_by = arena_text(&b->arena, query_text(&q, 3));
        v->code = code_parse(&b->arena, query_text(&q, 4), &diagnostics);
        if (diagnostics.errors) {
            return err_set(info, ERR_INTERNAL, "a published Code is no longer understood: %.*s",
                           TEXT_ARG(diagnostics.items[0].message));
        }
    }
}

static int64_t midnight(const struct zone *zone, struct date date)
{
    return zone_to_utc(zone, date_to_days(date) * DAY_US);
}

/* From when until when its own dates let it hold. */
static enum err date_versions(struct book *b, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < b->count && !e; i++) {
        struct version *v = &b->versions[i];
        const struct dates *dates = &v->code->applies;
        struct zone *zone;
        v->begins_us = v->from_us;
        v->ends_us = MOMENT_NEVER;
        if (!dates->has_from && !dates->has_until) {
            continue;
        }
        e = zone_load(&b->arena, v->code->zone, &zone, info);
        if (!e && dates->has_from && midnight(zone, dates->from) > v->begins_us) {
            v->begins_us = midnight(zone, dates->from);
        }
        if (!e && dates->has_until) {
            v->ends_us = midnight(zone, dates->until);
        }
    }
    return e;
}

static enum err compile_book(struct book *b, struct database *db, struct err_info *info)
{
    struct plan_source *sources = ARENA_ARRAY(&b->arena, struct plan_source, b->count);
    struct book_frozen *frozen = ARENA_ARRAY(&b->arena, struct book_frozen, b->count);
    for (size_t i = 0; i < b->count; i++) {
        frozen[i] = (struct book_frozen){db, b->versions[i].id};
        sources[i] = (struct plan_source){b->versions[i].code, b->versions[i].from_us,
                                          book_read_frozen, &frozen[i]};
    }
    enum err e = date_versions(b, info);
    e = e ? e : plan_compile_versions(&b->arena, sources, b->count, &b->plan, info);
    if (e) {
        return e;
    }
    struct zone *zone;
    struct text name = b->count ? b->versions[b->count - 1].code->zone : (struct text){0};
    e = zone_load(&b->arena, name.len ? name : TEXT("UTC"), &zone, info);
    b->zone = zone;
    return e;
}

enum err book_load(struct database *db, struct book **ret, struct err_info *info)
{
    struct book *b = calloc(1, sizeof(*b));
    if (!b) {
        abort();
    }
    b->holders = 1;
    enum err e = read_versions(b, db, info);
    if (!e) {
        e = compile_book(b, db, info);
    }
    if (e) {
        book_drop(&b);
        return e;
    }
    *ret = b;
    return ERR_NONE;
}

struct book *book_hold(struct book *b)
{
    atomic_fetch_add(&b->holders, 1);
    return b;
}

void book_drop(struct book **b)
{
    if (*b && atomic_fetch_sub(&(*b)->holders, 1) == 1) {
        arena_release(&(*b)->arena);
        free(*b);
    }
    *b = NULL;
}

const struct plan *book_plan(const struct book *b)
{
    return b->plan;
}

size_t book_version_count(const struct book *b)
{
    return b->count;
}

const struct version *book_version(const struct book *b, size_t i)
{
    return &b->versions[i];
}

const struct version *book_current(const struct book *b, int64_t now_us)
{
    const struct version *found = NULL;
    for (size_t i = 0; i < b->count; i++) {
        const struct version *v = &b->versions[i];
        bool holds = v->begins_us <= now_us && now_us < v->ends_us;
        found = holds && (!found || v->begins_us >= found->begins_us) ? v : found;
    }
    return found;
}

const struct version *book_version_of(const struct book *b, const struct code *code)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->versions[i].code == code) {
            return &b->versions[i];
        }
    }
    return NULL;
}

const struct zone *book_zone(const struct book *b)
{
    return b->zone;
}

int32_t book_day(const struct book *b, int64_t us)
{
    return (int32_t)floor_div(zone_to_local(b->zone, us), DAY_US);
}

enum err book_files(struct database *db, int64_t version_id, struct arena *arena,
                    struct book_file *ret, size_t most, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FILE_LIST]);
    query_bind_int(&q, 1, version_id);
    size_t count = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && count < most) {
        if (!text_starts(query_text(&q, 0), TEXT("zoneinfo/"))) {
            ret[count++] = (struct book_file){arena_text(arena, query_text(&q, 0)),
                                              arena_text(arena, query_bytes(&q, 1))};
        }
    }
    if (!e) {
        *ret_count = count;
    }
    return e;
}

/* -- publishing -- */

/* The files that a version is frozen with: its zones, and the closures that its calendars take in.
 */
struct freezing {
    struct arena *arena;
    struct book_file *items;
    size_t count, room;
};

static const struct book_file *find_file(const struct book_file *files, size_t count,
                                         struct text name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_eq(files[i].name, name)) {
            return &files[i];
        }
    }
    return NULL;
}

static void freeze_file(struct freezing *f, struct text name, struct text bytes)
{
    if (f->count == f->room) {
        f->room = f->room ? 2 * f->room : 8;
        f->items = arena_grow(f->arena, f->items, f->count, f->room, sizeof(*f->items));
    }
    f->items[f->count++] = (struct book_file){name, bytes};
}

static enum err freeze_zone(struct freezing *f, struct text zone_name, struct err_info *info)
{
    struct text name = arena_printf(f->arena, "zoneinfo/%.*s", TEXT_ARG(zone_name));
    struct zone *zone;
    if (zone_name.len == 0 || find_file(f->items, f->count, name)) {
        return ERR_NONE;
    }
    enum err e = zone_load(f->arena, zone_name, &zone, info);
    if (!e) {
        freeze_file(f, name, zone_bytes(zone));
    }
    return e;
}

static enum err freeze_closures(struct freezing *f, const struct calendar_def *def,
                                const struct book_file *files, size_t file_count,
                                struct err_info *info)
{
    for (size_t i = 0; i < def->ics_count; i++) {
        const struct book_file *file = find_file(files, file_count, def->ics_files[i]);
        if (!file) {
            return err_field(info, ERR_INVALID, "files",
                             "calendar %.*s takes closures from %.*s: send that file too",
                             TEXT_ARG(def->name), TEXT_ARG(def->ics_files[i]));
        }
        if (!find_file(f->items, f->count, file->name)) {
            freeze_file(f, file->name, file->bytes);
        }
    }
    return ERR_NONE;
}

static enum err freeze(struct freezing *f, const struct code *code, const struct book_file *files,
                       size_t file_count, struct err_info *info)
{
    enum err e = freeze_zone(f, code->zone, info);
    for (size_t i = 0; i < code->calendar_count && !e; i++) {
        e = freeze_zone(f, code->calendars[i].zone, info);
        e = e ? e : freeze_closures(f, &code->calendars[i], files, file_count, info);
    }
    return e;
}

static enum err add_file(struct database *db, int64_t version_id, const struct book_file *file,
                         struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FILE_ADD]);
    query_bind_int(&q, 1, version_id);
    query_bind_text(&q, 2, file->name);
    query_bind_bytes(&q, 3, file->bytes);
    return query_run(&q, info);
}

/* One that says itself from when on it applies may reach back, unless a date was given to one
 * before it: it would begin before that one, and never be in force. */
static enum err from_when(struct database *db, const struct publication *p, const struct code *code,
                          int64_t *ret, struct err_info *info)
{
    struct query list CLEANUP(query_end) = query_begin(db, &statements[VERSION_LIST]);
    bool row, any = false, dated = false;
    enum err e;
    while (!(e = query_row(&list, &row, info)) && row) {
        any = true;
        dated = dated || query_int(&list, 2) != MOMENT_BEFORE_ALL;
    }
    bool ever = !any || (p->from_us == 0 && code->applies.has_from && !dated);
    int64_t from_us = p->from_us > p->now_us ? p->from_us : p->now_us;
    *ret = ever && from_us == p->now_us ? MOMENT_BEFORE_ALL : from_us;
    return e;
}

static enum err add_version(struct database *db, const struct publication *p,
                            const struct code *code, struct err_info *info)
{
    int64_t from_us = 0;
    enum err e = from_when(db, p, code, &from_us, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[VERSION_ADD]);
    query_bind_int(&q, 1, p->id);
    query_bind_int(&q, 2, p->now_us);
    query_bind_int(&q, 3, from_us);
    query_bind_text(&q, 4, code->title);
    query_bind_text(&q, 5, p->published_by);
    query_bind_text(&q, 6, p->source);
    return query_run(&q, info);
}

enum err book_add(struct database *db, const struct publication *p, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct freezing frozen = {.arena = &arena};
    struct diagnostics diagnostics = {0};
    const struct code *code = code_parse(&arena, p->source, &diagnostics);
    if (diagnostics.errors) {
        return err_set(info, ERR_INVALID, "the Code has mistakes: %.*s",
                       TEXT_ARG(diagnostics.items[0].message));
    }
    enum err e = freeze(&frozen, code, p->files, p->file_count, info);
    e = e ? e : add_version(db, p, code, info);
    for (size_t i = 0; i < frozen.count && !e; i++) {
        e = add_file(db, p->id, &frozen.items[i], info);
    }
    struct book *book CLEANUP(book_drop) = NULL;
    return e ? e : book_load(db, &book, info); /* that it compiles together with the others */
}

enum err book_publish(struct database *db, int64_t id, struct text source,
                      const struct book_file *files, size_t file_count, struct text published_by,
                      int64_t now_us, struct err_info *info)
{
    const struct publication p = {.id = id,
                                  .source = source,
                                  .files = files,
                                  .file_count = file_count,
                                  .published_by = published_by,
                                  .now_us = now_us};
    return book_add(db, &p, info);
}

static enum err is_frozen_so(struct database *db, int64_t version_id, const struct book_file *file,
                             bool *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FILE_FIND]);
    query_bind_int(&q, 1, version_id);
    query_bind_text(&q, 2, file->name);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = !e && row && text_eq(query_bytes(&q, 0), file->bytes);
    return e;
}

enum err book_find_same(struct database *db, const struct book *b, struct text source,
                        const struct book_file *files, size_t file_count,
                        const struct version **ret, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct freezing frozen = {.arena = &arena};
    const struct version *newest = b->count ? &b->versions[b->count - 1] : NULL;
    bool is_same = newest && text_eq(newest->code->source, source);
    enum err e = is_same ? freeze(&frozen, newest->code, files, file_count, info) : ERR_NONE;
    for (size_t i = 0; i < frozen.count && is_same && !e; i++) {
        e = is_frozen_so(db, newest->id, &frozen.items[i], &is_same, info);
    }
    if (!e) {
        *ret = is_same ? newest : NULL;
    }
    return e;
}
