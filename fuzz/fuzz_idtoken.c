/* fuzz_idtoken.c - bytes are a provider's set of keys, a line end, and a token. What is kept of the keys is read again and is the same; a token that
 * is taken says somebody. */
#include "idtoken.h"
#include "limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	with_arena struct arena *a = arena_new(16 * MIB);
	struct str token, again, set = str_cut((struct str){ (const char *)data, size }, '\n', &token);
	struct idtoken_want want = { .keys = set, .issuer = STR("https://id.test"), .client_id = STR("us"), .nonce = STR("n"), .now = { 1800000000 * INT64_C(1000) } };
	struct idtoken t;
	const char *why = NULL;
	if (idtoken_keys(a, set, &want.keys) == OK && (idtoken_keys(a, want.keys, &again) != OK || !str_eq(again, want.keys)))
		abort();
	enum err e = idtoken_check(a, &want, token, &t, &why);
	if ((e == OK && (!t.subject.n || t.subject.n > ID_SUBJECT_MAX)) || (e == E_UNAUTHENTICATED && !why) || (e != OK && e != E_UNAUTHENTICATED && e != E_KEY))
		abort();
	return 0;
}
