#include "cli/code_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/file.h"

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

enum err code_file_load(struct arena *arena, const char *name, struct code_file *ret,
                        struct err_info *info)
{
    struct code_file f = {.name = name};
    enum err e = file_read(arena, name, CODE_BYTES_MAX, &f.source, info);
    if (e != ERR_NONE)
        return e;
    f.code = code_parse(arena, f.source, &f.found);
    *ret = f;
    return ERR_NONE;
}

size_t code_file_warnings(const struct code_file *f)
{
    return f->found.count + f->found.left_out - f->found.errors;
}

static bool wants_colour(FILE *to)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(fileno(to)) && !(no_color && no_color[0] != '\0');
}

/* A line that only points: the caret line under a line of the source. */
static bool is_caret_line(struct text line)
{
    bool caret = false;
    for (size_t i = 0; i < line.len; i++) {
        if (!strchr(" \t|^~", line.ptr[i]))
            return false;
        caret = caret || line.ptr[i] == '^';
    }
    return caret;
}

static void print_line_in_colour(FILE *to, struct text line)
{
    static const struct {
        const char *word, *colour;
    } words[] = {{": error: ", RED}, {": warning: ", YELLOW}};
    if (is_caret_line(line)) {
        fprintf(to, GREEN "%.*s" PLAIN "\n", TEXT_ARG(line));
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0] && line.len > 0 && line.ptr[0] != ' ';
         i++) {
        size_t length = strlen(words[i].word);
        const char *at = memmem(line.ptr, line.len, words[i].word, length);
        if (!at)
            continue;
        int before = (int)(at - line.ptr), rest = (int)(line.len - (size_t)before - length);
        fprintf(to, "%.*s%s%s" PLAIN "%.*s\n", before, line.ptr, words[i].colour, words[i].word,
                rest, at + length);
        return;
    }
    fprintf(to, "%.*s\n", TEXT_ARG(line));
}

void code_file_print_findings(const struct code_file *f, FILE *to)
{
    struct buf words CLEANUP(buf_release) = {0};
    diagnostics_print(&f->found, text_of(file_title(f->name)), f->source, &words);
    if (!wants_colour(to)) {
        fwrite(words.ptr ? words.ptr : "", 1, words.len, to);
        return;
    }
    struct text rest = buf_text(&words);
    while (rest.len > 0) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t length = end ? (size_t)(end - rest.ptr) : rest.len;
        print_line_in_colour(to, (struct text){rest.ptr, length});
        size_t used = end ? length + 1 : length;
        rest = (struct text){rest.ptr + used, rest.len - used};
    }
}

/* -- what lies outside the Code -- */

enum { BESIDE_BYTES_MAX = 4 << 20 };

enum err code_file_read_beside(void *context, struct text name, struct arena *arena,
                               struct text *ret, struct err_info *info)
{
    const struct code_file *f = context;
    if (text_starts(name, TEXT("zoneinfo/")))
        return err_set(info, ERR_NOT_FOUND, "zones come from the system");
    if (text_starts(name, TEXT("/")) || text_contains(name, TEXT("..")))
        return err_set(info, ERR_INVALID,
                       "\"%.*s\" must be the name of a file beside the Code or below it",
                       TEXT_ARG(name));
    const char *slash = strrchr(f->name, '/');
    int folder = slash ? (int)(slash - f->name) + 1 : 0;
    struct text path = arena_printf(arena, "%.*s%.*s", folder, f->name, TEXT_ARG(name));
    return file_read(arena, path.ptr, BESIDE_BYTES_MAX, ret, info);
}

/* The clause that names what the words speak of. */
static struct span place_of(const struct code *code, struct text words)
{
    for (size_t i = 0; i < code->calendar_count; i++) {
        const struct calendar_def *c = &code->calendars[i];
        if (c->zone_span.line > 0 && text_contains(words, c->zone))
            return c->zone_span;
        for (size_t k = 0; k < c->ics_count; k++)
            if (text_contains(words, c->ics_files[k]))
                return c->span;
    }
    return text_contains(words, code->zone) ? code->zone_span : code->span;
}

enum err code_file_compile(struct arena *arena, struct code_file *f, struct plan **ret,
                           struct err_info *info)
{
    struct err_info why;
    const struct code *code = f->code;
    if (plan_compile(arena, &code, 1, code_file_read_beside, f, ret, &why) == ERR_NONE)
        return ERR_NONE;
    struct diagnostics *found = &f->found;
    struct text words = arena_text(arena, text_of(why.text));
    found->errors++;
    if (found->count == CODE_DIAGNOSTICS_MAX)
        found->left_out++;
    else
        found->items[found->count++] = (struct diagnostic){.severity = SEVERITY_ERROR,
                                                           .rule = "outside",
                                                           .span = place_of(code, words),
                                                           .message = words};
    return err_set(info, ERR_INVALID, "%s", why.text);
}
