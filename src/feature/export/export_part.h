/* Inside of this feature: what its files have in common. Each is a route of its own, a file here.
 */
#ifndef TROTH_FEATURE_EXPORT_EXPORT_PART_H
#define TROTH_FEATURE_EXPORT_EXPORT_PART_H

#include "feature/code/publisher.h"
#include "feature/customer/customer_page.h"
#include "feature/export/export_words.h"
#include "feature/export/sheet.h"
#include "http/route.h"

struct exports { /* the module's self */
    struct publisher *publisher;
    struct customers *customers;
};

/* For the field tables of routes. */
extern const char *const export_formats[];
#define EXPORT_FIELDS                                                                \
    {.name = "format",                                                               \
     .place = FIELD_QUERY,                                                           \
     .type = FIELD_CHOICE,                                                           \
     .choices = export_formats,                                                      \
     .doc = "csv unless given."},                                                    \
        {.name = "language",                                                         \
         .place = FIELD_QUERY,                                                       \
         .type = FIELD_CHOICE,                                                       \
         .choices = language_tags,                                                   \
         .doc = "Headings and states in words; without it, the names that programs " \
                "read."},                                                            \
    {                                                                                \
        .name = "time_zone", .place = FIELD_QUERY, .type = FIELD_TEXT,               \
        .doc = "Of the times; the company's unless given."                           \
    }
enum { EXPORT_FIELD_COUNT = 3 };

/* A file that is being written, as the request wants it. */
struct export_file {
    struct request *request;
    const struct zone *zone;
    const struct export_words *words;
    bool is_for_people; /* a language was asked for */
    struct sheet *sheet;
};
/* Reads the fields above. words: those of a language, or for programs. */
enum err export_open(struct request *r, const struct book *book, enum export_table table,
                     struct export_file *ret, struct err_info *info);
void export_close(struct export_file *f); /* for CLEANUP; what is all zeros is fine */
/* The words of a column; of a moment, with the zone. */
void export_heading(const struct export_file *f, const char *words);
void export_heading_moment(const struct export_file *f, const char *words);
void export_yes_no(const struct export_file *f, bool value);
/* Ends the file, makes it the answer, and has the audit trail told of it. */
enum err export_reply(struct export_file *f, enum export_table table, struct reply *reply,
                      struct err_info *info);

route_handler export_obligations, export_customers, export_adherence, export_staff;

#endif
