/* scenario_files SEED FOLDER: writes a random case there, for tests that go through the server:
 * code-1.troth, code-2.troth if there are two Codes, touches.ndjson in order of occurrence. Prints
 * until when it is to be judged. */
#include "intake/touch_json.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>

static bool write_file(const char *folder, const char *name, struct text words)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *f = fopen(path, "we");
    if (!f) {
        return false;
    }
    bool good = fwrite(words.ptr, 1, words.len, f) == words.len;
    return fclose(f) == 0 && good;
}

static bool write_codes(struct arena *arena, const struct scenario *s, const char *folder)
{
    bool good = true;
    for (size_t i = 0; i < s->code_count && good; i++) {
        const char *name = arena_printf(arena, "code-%zu.troth", i + 1).ptr;
        good = write_file(folder, name, scenario_code(arena, s, i));
    }
    return good;
}

static bool write_touches(const struct scenario *s, const char *folder)
{
    struct buf lines CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < s->touch_count; i++) {
        struct json_writer w = json_writer(&lines);
        touch_to_json(&w, &s->touches[i]);
        buf_add_char(&lines, '\n');
    }
    return write_file(folder, "touches.ndjson", buf_text(&lines));
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "scenario_files SEED FOLDER\n");
        return 2;
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct scenario s = scenario_generate(&arena, strtoull(argv[1], NULL, 10));
    if (!write_codes(&arena, &s, argv[2]) || !write_touches(&s, argv[2])) {
        perror(argv[2]);
        return 2;
    }
    char until[MOMENT_TEXT_SIZE];
    printf("%s\n", moment_format(s.until_us, until));
    return 0;
}
