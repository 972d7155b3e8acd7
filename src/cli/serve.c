/* troth serve: the server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/admin.h"
#include "cli/command.h"
#include "cli/modules.h"
#include "cli/progress.h"
#include "cli/serve_mail.h"
#include "cli/serve_webhook.h"
#include "feature/access/access.h"
#include "feature/page/asset.h"
#include "feature/show/show.h"
#include "feature/signin/signin.h"
#include "feature/version/version_module.h"
#include "store/database.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE",
     "the database: a file, made if absent (default troth.db), or postgresql://…"},
    {"listen", 'l', "ADDR:PORT", "where to listen (default localhost:8080; port 0: any free one)"},
    {"demo", 0, NULL, "an invented shop: thirteen months of its past, then live"},
    SERVE_MAIL_OPTIONS,
    SERVE_WEBHOOK_OPTION,
    {"url", 'u', "URL", "how people reach this server, for links in mails: https://…"},
    {"trusted-proxy", 'p', "NETS",
     "addresses or networks, commas between, whose X-Forwarded-… headers are believed"},
    {"rate", 'r', "N", "requests a second for each token and address (default: generous; 0: any)"},
    {0},
};

enum { MODULES_MAX = 32 };

struct serving {
    const struct command *command;
    const char *database, *address, *url;
    long rate; /* -1: as usual */
    struct outbox_mail_config mail;
    const char *webhook_ranges;
    char secret[TOKEN_TEXT_SIZE]; /* of the file beside the database */
    bool failed;
};

struct place {
    char address[64];
    uint16_t port;
};

/* "8080", "localhost:8080", "127.0.0.1:8080", "[::1]:8080" */
static bool parse_place(const char *words, struct place *ret)
{
    const char *colon = strrchr(words, ':');
    const char *port = colon ? colon + 1 : words;
    size_t len = colon ? (size_t)(colon - words) : 0;
    if (len >= 2 && words[0] == '[' && words[len - 1] == ']') {
        words++;
        len -= 2;
    }
    int64_t number;
    if (len >= sizeof(ret->address) || !text_to_int64(text_of(port), &number) || number < 0 ||
        number > 65535) {
        return false;
    }
    memcpy(ret->address, words, len);
    ret->address[len] = '\0';
    ret->port = (uint16_t)number;
    return true;
}

/* The link of whoever may come in next: the demo's administrator, or the first of all. */
static void print_sign_in(const struct serving *s, struct server *server, const char *url)
{
    struct show *show = server_module(server, "show");
    const char *first = signin_first_code(server_module(server, "signin"));
    if (show && show_link(show)[0]) {
        printf("Sign in:     %s/enter?code=%s\n"
               "             as administrator, once, within ten minutes\n",
               url, show_link(show));
    } else if (first[0]) {
        printf("Sign in:     %s/console/first?code=%s\n"
               "             makes the first administrator\n",
               url, first);
    } else {
        struct buf shown CLEANUP(buf_release) = {0};
        database_name(s->database, &shown);
        printf("Sign in:     %s/console/sign-in\n"
               "             or by a link: %s staff link EMAIL --db %s\n",
               url, program_invocation_name, shown.ptr);
    }
}

static void print_welcome(const struct serving *s, struct server *server, const char *url)
{
    struct buf shown CLEANUP(buf_release) = {0};
    database_name(s->database, &shown);
    printf("Troth serves %s at %s\n", shown.ptr, url);
    print_sign_in(s, server, url);
    printf("Public page: %s/code\n"
           "Stop:        Ctrl-C\n",
           url);
    (void)fflush(stdout);
}

/* What a person needs to know, on standard output; the log goes to standard error. */
static void tell_ready(void *self, struct server *server, const char *url, uint16_t port)
{
    struct serving *s = self;
    struct access *access = server_module(server, "access");
    struct err_info info;
    memcpy(s->secret, access_admin_secret(access), sizeof(s->secret));
    if (s->rate >= 0) {
        access_set_rates(access, (uint32_t)s->rate, (uint32_t)s->rate);
    }
    if (serve_webhook_allow(server_module(server, "webhook"), s->webhook_ranges, &info) ||
        serve_mail_start(server_module(server, "outbox"), &s->mail, &info) ||
        admin_write(s->database, s->address, port, access_admin_secret(access), &info)) {
        command_failed(s->command, "%s", info.text);
        s->failed = true;
        server_stop(server);
        return;
    }
    struct show *show = server_module(server, "show");
    signin_set_url(server_module(server, "signin"), s->url);
    version_set_url(server_module(server, "version"), s->url);
    if (show) {
        show_start(show);
    }
    print_welcome(s, server, url);
}

