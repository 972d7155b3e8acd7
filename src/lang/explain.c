#include "lang/explain_part.h"

#include "lang/diagnostic.h"

#include <string.h>

enum { LINE_WIDTH = 80, LABEL_WIDTH = 12 };

/* -- laying out -- */

static size_t width_of(const char *bytes, size_t length)
{
    size_t width = 0;
    for (size_t i = 0; i < length; i++)
        width += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return width;
}

static void add_spaces(struct buf *out, size_t count)
{
    while (count-- > 0)
        buf_add_char(out, ' ');
}

/* Adds words from column `used` on; later lines begin after `indent` spaces. */
static void add_words(struct buf *out, size_t used, size_t indent, struct text words)
{
    size_t at = 0;
    bool first = true;
    while (at < words.len) {
        size_t end = at;
        while (end < words.len && words.ptr[end] != ' ' && words.ptr[end] != '\n')
            end++;
        size_t width = width_of(words.ptr + at, end - at);
        if (!first && used + 1 + width > LINE_WIDTH) {
            buf_add_char(out, '\n');
            add_spaces(out, indent);
            used = indent;
        } else if (!first) {
            buf_add_char(out, ' ');
            used++;
        }
        buf_add(out, words.ptr + at, end - at);
        used += width;
        first = false;
        at = end + 1;
    }
    buf_add_char(out, '\n');
}

void explain_lines(struct buf *out, size_t indent, struct text words)
{
    add_spaces(out, indent);
    add_words(out, indent, indent, words);
}

void explain_row(struct buf *out, const char *label, const struct buf *text)
{
    buf_addf(out, "  %-*s", LABEL_WIDTH - 2, label);
    struct buf sentence CLEANUP(buf_release) = {0};
    buf_add_text(&sentence, buf_text(text));
    buf_add_char(&sentence, '.');
    if (sentence.ptr[0] >= 'a' && sentence.ptr[0] <= 'z' && strcmp(label, "Holds") != 0)
        sentence.ptr[0] = (char)(sentence.ptr[0] - 'a' + 'A');
    add_words(out, LABEL_WIDTH, LABEL_WIDTH, buf_text(&sentence));
}

/* -- finding -- */

static size_t explain_promises(struct buf *out, const struct code *code, struct text name,
                               const struct example *example)
{
    size_t found = 0;
    for (size_t i = 0; i < code->promise_count; i++) {
        if (!text_eq(code->promises[i].name, name))
            continue;
        if (found++ > 0)
            buf_add_char(out, '\n');
        explain_promise(out, code, &code->promises[i], example);
    }
    return found;
}

/* All else that has a name. A name may stand for two things of different kinds: both are told. */
static size_t explain_others(struct buf *out, const struct code *code, struct text name)
{
    size_t found = 0;
    for (size_t i = 0; i < code->principle_count; i++)
        if (text_eq(code->principles[i].name, name) && ++found)
            explain_principle(out, code, i);
    for (size_t i = 0; i < code->table_count; i++)
        if (text_eq(code->tables[i].name, name) && ++found)
            explain_table(out, code, &code->tables[i]);
    for (size_t i = 0; i < code->calendar_count; i++)
        if (text_eq(code->calendars[i].name, name) && ++found)
            explain_calendar(out, code, &code->calendars[i]);
    for (size_t i = 0; i < code->group_count; i++)
        if (text_eq(code->groups[i].name, name) && ++found)
            explain_group(out, &code->groups[i]);
    for (size_t i = 0; i < code->permission_count; i++)
        if (text_eq(code->permissions[i].name, name) && ++found)
            explain_permission(out, &code->permissions[i]);
    return found;
}

static size_t all_names(const struct code *code, struct text *names)
{
    size_t n = 0;
    for (size_t i = 0; i < code->promise_count; i++)
        names[n++] = code->promises[i].name;
    for (size_t i = 0; i < code->principle_count; i++)
        names[n++] = code->principles[i].name;
    for (size_t i = 0; i < code->table_count; i++)
        names[n++] = code->tables[i].name;
    for (size_t i = 0; i < code->calendar_count; i++)
        names[n++] = code->calendars[i].name;
    for (size_t i = 0; i < code->group_count; i++)
        names[n++] = code->groups[i].name;
    for (size_t i = 0; i < code->permission_count; i++)
        names[n++] = code->permissions[i].name;
    return n;
}

static enum err unknown(const struct code *code, struct text name, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    size_t most = code->promise_count + code->principle_count + code->table_count +
                  code->calendar_count + code->group_count + code->permission_count;
    struct text *names = ARENA_ARRAY(&arena, struct text, most);
    struct text near = name_nearest(name, names, all_names(code, names));
    if (near.len > 0)
        return err_set(info, ERR_NOT_FOUND,
                       "nothing in this Code is called \"%.*s\": did you mean \"%.*s\"?",
                       TEXT_ARG(name), TEXT_ARG(near));
    return err_set(info, ERR_NOT_FOUND,
                   "nothing in this Code is called \"%.*s\": give the name of a promise, "
                   "principle, table, calendar, group or permission",
                   TEXT_ARG(name));
}

enum err code_explain(const struct code *code, struct text name, explain_due_fn *due, void *context,
                      int64_t example_us, struct buf *out, struct err_info *info)
{
    struct example example = {due, context, example_us};
    struct buf told CLEANUP(buf_release) = {0};
    size_t found = explain_promises(&told, code, name, &example);
    found += explain_others(&told, code, name);
    if (found == 0)
        return unknown(code, name, info);
    buf_add_text(out, buf_text(&told));
    return ERR_NONE;
}
