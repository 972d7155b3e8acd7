#include "cli/replay_input.h"

#include <stdio.h>
#include <string.h>

#include "cli/code_file.h"
#include "cli/file.h"

/* -- Codes -- */

enum { ICS_BYTES_MAX = 4 << 20 };

/* A file that a Code names lies beside one of its versions. */
static enum err read_beside(void *context, struct text name, struct arena *arena, struct text *ret,
                            struct err_info *info)
{
    const struct file_names *files = context;
    enum err e = ERR_NOT_FOUND;
    for (size_t i = 0; i < files->count && e == ERR_NOT_FOUND; i++) {
        const char *slash = strrchr(files->items[i], '/');
        int folder =
            slash && name.len && name.ptr[0] != '/' ? (int)(slash + 1 - files->items[i]) : 0;
        struct text path = arena_printf(arena, "%.*s%.*s", folder, files->items[i], TEXT_ARG(name));
        e = file_read(arena, path.ptr, ICS_BYTES_MAX, ret, info);
    }
    return e;
}

enum exit_status replay_code_load(const struct command *c, struct arena *arena,
                                  const struct file_names *files, struct plan **ret)
{
    const struct code **codes = ARENA_ARRAY(arena, const struct code *, files->count);
    struct file_names kept = *files;
    struct err_info info;
    for (size_t i = 0; i < files->count; i++) {
        struct code_file *f = ARENA_NEW(arena, struct code_file);
        if (code_file_load(arena, files->items[i], f, &info)) {
            return command_failed(c, "%s", info.text);
        }
        if (f->found.errors) {
            code_file_print_findings(f, stderr);
            command_failed(c, "%s has mistakes: mend them first", file_title(files->items[i]));
            return EXIT_FOUND;
        }
        codes[i] = f->code;
    }
    if (plan_compile(arena, codes, files->count, read_beside, &kept, ret, &info)) {
        command_failed(c, "%s: %s", file_title(files->items[0]), info.text);
        return EXIT_FOUND;
    }
    return EXIT_OK;
}

/* -- touches -- */

static bool on_touch(void *context, const struct touch *touch)
{
    struct replay_touches *t = context;
    bool is_new = true;
    for (size_t i = 0; i < t->replay_count; i++) {
        is_new = replay_add(t->replays[i], touch);
    }
    if (is_new) {
        t->first_us = touch->occurred_us < t->first_us ? touch->occurred_us : t->first_us;
        t->last_us = touch->occurred_us > t->last_us ? touch->occurred_us : t->last_us;
    }
    return is_new;
}

static void on_refused(void *context, uint64_t line, const struct err_info *info)
{
    struct replay_touches *t = context;
    if (t->refusal_count < REFUSALS_SHOWN) {
        t->refusals[t->refusal_count++] = (struct refusal){t->file, line, *info};
        progress_end(t->progress);
        fprintf(stderr, "%s:%llu: %s\n", file_title(t->file), (unsigned long long)line, info->text);
    }
}

static void on_progress(void *context, double share)
{
    struct replay_touches *t = context;
    char what[96];
    snprintf(what, sizeof(what), "reading %.64s", file_title(t->file));
    progress_show(t->progress, what, share);
}

static enum exit_status load_mapping(const struct command *c, struct arena *arena,
                                     struct replay_touches *t, const char *name)
{
    struct text source;
    struct err_info info;
    if (file_read(arena, name, MAPPING_BYTES_MAX + 1, &source, &info)) {
        return command_failed(c, "%s", info.text);
    }
    struct code_file findings = {.name = name, .source = source};
    struct mapping *m = mapping_parse(arena, source, &findings.found);
    if (findings.found.count) {
        code_file_print_findings(&findings, stderr);
    }
    if (findings.found.errors) {
        command_failed(c, "%s has mistakes: mend them first", file_title(name));
        return EXIT_FOUND;
    }
    if (mapping_zone(m).len) {
        struct zone *zone;
        if (zone_load(arena, mapping_zone(m), &zone, &info)) {
            command_failed(c, "%s: %s", file_title(name), info.text);
            return EXIT_FOUND;
        }
        mapping_set_zone(m, zone);
    }
    t->mapping = m;
    return EXIT_OK;
}

static enum exit_status read_file(const struct command *c, struct replay_touches *t,
                                  const char *name)
{
    struct bytes *bytes;
    struct err_info info;
    if (bytes_open(name, &bytes, &info)) {
        return command_failed(c, "%s", info.text);
    }
    t->file = name;
    enum err e = intake_read(&t->intake, bytes, &info);
    bytes_close(bytes);
    progress_end(t->progress);
    if (e && info.line) {
        return command_failed(c, "%s:%u: %s", file_title(name), info.line, info.text);
    }
    return e ? command_failed(c, "%s: %s", file_title(name), info.text) : EXIT_OK;
}

enum exit_status replay_touches_read(const struct command *c, struct arena *arena,
                                     struct replay_touches *t, const char *mapping_file,
                                     const struct file_names *files)
{
    struct intake_sink sink = {t, on_touch, on_refused, on_progress};
    t->first_us = MOMENT_NEVER;
    t->last_us = MOMENT_BEFORE_ALL;
    enum exit_status status = mapping_file ? load_mapping(c, arena, t, mapping_file) : EXIT_OK;
    t->intake = (struct intake){.sink = &sink, .mapping = t->mapping};
    for (size_t i = 0; i < files->count && status == EXIT_OK; i++) {
        status = read_file(c, t, files->items[i]);
    }
    if (t->intake.refused > t->refusal_count) {
        fprintf(stderr, "… and %llu more lines refused\n",
                (unsigned long long)(t->intake.refused - t->refusal_count));
    }
    t->intake.sink = NULL; /* it was ours alone */
    return status;
}
