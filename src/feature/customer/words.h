/* Inside of this feature: the words by which customers are found. A word is what stands between two
 * characters that are neither letter nor digit, without accents and in small letters, so that
 * "João-Pedro" is found by "joao" and by "PED". */
#ifndef TROTH_FEATURE_CUSTOMER_WORDS_H
#define TROTH_FEATURE_CUSTOMER_WORDS_H

#include "feature/customer/customer_row.h"

enum {
    WORD_BYTES_MAX = 64,    /* of longer ones the beginning */
    WORDS_ASKED_MAX = 8,    /* of a search; those behind are not looked for */
    WORDS_WRITTEN_MAX = 200 /* of a customer */
};

struct words {
    struct text list[WORDS_WRITTEN_MAX];
    size_t count;
};

/* As they stand there, at most `most`, each once. */
void words_of(struct text typed, size_t most, struct arena *arena, struct words *ret);
/* All of a customer, in byte order: of id, name and address; of the number its digits, from each
 * group on, and its last ones, so that it is found however it is written. */
void words_of_customer(const struct customer_row *row, struct arena *arena, struct words *ret);
bool words_have(const struct words *words, struct text word);
/* The first in byte order that begins so; the empty text: none does. */
struct text words_beginning(const struct words *words, struct text letters);

#endif
