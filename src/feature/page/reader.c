#include "feature/page/reader.h"

enum language reader_language(const struct request *r, struct text wanted, struct reply *reply)
{
    enum language l = language_of(wanted, request_header(r, "Accept-Language"));
    reply_header(reply, "Content-Language", text_of(language_tag(l)));
    reply_header(reply, "Vary", TEXT("Accept-Language"));
    return l;
}
