/* CSV rows through a mapping. libcsv splits rows into cells; it is fed line by line, so that we
 * know on which line a row begins. */
#include "intake/intake_parts.h"

#include <csv.h>
#include <string.h>

/* Where in a cell the text fed so far ends: libcsv's own state, which it does not tell. */
enum cell_state { CELL_NOT_BEGUN, CELL_PLAIN, CELL_QUOTED, CELL_QUOTE_SEEN, CELL_QUOTE_AND_BLANKS };

struct csv {
    struct intake *in;
    struct csv_parser parser;
    struct arena whole;        /* the header and the mapper */
    struct arena arena;        /* one row */
    struct mapper *mapper;     /* NULL until the header is read */
    struct text *cells;        /* MAPPING_COLUMNS_MAX */
    size_t cell_count;         /* of this row, also beyond the bound */
    size_t row_bytes;          /* fed since the row began */
    uint64_t line, row_line;   /* row_line 0: no row has begun */
    struct err_info row_wrong; /* what is wrong with a cell of this row */
    bool row_is_wrong;
    enum cell_state state;
    bool has_stray_quote; /* of this row: one within a quoted cell that is not written twice */
    enum err fatal;
    struct err_info *info;
};

static void csv_release(struct csv *c)
{
    csv_free(&c->parser);
    arena_release(&c->whole);
    arena_release(&c->arena);
}

/* The line on which the row at hand begins. Where rows end in a bare CR several share a line. */
static uint64_t begin_of_row(const struct csv *c)
{
    return c->row_line ? c->row_line : c->line;
}

static void cell_is_wrong(struct csv *c, enum err e)
{
    c->row_is_wrong = c->row_is_wrong || e != ERR_NONE;
}

static struct text from_latin1(struct arena *arena, struct text t)
{
    char *out = arena_alloc(arena, 2 * t.len), *p = out;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char byte = (unsigned char)t.ptr[i];
        if (byte < 0x80) {
            *p++ = (char)byte;
        } else {
            *p++ = (char)(0xc0 | byte >> 6);
            *p++ = (char)(0x80 | (byte & 0x3f));
        }
    }
    return (struct text){out, (size_t)(p - out)};
}

static void on_cell(void *bytes, size_t len, void *context)
{
    struct csv *c = context;
    struct arena *arena = c->mapper ? &c->arena : &c->whole;
    struct text cell = text_trim((struct text){bytes ? bytes : "", len});
    size_t number = c->cell_count++;
    if (c->row_is_wrong) {
        return;
    }
    if (number >= MAPPING_COLUMNS_MAX) {
        cell_is_wrong(c, err_set(&c->row_wrong, ERR_LIMIT, "the row has more than %d cells",
                                 MAPPING_COLUMNS_MAX));
        return;
    }
    if (cell.len > MAPPING_CELL_MAX) {
        cell_is_wrong(c, err_set(&c->row_wrong, ERR_LIMIT, "cell %zu is longer than %d bytes",
                                 number + 1, MAPPING_CELL_MAX));
        return;
    }
    cell = mapping_is_latin1(c->in->mapping) ? from_latin1(arena, cell) : arena_text(arena, cell);
    if (text_utf8_valid(cell) != cell.len || memchr(cell.ptr, '\0', cell.len)) {
        cell_is_wrong(c, err_set(&c->row_wrong, ERR_INVALID,
                                 "cell %zu is not UTF-8: say encoding latin-1 in the mapping if "
                                 "the file is in that",
                                 number + 1));
        return;
    }
    c->cells[number] = cell;
}

static void header(struct csv *c)
{
    c->fatal = c->row_is_wrong
                   ? err_set(c->info, ERR_INVALID, "the header: %s", c->row_wrong.text)
                   : mapper_new(&c->whole, c->in->mapping, (struct row){c->cells, c->cell_count},
                                &c->mapper, c->info);
    if (c->fatal && c->info) {
        c->info->line = (uint32_t)begin_of_row(c);
    }
}

static void data_row(struct csv *c)
{
    struct touch touches[MAPPING_TOUCHES_MAX];
    size_t count = 0;
    c->in->records++;
    if (!c->row_is_wrong) {
        cell_is_wrong(c, mapper_row(c->mapper, &c->arena, (struct row){c->cells, c->cell_count},
                                    touches, &count, c->in->notes, &c->row_wrong));
    }
    if (c->row_is_wrong) {
        intake_refuse(c->in, begin_of_row(c), &c->row_wrong);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        intake_take(c->in, &touches[i]);
    }
}

static void row_done(struct csv *c)
{
    arena_clear(&c->arena);
    c->cell_count = 0;
    c->row_bytes = 0;
    c->row_line = 0;
    c->row_is_wrong = false;
}

static void on_row(int ended_by, void *context)
{
    struct csv *c = context;
    (void)ended_by;
    if (!c->fatal) {
        if (c->mapper) {
            data_row(c);
        } else {
            header(c);
        }
    }
    row_done(c);
}

static enum err parser_start(struct csv *c)
{
    if (csv_init(&c->parser, 0) != 0) {
        return err_set(c->info, ERR_INTERNAL, "CSV cannot be read now");
    }
    csv_set_delim(&c->parser, (unsigned char)mapping_delimiter(c->in->mapping));
    csv_set_quote(&c->parser, (unsigned char)mapping_quote(c->in->mapping));
    return ERR_NONE;
}

/* -- stray quotes -- */

