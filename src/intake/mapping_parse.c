/* Statement by statement: the mapping's own lines, and the blocks values, skip and touch. A wrong
 * statement is said once and left out; the rest is read on. */
#include "intake/mapping_parts.h"

#include <stdlib.h>

#include "intake/time_format.h"
#include "intake/touch_json.h"
#include "lang/diagnostic.h"

const struct text touch_line_names[LINE_COUNT] = {
    [LINE_ID] = {"id", 2},
    [LINE_OCCURRED] = {"occurred", 8},
    [LINE_EVENT] = {"event", 5},
    [LINE_THREAD] = {"thread", 6},
    [LINE_CUSTOMER] = {"customer", 8},
    [LINE_CHANNEL] = {"channel", 7},
    [LINE_ACTOR] = {"actor", 5},
    [LINE_PERSON] = {"person", 6},
    [LINE_ROLE] = {"role", 4},
    [LINE_TEAM] = {"team", 4},
};

enum block { BLOCK_NONE, BLOCK_MAPPING, BLOCK_VALUES, BLOCK_TOUCH, BLOCK_LOST };

struct reading {
    struct parser p;
    enum block block;
    bool has_title;
    struct span title_span;
    bool values_ended; /* `else` was read */
    struct values *values;
    size_t values_room;
    struct touch_block *touch;
    struct attribute_line *attributes;
    struct span touch_span;
};

/* -- values -- */

static void add_value(struct reading *r, struct text from, struct text to)
{
    struct values *v = r->values;
    if (v->row_count == r->values_room) {
        r->values_room = r->values_room ? 2 * r->values_room : 8;
        v->rows = arena_grow(r->p.arena, v->rows, v->row_count, r->values_room, sizeof(*v->rows));
    }
    v->rows[v->row_count++] = (struct values_row){from, to};
}

static void values_else(struct parser *p, struct values *v)
{
    if (parser_word(p, "keep")) {
        v->otherwise = VALUES_KEEP;
    } else if (parser_word(p, "missing")) {
        v->otherwise = VALUES_MISSING;
    } else if (parser_word(p, "refuse")) {
        v->otherwise = VALUES_REFUSE;
    } else {
        v->otherwise = VALUES_TEXT;
        v->otherwise_text = parser_text(p, "keep, missing, refuse, or a text");
    }
}

static void values_line(struct reading *r)
{
    struct parser *p = &r->p;
    struct span span = p->at->span;
    if (r->values_ended) {
        parser_fail(p, "line-after-else", span, "nothing is reached after else: move it up");
        return;
    }
    if (parser_word(p, "else")) {
        values_else(p, r->values);
        r->values_ended = true;
    } else {
        size_t count;
        const struct text *from = parser_texts(p, &count);
        struct text to = parser_text(p, "what to take for it");
        for (size_t i = 0; i < count && !p->failed; i++) {
            add_value(r, from[i], to);
        }
    }
    parser_end(p);
}

static int by_from(const void *a, const void *b)
{
    const struct values_row *left = a, *right = b;
    return text_compare(left->from, right->from);
}

/* When the block is over: sorts for the search, and finds what stands twice. */
static void end_values(struct reading *r)
{
    struct values *v = r->values;
    r->values = NULL;
    if (!v || v->row_count == 0) {
        return;
    }
    qsort(v->rows, v->row_count, sizeof(*v->rows), by_from);
    for (size_t i = 1; i < v->row_count; i++) {
        if (text_eq(v->rows[i - 1].from, v->rows[i].from)) {
            diagnostic_add(r->p.diagnostics, SEVERITY_ERROR, "duplicate-value", r->touch_span,
                           "\"%.*s\" stands twice in these values", TEXT_ARG(v->rows[i].from));
            return;
        }
    }
}

static void begin_values(struct reading *r)
{
    struct parser *p = &r->p;
    r->block = BLOCK_VALUES;
    r->values_ended = false;
    r->values_room = 0;
    r->values = ARENA_NEW(p->arena, struct values);
    const struct token *name = p->at;
    r->touch_span = name->span;
    if (!parser_take(p, TOKEN_WORD)) {
        parser_fail(p, "expected-name", name->span, "expected a name for these values");
        return;
    }
    for (size_t i = 0; i < p->values_count; i++) {
        if (text_eq(p->values[i]->name, name->text)) {
            parser_fail(p, "duplicate-values", name->span, "values \"%.*s\" stand twice",
                        TEXT_ARG(name->text));
        }
    }
    r->values->name = name->text;
    p->values = arena_grow(p->arena, p->values, p->values_count, p->values_count + 1,
                           sizeof(struct values *));
    p->values[p->values_count++] = r->values;
    parser_end(p);
}

