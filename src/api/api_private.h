/* api_private.h - what the files of api/ share. */
#ifndef API_PRIVATE_H
#define API_PRIVATE_H

#include "api.h"

struct api {
	struct api_config config;
	struct readlog *reads;
	struct watch *watch;
	char installation[9]; /* part of the names of cookies */
	char cookie[32], device_cookie[32], staff_cookie[32]; /* names of the cookies of a session, of a device, of a session of staff */
};

/* A list as asked for, in either form. */
struct listing_request {
	struct query query;
	int expand[EXPAND_MAX];
	size_t expand_count;
	struct field_set fields;
};

/* A route that is about no noun. */
enum {
	OWN_OPEN = 1,  /* needs no session */
	OWN_ENROL = 2, /* a session that must first set up a second factor may */
	OWN_STAFF = 4, /* staff of the platform may, outside every company too */
};
struct own_route {
	const char *method, *path;
	int flags;
	enum err (*run)(struct call *c);
	const char *doc;
};
extern const struct own_route own_routes[];
extern const size_t own_route_count;

/* query.c */
must_use enum err listing_from_params(struct call *c, const struct noun *noun, struct listing_request *ret);
must_use enum err listing_from_body(struct call *c, const struct noun *noun, struct listing_request *ret);

/* What is shown of one row: all that the actor may see, or what ?fields= names of it. */
must_use enum err fields_from_params(struct call *c, const struct noun *noun, struct field_set *ret);

/* rows.c */
must_use enum err rows_list(struct call *c, const struct noun *noun);
must_use enum err rows_search(struct call *c, const struct noun *noun);
must_use enum err rows_get(struct call *c, const struct noun *noun, struct id id);
must_use enum err rows_create(struct call *c, const struct noun *noun);
must_use enum err rows_patch(struct call *c, const struct noun *noun, struct id id);
must_use enum err rows_delete(struct call *c, const struct noun *noun, struct id id);
must_use enum err rows_export(struct call *c, const struct noun *noun);
/* The answer to a change: what the actor may see of the row; of the highest class only the fields that he gave. */
void rows_answer(struct call *c, int status, const struct row *row, struct field_set given);
must_use enum err if_match(struct call *c, int64_t *ret); /* 0: not there */
/* company_if() - brings the company's own row into the context where it is wanted, before the transaction of its rows begins. */
must_use enum err company_if(struct call *c, bool wanted);
/* Records that personal fields of these rows were shown. */
must_use enum err rows_seen(struct call *c, const struct noun *noun, const char *purpose, struct row *const *rows, size_t count);

/* off_hours() - tells the owners of a file that is taken away, or something of the highest class that is seen, while the company is closed. */
must_use enum err off_hours(struct call *c, const char *words);

/* acts.c */
must_use enum err acts_run(struct call *c, const struct noun *noun, const struct act *act, bool has_id, struct id id);
const struct act *act_find(const struct noun *noun, struct str name, bool on_noun);

/* once.c: POSTs that may be repeated. The body runs in the transaction that also keeps the answer. */
must_use enum err post_once(struct call *c, tx_body *body, void *arg);

/* history.c */
must_use enum err history_of(struct call *c, const struct noun *noun, struct id id);
must_use enum err seen_of(struct call *c, const struct noun *noun, struct id id);
must_use enum err audit_events(struct call *c);
must_use enum err audit_events_csv(struct call *c);
must_use enum err audit_checkpoint_text(struct call *c);
must_use enum err audit_verify_now(struct call *c);

/* rights.c */
must_use enum err rights_list(struct call *c);
must_use enum err rights_unused(struct call *c);

/* session.c */
must_use enum err session_authenticate(struct call *c);
must_use enum err session_login(struct call *c);
must_use enum err session_login_passkey(struct call *c);
must_use enum err session_refresh(struct call *c);
must_use enum err session_logout(struct call *c);
must_use enum err session_me(struct call *c);
must_use enum err session_jwks(struct call *c);
void session_mark(struct call *c); /* sets the cookie that a device is known by */

/* me.c */
struct me_self {
	struct str name, email;
	int64_t advised_ms; /* 0: not yet */
};
must_use enum err me_self(struct call *c, struct me_self *ret);
must_use enum err me_step_up_ask(struct call *c);
must_use enum err me_step_up(struct call *c);
must_use enum err me_totp_begin(struct call *c);
must_use enum err me_totp_confirm(struct call *c);
must_use enum err me_totp_remove(struct call *c);
must_use enum err me_passkey_begin(struct call *c);
must_use enum err me_passkey_add(struct call *c);
must_use enum err me_passkeys(struct call *c);
must_use enum err me_passkey_remove(struct call *c);
must_use enum err me_recovery_codes(struct call *c);
must_use enum err me_sessions(struct call *c);
must_use enum err me_session_end(struct call *c);
must_use enum err me_sessions_end_others(struct call *c);
must_use enum err me_sign_ins(struct call *c);
must_use enum err me_advised(struct call *c);
must_use enum err me_password(struct call *c);

#endif
