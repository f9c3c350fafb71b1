/* id.h - identities: UUID version 7 (RFC 9562 section 5.7), 16 bytes, made by the server or by a device. */
#ifndef ID_H
#define ID_H

#include "str.h"

#include <string.h>

struct id {
	uint8_t b[16];
};

struct id id_new(int64_t now_ms);  /* the 48 bits of time, then 74 random ones from the kernel */
/* As two words each: lists compare thousands. */
static inline bool id_eq(struct id a, struct id b)
{
	uint64_t x[2], y[2];
	memcpy(x, a.b, sizeof(x));
	memcpy(y, b.b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}
static inline bool id_is_zero(struct id id)
{
	return id_eq(id, (struct id){ { 0 } });
}
int id_cmp(struct id a, struct id b);
struct str id_str(struct arena *a, struct id id); /* 36 characters, lower case */
void id_format(struct id id, char out[37]);
/* id_parse() - the 36-character form, any case; E_INVALID otherwise. The version is not asked: other systems' ids may come in. */
must_use enum err id_parse(struct str s, struct id *ret);
/* random_bytes() - from the kernel; stops the process if there are none, since nothing safe could follow. */
void random_bytes(void *p, size_t n);

#endif
