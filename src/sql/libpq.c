#include "libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct libpq pq;

static const char *const library = "libpq.so.5";
static const char *const names[] = {
#define LIBPQ_NAME(name) "PQ" #name,
	LIBPQ_FUNCTIONS(LIBPQ_NAME)
};

/* dlsym() gives an object's pointer for a function: POSIX says that the two have one form. */
static void load(void)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL), *found[ARRAY_LEN(names)];
	_Static_assert(sizeof(pq) == sizeof(found), "one pointer for each name");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!handle || !(found[i] = dlsym(handle, names[i])))
			return;
	memcpy(&pq, found, sizeof(pq));
}

enum err libpq_load(struct problem *problem)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	if (pq.connectdb)
		return OK;
	problem_log(problem, "%s cannot be loaded", library);
	return problem_set(problem, E_STORAGE, "PostgreSQL's client library (Debian: libpq5) is not installed.");
}
