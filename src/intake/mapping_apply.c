/* A mapping used on rows. */
#include "intake/mapping_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/moment.h"
#include "intake/time_format.h"
#include "intake/touch_json.h"
#include "lang/diagnostic.h"

struct mapper {
    const struct mapping *mapping;
    size_t cell_of[MAPPING_COLUMNS_MAX]; /* column of the mapping → cell of the row */
    size_t cell_count;
};

/* The work on one row. */
struct work {
    const struct mapper *mapper;
    const struct mapping *mapping;
    struct arena *arena;
    struct row row;
    struct err_info *info;
};

static enum err find_column(struct row header, struct text name, size_t *ret, struct err_info *info)
{
    size_t found = header.count;
    for (size_t i = 0; i < header.count; i++) {
        if (!text_eq(header.cells[i], name)) {
            continue;
        }
        if (found != header.count) {
            return err_set(info, ERR_INVALID, "column \"%.*s\" stands twice in the header",
                           TEXT_ARG(name));
        }
        found = i;
    }
    if (found == header.count) {
        struct text near = name_nearest(name, header.cells, header.count);
        return err_set(info, ERR_INVALID,
                       "the mapping names column \"%.*s\", which the file does not have%s%.*s%s",
                       TEXT_ARG(name), near.len ? ": did you mean \"" : "", TEXT_ARG(near),
                       near.len ? "\"?" : "");
    }
    *ret = found;
    return ERR_NONE;
}

enum err mapper_new(struct arena *arena, const struct mapping *m, struct row header,
                    struct mapper **ret, struct err_info *info)
{
    struct mapper *mapper = ARENA_NEW(arena, struct mapper);
    mapper->mapping = m;
    if (m->declared_count) {
        header = (struct row){m->declared, m->declared_count};
    }
    mapper->cell_count = header.count;
    for (size_t i = 0; i < m->column_count; i++) {
        enum err e = find_column(header, m->columns[i], &mapper->cell_of[i], info);
        if (e) {
            return e;
        }
    }
    *ret = mapper;
    return ERR_NONE;
}

/* -- cells and conditions -- */

/* Empty where it is missing. */
static struct text cell(const struct work *w, size_t column)
{
    struct text t = w->row.cells[w->mapper->cell_of[column]];
    for (size_t i = 0; i < w->mapping->missing_count; i++) {
        if (text_eq(t, w->mapping->missing[i])) {
            return TEXT("");
        }
    }
    return t;
}

static bool any_equal(const struct test *t, struct text value)
{
    for (size_t i = 0; i < t->text_count; i++) {
        if (text_eq(t->texts[i], value)) {
            return true;
        }
    }
    return false;
}

static bool holds(const struct work *w, const struct test *t)
{
    switch (t->kind) {
    case TEST_AND:
        return holds(w, t->left) && holds(w, t->right);
    case TEST_OR:
        return holds(w, t->left) || holds(w, t->right);
    case TEST_NOT:
        return !holds(w, t->left);
    case TEST_GIVEN:
    case TEST_MISSING:
    case TEST_EQUAL:
    case TEST_UNEQUAL:
    case TEST_IN:
    case TEST_CONTAINS:
        break;
    }
    struct text value = cell(w, t->column);
    if (t->kind == TEST_GIVEN || t->kind == TEST_MISSING) {
        return (value.len != 0) == (t->kind == TEST_GIVEN);
    }
    if (value.len == 0) {
        return false;
    }
    if (t->kind == TEST_CONTAINS) {
        return text_contains(value, t->texts[0]);
    }
    return any_equal(t, value) != (t->kind == TEST_UNEQUAL);
}

/* -- expressions -- */

static int find_from(const void *key, const void *row)
{
    const struct text *name = key;
    return text_compare(*name, ((const struct values_row *)row)->from);
}

static enum err look_up(const struct work *w, const struct values *values, struct text *value)
{
    const struct values_row *row = NULL;
    if (values->row_count) {
        row = bsearch(value, values->rows, values->row_count, sizeof(*row), find_from);
    }
    if (row) {
        *value = row->to;
        return ERR_NONE;
    }
    switch (values->otherwise) {
    case VALUES_KEEP:
        break;
    case VALUES_MISSING:
        *value = TEXT("");
        break;
    case VALUES_TEXT:
        *value = values->otherwise_text;
        break;
    case VALUES_REFUSE:
        return err_set(w->info, ERR_INVALID,
                       "the values %.*s do not say what \"%.*s\" is: add it to the mapping",
                       TEXT_ARG(values->name), (int)(value->len < 80 ? value->len : 80),
                       value->ptr);
    }
    return ERR_NONE;
}

