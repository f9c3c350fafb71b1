/* ctx.h - what a request carries: its arena, its time, who acts, and what went wrong so far. */
#ifndef CTX_H
#define CTX_H

#include "audit.h"
#include "store.h"

enum role { ROLE_OWNER, ROLE_ADMIN, ROLE_DISPATCHER, ROLE_TECHNICIAN, ROLE_ACCOUNTANT, ROLE_COUNT };

enum grant { GRANT_NONE, GRANT_OWN, GRANT_ALL };

struct actor {
	const struct catalogue *catalogue; /* for its table of rights */
	uint8_t grant[RIGHTS_MAX];         /* enum grant, by place in that table; filled by policy.h */
	uint64_t *used;                    /* which of them this request rested on, a bit each; NULL: nobody wants to know */
	bool signed_in;
	struct id user, session, membership;
	struct id employee;   /* zero: none */
	struct id tenant_id;  /* public identity of the company */
	int64_t tenant;       /* its number inside */
	enum role role;
	struct id own_role; /* the company's own role that he has; zero: one of the presets */
	bool my_view_only;
	/* Until when what he proved at sign-in or since counts as fresh: acts of weight ask for a proof that is not older than ten minutes.
	 * INT64_MAX for who is no person at a screen. */
	int64_t fresh_until_ms;
	int64_t since_ms; /* when he came back to the company, if he had left it; 0 otherwise */
	bool limited; /* the session can do nothing but set up the second factor that is asked for */
	/* The company's own provider said who it is. That holds for this company; the account, which may belong to others too, is changed by who proved
	 * himself here. */
	bool vouched;
	bool staff;   /* of whoever runs the platform: `user` is of that realm, `tenant` 0 as long as no company has let him in */
	bool masked;  /* sees no field of the highest class, whatever his rights */
};

struct auth_nouns;
struct ctx {
	const struct auth_nouns *auth; /* auth.h; NULL in tools that sign nobody in */
	struct store *store;
	struct arena *arena;
	struct instant now;
	struct problem problem;
	struct who who;
	struct actor actor;
	const struct row *company; /* the actor's company; NULL where nobody asked for it */
	struct str address;        /* of this installation, for links: https://host:port */
	struct str host;           /* its name: the party that passkeys are bound to */
	struct str origins;        /* from which its pages may come, separated by spaces */
	struct str staff_from;     /* ranges of addresses that the platform's staff come from, one a line */
	struct str remote, agent;  /* where the request came from: for counters of tries and lists of one's own sessions, never for logs */
};

/* A run of the actor's own company, of the platform, or of a company by number (for the courier). */
struct run ctx_run(struct ctx *c);
struct run ctx_system_run(struct ctx *c);
struct run ctx_tenant_run(struct ctx *c, int64_t tenant);
/* The context of a hook or act: what the service put into the transaction; NULL in tools. */
struct ctx *tx_ctx(const struct tx *tx);

#endif
