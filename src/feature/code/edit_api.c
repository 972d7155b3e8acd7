#include "feature/code/edit_api.h"

#include "feature/code/publisher.h"
#include "feature/code/sent.h"
#include "lang/vocabulary.h"

/* -- shapes -- */

static const struct field formatted_fields[] = {
    {.name = "source", .type = FIELD_TEXT, .required = true, .doc = "In the one layout."},
};
const struct shape formatted_shape = {"CodeFormatted", formatted_fields, 1};

static const struct field keyword_fields[] = {
    {.name = "word", .type = FIELD_TEXT, .required = true, .doc = "As written."},
    {.name = "block",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Where it begins a line: in such a block; empty: at the margin; *: within a line."},
    {.name = "doc", .type = FIELD_TEXT, .required = true, .doc = "What it says, in short."},
};
static const struct shape keyword_shape = {"CodeKeyword", keyword_fields, 3};
static const struct field name_fields[] = {
    {.name = "kind",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "promise, principle, table, calendar, group, channel, event, attribute, role or team."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As written."},
    {.name = "words", .type = FIELD_TEXT, .required = true, .doc = "What it is; may be empty."},
};
static const struct shape name_shape = {"CodeName", name_fields, 3};
static const struct field vocabulary_fields[] = {
    {.name = "keywords",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &keyword_shape,
     .doc = "Of the language, the best first."},
    {.name = "names",
     .type = FIELD_ARRAY,
     .required = true,
     .shape = &name_shape,
     .doc = "Of the text sent, then of the version in force, each once."},
};
const struct shape vocabulary_shape = {"CodeVocabulary", vocabulary_fields, 2};

/* -- answers -- */

enum err edit_format(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)db;
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    struct text formatted;
    enum err e = sent_read(r, sent, info);
    e = e ? e : code_format(request_arena(r), sent->source, &formatted, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "source");
    json_text(&w, formatted);
    json_object_end(&w);
    return ERR_NONE;
}

static void write_keywords(struct json_writer *w)
{
    json_key(w, "keywords");
    json_array_begin(w);
    for (const struct keyword *k = keywords; k->word; k++) {
        json_object_begin(w);
        json_key(w, "word");
        json_str(w, k->word);
        json_key(w, "block");
        json_str(w, k->block);
        json_key(w, "doc");
        json_str(w, k->doc);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_names(struct json_writer *w, const struct code_name *names, size_t count)
{
    json_key(w, "names");
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(w);
        json_key(w, "kind");
        json_str(w, name_kind_word(names[i].kind));
        json_key(w, "name");
        json_text(w, names[i].name);
        json_key(w, "words");
        json_text(w, names[i].words);
        json_object_end(w);
    }
    json_array_end(w);
}

enum err edit_vocabulary(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    (void)db;
    struct sent *sent = ARENA_NEW(request_arena(r), struct sent);
    enum err e = sent_read(r, sent, info);
    if (e) {
        return e;
    }
    struct diagnostics found = {0};
    struct book *book CLEANUP(book_drop) = publisher_book(request_self(r));
    const struct version *current = book_current(book, moment_now());
    const struct code *codes[] = {code_parse(request_arena(r), sent->source, &found),
                                  current ? current->code : NULL};
    struct code_name *names;
    size_t count = code_names(request_arena(r), codes, current ? 2 : 1, &names);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_keywords(&w);
    write_names(&w, names, count);
    json_object_end(&w);
    return ERR_NONE;
}
