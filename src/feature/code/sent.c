#include "feature/code/sent.h"

#include "lang/code.h"

const char *const sent_types[] = {"text/plain", "text/x-troth", "application/json", NULL};

enum err sent_take_files(const struct json *files, struct sent *sent, struct err_info *info)
{
    if (files->type != JSON_OBJECT || files->count > SENT_FILES_MAX) {
        return err_field(info, ERR_INVALID, "files",
                         "files must be an object of at most %d texts, by their names.",
                         SENT_FILES_MAX);
    }
    for (const struct json *f = files->first; f; f = f->next) {
        if (f->type != JSON_TEXT) {
            return err_field(info, ERR_INVALID, "files", "A file must be a text.");
        }
        sent->files[sent->file_count++] = (struct book_file){f->key, f->text};
    }
    return ERR_NONE;
}

/* {"source": "…", "files": {"holidays.ics": "…"}} */
static enum err read_json(struct request *r, struct sent *sent, struct err_info *info)
{
    const struct json_limits limits = {SENT_BYTES_MAX, 3, 100};
    const struct json *object;
    enum err e = json_parse(request_arena(r), request_body(r), &limits, &object, info);
    const struct json *source = e ? NULL : json_get(object, "source");
    if (!e && (!source || source->type != JSON_TEXT)) {
        e = err_field(info, ERR_INVALID, "source", "source must be the text of the Code.");
    }
    for (const struct json *m = e ? NULL : object->first; m && !e; m = m->next) {
        if (text_is(m->key, "source")) {
            sent->source = m->text;
        } else if (text_is(m->key, "files")) {
            e = sent_take_files(m, sent, info);
        } else {
            e = err_field(info, ERR_INVALID, "body", "There are only the fields source and files.");
        }
    }
    return e;
}

enum err sent_read(struct request *r, struct sent *ret, struct err_info *info)
{
    *ret = (struct sent){.source = request_body(r)};
    enum err e =
        text_is(request_content_type(r), "application/json") ? read_json(r, ret, info) : ERR_NONE;
    if (!e && ret->source.len > CODE_BYTES_MAX) {
        e = err_set(info, ERR_LIMIT, "A Code has at most %d bytes.", CODE_BYTES_MAX);
    }
    return e;
}

enum err sent_read_file(void *context, struct text name, struct arena *arena, struct text *ret,
                        struct err_info *info)
{
    (void)arena;
    const struct sent *sent = context;
    for (size_t i = 0; i < sent->file_count; i++) {
        if (text_eq(sent->files[i].name, name)) {
            *ret = sent->files[i].bytes;
            return ERR_NONE;
        }
    }
    return err_set(info, ERR_NOT_FOUND,
                   "the file %.*s was not sent: send the Code as JSON, with its files",
                   TEXT_ARG(name));
}

static void check_outside(struct arena *arena, const struct code *code, struct sent *sent,
                          struct diagnostics *d)
{
    struct err_info why;
    struct plan *plan;
    if (plan_compile(arena, &code, 1, sent_read_file, sent, &plan, &why) == ERR_NONE) {
        return;
    }
    d->errors++;
    if (d->count == CODE_DIAGNOSTICS_MAX) {
        d->left_out++;
        return;
    }
    d->items[d->count++] = (struct diagnostic){
        .severity = SEVERITY_ERROR,
        .rule = "outside",
        .span = code->zone_span.line ? code->zone_span : code->span,
        .message = arena_text(arena, text_of(why.text)),
    };
}

const struct code *sent_check(struct arena *arena, const struct sent *sent, struct diagnostics *d)
{
    const struct code *code = code_parse(arena, sent->source, d);
    if (!d->errors) {
        struct sent files = *sent;
        check_outside(arena, code, &files, d);
    }
    return code;
}

enum err sent_must_be_right(struct request *r, const struct sent *sent, struct err_info *info)
{
    struct diagnostics *d = ARENA_NEW(request_arena(r), struct diagnostics);
    sent_check(request_arena(r), sent, d);
    if (!d->errors) {
        return ERR_NONE;
    }
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    diagnostics_json(d, request_language(r), &w);
    request_problem_member(r, "diagnostics", arena_text(request_arena(r), buf_text(&out)));
    const struct diagnostic *first = &d->items[0];
    for (size_t i = 0; i < d->count && first->severity != SEVERITY_ERROR; i++) {
        first = &d->items[i];
    }
    enum err e = err_set(info, ERR_INVALID, "The Code has %zu mistake%s; the first: %.*s.",
                         d->errors, d->errors == 1 ? "" : "s", TEXT_ARG(first->message));
    info->line = first->span.line;
    info->column = first->span.column;
    return e;
}
