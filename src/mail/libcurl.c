#include "libcurl.h"

#include "arena.h"

#include <dlfcn.h>
#include <string.h>

struct libcurl lc;

static const char *const names[] = {
#define LIBCURL_NAME(name) "curl_" #name,
	LIBCURL_FUNCTIONS(LIBCURL_NAME)
};

/* dlsym() gives an object's pointer for a function: POSIX says that the two have one form. */
enum err libcurl_load(void)
{
	void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL), *found[ARRAY_LEN(names)];
	_Static_assert(sizeof(lc) == sizeof(found), "one pointer for each name");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!handle || !(found[i] = dlsym(handle, names[i])))
			return E_CONFIG;
	memcpy(&lc, found, sizeof(lc));
	return OK;
}
