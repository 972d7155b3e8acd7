#include "lang/explain_part.h"

#include "lang/diagnostic.h"

#include <string.h>

enum { LINE_WIDTH = 80, INDENT = 2 };

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

/* The column in which words begin: wide enough for every label of the language. */
static size_t words_at(const struct wording *w)
{
    size_t widest = 0;
    for (enum about a = 0; a < ABOUT_SAYS; a++) {
        size_t width = width_of(w->abouts[a], strlen(w->abouts[a]));
        widest = width > widest ? width : widest;
    }
    return INDENT + widest + INDENT;
}

void explain_rows(const struct telling *t, struct buf *out, const struct explained *e)
{
    size_t column = words_at(t->w);
    for (size_t i = 0; i < e->count; i++) {
        struct text about = e->rows[i].about;
        if (i > 0 && e->rows[i - 1].about.ptr == about.ptr)
            about.len = 0; /* said once for all that follow */
        add_spaces(out, INDENT);
        buf_add_text(out, about);
        add_spaces(out, column - INDENT - width_of(about.ptr, about.len));
        add_words(out, column, column, e->rows[i].words);
    }
}

static struct text standing(const struct telling *t, const struct promise *p)
{
    const struct wording *w = t->w;
    if (p->principle < 0)
        return text_of(p->is_expectation ? w->asked : w->promised);
    const struct principle *principle = &t->code->principles[p->principle];
    return TELL(t, p->is_expectation ? w->asked_under : w->promised_under, principle->title,
                principle->name);
}

void explain_promise(const struct telling *t, struct buf *out, const struct promise *p,
                     const struct explain_example *example)
{
    struct explained e = explain_promise_rows(t, p, example);
    buf_addf(out, "%.*s\n", TEXT_ARG(p->name));
    if (p->words.len > 0)
        explain_lines(out, INDENT, TELL(t, "\"{0}\"", p->words));
    explain_lines(out, INDENT, standing(t, p));
    buf_add_char(out, '\n');
    explain_rows(t, out, &e);
}

/* -- finding -- */

static size_t explain_promises(const struct telling *t, struct buf *out, struct text name,
                               const struct explain_example *example)
{
    const struct code *code = t->code;
    size_t found = 0;
    for (size_t i = 0; i < code->promise_count; i++) {
        if (!text_eq(code->promises[i].name, name))
            continue;
        if (found++ > 0)
            buf_add_char(out, '\n');
        explain_promise(t, out, &code->promises[i], example);
    }
    return found;
}

/* All else that has a name. A name may stand for two things of different kinds: both are told. */
static size_t explain_others(const struct telling *t, struct buf *out, struct text name)
{
    const struct code *code = t->code;
    size_t found = 0;
    for (size_t i = 0; i < code->principle_count; i++)
        if (text_eq(code->principles[i].name, name) && ++found)
            explain_principle(t, out, i);
    for (size_t i = 0; i < code->table_count; i++)
        if (text_eq(code->tables[i].name, name) && ++found)
            explain_table(t, out, &code->tables[i]);
    for (size_t i = 0; i < code->calendar_count; i++)
        if (text_eq(code->calendars[i].name, name) && ++found)
            explain_calendar(t, out, &code->calendars[i]);
    for (size_t i = 0; i < code->group_count; i++)
        if (text_eq(code->groups[i].name, name) && ++found)
            explain_group(t, out, &code->groups[i]);
    for (size_t i = 0; i < code->permission_count; i++)
        if (text_eq(code->permissions[i].name, name) && ++found)
            explain_permission(t, out, &code->permissions[i]);
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

enum err code_explain(const struct code *code, struct text name, enum language language,
                      const struct explain_example *example, struct buf *out, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct telling t = telling_of(&arena, code, language);
    struct buf told CLEANUP(buf_release) = {0};
    size_t found = explain_promises(&t, &told, name, example);
    found += explain_others(&t, &told, name);
    if (found == 0)
        return unknown(code, name, info);
    buf_add_text(out, buf_text(&told));
    return ERR_NONE;
}