/* -- skip -- */

static void read_skip(struct reading *r)
{
    struct parser *p = &r->p;
    struct mapping *m = p->mapping;
    struct span span = p->at->span;
    r->block = BLOCK_NONE;
    if (!parser_word(p, "when")) {
        parser_fail(p, "expected-when", span, "skip needs its condition: skip when COLUMN = \"x\"");
        return;
    }
    struct skip skip = {.when = parser_test(p)};
    struct text reason = TEXT("rows that the mapping skips");
    if (p->at->kind == TOKEN_TEXT) {
        reason = parser_text(p, "the reason");
    }
    parser_end(p);
    skip.note = parser_note(p, reason, true, span);
    if (!p->failed) {
        m->skips[m->skip_count++] = skip;
    }
}

/* -- touch -- */

static void begin_touch(struct reading *r)
{
    struct parser *p = &r->p;
    struct mapping *m = p->mapping;
    struct span span = p->at->span;
    r->block = BLOCK_TOUCH;
    if (m->touch_count == MAPPING_TOUCHES_MAX) {
        parser_fail(p, "too-many-touches", span, "more than %d touches from one row",
                    MAPPING_TOUCHES_MAX);
        r->block = BLOCK_LOST;
        return;
    }
    r->touch = &m->touches[m->touch_count++];
    r->touch_span = span;
    r->attributes = ARENA_ARRAY(p->arena, struct attribute_line, TOUCH_ATTRIBUTES_MAX);
    r->touch->attributes = r->attributes;
    if (parser_word(p, "named")) {
        r->touch->lines[LINE_EVENT] = parser_expression(p);
    } else {
        struct term *term = ARENA_NEW(p->arena, struct term);
        struct expression *event = ARENA_NEW(p->arena, struct expression);
        term->text = p->at->text;
        *event = (struct expression){.terms = term, .term_count = 1};
        r->touch->lines[LINE_EVENT] = event;
        struct touch probe = {
            .source = TEXT("s"), .id = TEXT("i"), .event = term->text, .attribute_count = 0};
        struct err_info info = {0};
        if (!parser_take(p, TOKEN_WORD)) {
            parser_fail(p, "expected-event", span, "expected an event, such as request.opened");
        } else if (touch_check(&probe, &info)) {
            parser_fail(p, "wrong-event", span, "%s", info.text);
        }
    }
    if (parser_word(p, "when")) {
        r->touch->when = parser_test(p);
    }
    parser_end(p);
}

static void attribute_line(struct reading *r)
{
    static const struct {
        const char *word;
        enum value_type type;
    } types[] = {{"moment", VALUE_MOMENT}, {"number", VALUE_NUMBER}, {"boolean", VALUE_BOOL}};
    struct parser *p = &r->p;
    const struct token *name = p->at;
    struct attribute_line line = {.name = name->text, .type = VALUE_TEXT};
    struct attribute probe = {.name = name->text};
    struct touch touch = {.source = TEXT("s"),
                          .id = TEXT("i"),
                          .event = TEXT("a.b"),
                          .attributes = &probe,
                          .attribute_count = 1};
    struct err_info info = {0};
    if (!parser_take(p, TOKEN_WORD)) {
        parser_fail(p, "expected-name", name->span, "expected the attribute's name");
    } else if (touch_check(&touch, &info)) {
        parser_fail(p, "wrong-attribute", name->span, "%s", info.text);
    }
    for (size_t i = 0; i < r->touch->attribute_count; i++) {
        if (text_eq(r->attributes[i].name, name->text)) {
            parser_fail(p, "duplicate-line", name->span, "attribute \"%.*s\" stands twice",
                        TEXT_ARG(name->text));
        }
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        bool more = !p->failed && (p->at[1].kind == TOKEN_WORD || p->at[1].kind == TOKEN_TEXT);
        bool is_column =
            more && (text_is(p->at[1].text, "through") || text_is(p->at[1].text, "else"));
        if (more && !is_column && parser_word(p, types[i].word)) {
            line.type = types[i].type;
            break;
        }
    }
    line.from = *parser_expression(p);
    parser_end(p);
    if (r->touch->attribute_count == TOUCH_ATTRIBUTES_MAX) {
        parser_fail(p, "too-many-attributes", name->span, "more than %d attributes",
                    TOUCH_ATTRIBUTES_MAX);
    }
    if (!p->failed) {
        r->attributes[r->touch->attribute_count++] = line;
    }
}

