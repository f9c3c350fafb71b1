/* libcurl.h - the client library, loaded by the process that sends: with the thirty libraries behind it, it would take more memory in each of
 * the others than they use themselves. Private to this layer.
 *
 * lc.easy_init() is curl_easy_init(), and so on; the headers' own declarations give the types. */
#ifndef LIBCURL_H
#define LIBCURL_H

#include "err.h"

#include <curl/curl.h>

#define LIBCURL_FUNCTIONS(F) \
	F(easy_cleanup) F(easy_getinfo) F(easy_init) F(easy_perform) F(easy_setopt) F(global_cleanup) F(global_init) F(slist_append) F(slist_free_all)

#define LIBCURL_POINTER(name) __typeof__(&curl_##name) name;
struct libcurl {
	LIBCURL_FUNCTIONS(LIBCURL_POINTER)
};
#undef LIBCURL_POINTER

extern struct libcurl lc;

/* libcurl_load() - once, before threads; before it nothing of `lc` may be called. E_CONFIG: Debian's libcurl4 is not installed. */
must_use enum err libcurl_load(void);

#endif
