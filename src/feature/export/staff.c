#include "base/id.h"
#include "feature/access/role.h"
#include "feature/export/export_part.h"
#include "feature/staff/staff_page.h"

enum { PAGE_ROWS = 200, FIRST_MOMENT = 6, LAST_MOMENT = 8 };

static void add_name(struct buf *out, struct text name)
{
    buf_addf(out, "%s%.*s", out->len ? "; " : "", TEXT_ARG(name));
}

static void write_roles(const struct export_file *f, const struct staff_ties *ties, int64_t id)
{
    struct buf names CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < ties->role_count; i++) {
        const struct held_role *role = &ties->roles[i];
        if (role->staff_id == id) {
            add_name(&names,
                     role_built_in(role->id) ? text_of(f->words->roles[role->id - 1]) : role->name);
        }
    }
    sheet_text(f->sheet, buf_text(&names));
}

static void write_teams(const struct export_file *f, const struct staff_ties *ties, int64_t id)
{
    struct buf names CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < ties->team_count; i++) {
        if (ties->teams[i].staff_id == id) {
            add_name(&names, ties->teams[i].name);
            buf_add_str(&names, ties->teams[i].lead ? f->words->leads : "");
        }
    }
    sheet_text(f->sheet, buf_text(&names));
}

static const char *state_of(const struct export_file *f, const struct member *m)
{
    return f->words->person_states[m->disabled_us != MOMENT_NEVER ? 2
                                   : m->seen_us == MOMENT_NEVER   ? 1
                                                                  : 0];
}

static void write_row(const struct export_file *f, const struct member *m,
                      const struct staff_ties *ties)
{
    char id[ID_TEXT_SIZE];
    sheet_text(f->sheet, text_of(id_format(m->id, "stf", id)));
    sheet_text(f->sheet, m->name);
    sheet_text(f->sheet, m->email);
    write_roles(f, ties, m->id);
    write_teams(f, ties, m->id);
    sheet_text(f->sheet, text_of(state_of(f, m)));
    sheet_moment(f->sheet, m->seen_us);
    sheet_moment(f->sheet, m->created_us);
    sheet_moment(f->sheet, m->disabled_us);
    export_yes_no(f, m->second_factor);
    sheet_text(f->sheet, m->language);
    sheet_text(f->sheet, m->time_zone);
}

static enum err write_head(const struct export_file *f, struct err_info *info)
{
    for (size_t i = 0; i < STAFF_COLUMNS; i++) {
        const char *words = f->words->staff_columns[i];
        if (i >= FIRST_MOMENT && i <= LAST_MOMENT) {
            export_heading_moment(f, words);
        } else {
            export_heading(f, words);
        }
    }
    return sheet_end_row(f->sheet, info);
}

/* There are MEMBERS_MAX at most. */
static enum err write_pages(const struct export_file *f, struct database *db,
                            struct member_filter *filter, struct arena *arena,
                            struct err_info *info)
{
    struct staff_page page = {.has_more = true};
    enum err e = write_head(f, info);
    while (!e && page.has_more) {
        arena_clear(arena);
        e = staff_page_read(db, filter, PAGE_ROWS, arena, &page, info);
        for (size_t i = 0; !e && i < page.count; i++) {
            write_row(f, &page.list[i], &page.ties);
            filter->after = page.list[i].id;
            e = sheet_end_row(f->sheet, info);
        }
    }
    return e;
}

enum err export_staff(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct exports *self = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(self->publisher);
    struct export_file file CLEANUP(export_close) = {0};
    struct member_filter filter = {0};
    struct arena arena CLEANUP(arena_release) = {0};
    enum err e = staff_filter_read(r, db, &filter, info);
    e = e ? e : export_open(r, book, EXPORT_STAFF, &file, info);
    e = e ? e : write_pages(&file, db, &filter, &arena, info);
    return e ? e : export_reply(&file, EXPORT_STAFF, reply, info);
}
