/* Who reads a page that the server makes. */
#ifndef TROTH_FEATURE_PAGE_READER_H
#define TROTH_FEATURE_PAGE_READER_H

#include "feature/page/language.h"
#include "http/reply.h"
#include "http/request.h"

/* The language of the reply: `wanted` of the address, else what the browser asks for. Says so in
 * the reply's headers, so that a store between them keeps the languages apart. */
enum language reader_language(const struct request *r, struct text wanted, struct reply *reply);

#endif
