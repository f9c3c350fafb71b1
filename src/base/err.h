/* err.h - everything that can go wrong, as one list of values.
 *
 * A function that can fail returns `must_use enum err`; OK is 0; results come last, as ret..., and are untouched on failure.
 * err_info() maps a value to what the outside sees. Words for people travel in struct problem (problem.h). */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>

#define must_use __attribute__((warn_unused_result))

enum err {
	OK = 0,
	E_MALFORMED,        /* cannot be parsed at all */
	E_INVALID,          /* parsed; one or more fields are at fault */
	E_UNAUTHENTICATED,  /* no or no valid session */
	E_LOGIN,            /* wrong address or password */
	E_TENANT_REQUIRED,  /* several companies, none chosen */
	E_SECOND_FACTOR,    /* a code is needed */
	E_STEP_UP,          /* the act asks for a fresh proof of who it is */
	E_ENROL,            /* the session can do nothing until a second factor is set up */
	E_FORBIDDEN,        /* the row is visible, the act or field is refused */
	E_NOT_FOUND,        /* missing, or not yours */
	E_LINK,             /* a customer's link that opens nothing, or not this */
	E_METHOD,           /* the route exists, the method does not */
	E_CONFLICT,         /* the state of the row does not allow it */
	E_VERSION,          /* the row changed since it was read */
	E_VERSION_REQUIRED, /* a change without If-Match */
	E_UNIQUE,           /* another row has this value */
	E_REFERENCE,        /* a row that is referred to does not exist, or is still referred to */
	E_TOO_LARGE,        /* a body or list beyond its limit */
	E_MEDIA,            /* a content type that this route does not take */
	E_RATE,             /* too many tries */
	E_BUSY,             /* queue full or engine busy; nothing was done */
	E_TIMEOUT,          /* a deadline passed; nothing was done */
	E_FULL,             /* the disk is full; nothing was done */
	E_STORAGE,          /* the engine failed; nothing was done */
	E_OUTCOME,          /* the commit was sent and its answer lost */
	E_CORRUPT,          /* stored bytes fail their check */
	E_KEY,              /* a key is missing or wrong */
	E_ERASED,           /* the person's key was destroyed */
	E_NEED_KEY,         /* a closure met a person whose key it lacks; the runner fetches it and resubmits */
	E_DENIED,           /* tenant isolation refused a statement: always a defect of ours */
	E_MEMORY,           /* a request asked for more memory than it may have */
	E_CONFIG,           /* start-up: a setting, file or folder is not usable */
	E_INTERNAL,
	ERR_COUNT
};

struct err_info {
	const char *slug;  /* of /problems/<slug>, stable */
	const char *title; /* a short sentence for people */
	int status;        /* HTTP */
	bool retry;        /* the same request may succeed later */
	bool fault;        /* ours: logged at error level */
};

/* err_info() - the row of `e`; a value out of range gives E_INTERNAL's. Static, never NULL. */
const struct err_info *err_info(enum err e);

/* Returns early with the error, if there is one. With arenas and a transaction that the caller owns this is always right. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		enum err try_err_ = (call);                                                        \
		if (try_err_ != OK)                                                                \
			return try_err_;                                                           \
	} while (0)

#endif
