#include "feature/code/promise_api.h"

#include "base/id.h"
#include "feature/code/publisher.h"
#include "lang/difference.h"

/* -- shapes -- */

static const struct field row_fields[] = {
    {.name = "about",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Begins, Kept, Broken, …, in the language asked for."},
    {.name = "words", .type = FIELD_TEXT, .required = true, .doc = "In plain words."},
};
static const struct shape row_shape = {"CodeMeaning", row_fields, 2};
static const struct field promise_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Its name."},
    {.name = "expectation", .type = FIELD_BOOLEAN, .required = true, .doc = "Asked of customers."},
    {.name = "second_person",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "To excuse it by hand takes a second person."},
    {.name = "principle", .type = FIELD_TEXT, .required = true, .doc = "Name of that it is under."},
    {.name = "words", .type = FIELD_TEXT, .required = true, .doc = "As published."},
    {.name = "target", .type = FIELD_NUMBER, .doc = "The share to be kept, 0 to 1."},
    {.name = "line", .type = FIELD_INTEGER, .required = true, .doc = "Where it begins."},
    {.name = "meaning",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &row_shape,
     .doc = "What it means, row by row."},
};
static const struct shape promise_shape = {"CodePromise", promise_fields, 8};
static const struct field principle_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Its name."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "As published."},
    {.name = "words", .type = FIELD_TEXT, .required = true, .doc = "As published."},
};
static const struct shape principle_shape = {"CodePrinciple", principle_fields, 3};
static const struct field readable_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the version."},
    {.name = "number", .type = FIELD_INTEGER, .required = true, .doc = "1 for the first."},
    {.name = "title", .type = FIELD_TEXT, .required = true, .doc = "Of the Code."},
    {.name = "scope", .type = FIELD_TEXT, .required = true, .doc = "Whom it is for."},
    {.name = "published", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "principles",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &principle_shape,
     .doc = "In their order."},
    {.name = "promises",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &promise_shape,
     .doc = "In their order."},
};
const struct shape readable_shape = {"CodeReadable", readable_fields, 7};

/* -- writing -- */

static void member(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_meaning(struct json_writer *w, const struct difference *d)
{
    json_key(w, "meaning");
    json_array_begin(w);
    for (size_t i = 0; i < d->row_count; i++) {
        json_object_begin(w);
        member(w, "about", d->rows[i].about);
        member(w, "words", d->rows[i].after);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_promise(struct json_writer *w, const struct code *code, const struct promise *p,
                          const struct difference *meaning)
{
    json_object_begin(w);
    member(w, "name", p->name);
    json_key(w, "expectation");
    json_bool(w, p->is_expectation);
    json_key(w, "second_person");
    json_bool(w, code->second_person || p->second_person);
    member(w, "principle",
           p->principle >= 0 ? code->principles[p->principle].name : (struct text){0});
    member(w, "words", p->words);
    json_key(w, "target");
    if (p->has_target) {
        json_number(w, p->target_ppm / 1e6);
    } else {
        json_null(w);
    }
    json_key(w, "line");
    json_int(w, p->span.line);
    write_meaning(w, meaning);
    json_object_end(w);
}

/* Against an empty Code every promise is new, and told whole, in the order of the Code. */
static void write_promises(struct json_writer *w, struct request *r, const struct code *code)
{
    struct diagnostics none = {0};
    struct difference *list;
    struct arena *arena = request_arena(r);
    code_differences(arena, code_parse(arena, TEXT(""), &none), code, request_language(r), &list);
    json_key(w, "promises");
    json_array_begin(w);
    for (size_t i = 0; i < code->promise_count; i++) {
        write_promise(w, code, &code->promises[i], &list[i]);
    }
    json_array_end(w);
}

static void write_principles(struct json_writer *w, const struct code *code)
{
    json_key(w, "principles");
    json_array_begin(w);
    for (size_t i = 0; i < code->principle_count; i++) {
        json_object_begin(w);
        member(w, "name", code->principles[i].name);
        member(w, "title", code->principles[i].title);
        member(w, "words", code->principles[i].words);
        json_object_end(w);
    }
    json_array_end(w);
}

enum err readable_code(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    (void)db;
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    const struct version *v = book_current(book, moment_now());
    if (!v) {
        return err_set(info, ERR_NOT_FOUND, "No Code is in force yet.");
    }
    int64_t number = 1;
    for (size_t i = 0; book_version(book, i) != v; i++) {
        number++;
    }
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    member(&w, "id", text_of(id_format(v->id, "ver", id)));
    json_key(&w, "number");
    json_int(&w, number);
    member(&w, "title", v->code->title);
    member(&w, "scope", v->code->scope);
    json_key(&w, "published");
    json_moment(&w, v->published_us);
    write_principles(&w, v->code);
    write_promises(&w, r, v->code);
    json_object_end(&w);
    return ERR_NONE;
}
