/* What is asked of measures, as it stands in an address: lists and files share it. */
#ifndef TROTH_FEATURE_MEASURE_MEASURE_QUESTION_H
#define TROTH_FEATURE_MEASURE_MEASURE_QUESTION_H

#include "feature/measure/measure.h"
#include "http/route.h"

/* By enum measure_by and enum measure_per; NULL-terminated. */
extern const char *const measure_by_words[], *const measure_per_words[];

/* For the field tables of routes. */
#define MEASURE_QUESTION_FIELDS                                                                    \
    {.name = "by",                                                                                 \
     .place = FIELD_QUERY,                                                                         \
     .type = FIELD_CHOICE,                                                                         \
     .required = true,                                                                             \
     .choices = measure_by_words,                                                                  \
     .doc = "What each item is about."},                                                           \
        {.name = "from",                                                                           \
         .place = FIELD_QUERY,                                                                     \
         .type = FIELD_TEXT,                                                                       \
         .doc = "First day of the decision, 2025-01-31, in the company's zone."},                  \
        {.name = "until",                                                                          \
         .place = FIELD_QUERY,                                                                     \
         .type = FIELD_TEXT,                                                                       \
         .doc = "The day after the last."},                                                        \
        {.name = "promise", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only of this one."}, \
        {.name = "per",                                                                            \
         .place = FIELD_QUERY,                                                                     \
         .type = FIELD_CHOICE,                                                                     \
         .choices = measure_per_words,                                                             \
         .doc = "Each split by time; all unless given."},                                          \
        {.name = "principle",                                                                      \
         .place = FIELD_QUERY,                                                                     \
         .type = FIELD_TEXT,                                                                       \
         .doc = "Only under this one."},                                                           \
        {.name = "channel",                                                                        \
         .place = FIELD_QUERY,                                                                     \
         .type = FIELD_TEXT,                                                                       \
         .doc = "Only of this one; empty: of none. Not by hour."},                                 \
    {                                                                                              \
        .name = "team", .place = FIELD_QUERY, .type = FIELD_TEXT,                                  \
        .doc = "Only of this one; empty: of none. Not by hour."                                    \
    }
enum { MEASURE_QUESTION_FIELD_COUNT = 8 };

/* chosen: room for texts that ret points to. By hour, the days are bounded. */
enum err measure_question_read(struct request *r, const struct book *book,
                               struct measure_question *ret, struct text chosen[2],
                               struct err_info *info);

#endif