static void earliest(struct reading *r, struct span span)
{
    struct parser *p = &r->p;
    if (!parser_word(p, "the") || !parser_word(p, "earliest")) {
        parser_fail(p, "unexpected-word", p->at->span, "expected at the earliest COLUMN");
        return;
    }
    r->touch->earliest = parser_expression(p);
    struct text reason = TEXT("times taken as the earliest possible");
    if (p->at->kind == TOKEN_TEXT) {
        reason = parser_text(p, "the reason");
    }
    r->touch->earliest_note = parser_note(p, reason, false, span);
}

static void touch_line(struct reading *r)
{
    static const struct text other[] = {{"attribute", 9}};
    struct parser *p = &r->p;
    struct token first = *p->at;
    if (parser_word(p, "attribute")) {
        attribute_line(r);
        return;
    }
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (i == LINE_EVENT || !parser_word(p, touch_line_names[i].ptr)) {
            continue;
        }
        if (r->touch->lines[i]) {
            parser_fail(p, "duplicate-line", first.span, "\"%s\" stands twice",
                        touch_line_names[i].ptr);
        }
        r->touch->lines[i] = parser_expression(p);
        if (i == LINE_OCCURRED && parser_word(p, "at")) {
            earliest(r, first.span);
        }
        parser_end(p);
        return;
    }
    struct text names[LINE_COUNT + 1];
    for (size_t i = 0; i < LINE_COUNT; i++) {
        names[i] = touch_line_names[i];
    }
    names[LINE_COUNT] = other[0];
    parser_unknown_line(p, first.span, first.text, "a touch", names, LINE_COUNT + 1);
}

static void end_touch(struct reading *r)
{
    struct touch_block *t = r->touch;
    r->touch = NULL;
    if (!t) {
        return;
    }
    struct diagnostics *d = r->p.diagnostics;
    if (!t->lines[LINE_OCCURRED]) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-line", r->touch_span, "this touch has no time");
        diagnostic_suggest(d, "add a line: occurred COLUMN");
    }
    if (!t->lines[LINE_ID] && r->p.mapping->key_count == 0) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-line", r->touch_span, "this touch has no id");
        diagnostic_suggest(d, "add a line: id COLUMN, or to the mapping: key COLUMN");
    }
}

/* -- all of it -- */

static void header(struct reading *r)
{
    static const struct text names[] = {{"mapping", 7}, {"values", 6}, {"skip", 4}, {"touch", 5}};
    struct parser *p = &r->p;
    struct token first = *p->at;
    end_values(r);
    end_touch(r);
    if (parser_word(p, "mapping")) {
        r->block = BLOCK_MAPPING;
        if (r->has_title) {
            parser_fail(p, "duplicate-mapping", first.span, "a file holds one mapping");
        }
        r->has_title = true;
        r->title_span = first.span;
        p->mapping->title = parser_text(p, "the mapping's title");
        parser_end(p);
    } else if (parser_word(p, "values")) {
        begin_values(r);
    } else if (parser_word(p, "skip")) {
        read_skip(r);
    } else if (parser_word(p, "touch")) {
        begin_touch(r);
    } else {
        r->block = BLOCK_LOST;
        parser_fail(p, "unknown-block", first.span, "no block begins with \"%.*s\"",
                    TEXT_ARG(first.text));
        diagnostic_suggest_name(p->diagnostics, first.text, names,
                                sizeof(names) / sizeof(names[0]));
    }
}

static void body_line(struct reading *r, unsigned *settings_seen)
{
    switch (r->block) {
    case BLOCK_NONE:
        parser_fail(&r->p, "unexpected-line", r->p.at->span, "this indented line is in no block");
        break;
    case BLOCK_MAPPING:
        mapping_setting(&r->p, settings_seen);
        break;
    case BLOCK_VALUES:
        values_line(r);
        break;
    case BLOCK_TOUCH:
        touch_line(r);
        break;
    case BLOCK_LOST:
        break;
    }
}

