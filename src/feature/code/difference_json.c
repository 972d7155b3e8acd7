#include "feature/code/difference_json.h"

static const struct field row_fields[] = {
    {.name = "about",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Kept, Broken, Owed, …, in the language asked for."},
    {.name = "before", .type = FIELD_TEXT, .required = true, .doc = "In words; empty: nothing."},
    {.name = "after", .type = FIELD_TEXT, .required = true, .doc = "In words; empty: nothing."},
};
static const struct shape row_shape = {"CodeDifferenceRow", row_fields, 3};
static const struct field difference_fields[] = {
    {.name = "kind",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "promise, expectation, principle, table, calendar, group, allow or code."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Of the promise."},
    {.name = "status", .type = FIELD_TEXT, .required = true, .doc = "same, changed, new or gone."},
    {.name = "before_words", .type = FIELD_TEXT, .required = true, .doc = "As published."},
    {.name = "after_words", .type = FIELD_TEXT, .required = true, .doc = "As written now."},
    {.name = "rows",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &row_shape,
     .doc = "What it means, where that is not the same."},
};
static const struct shape difference_shape = {"CodeDifference", difference_fields, 6};
static const struct field differences_fields[] = {
    {.name = "changed",
     .type = FIELD_INTEGER,
     .required = true,
     .doc = "How many items are not the same."},
    {.name = "items",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &difference_shape,
     .doc = "Every promise; of the rest what differs."},
};
const struct shape differences_shape = {"CodeDifferences", differences_fields, 2};

static void member(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_difference(struct json_writer *w, const struct difference *d)
{
    json_object_begin(w);
    member(w, "kind", text_of(d->kind));
    member(w, "name", d->name);
    member(w, "status", text_of(difference_status_name(d->status)));
    member(w, "before_words", d->before_words);
    member(w, "after_words", d->after_words);
    json_key(w, "rows");
    json_array_begin(w);
    for (size_t i = 0; i < d->row_count; i++) {
        json_object_begin(w);
        member(w, "about", d->rows[i].about);
        member(w, "before", d->rows[i].before);
        member(w, "after", d->rows[i].after);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

void difference_answer(struct request *r, const struct code *before, const struct code *after,
                       struct reply *reply)
{
    struct difference *list;
    size_t count = code_differences(request_arena(r), before, after, request_language(r), &list),
           changed = 0;
    for (size_t i = 0; i < count; i++) {
        changed += list[i].status != DIFFERENCE_SAME;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "changed");
    json_int(&w, (int64_t)changed);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        write_difference(&w, &list[i]);
    }
    json_array_end(&w);
    json_object_end(&w);
}