static void show_progress(void *context, double share)
{
    progress_show(context, "telling thirteen months of a shop", share);
}

/* The modules, with the show's if it is wanted. */
static size_t choose_modules(const struct arguments *a, const struct module *ret[MODULES_MAX])
{
    size_t count = 0;
    for (; count < module_count; count++) {
        ret[count] = modules[count];
    }
    if (argument_given(a, "demo")) {
        ret[count++] = &show_module;
    }
    return count;
}

static enum err load_demo(const char *database, struct err_info *info)
{
    struct progress progress = progress_begin();
    enum err e = show_load(database, moment_now(), show_progress, &progress, info);
    progress_end(&progress);
    return e;
}

/* "10.0.0.0/8,192.0.2.7" */
static enum err parse_proxies(const char *words, struct proxy_network ret[PROXY_NETWORKS_MAX],
                              size_t *ret_count, struct err_info *info)
{
    struct text rest = text_of(words);
    size_t count = 0;
    while (rest.len) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        struct text word = {rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};
        size_t step = word.len + (comma != NULL);
        if (count == PROXY_NETWORKS_MAX) {
            return err_set(info, ERR_LIMIT, "--trusted-proxy takes at most %d networks",
                           PROXY_NETWORKS_MAX);
        }
        enum err e = proxy_network_parse(text_trim(word), &ret[count++], info);
        if (e) {
            return e;
        }
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    *ret_count = count;
    return ERR_NONE;
}

static bool is_url(const char *url)
{
    struct text t = text_of(url);
    bool web = text_starts(t, TEXT("https://")) || text_starts(t, TEXT("http://"));
    return web && t.len < 200 && t.ptr[t.len - 1] != '/' && !strpbrk(url, " ?#\"<>");
}

/* How people reach the server, and through whom. */
static enum err read_reach(const struct arguments *a, struct serving *s,
                           struct proxy_network proxies[PROXY_NETWORKS_MAX],
                           struct server_config *config, struct err_info *info)
{
    s->url = argument_value(a, "url");
    config->proxies = proxies;
    if (s->url && !is_url(s->url)) {
        return err_set(info, ERR_INVALID,
                       "--url is https://HOST, without a path and without / at its end");
    }
    return parse_proxies(argument_value(a, "trusted-proxy"), proxies, &config->proxy_count, info);
}

static enum exit_status run(const struct arguments *a)
{
    const char *database = argument_value(a, "db"), *listen = argument_value(a, "listen");
    const char *rate = argument_value(a, "rate");
    struct place place = {.port = 8080};
    int64_t number = -1;
    if (listen && !parse_place(listen, &place)) {
        return command_usage_error(a->command, "--listen is ADDR:PORT, such as localhost:8080");
    }
    if (rate && (!text_to_int64(text_of(rate), &number) || number < 0 || number > 1000000)) {
        return command_usage_error(a->command, "--rate is a number from 0 to 1000000");
    }
    struct serving s = {.command = a->command,
                        .database = database ? database : "troth.db",
                        .address = place.address[0] ? place.address : "localhost",
                        .rate = (long)number};
    struct server_config config = {
        .database = s.database,
        .address = s.address,
        .port = place.port,
        .session_cookie = ACCESS_COOKIE,
        .stylesheet = asset_address("page.css"),
        .version = TROTH_VERSION,
        .ready = tell_ready,
        .ready_self = &s,
    };
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    struct proxy_network proxies[PROXY_NETWORKS_MAX];
    s.webhook_ranges = argument_value(a, "webhook-allow");
    if (read_reach(a, &s, proxies, &config, &info) || serve_mail_read(a, &arena, &s.mail, &info) ||
        serve_webhook_allow(NULL, s.webhook_ranges, &info)) {
        return command_usage_error(a->command, "%s", info.text);
    }
    const struct module *chosen[MODULES_MAX];
    size_t count = choose_modules(a, chosen);
    enum err e = argument_given(a, "demo") ? load_demo(s.database, &info) : ERR_NONE;
    e = e ? e : server_run(&config, chosen, count, &info);
    if (!e) {
        admin_remove(s.database, s.secret);
    }
    if (e) {
        if (info.detail[0]) {
            log_say(LOG_ERROR, "not_started", "%s", info.detail);
        }
        return command_failed(a->command, "%s", info.text);
    }
    return s.failed ? EXIT_UNABLE : EXIT_OK;
}

const struct command command_serve = {
    .name = "serve",
    .operands = "",
    .summary = "Run the server",
    .details =
        "Serves the API and the pages until SIGTERM or SIGINT; then answers what it has\n"
        "begun and stops. Everything is in the database: one file, or a database of PostgreSQL.",
    .options = options,
    .run = run,
};
