#include "id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void random_bytes(void *p, size_t n)
{
	uint8_t *at = p;
	while (n) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}

struct id id_new(int64_t now_ms)
{
	struct id id;
	random_bytes(id.b + 6, 10);
	for (int i = 0; i < 6; i++)
		id.b[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
	id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x70);
	id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
	return id;
}

int id_cmp(struct id a, struct id b)
{
	return memcmp(a.b, b.b, 16);
}

void id_format(struct id id, char out[37])
{
	static const char digits[] = "0123456789abcdef";
	size_t o = 0;
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[o++] = '-';
		out[o++] = digits[id.b[i] >> 4];
		out[o++] = digits[id.b[i] & 15];
	}
	out[o] = 0;
}

struct str id_str(struct arena *a, struct id id)
{
	char *p = ARENA_ARRAY(a, char, 37);
	id_format(id, p);
	return (struct str){ p, 36 };
}

enum err id_parse(struct str s, struct id *ret)
{
	char hex[32];
	size_t n = 0;
	if (s.n != 36)
		return E_INVALID;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash != (s.p[i] == '-'))
			return E_INVALID;
		if (!dash)
			hex[n++] = s.p[i];
	}
	struct id id;
	TRY(str_unhex((struct str){ hex, 32 }, id.b, 16));
	*ret = id;
	return OK;
}
