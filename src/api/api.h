/* api.h - the HTTP interface over any noun: routes, manners and errors. docs/dev/api.md is its text.
 *
 * api_handle() takes one request and fills one answer; it may be called from many threads at once, each with its own arena. */
#ifndef API_H
#define API_H

#include "act.h"
#include "auth.h"
#include "http.h"
#include "login.h"
#include "readlog.h"
#include "staff.h"

struct api;
struct call;

/* A route that no noun's table describes: imports, exports. The path matches exactly; "*" is one segment. */
#define ROUTE_OPEN "-"
#define ROUTE_STAFF "+" /* for staff of the platform alone */
enum { ROUTE_UPLOAD = 1 /* the body is a stream */, ROUTE_OFTEN = 2 /* open, and called by machines */, ROUTE_ENROL = 3 /* before a second factor is set up too */ };
struct route {
	const char *method, *path;
	const char *right;  /* NULL: signed in is enough; ROUTE_OPEN: the route itself looks who asks, if anybody must; ROUTE_STAFF */
	int manner;         /* 0, or one of ROUTE_UPLOAD, ROUTE_OFTEN, ROUTE_ENROL */
	enum err (*run)(struct call *c);
};
/* api_paths() - calls `each` once for every path that the edge treats in a way of its own: those that strangers may post to, and uploads. */
struct api_path {
	const char *path;
	bool open, upload, often;
};
void api_paths(const struct route *routes, void (*each)(void *arg, const struct api_path *path), void *arg);


struct api_config {
	struct store *store;
	const struct auth_nouns *auth;
	const struct route *routes; /* ends with .path NULL; may be NULL */
	void *routes_arg;
	const char *origins;        /* allowed Origin values, separated by spaces */
	const char *host;           /* for the origin of checkpoints */
	struct str address;         /* for links, see ctx.address */
	struct str staff_from;      /* see ctx.staff_from */
	struct str openapi;         /* the text of /v1/openapi.json */
};
struct api *api_new(const struct api_config *config);
void api_free(struct api *api);
void api_handle(struct api *api, struct arena *a, const struct request *rq, struct response *rs);
bool api_is_upload(const struct api *api, struct str method, struct str path);

/* What handlers get. */
struct call {
	struct api *api;
	struct ctx ctx;
	const struct request *rq;
	struct response *rs;
	struct str segments[6]; /* of the path after /v1/ */
	size_t segment_count;
	void *arg;              /* routes_arg */
	struct str mark;        /* that the device shall keep although it was refused; empty: none */
};

/* For routes: */
must_use enum err call_body_json(struct call *c, json_t **ret); /* an object; E_MALFORMED, E_MEDIA */
struct str call_param(struct call *c, const char *name);        /* of the query, decoded; empty if it is not there */
void call_json(struct call *c, int status, struct str body);
must_use enum err call_id(struct call *c, size_t segment, struct id *ret); /* E_NOT_FOUND for anything that is no id */
/* What a body says to prove who somebody is: {password, code, passkey}. E_INVALID with pointers. */
must_use enum err call_proof(struct call *c, const json_t *body, struct proof *ret);
/* call_login_answer() - tokens, or cookies for our own pages. */
void call_login_answer(struct call *c, const struct login_answer *a);
void call_staff_answer(struct call *c, const struct staff_answer *a); /* a token, or its cookie for our own pages */
/* call_factors() - member `second_factor` of an answer about oneself. */
void call_factors(struct json_out *o, const struct factors *f, bool demanded);
/* call_row() - a row as the actor may see it. */
must_use enum err call_row(struct call *c, int status, const struct row *row);
struct str call_device(struct call *c); /* the mark that the device has */
bool call_is_page(const struct call *c); /* one of our own pages asks */
/* A cookie of ours that is neither session nor device, by a short word; `age_s` 0 takes it back. */
struct str call_cookie(struct call *c, const char *word);
void call_cookie_set(struct call *c, const char *word, struct str value, int64_t age_s);
/* call_sessions() - members of an answer that lists sessions. */
void call_sessions(struct call *c, struct json_out *o, const struct session *list, size_t count);
struct str call_origin(struct call *c); /* of the company's checkpoints */
must_use enum err call_company(struct call *c);                 /* brings the company's own row into the context */
/* call_seen() - these rows' personal fields were shown, for the log of reads. */
must_use enum err call_seen(struct call *c, const struct noun *noun, const char *purpose, const struct id *ids, size_t count);

#endif
