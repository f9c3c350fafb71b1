/* fuzz_scgi.c - bytes are what came over the socket: the head is refused or read, and what is read lies inside the bytes. */
#include "scgi.h"
#include "utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct str whole, struct str part)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	with_arena struct arena *a = arena_new(MIB);
	struct str bytes = { (const char *)data, size };
	struct request rq;
	size_t length;
	if (scgi_length(bytes, &length) == OK && length > SCGI_HEAD_MAX + 16)
		abort();
	if (scgi_parse(a, bytes, &rq) != OK)
		return 0;
	inside(bytes, rq.method);
	inside(bytes, rq.path);
	inside(bytes, rq.query);
	inside(bytes, rq.cookie);
	inside(bytes, rq.authorization);
	if (!rq.method.n || !rq.path.n || rq.length < 0 || !utf8_valid(rq.path))
		abort();
	return 0;
}
