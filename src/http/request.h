/* Request: what came in, already checked against its route: path parameters, declared query
 * parameters and declared body fields. Texts live as long as the request. */
#ifndef TROTH_HTTP_REQUEST_H
#define TROTH_HTTP_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "words/language.h"

struct route;
struct request;

enum identity_kind {
    IDENTITY_NONE,
    IDENTITY_TOKEN,   /* a program */
    IDENTITY_STAFF,   /* a person, by their session */
    IDENTITY_COMMAND, /* a command on the server's machine */
    IDENTITY_VISITOR  /* of the audit trail alone: somebody without an account */
};
/* Who asks. Filled by the features' authenticator; lives as long as the request. */
struct identity {
    enum identity_kind kind;
    int64_t id;         /* of the token or session; 0: nobody */
    int64_t staff_id;   /* IDENTITY_STAFF: of the person */
    struct text name;   /* for the log and the audit trail */
    struct text scopes; /* words with one space between; "admin" and "*" are every scope */
    const struct text *hidden_teams; /* restricted ones that are not theirs to read */
    size_t hidden_team_count;
    const struct text *restricted_teams; /* all of them, theirs to read or not */
    size_t restricted_team_count;
};
/* Whether they may read what belongs to that team; the empty name is no team's. */
bool identity_sees_team(const struct identity *identity, struct text team);

const struct route *request_route(const struct request *r);
struct arena *request_arena(struct request *r);  /* of the thread that handles it at the moment */
struct text request_id(const struct request *r); /* 16 letters, also in X-Request-Id and the log */
void *request_self(const struct request *r);     /* of the module whose route it is */
const struct identity *request_identity(const struct request *r);
/* "self": any person who is signed in; nobody else has it. */
bool request_may(const struct request *r, const char *scope);
/* A browser that tells where a request comes from says that it is a page of this server. What tells
 * nothing (a program) is not from elsewhere, but not from our own page either. */
bool request_is_from_own_page(const struct request *r);
bool request_is_from_elsewhere(const struct request *r);

/* What a handler did, for the audit trail (http_config.audit hears of it in the same transaction).
 * A write that says nothing is noted by its route and path alone. Texts are copied. */
struct request_change {
    const char *action;          /* noun.done, a constant: "team.renamed"; reads: "team.read" */
    struct text subject;         /* what it was done to: "team_01h…", a customer's id */
    struct text before, after;   /* JSON, without secrets; empty: there was, or is, nothing */
    struct request_change *next; /* ours */
};
void request_changed(struct request *r, const struct request_change *change);
/* The same of one thing, by the function that writes it as JSON: as it was, and as it is. NULL:
 * there was, or is, none. The subject is the thing's id. */
struct noun {
    const char *prefix; /* of its ids: "rol"; of what there is once (id 0) its name */
    void (*write)(struct json_writer *w, const void *thing);
};
void request_changed_thing(struct request *r, const struct noun *noun, const char *action,
                           int64_t id, const void *before, const void *after);
/* A write that went well and changed nothing (a wrong password): the trail is not told. */
void request_changed_nothing(struct request *r);
/* Who asks has shown who they are by this very request (signing in): the trail names them. */
void request_is_of_staff(struct request *r, int64_t staff_id, struct text name);
const struct identity *request_actor(const struct request *r); /* as the trail names them */
/* Reads of what is not open to all staff are noted as well. */
void request_has_read(struct request *r, const char *action, struct text subject);
/* The same where that team is restricted, once for an action and subject; else nothing. */
void request_reads_team(struct request *r, const char *action, struct text subject,
                        struct text team);
const struct request_change *request_changes(const struct request *r); /* in their order */
bool request_is_quiet(const struct request *r); /* request_changed_nothing() */

/* A declared field by name, whichever place it comes from (an undeclared name aborts). */
bool request_has(const struct request *r, const char *field);
struct text request_text(const struct request *r, const char *field); /* empty if not given */
int64_t request_int(const struct request *r, const char *field, int64_t otherwise);
double request_number(const struct request *r, const char *field, double otherwise);
bool request_bool(const struct request *r, const char *field, bool otherwise);
int64_t request_moment(const struct request *r, const char *field, int64_t otherwise); /* us */
/* Which of the field's choices, from 0. */
size_t request_choice(const struct request *r, const char *field, size_t otherwise);
/* FIELD_JSON, FIELD_OBJECT, FIELD_ARRAY; NULL if not given. */
const struct json *request_json(const struct request *r, const char *field);

struct text request_body(const struct request *r); /* as it came */
/* Without parameters, in small letters: "application/json"; empty if there is none. */
struct text request_content_type(const struct request *r);
struct text request_header(const struct request *r, const char *name); /* empty if absent */
/* What Accept-Language likes best of ours; English for a program that does not say. */
enum language request_language(const struct request *r);
struct text request_path(const struct request *r); /* as it came */
struct text request_cookie(const struct request *r, const char *name);
struct text request_client(const struct request *r); /* address, as text; behind the proxies */
bool request_is_secure(const struct request *r);     /* it came through TLS, a proxy says */
struct text request_host(const struct request *r);   /* as the browser named us: "HOST:PORT" */
/* Of the session: the secret that came with it; empty if none did. */
struct text request_session_cookie(const struct request *r);
/* At most 128 printable bytes (others are refused before); empty if absent. */
struct text request_idempotency_key(const struct request *r);
/* If-Match against the present version: ERR_CONFLICT (412) when it names another, ERR_INVALID (428)
 * when it is required and absent. */
enum err request_if_match(const struct request *r, int64_t version, bool required,
                          struct err_info *info);
/* Something the route's prepare() keeps for its handler (in the request's arena). */
void request_keep(struct request *r, void *prepared);
void *request_kept(const struct request *r);
/* In prepare() only, which then refuses with ERR_BUSY: 429, and how long to wait. */
void request_try_again_in(struct request *r, uint32_t seconds);
/* In prepare() only: one more member of the problem document, should it refuse: a constant name and
 * JSON that lives as long as the request. */
void request_problem_member(struct request *r, const char *name, struct text json);

#endif
