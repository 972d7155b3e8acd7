#include "mail/message.h"

#include "base/moment.h"

#include <gmime/gmime.h>
#include <pthread.h>

static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void drop_object(void *object)
{
    GObject **o = object;
    g_clear_object(o);
}

static bool is_line(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == 127) {
            return false;
        }
    }
    return t.len <= MAIL_HEADER_MOST && text_utf8_valid(t) == t.len;
}

static bool is_words(struct text t)
{
    return text_utf8_valid(t) == t.len && (t.len == 0 || !memchr(t.ptr, '\0', t.len));
}

static enum err check(const struct mail_message *m, struct err_info *info)
{
    const struct text lines[] = {m->from, m->from_name, m->to,         m->to_name,
                                 m->id,   m->subject,   m->unsubscribe};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!is_line(lines[i])) {
            return err_set(info, ERR_INVALID,
                           "A name, an address or the subject of this mail is not one line of "
                           "UTF-8, at most %d bytes.",
                           MAIL_HEADER_MOST);
        }
    }
    return is_words(m->text) && is_words(m->html)
               ? ERR_NONE
               : err_set(info, ERR_INVALID, "The text of this mail is not UTF-8.");
}

static char *terminated(struct text t)
{
    return g_strndup(t.ptr ? t.ptr : "", t.len);
}

/* One part in quoted-printable: its lines stay short whatever is in them. Always UTF-8, where
 * GMime's own set_text() would look for an older charset. */
static GMimeObject *part_of(const char *subtype, struct text words)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    GMimeStream *stream CLEANUP(drop_object) =
        g_mime_stream_mem_new_with_buffer(words.ptr ? words.ptr : "", words.len);
    GMimeDataWrapper *content CLEANUP(drop_object) =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_part_set_content(GMIME_PART(part), content);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static void set_body(GMimeMessage *message, const struct mail_message *m)
{
    GMimeObject *text CLEANUP(drop_object) = part_of("plain", m->text);
    if (m->html.len == 0) {
        g_mime_message_set_mime_part(message, text);
        return;
    }
    GMimeObject *html CLEANUP(drop_object) = part_of("html", m->html);
    GMimeMultipart *both CLEANUP(drop_object) = g_mime_multipart_new_with_subtype("alternative");
    g_mime_multipart_add(both, text);
    g_mime_multipart_add(both, html);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
}

static void set_header(GMimeMessage *message, const char *name, const char *value)
{
    g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
}

static void set_headers(GMimeMessage *message, const struct mail_message *m)
{
    g_autofree char *from = terminated(m->from), *from_name = terminated(m->from_name);
    g_autofree char *to = terminated(m->to), *to_name = terminated(m->to_name);
    g_autofree char *subject = terminated(m->subject), *id = terminated(m->id);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, from_name[0] ? from_name : NULL,
                               from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, to_name[0] ? to_name : NULL, to);
    g_mime_message_set_subject(message, subject, "utf-8");
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(m->date_us / SECOND_US);
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    set_header(message, "Auto-Submitted", "auto-generated"); /* RFC 3834: no robot answers */
    if (m->unsubscribe.len) {
        g_autofree char *where = terminated(m->unsubscribe);
        g_autofree char *value = g_strdup_printf("<%s>", where);
        set_header(message, "List-Unsubscribe", value);
        if (text_starts(m->unsubscribe, TEXT("https:"))) {
            set_header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
    }
    set_header(message, "MIME-Version", "1.0");
}

static void write_out(GMimeMessage *message, struct buf *out)
{
    GMimeStream *stream CLEANUP(drop_object) = g_mime_stream_mem_new();
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    g_mime_format_options_free(options);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    buf_add(out, bytes->data, bytes->len);
}

enum err mail_build(const struct mail_message *m, struct buf *out, struct err_info *info)
{
    enum err e = check(m, info);
    if (e) {
        return e;
    }
    pthread_once(&prepared, g_mime_init);
    GMimeMessage *message CLEANUP(drop_object) = g_mime_message_new(FALSE);
    set_headers(message, m);
    set_body(message, m);
    write_out(message, out);
    return ERR_NONE;
}
