/* confine FILE COMMAND…: runs a command as the service's unit would: with the system calls that
 * FILE names, a line each; sockets of the families IP and local; no memory that can be both written
 * and executed; no new privileges. What is refused fails with EPERM, as in the unit. Built by
 * scripts/deb-test. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int code, const char *what)
{
    if (code < 0) {
        fprintf(stderr, "confine: %s: %s\n", what, strerror(-code));
        exit(2);
    }
}

/* Allowed while none of those bits of the argument is set. */
static void allow_without(scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t bits)
{
    struct scmp_arg_cmp none = {argument, SCMP_CMP_MASKED_EQ, bits, 0};
    check(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &none), "rule");
}

static void allow(scmp_filter_ctx filter, int call)
{
    if (call == SCMP_SYS(mprotect) || call == SCMP_SYS(pkey_mprotect)) {
        allow_without(filter, call, 2, PROT_EXEC);
    } else if (call == SCMP_SYS(mmap)) {
        allow_without(filter, call, 2, PROT_EXEC);
        allow_without(filter, call, 2, PROT_WRITE);
    } else if (call == SCMP_SYS(socket)) {
        static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
        for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
            struct scmp_arg_cmp family = {0, SCMP_CMP_EQ, (scmp_datum_t)families[i], 0};
            check(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &family), "rule");
        }
    } else {
        check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0), "rule");
    }
}

int main(int argc, char **argv)
{
    FILE *list = argc > 2 ? fopen(argv[1], "r") : NULL;
    if (!list) {
        fprintf(stderr, "Usage: confine FILE COMMAND…\n");
        return 2;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    char name[64];
    while (fscanf(list, "%63s", name) == 1) {
        int call = seccomp_syscall_resolve_name(name);
        if (call >= 0) { /* others are those of other machines, or newer than this library */
            allow(filter, call);
        }
    }
    fclose(list);
    check(seccomp_load(filter), "the filter cannot be loaded"); /* sets no_new_privs as well */
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 2;
}