static enum cell_state after_quote(struct csv *c, char byte, bool is_quote)
{
    bool blank = byte == ' ' || byte == '\t';
    if (blank) {
        return CELL_QUOTE_AND_BLANKS;
    }
    if (is_quote && c->state == CELL_QUOTE_SEEN) {
        return CELL_QUOTED; /* written twice */
    }
    c->has_stray_quote = true;
    return is_quote ? CELL_QUOTE_SEEN : CELL_QUOTED;
}

static enum cell_state state_after(struct csv *c, char byte)
{
    bool is_quote = byte == mapping_quote(c->in->mapping);
    bool ends = byte == mapping_delimiter(c->in->mapping) || byte == '\n' || byte == '\r';
    switch (c->state) {
    case CELL_NOT_BEGUN:
        if (is_quote) {
            return CELL_QUOTED;
        }
        return ends || byte == ' ' || byte == '\t' ? CELL_NOT_BEGUN : CELL_PLAIN;
    case CELL_PLAIN:
        return ends ? CELL_NOT_BEGUN : CELL_PLAIN;
    case CELL_QUOTED:
        return is_quote ? CELL_QUOTE_SEEN : CELL_QUOTED;
    case CELL_QUOTE_SEEN:
    case CELL_QUOTE_AND_BLANKS:
        break;
    }
    return ends ? CELL_NOT_BEGUN : after_quote(c, byte, is_quote);
}

/* A quote that stands alone within a quoted cell is taken as it is while the cell ends on its line.
 * Where it does not, the rows below would be taken for more of the cell: so the row is refused, and
 * the next line begins another. */
static void end_of_line(struct csv *c)
{
    if (c->state != CELL_QUOTED || !c->has_stray_quote) {
        return;
    }
    cell_is_wrong(c, err_set(&c->row_wrong, ERR_INVALID,
                             "a quote within a quoted cell stands alone, so that the cell does not "
                             "end: write it twice"));
    if (c->mapper) {
        data_row(c);
    } else {
        header(c);
    }
    row_done(c);
    c->state = CELL_NOT_BEGUN;
    c->has_stray_quote = false;
    csv_free(&c->parser);
    enum err e = parser_start(c);
    c->fatal = c->fatal ? c->fatal : e;
}

/* One line, or as much of it as the chunk holds. */
static void feed(struct csv *c, struct text part)
{
    if (c->row_line == 0 && text_trim(part).len) {
        c->row_line = c->line;
    }
    c->row_bytes = c->row_line ? c->row_bytes + part.len : 0;
    if (c->row_bytes > INTAKE_LINE_MAX) {
        c->fatal = err_set(c->info, ERR_LIMIT,
                           "the row that begins on line %llu is longer than %d bytes: is a quote "
                           "not closed?",
                           (unsigned long long)c->row_line, INTAKE_LINE_MAX);
        if (c->info) {
            c->info->line = (uint32_t)c->row_line;
        }
        return;
    }
    csv_parse(&c->parser, part.ptr, part.len, on_cell, on_row, c);
    for (size_t i = 0; i < part.len; i++) {
        c->state = state_after(c, part.ptr[i]);
        bool row_ends = c->state == CELL_NOT_BEGUN && (part.ptr[i] == '\n' || part.ptr[i] == '\r');
        c->has_stray_quote = c->has_stray_quote && !row_ends;
    }
    if (part.ptr[part.len - 1] == '\n') {
        end_of_line(c);
    }
}

static enum err feed_all(struct csv *c, struct bytes *b)
{
    c->line = 1;
    for (;;) {
        struct text chunk;
        enum err e = bytes_chunk(b, &chunk, c->info);
        if (e || chunk.len == 0) {
            return e;
        }
        const char *newline = memchr(chunk.ptr, '\n', chunk.len);
        struct text part = {chunk.ptr, newline ? (size_t)(newline - chunk.ptr) + 1 : chunk.len};
        feed(c, part);
        if (c->fatal) {
            return c->fatal;
        }
        bytes_take(b, part.len);
        c->line += newline != NULL;
        intake_progress(c->in, b);
    }
}

static enum err end(struct csv *c)
{
    csv_set_opts(&c->parser, CSV_STRICT | CSV_STRICT_FINI); /* strict about the end only */
    if (csv_fini(&c->parser, on_cell, on_row, c) != 0) {
        struct err_info why;
        enum err e = err_set(&why, ERR_INVALID,
                             "a quote is not closed: the rest of the file is "
                             "inside this row");
        c->in->records += e == ERR_INVALID;
        intake_refuse(c->in, begin_of_row(c), &why);
    }
    if (!c->fatal && !c->mapper) {
        c->fatal = err_set(c->info, ERR_INVALID, "the file has no header line");
    }
    return c->fatal;
}

enum err intake_csv(struct intake *in, struct bytes *b, struct err_info *info)
{
    struct csv c CLEANUP(csv_release) = {.in = in, .info = info};
    if (parser_start(&c)) {
        return ERR_INTERNAL;
    }
    c.cells = ARENA_ARRAY(&c.whole, struct text, MAPPING_COLUMNS_MAX);
    if (!mapping_wants_header(in->mapping)) {
        enum err e = mapper_new(&c.whole, in->mapping, (struct row){0}, &c.mapper, info);
        if (e) {
            return e;
        }
    }
    enum err e = feed_all(&c, b);
    return e ? e : end(&c);
}
