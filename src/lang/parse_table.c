/* Tables: by an attribute's text, by bands of it, or by day. */
#include "lang/parse.h"

#include "lang/parse_days.h"

struct table_reading {
    struct table *table;
    struct table_row row; /* being read */
    bool has_else;
};

/* -- what a row gives -- */

static bool parse_result(struct parser *p, struct table_row *row, enum table_gives *ret)
{
    row->duration.calendar = -1;
    row->end_of = parse_accept_two(p, "end", "of");
    if (row->end_of || parse_at_duration(p)) {
        *ret = TABLE_DURATIONS;
        return parse_duration(p, DURATION_COUNTED, &row->duration);
    }
    if (parse_at_ahead(p, 1, "%")) {
        *ret = TABLE_SHARES;
        return parse_percent(p, &row->share_ppm);
    }
    if (parse_at_money(p)) {
        *ret = TABLE_AMOUNTS;
        return parse_money(p, &row->money);
    }
    return parse_expected(p, "a duration such as 4 hours, an amount such as 10.00 EUR or a share "
                             "such as 25%");
}

static bool add_row(struct parser *p, struct table_reading *reading, size_t first)
{
    struct table *table = reading->table;
    enum table_gives gives = TABLE_DURATIONS;
    size_t result = p->next;
    parse_label(p);
    if (!parse_result(p, &reading->row, &gives)) {
        return false;
    }
    if (table->row_count && gives != table->gives) {
        static const char *const words[] = {"durations", "amounts", "shares"};
        return parse_fail(p, "mixed-table", parse_span_from(p, result),
                          "this table gives %s: all its rows must", words[table->gives]);
    }
    table->gives = gives;
    reading->row.span = parse_span_from(p, first);
    struct table_row *rows =
        parse_list_grow(p, table->rows, table->row_count, sizeof(struct table_row));
    rows[table->row_count++] = reading->row;
    table->rows = rows;
    return true;
}

/* -- what a row is for -- */

static bool parse_band(struct parser *p, struct table_row *row)
{
    if (parse_at_duration(p)) {
        row->bound.type = VALUE_DURATION;
        return parse_fixed_duration(p, &row->bound.duration_us);
    }
    if (parse_at_money(p)) {
        row->bound.type = VALUE_MONEY;
        return parse_money(p, &row->bound.money);
    }
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_NUMBER) {
        return parse_expected(p, "a number, a duration or an amount");
    }
    struct value written = {.type = VALUE_TEXT, .text = parse_text_of(p, t)};
    row->bound = value_as(written, VALUE_NUMBER, NULL);
    if (row->bound.type == VALUE_NONE) {
        return parse_fail(p, "bad-number", t.span, "this number is too long");
    }
    p->next++;
    return true;
}

static bool parse_row_text(struct parser *p, struct text *ret)
{
    struct token t = parse_peek(p);
    if (t.kind == TOKEN_TEXT) {
        *ret = token_unquoted(p->arena, p->source, parse_take(p));
        return true;
    }
    if (t.kind != TOKEN_WORD && t.kind != TOKEN_NUMBER) {
        return parse_expected(p, "a value of the attribute, \"up to\", \"under\" or \"else\"");
    }
    *ret = parse_text_of(p, parse_take(p));
    return true;
}

/* The rows of one table are all of one kind; the first decides. */
static bool same_kind(struct parser *p, const struct table *table, const struct table_row *row,
                      enum table_by by, size_t first)
{
    const struct table_row *other = table->row_count ? &table->rows[0] : NULL;
    if (!other ||
        (by == table->by && (by != TABLE_BY_NUMBER || row->bound.type == other->bound.type))) {
        return true;
    }
    return parse_fail(p, "mixed-table", parse_span_from(p, first),
                      "the rows of a table are all values, or all bands of one unit");
}

static bool parse_row_key(struct parser *p, struct table *table, struct table_row *row)
{
    size_t first = p->next;
    if (table->by == TABLE_BY_DAY) {
        return parse_days(p, &row->days);
    }
    enum table_by by = TABLE_BY_NUMBER;
    row->inclusive = parse_accept_two(p, "up", "to");
    if (row->inclusive || parse_accept(p, "under")) {
        if (!parse_band(p, row)) {
            return false;
        }
    } else {
        by = TABLE_BY_TEXT;
        if (!parse_row_text(p, &row->text)) {
            return false;
        }
    }
    if (!same_kind(p, table, row, by, first)) {
        return false;
    }
    table->by = by;
    return true;
}

static bool parse_row(struct parser *p, void *context)
{
    struct table_reading *reading = context;
    size_t first = p->next;
    reading->row = (struct table_row){0};
    if (reading->has_else) {
        return parse_fail(p, "row-after-else", parse_peek(p).span,
                          "no row after \"else\" is ever reached: \"else\" comes last");
    }
    if (parse_accept(p, "else")) {
        reading->has_else = reading->row.is_else = true;
    } else if (!parse_row_key(p, reading->table, &reading->row)) {
        return false;
    }
    return add_row(p, reading, first);
}

static bool parse_header(struct parser *p, struct table *table)
{
    if (!parse_expect(p, "by")) {
        return false;
    }
    if (parse_accept(p, "day")) {
        table->by = TABLE_BY_DAY;
    } else if (!parse_name(p, "an attribute or \"day\"", &table->attribute)) {
        return false;
    }
    return parse_expect_end(p);
}

void parse_table_block(struct parser *p, struct block *b, struct table *table)
{
    table->name = b->name;
    table->span = b->name_span;
    struct table_reading reading = {.table = table};
    struct clauses clauses = {.of = "a table", .other = parse_row, .context = &reading};
    b->broken = b->broken || !parse_header(p, table);
    parse_clauses(p, b, &clauses);
    if (table->row_count == 0) {
        parse_missing(p, b, "rows", "write one a line, such as: urgent 1 hour");
    }
}
