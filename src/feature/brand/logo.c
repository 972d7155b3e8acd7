/* A logo is shown to everyone, so nothing in it may act. Pictures are looked at by their first
 * bytes; an SVG must be plain: no scripts, no handlers, nothing fetched from elsewhere. It is shown
 * by <img> alone and served with a policy that forbids all of this once more. */
#include "feature/brand/brand_row.h"

#include <string.h>
#include <strings.h>

enum { PNG_HEAD = 24, WEBP_HEAD = 30 };

static enum err bad(struct err_info *info, const char *what)
{
    return err_field(info, ERR_INVALID, "logo", "%s", what);
}

static uint32_t big_endian(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static enum err check_png(struct text bytes, struct err_info *info)
{
    static const char head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    if (bytes.len < PNG_HEAD || memcmp(bytes.ptr, head, sizeof(head) - 1) != 0) {
        return bad(info, "This is no PNG picture. Save it as PNG again.");
    }
    uint32_t width = big_endian(bytes.ptr + 16), height = big_endian(bytes.ptr + 20);
    return width && height && width <= BRAND_LOGO_SIDE_MOST && height <= BRAND_LOGO_SIDE_MOST
               ? ERR_NONE
               : bad(info, "The picture is too large: at most 2,000 by 2,000 points.");
}

static enum err check_webp(struct text bytes, struct err_info *info)
{
    bool is_webp = bytes.len >= WEBP_HEAD && memcmp(bytes.ptr, "RIFF", 4) == 0 &&
                   memcmp(bytes.ptr + 8, "WEBPVP8", 7) == 0;
    return is_webp ? ERR_NONE : bad(info, "This is no WebP picture. Save it as WebP again.");
}

/* Without difference of case. */
static bool holds(struct text bytes, const char *words)
{
    size_t len = strlen(words);
    for (size_t i = 0; i + len <= bytes.len; i++) {
        if (strncasecmp(bytes.ptr + i, words, len) == 0) {
            return true;
        }
    }
    return false;
}

/* on…= within a tag: a handler. */
static bool holds_handler(struct text bytes)
{
    for (size_t i = 1; i + 3 < bytes.len; i++) {
        bool begins = strchr(" \t\r\n/\"'", bytes.ptr[i - 1]) != NULL;
        if (!begins || strncasecmp(bytes.ptr + i, "on", 2) != 0) {
            continue;
        }
        size_t k = i + 2;
        while (k < bytes.len && ((bytes.ptr[k] | 0x20) >= 'a' && (bytes.ptr[k] | 0x20) <= 'z')) {
            k++;
        }
        while (k < bytes.len && strchr(" \t\r\n", bytes.ptr[k])) {
            k++;
        }
        if (k > i + 2 && k < bytes.len && bytes.ptr[k] == '=') {
            return true;
        }
    }
    return false;
}

static enum err check_svg(struct text bytes, struct err_info *info)
{
    static const char *const refused[] = {
        "<script", "<foreignobject", "<iframe", "<!entity", "<!doctype",   "javascript:", "<use",
        "<image",  "<animate",       "<set",    "@import",  "<?xml-style", "url(http",    "url('",
        "url(\"",  "<handler",       "<a ",     "<a\t",     "<a\n",        NULL};
    struct text words = text_trim(bytes);
    if (text_utf8_valid(bytes) != bytes.len || memchr(bytes.ptr, 0, bytes.len) ||
        !(text_starts(words, TEXT("<svg")) || text_starts(words, TEXT("<?xml"))) ||
        !holds(words, "<svg")) {
        return bad(info, "This is no SVG picture. Save it as plain SVG again.");
    }
    for (size_t i = 0; refused[i]; i++) {
        if (holds(bytes, refused[i])) {
            return err_field(info, ERR_INVALID, "logo",
                             "The SVG holds \"%s\", which a logo may not. Save it as plain SVG, "
                             "with its texts as paths, or as PNG.",
                             refused[i]);
        }
    }
    return holds_handler(bytes)
               ? bad(info, "The SVG holds a handler (on…=), which a logo may not. Save it as PNG.")
               : ERR_NONE;
}

enum err brand_logo_check(struct text bytes, struct text type, struct err_info *info)
{
    if (bytes.len == 0 || bytes.len > BRAND_LOGO_MOST) {
        return err_field(info, ERR_LIMIT, "logo", "A logo has 1 byte to %d KiB.",
                         BRAND_LOGO_MOST >> 10);
    }
    return text_is(type, "image/png")    ? check_png(bytes, info)
           : text_is(type, "image/webp") ? check_webp(bytes, info)
                                         : check_svg(bytes, info);
}
