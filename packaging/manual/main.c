/* manual FOLDER DATE: writes troth.1, troth-NAME.1 and the completion scripts into FOLDER. */
#include "manual.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends the program when the file cannot be written. */
static void write_file(const char *folder, const char *name, const struct buf *text)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(text->ptr, 1, text->len, file) != text->len || fclose(file) != 0) {
        perror(path);
        exit(EXIT_UNABLE);
    }
}

static void write_pages(const char *folder, const struct edition *edition)
{
    struct buf page CLEANUP(buf_release) = {0};
    man_all(&page, edition);
    write_file(folder, "troth.1", &page);
    for (size_t i = 0; commands[i]; i++) {
        char name[64];
        buf_clear(&page);
        man_command(&page, edition, commands[i]);
        snprintf(name, sizeof(name), "troth-%s.1", commands[i]->name);
        write_file(folder, name, &page);
    }
}

static void write_completion(const char *folder)
{
    static const struct {
        const char *name;
        void (*write)(struct buf *out);
    } shells[] = {{"troth.bash", bash_completion},
                  {"_troth", zsh_completion},
                  {"troth.fish", fish_completion}};
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        struct buf script CLEANUP(buf_release) = {0};
        shells[i].write(&script);
        write_file(folder, shells[i].name, &script);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "Usage: manual FOLDER DATE\n");
        return EXIT_UNABLE;
    }
    struct edition edition = {.version = TROTH_VERSION, .date = argv[2]};
    write_pages(argv[1], &edition);
    write_completion(argv[1]);
    return EXIT_OK;
}