/* Empty when one of the columns is missing. */
static struct text join(const struct work *w, const struct term *terms, size_t count)
{
    struct text parts[MAPPING_TERMS_MAX];
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        parts[i] = terms[i].is_column ? cell(w, terms[i].column) : terms[i].text;
        if (terms[i].is_column && parts[i].len == 0) {
            return TEXT("");
        }
        len += parts[i].len;
    }
    if (count == 1) {
        return parts[0];
    }
    char *joined = arena_alloc(w->arena, len), *out = joined;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < parts[i].len; j++) {
            *out++ = parts[i].ptr[j];
        }
    }
    return (struct text){joined, len};
}

static enum err evaluate(const struct work *w, const struct expression *e, struct text *ret)
{
    struct text value = join(w, e->terms, e->term_count);
    if (value.len && e->through) {
        enum err err = look_up(w, e->through, &value);
        if (err) {
            return err;
        }
    }
    *ret = value.len == 0 && e->has_otherwise ? e->otherwise : value;
    return ERR_NONE;
}

static bool read_moment(const struct mapping *m, struct text t, int64_t *ret_us)
{
    if (m->format_count == 0) {
        return moment_parse(t, ret_us);
    }
    for (size_t i = 0; i < m->format_count; i++) {
        int64_t us;
        if (!time_format_read(m->formats[i], t, &us)) {
            continue;
        }
        *ret_us = time_format_is_absolute(m->formats[i]) ? us : zone_to_utc(m->zone, us);
        return true;
    }
    return false;
}

static enum err refuse_value(const struct work *w, struct text name, struct text value,
                             const char *what)
{
    char field[TOUCH_NAME_MAX + 1];
    snprintf(field, sizeof(field), "%.*s", TEXT_ARG(name));
    return err_field(w->info, ERR_INVALID, field, "%s: \"%.*s\" is no %s", field,
                     (int)(value.len < 60 ? value.len : 60), value.ptr, what);
}

/* MOMENT_NEVER where the expression is missing. */
static enum err evaluate_moment(const struct work *w, struct text name, const struct expression *e,
                                int64_t *ret_us)
{
    struct text value;
    enum err err = evaluate(w, e, &value);
    if (err) {
        return err;
    }
    if (value.len == 0) {
        *ret_us = MOMENT_NEVER;
        return ERR_NONE;
    }
    if (!read_moment(w->mapping, value, ret_us)) {
        return refuse_value(w, name, value,
                            w->mapping->format_count
                                ? "time in the formats of the mapping"
                                : "RFC 3339 time (the mapping gives no other format)");
    }
    return ERR_NONE;
}

/* -- touches -- */

static enum err attribute(const struct work *w, const struct attribute_line *line,
                          struct value *ret)
{
    *ret = (struct value){.type = VALUE_NONE};
    if (line->type == VALUE_MOMENT) {
        int64_t us;
        enum err e = evaluate_moment(w, line->name, &line->from, &us);
        if (!e && us != MOMENT_NEVER) {
            *ret = (struct value){.type = VALUE_MOMENT, .moment_us = us};
        }
        return e;
    }
    struct text text;
    enum err e = evaluate(w, &line->from, &text);
    if (e || text.len == 0) {
        return e;
    }
    *ret = value_as((struct value){.type = VALUE_TEXT, .text = text}, line->type, NULL);
    if (ret->type == VALUE_NONE) {
        return refuse_value(w, line->name, text,
                            line->type == VALUE_NUMBER ? "number" : "true or false");
    }
    return ERR_NONE;
}

static enum err attributes(const struct work *w, const struct touch_block *block,
                           struct touch *touch)
{
    struct attribute *list = ARENA_ARRAY(w->arena, struct attribute, block->attribute_count);
    size_t count = 0;
    for (size_t i = 0; i < block->attribute_count; i++) {
        list[count].name = block->attributes[i].name;
        enum err e = attribute(w, &block->attributes[i], &list[count].value);
        if (e) {
            return e;
        }
        count += list[count].value.type != VALUE_NONE;
    }
    touch->attributes = list;
    touch->attribute_count = count;
    return ERR_NONE;
}

