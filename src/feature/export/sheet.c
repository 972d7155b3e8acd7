#include "feature/export/sheet.h"

#include "base/csv_cell.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    FLUSH_BYTES = 64 << 10,
    FOLDER_SIZE = 512,
    NAME_SIZE = FOLDER_SIZE + 32,
    CELL_MOST = 32767,
    DAYS_TO_1970 = 25569
};

struct sheet {
    enum sheet_kind kind;
    const struct zone *zone;
    int file; /* CSV: what is written; else what the library has written, once it has ended */
    struct buf out;
    uint32_t row;
    uint16_t column;
    char folder[FOLDER_SIZE];
    char name[NAME_SIZE]; /* XLSX: until it is open and has no name any more */
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_format *moment, *cents, *percent;
};

static const char *folder(void)
{
    const char *named = getenv("TMPDIR");
    return named && *named ? named : "/tmp";
}

static enum err no_room(struct err_info *info)
{
    enum err e =
        err_set(info, ERR_IO, "The server has no room to write the file. Try again later.");
    if (info) {
        snprintf(info->detail, sizeof(info->detail), "export: %s: %s", folder(), strerror(errno));
    }
    return e;
}

/* The library wants a name, and only adds to the file under it at the end. */
static enum err open_book(struct sheet *s, const char *page, struct err_info *info)
{
    snprintf(s->name, sizeof(s->name), "%s/troth-export-XXXXXX", s->folder);
    int made = mkstemp(s->name);
    if (made < 0) {
        s->name[0] = '\0';
        return no_room(info);
    }
    close(made);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = s->folder};
    s->book = workbook_new_opt(s->name, &options);
    s->page = s->book ? workbook_add_worksheet(s->book, page) : NULL;
    if (!s->page) {
        return no_room(info);
    }
    s->moment = workbook_add_format(s->book);
    format_set_num_format(s->moment, "yyyy-mm-dd hh:mm:ss");
    s->cents = workbook_add_format(s->book);
    format_set_num_format(s->cents, "0.00");
    s->percent = workbook_add_format(s->book);
    format_set_num_format(s->percent, "0.0%");
    worksheet_freeze_panes(s->page, 1, 0);
    worksheet_set_column(s->page, 0, 20, 20, NULL);
    return ERR_NONE;
}

enum err sheet_open(enum sheet_kind kind, const char *page, const struct zone *zone,
                    struct sheet **ret, struct err_info *info)
{
    struct sheet *s = calloc(1, sizeof(*s));
    if (!s) {
        abort();
    }
    s->kind = kind;
    snprintf(s->folder, sizeof(s->folder), "%s", folder());
    s->zone = zone;
    s->file = -1;
    enum err e = ERR_NONE;
    if (kind == SHEET_XLSX) {
        e = open_book(s, page, info);
    } else {
        s->file = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        e = s->file < 0 ? no_room(info) : ERR_NONE;
    }
    if (e) {
        sheet_close(&s);
        return e;
    }
    *ret = s;
    return ERR_NONE;
}

void sheet_close(struct sheet **s)
{
    if (*s) {
        if ((*s)->book) {
            (void)workbook_close((*s)->book); /* frees it; there is no other way */
        }
        if ((*s)->name[0]) {
            unlink((*s)->name);
        }
        if ((*s)->file >= 0) {
            close((*s)->file);
        }
        buf_release(&(*s)->out);
        free(*s);
    }
    *s = NULL;
}

static void begin_cell(struct sheet *s)
{
    if (s->kind == SHEET_CSV && s->column) {
        buf_add_char(&s->out, ',');
    }
}

void sheet_text(struct sheet *s, struct text value)
{
    begin_cell(s);
    if (s->kind == SHEET_CSV) {
        csv_cell(&s->out, value);
    } else if (value.len) {
        struct buf words CLEANUP(buf_release) = {0};
        buf_add(&words, value.ptr, value.len < CELL_MOST ? value.len : 0);
        (void)worksheet_write_string(s->page, s->row, s->column, words.ptr ? words.ptr : "", NULL);
    }
    s->column++;
}

void sheet_int(struct sheet *s, int64_t value)
{
    begin_cell(s);
    if (s->kind == SHEET_CSV) {
        buf_addf(&s->out, "%lld", (long long)value);
    } else {
        (void)worksheet_write_number(s->page, s->row, s->column, (double)value, NULL);
    }
    s->column++;
}

void sheet_share(struct sheet *s, double share)
{
    begin_cell(s);
    if (s->kind == SHEET_CSV) {
        buf_addf(&s->out, "%.6f", share);
    } else {
        (void)worksheet_write_number(s->page, s->row, s->column, share, s->percent);
    }
    s->column++;
}

void sheet_money(struct sheet *s, struct money amount)
{
    struct buf words CLEANUP(buf_release) = {0};
    money_format(&words, amount);
    words.len -= 4; /* without its currency */
    begin_cell(s);
    if (s->kind == SHEET_CSV) {
        buf_add_text(&s->out, buf_text(&words));
    } else {
        int digits = money_digits(amount.currency);
        double number = (double)amount.minor / pow(10, digits);
        (void)worksheet_write_number(s->page, s->row, s->column, number,
                                     digits == 2 ? s->cents : NULL);
    }
    s->column++;
}

static void add_offset(struct buf *out, int32_t seconds)
{
    int32_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
    buf_addf(out, "%c%02d:%02d", seconds < 0 ? '-' : '+', (int)(minutes / 60), (int)(minutes % 60));
}

void sheet_moment(struct sheet *s, int64_t us)
{
    begin_cell(s);
    if (us != MOMENT_NEVER) {
        int64_t local_us = floor_div(zone_to_local(s->zone, us), SECOND_US) * SECOND_US;
        if (s->kind == SHEET_CSV) {
            char words[MOMENT_TEXT_SIZE];
            moment_format(local_us, words);
            buf_add(&s->out, words, strlen(words) - 1); /* without its Z */
            add_offset(&s->out, zone_offset(s->zone, us, NULL));
        } else {
            double days = (double)local_us / (double)DAY_US + DAYS_TO_1970;
            (void)worksheet_write_number(s->page, s->row, s->column, days, s->moment);
        }
    }
    s->column++;
}

static enum err flush(struct sheet *s, struct err_info *info)
{
    for (size_t done = 0; done < s->out.len;) {
        ssize_t wrote = write(s->file, s->out.ptr + done, s->out.len - done);
        if (wrote < 0 && errno != EINTR) {
            return no_room(info);
        }
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    buf_clear(&s->out);
    return ERR_NONE;
}

enum err sheet_end_row(struct sheet *s, struct err_info *info)
{
    s->row++;
    s->column = 0;
    if (s->kind == SHEET_XLSX) {
        return ERR_NONE;
    }
    buf_add_str(&s->out, "\r\n");
    return s->out.len < FLUSH_BYTES ? ERR_NONE : flush(s, info);
}

enum err sheet_finish(struct sheet *s, int *ret_file, struct err_info *info)
{
    if (s->kind == SHEET_CSV) {
        enum err e = flush(s, info);
        if (e) {
            return e;
        }
        (void)lseek(s->file, 0, SEEK_SET);
    } else {
        lxw_error failed = workbook_close(s->book);
        s->book = NULL;
        s->file = failed ? -1 : open(s->name, O_RDONLY | O_CLOEXEC);
        unlink(s->name);
        s->name[0] = '\0';
        if (s->file < 0) {
            return no_room(info);
        }
    }
    *ret_file = s->file;
    s->file = -1;
    return ERR_NONE;
}
