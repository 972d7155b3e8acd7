#include "feature/brand/brand_row.h"

#include <utf8proc.h>

enum { READ, WRITE, REMOVE, STATEMENTS };
static const struct statement statements[] = {
    [READ] = {"brand_read",
              "SELECT name, colour, colour_dark, logo, logo_type, changed_us FROM brand WHERE id = "
              "1",
              NULL},
    [WRITE] = {"brand_write",
               "INSERT INTO brand (id, name, colour, colour_dark, logo, logo_type, changed_us) "
               "VALUES (1, $1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = "
               "excluded.name, colour = excluded.colour, colour_dark = excluded.colour_dark, logo "
               "= excluded.logo, logo_type = excluded.logo_type, changed_us = excluded.changed_us",
               NULL},
    [REMOVE] = {"brand_remove", "DELETE FROM brand WHERE id = 1", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table brand_statements = {statements, STATEMENTS};

enum err brand_row_read(struct database *db, struct arena *arena, struct brand_row *ret,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[READ]);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = (struct brand_row){0};
    if (!e && row) {
        *ret = (struct brand_row){
            .name = arena_text(arena, query_text(&q, 0)),
            .colour = arena_text(arena, query_text(&q, 1)),
            .colour_dark = arena_text(arena, query_text(&q, 2)),
            .logo = arena_text(arena, query_bytes(&q, 3)),
            .logo_type = arena_text(arena, query_text(&q, 4)),
            .changed_us = query_int(&q, 5),
        };
    }
    return e;
}

enum err brand_row_write(struct database *db, const struct brand_row *row, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[WRITE]);
    query_bind_text(&q, 1, row->name);
    query_bind_text(&q, 2, row->colour);
    query_bind_text(&q, 3, row->colour_dark);
    query_bind_bytes(&q, 4, row->logo.ptr ? row->logo : TEXT(""));
    query_bind_text(&q, 5, row->logo_type);
    query_bind_int(&q, 6, row->changed_us);
    return query_run(&q, info);
}

enum err brand_row_remove(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REMOVE]);
    return query_run(&q, info);
}

enum err brand_of_mails(struct database *db, struct arena *arena, struct text *ret_name,
                        struct text *ret_colour, struct err_info *info)
{
    struct brand_row row;
    enum err e = brand_row_read(db, arena, &row, info);
    *ret_name = row.name;
    *ret_colour = row.colour;
    return e;
}

/* -- checks -- */

static enum err check_colour(const char *field, struct text words, const char *ground_words,
                             const char *where, struct err_info *info)
{
    struct colour c, ground;
    char better[COLOUR_SIZE];
    colour_parse(text_of(ground_words), &ground);
    if (words.len == 0) {
        return ERR_NONE;
    }
    if (!colour_parse(words, &c)) {
        return err_field(info, ERR_INVALID, field, "A colour is written #0f6b5c.");
    }
    double contrast = colour_contrast(c, ground);
    if (contrast >= COLOUR_CONTRAST_LEAST) {
        return ERR_NONE;
    }
    colour_format(colour_readable(c, ground), better);
    return err_field(info, ERR_INVALID, field,
                     "Words in this colour cannot be read well on %s: %.1f to 1, and 4.5 to "
                     "1 is needed. The nearest that will do is %s.",
                     where, contrast, better);
}

/* Letters as people count them: what a reader sees as one (Unicode's grapheme clusters). */
static size_t count_letters(struct text t)
{
    size_t count = 0;
    utf8proc_int32_t letter, before = 0, state = 0;
    for (size_t at = 0; at < t.len;) {
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)t.ptr + at,
                                                 (utf8proc_ssize_t)(t.len - at), &letter);
        if (used <= 0) {
            return SIZE_MAX;
        }
        count += at == 0 || utf8proc_grapheme_break_stateful(before, letter, &state);
        before = letter;
        at += (size_t)used;
    }
    return count;
}

enum err brand_row_check(const struct brand_row *row, struct err_info *info)
{
    bool fits =
        row->name.len <= BRAND_NAME_BYTES_MOST && count_letters(row->name) <= BRAND_NAME_MOST;
    for (size_t i = 0; i < row->name.len && fits; i++) {
        fits = (unsigned char)row->name.ptr[i] >= ' ' && row->name.ptr[i] != 0x7f;
    }
    if (!fits) {
        return err_field(info, ERR_INVALID, "name", "The name is one line of at most %d letters.",
                         BRAND_NAME_MOST);
    }
    enum err e = check_colour("colour", row->colour, COLOUR_GROUND_LIGHT, "light ground", info);
    if (!e && row->colour_dark.len && !row->colour.len) {
        e = err_field(info, ERR_INVALID, "colour", "Choose the colour on light ground as well.");
    }
    return e ? e
             : check_colour("colour_dark", row->colour_dark, COLOUR_GROUND_DARK, "dark ground",
                            info);
}

struct text brand_row_dark(const struct brand_row *row, struct arena *arena)
{
    struct colour c, ground;
    char words[COLOUR_SIZE];
    if (row->colour_dark.len || !colour_parse(row->colour, &c)) {
        return row->colour_dark;
    }
    colour_parse(TEXT(COLOUR_GROUND_DARK), &ground);
    colour_format(colour_readable(c, ground), words);
    return arena_text(arena, text_of(words));
}

/* What is kept and broken keeps its colours, whatever the company's is. */
void brand_style_write(const struct brand_row *row, struct arena *arena, struct buf *out)
{
    struct text dark = brand_row_dark(row, arena);
    if (row->colour.len == 0) {
        return;
    }
    buf_addf(out,
             ":root,:root[data-mantine-color-scheme=\"light\"]{--kept:#0f6b5c;--accent:%.*s;"
             "--accent-band:%.*s1f}\n"
             "@media (prefers-color-scheme:dark){:root:not([data-mantine-color-scheme]){"
             "--kept:#4db6a2;--accent:%.*s;--accent-band:%.*s2e}}\n"
             ":root[data-mantine-color-scheme=\"dark\"]{--kept:#4db6a2;--accent:%.*s;"
             "--accent-band:%.*s2e}\n",
             TEXT_ARG(row->colour), TEXT_ARG(row->colour), TEXT_ARG(dark), TEXT_ARG(dark),
             TEXT_ARG(dark), TEXT_ARG(dark));
}
