/* render_pages FOLDER SHOP.TROTH: writes every page of tests/pages/sample.h and all assets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feature/page/asset.h"
#include "feature/page/frame.h"
#include "sample.h"

static void put(const char *folder, const char *name, struct text content)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(content.ptr, 1, content.len, file) != content.len || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void enter_sample(struct sample *s, struct buf *out)
{
    enter_page(&(struct gate){.language = s->language}, TEXT("troth_sample"), out);
}

static void enter_refused_sample(struct sample *s, struct buf *out)
{
    enter_refused_page(&(struct gate){s->language, TEXT("Casa & Cía"), {0}}, out);
}

static const struct {
    const char *name;
    void (*write)(struct sample *s, struct buf *out);
    enum language language;
} samples[] = {
    {"code-full.html", sample_code_full, LANGUAGE_ENGLISH},
    {"code-new.html", sample_code_new, LANGUAGE_ENGLISH},
    {"code-extreme.html", sample_code_extreme, LANGUAGE_ENGLISH},
    {"code-full-pt.html", sample_code_full, LANGUAGE_PORTUGUESE},
    {"code-new-es.html", sample_code_new, LANGUAGE_SPANISH},
    {"code-extreme-es.html", sample_code_extreme, LANGUAGE_SPANISH},
    {"code-missing.html", sample_code_missing, LANGUAGE_PORTUGUESE},
    {"enter.html", enter_sample, LANGUAGE_ENGLISH},
    {"enter-refused.html", enter_refused_sample, LANGUAGE_SPANISH},
};

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "render_pages FOLDER SHOP.TROTH\n");
        return 2;
    }
    struct sample s = {.shop = argv[2]};
    struct err_info info;
    if (zone_load(&s.arena, TEXT("America/Sao_Paulo"), &s.zone, &info) != ERR_NONE ||
        !moment_parse(TEXT("2025-11-21T16:08:20Z"), &s.now_us)) {
        fprintf(stderr, "%s\n", info.text);
        return 1;
    }
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buf out CLEANUP(buf_release) = {0};
        s.language = samples[i].language;
        samples[i].write(&s, &out);
        put(argv[1], samples[i].name, buf_text(&out));
    }
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/asset", argv[1]);
    mkdir(folder, 0777);
    for (const struct asset *a = assets; a->name; a++) {
        put(argv[1], a->address + 1,
            (struct text){a->as[ASSET_PLAIN].bytes,
                          (size_t)(a->as[ASSET_PLAIN].end - a->as[ASSET_PLAIN].bytes)});
    }
    arena_release(&s.arena);
    return 0;
}