static enum err occurred(const struct work *w, const struct touch_block *block, struct touch *touch,
                         uint64_t *notes)
{
    struct text name = touch_line_names[LINE_OCCURRED];
    enum err e = evaluate_moment(w, name, block->lines[LINE_OCCURRED], &touch->occurred_us);
    if (e) {
        return e;
    }
    if (touch->occurred_us == MOMENT_NEVER) {
        return err_field(w->info, ERR_INVALID, "occurred",
                         "the time of %.*s is missing: every touch needs it",
                         TEXT_ARG(touch->event));
    }
    if (!block->earliest) {
        return ERR_NONE;
    }
    int64_t earliest_us = MOMENT_NEVER;
    e = evaluate_moment(w, name, block->earliest, &earliest_us);
    if (!e && earliest_us != MOMENT_NEVER && touch->occurred_us <= earliest_us) {
        touch->occurred_us = earliest_us;
        notes[block->earliest_note]++;
    }
    return e;
}

static enum err key_id(const struct work *w, struct touch *touch)
{
    struct buf id CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < w->mapping->key_count; i++) {
        struct text part = cell(w, w->mapping->key[i]);
        if (part.len == 0) {
            return err_field(w->info, ERR_INVALID, "id",
                             "the key is missing: column \"%.*s\" is empty",
                             TEXT_ARG(w->mapping->columns[w->mapping->key[i]]));
        }
        buf_add_text(&id, part);
        buf_add_char(&id, '/');
    }
    buf_add_text(&id, touch->event);
    touch->id = arena_text(w->arena, buf_text(&id));
    return ERR_NONE;
}

static enum err actor(const struct work *w, struct text word, struct touch *touch)
{
    if (word.len && !actor_parse(word, &touch->actor)) {
        return refuse_value(w, TEXT("actor"), word, "actor: staff, customer, bot or system");
    }
    return ERR_NONE;
}

static enum err fields(const struct work *w, const struct touch_block *block, struct touch *touch)
{
    struct text actor_name = TEXT("");
    struct text *const to[LINE_COUNT] = {
        [LINE_ID] = &touch->id,           [LINE_EVENT] = &touch->event,
        [LINE_THREAD] = &touch->thread,   [LINE_CUSTOMER] = &touch->customer,
        [LINE_CHANNEL] = &touch->channel, [LINE_ACTOR] = &actor_name,
        [LINE_PERSON] = &touch->person,   [LINE_ROLE] = &touch->role,
        [LINE_TEAM] = &touch->team,
    };
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (to[i] && block->lines[i]) {
            enum err e = evaluate(w, block->lines[i], to[i]);
            if (e) {
                return e;
            }
        }
    }
    return actor(w, actor_name, touch);
}

static enum err make_touch(const struct work *w, const struct touch_block *block,
                           struct touch *touch, uint64_t *notes)
{
    *touch = (struct touch){.source = w->mapping->touch_source};
    enum err e = fields(w, block, touch);
    if (!e && !block->lines[LINE_ID]) {
        e = key_id(w, touch);
    }
    if (!e) {
        e = occurred(w, block, touch, notes);
    }
    if (!e) {
        e = attributes(w, block, touch);
    }
    return e ? e : touch_check(touch, w->info);
}

static enum err same_id(const struct work *w, const struct touch *touches, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        if (text_eq(touches[i].id, touches[count - 1].id)) {
            return err_field(w->info, ERR_INVALID, "id",
                             "two touches of this row have the id \"%.*s\": give each a line id",
                             TEXT_ARG(touches[i].id));
        }
    }
    return ERR_NONE;
}

enum err mapper_row(struct mapper *mapper, struct arena *arena, struct row row,
                    struct touch ret[MAPPING_TOUCHES_MAX], size_t *ret_count, uint64_t *notes,
                    struct err_info *info)
{
    const struct mapping *m = mapper->mapping;
    struct work w = {mapper, m, arena, row, info};
    uint64_t counted[MAPPING_NOTES_MAX] = {0};
    size_t count = 0;
    if (row.count != mapper->cell_count) {
        return err_set(info, ERR_INVALID, "the row has %zu cells, the header %zu", row.count,
                       mapper->cell_count);
    }
    for (size_t i = 0; i < m->skip_count; i++) {
        if (holds(&w, m->skips[i].when)) {
            notes[m->skips[i].note]++;
            *ret_count = 0;
            return ERR_NONE;
        }
    }
    for (size_t i = 0; i < m->touch_count; i++) {
        const struct touch_block *block = &m->touches[i];
        if (block->when && !holds(&w, block->when)) {
            continue;
        }
        enum err e = make_touch(&w, block, &ret[count++], counted);
        if (!e) {
            e = same_id(&w, ret, count);
        }
        if (e) {
            return e;
        }
    }
    for (size_t i = 0; i < m->note_count; i++) {
        notes[i] += counted[i];
    }
    *ret_count = count;
    return ERR_NONE;
}