static void judge_columns(struct reading *r)
{
    const struct mapping *m = r->p.mapping;
    for (size_t i = 0; m->declared_count && i < m->column_count; i++) {
        size_t j = 0;
        while (j < m->declared_count && !text_eq(m->columns[i], m->declared[j])) {
            j++;
        }
        if (j == m->declared_count) {
            diagnostic_add(r->p.diagnostics, SEVERITY_ERROR, "unknown-column", r->title_span,
                           "the line columns does not name \"%.*s\"", TEXT_ARG(m->columns[i]));
            diagnostic_suggest_name(r->p.diagnostics, m->columns[i], m->declared,
                                    m->declared_count);
        }
    }
}

static void judge_whole(struct reading *r)
{
    struct diagnostics *d = r->p.diagnostics;
    const struct mapping *m = r->p.mapping;
    struct span top = {0, 0, 1, 1};
    if (!r->has_title) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-mapping", top,
                       "the file does not say that it is a mapping");
        diagnostic_suggest(d, "begin it with: mapping \"TITLE\"");
        return;
    }
    if (m->touch_source.len == 0 || m->touch_source.len > TOUCH_NAME_MAX) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-line", r->title_span,
                       "a mapping names the source of its touches, in up to %d bytes",
                       TOUCH_NAME_MAX);
        diagnostic_suggest(d, "add a line: source \"NAME\"");
    }
    if (m->touch_count == 0) {
        diagnostic_add(d, SEVERITY_ERROR, "no-touch", r->title_span,
                       "no touch comes of this mapping");
        diagnostic_suggest(d, "add a block: touch EVENT");
    }
    if (m->delimiter == m->quote) {
        diagnostic_add(d, SEVERITY_ERROR, "wrong-character", r->title_span,
                       "delimiter and quote are the same character");
    }
    for (size_t i = 0; i < m->format_count && !m->zone_name.len; i++) {
        if (!time_format_is_absolute(m->formats[i])) {
            diagnostic_add(d, SEVERITY_ERROR, "missing-zone", r->title_span,
                           "times such as \"%.*s\" carry no offset: which zone are they in?",
                           TEXT_ARG(m->formats[i]));
            diagnostic_suggest(d, "add a line: zone America/New_York");
            break;
        }
    }
    judge_columns(r);
}

struct mapping *mapping_parse(struct arena *arena, struct text source,
                              struct diagnostics *ret_diagnostics)
{
    struct mapping *m = ARENA_NEW(arena, struct mapping);
    struct reading r = {.p = {.arena = arena, .mapping = m, .diagnostics = ret_diagnostics}};
    *ret_diagnostics = (struct diagnostics){.arena = arena};
    m->delimiter = ',';
    m->quote = '"';
    struct span top = {0, 0, 1, 1};
    size_t valid = text_utf8_valid(source);
    if (source.len > MAPPING_BYTES_MAX || valid != source.len) {
        diagnostic_add(ret_diagnostics, SEVERITY_ERROR, "unreadable", top, "%s",
                       source.len > MAPPING_BYTES_MAX ? "a mapping is at most 64 KiB long"
                                                      : "a mapping is UTF-8 text");
        return m;
    }
    m->source = arena_text(arena, source);
    const struct statement *statements;
    size_t count = mapping_lex(arena, m->source, &statements, ret_diagnostics);
    unsigned settings_seen = 0;
    for (size_t i = 0; i < count; i++) {
        r.p.at = statements[i].tokens;
        r.p.failed = false;
        if (statements[i].is_header) {
            header(&r);
        } else {
            body_line(&r, &settings_seen);
        }
    }
    end_values(&r);
    end_touch(&r);
    judge_whole(&r);
    diagnostics_sort(ret_diagnostics);
    return m;
}

struct text mapping_title(const struct mapping *m)
{
    return m->title;
}

char mapping_delimiter(const struct mapping *m)
{
    return m->delimiter;
}

char mapping_quote(const struct mapping *m)
{
    return m->quote;
}

bool mapping_is_latin1(const struct mapping *m)
{
    return m->is_latin1;
}

struct text mapping_zone(const struct mapping *m)
{
    return m->zone_name;
}

void mapping_set_zone(struct mapping *m, const struct zone *zone)
{
    m->zone = zone;
}

size_t mapping_notes(const struct mapping *m, const struct mapping_note **ret)
{
    *ret = m->notes;
    return m->note_count;
}

bool mapping_wants_header(const struct mapping *m)
{
    return m->declared_count == 0;
}
