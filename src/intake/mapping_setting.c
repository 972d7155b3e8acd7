/* The lines of the block `mapping`: the file as a whole. */
#include "intake/mapping_parts.h"

#include "intake/time_format.h"
#include "lang/diagnostic.h"

void parser_unknown_line(struct parser *p, struct span span, struct text word, const char *where,
                         const struct text *names, size_t count)
{
    if (p->failed) {
        return;
    }
    parser_fail(p, "unknown-line", span, "%s has no line \"%.*s\"", where, TEXT_ARG(word));
    diagnostic_suggest_name(p->diagnostics, word, names, count);
}

enum setting {
    SET_SOURCE,
    SET_ZONE,
    SET_TIME,
    SET_KEY,
    SET_COLUMNS,
    SET_DELIMITER,
    SET_QUOTE,
    SET_MISSING,
    SET_ENCODING,
    SET_COUNT
};
static const struct text setting_names[SET_COUNT] = {
    [SET_SOURCE] = {"source", 6},     [SET_ZONE] = {"zone", 4},
    [SET_TIME] = {"time", 4},         [SET_KEY] = {"key", 3},
    [SET_COLUMNS] = {"columns", 7},   [SET_DELIMITER] = {"delimiter", 9},
    [SET_QUOTE] = {"quote", 5},       [SET_MISSING] = {"missing", 7},
    [SET_ENCODING] = {"encoding", 8},
};

static void read_time(struct parser *p)
{
    struct mapping *m = p->mapping;
    struct span span = p->at->span;
    struct text format = parser_text(p, "a time format");
    const char *why;
    if (m->format_count == MAPPING_FORMATS_MAX) {
        parser_fail(p, "too-many-formats", span, "more than %d time formats", MAPPING_FORMATS_MAX);
    } else if (!p->failed && !time_format_valid(format, &why)) {
        parser_fail(p, "wrong-time-format", span, "this is no time format: %s", why);
    } else if (!p->failed) {
        m->formats[m->format_count++] = format;
    }
}

static void read_columns(struct parser *p)
{
    struct text *names = ARENA_ARRAY(p->arena, struct text, MAPPING_COLUMNS_MAX);
    size_t count = 0;
    do {
        if (count == MAPPING_COLUMNS_MAX) {
            parser_fail(p, "too-many-columns", p->at->span, "more than %d columns",
                        MAPPING_COLUMNS_MAX);
            return;
        }
        if (p->at->kind == TOKEN_WORD && p->at[1].kind == TOKEN_TEXT) {
            p->at++; /* `column` before a name in quotes */
        }
        names[count] = p->at->text;
        for (size_t i = 0; i < count; i++) {
            if (text_eq(names[i], names[count])) {
                parser_fail(p, "duplicate-column", p->at->span, "column \"%.*s\" stands twice",
                            TEXT_ARG(names[count]));
            }
        }
        count++;
        if (!parser_take(p, TOKEN_WORD) && !parser_take(p, TOKEN_TEXT)) {
            parser_fail(p, "expected-column", p->at->span, "expected the name of a column");
        }
    } while (!p->failed && parser_take(p, TOKEN_COMMA));
    p->mapping->declared = names;
    p->mapping->declared_count = count;
}

static void read_key(struct parser *p)
{
    struct mapping *m = p->mapping;
    do {
        if (m->key_count == MAPPING_TERMS_MAX) {
            parser_fail(p, "too-many-columns", p->at->span, "more than %d columns in the key",
                        MAPPING_TERMS_MAX);
            return;
        }
        m->key[m->key_count++] = parser_column(p);
    } while (!p->failed && parser_take(p, TOKEN_COMMA));
}

static char read_character(struct parser *p)
{
    struct span span = p->at->span;
    struct text text = parser_text(p, "one character");
    bool fits = text.len == 1 && (text.ptr[0] == '\t' || (text.ptr[0] >= ' ' && text.ptr[0] < 127));
    if (!fits) {
        parser_fail(p, "wrong-character", span, "expected one character, such as \";\" or \"\\t\"");
        return ',';
    }
    return text.ptr[0];
}

static void read_missing(struct parser *p)
{
    struct mapping *m = p->mapping;
    struct span span = p->at->span;
    size_t count;
    const struct text *texts = parser_texts(p, &count);
    if (count > MAPPING_MISSING_MAX) {
        parser_fail(p, "too-many-texts", span, "more than %d texts", MAPPING_MISSING_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        m->missing[m->missing_count++] = texts[i];
    }
}

static void read_encoding(struct parser *p)
{
    if (parser_word(p, "latin-1")) {
        p->mapping->is_latin1 = true;
    } else if (!parser_word(p, "utf-8")) {
        parser_fail(p, "unknown-encoding", p->at->span, "an encoding is utf-8 or latin-1");
    }
}

static void read_zone(struct parser *p)
{
    p->mapping->zone_name = p->at->text;
    if (!parser_take(p, TOKEN_WORD)) {
        parser_fail(p, "expected-zone", p->at->span,
                    "expected the name of a zone, such as America/New_York");
    }
}

static void read_setting(struct parser *p, enum setting setting)
{
    struct mapping *m = p->mapping;
    switch (setting) {
    case SET_SOURCE:
        m->touch_source = parser_text(p, "the name of the source");
        break;
    case SET_ZONE:
        read_zone(p);
        break;
    case SET_TIME:
        read_time(p);
        break;
    case SET_KEY:
        read_key(p);
        break;
    case SET_COLUMNS:
        read_columns(p);
        break;
    case SET_DELIMITER:
        m->delimiter = read_character(p);
        break;
    case SET_QUOTE:
        m->quote = read_character(p);
        break;
    case SET_MISSING:
        read_missing(p);
        break;
    case SET_ENCODING:
    case SET_COUNT:
        read_encoding(p);
        break;
    }
}

void mapping_setting(struct parser *p, unsigned *seen)
{
    struct token first = *p->at;
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (!parser_word(p, setting_names[i].ptr)) {
            continue;
        }
        if (i != SET_TIME && (*seen & 1u << i)) {
            parser_fail(p, "duplicate-line", first.span, "\"%s\" stands twice",
                        setting_names[i].ptr);
            return;
        }
        *seen |= 1u << i;
        read_setting(p, (enum setting)i);
        parser_end(p);
        return;
    }
    parser_unknown_line(p, first.span, first.text, "a mapping", setting_names, SET_COUNT);
}
